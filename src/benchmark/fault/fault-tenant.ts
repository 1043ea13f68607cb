import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { GpuSlice } from '../../pools';
import { BenchmarkArm } from '../arms/benchmark-arm';
import { BenchmarkLoad } from '../benchmark-load';
import { BenchmarkFaultKind } from '../benchmark-options';
import { tenantFile } from '../generator/generator-files';
import { CONTAINER_SECURITY, POD_SECURITY } from '../generator/restricted-pod';

/** Where the generator tells tenants when; between pods only. */
export const FAULT_PORT = 8090;

const IMAGE = 'docker.io/library/python:3.13-slim';

/** A tenant for an arm: where it runs is whose neighbour it is. */
export interface BenchmarkFaultTenant {
  /** The name of the arm. */
  readonly arm: string;
  /** A slice of the board that the arm's stages share. The pool must have one more than the stages take. */
  readonly slice: GpuSlice;
}

/** Harm to neighbours: the only test of the claim that tenants are isolated. */
export interface BenchmarkFault {
  /** What the tenants do. */
  readonly kind: BenchmarkFaultKind;
  /** A tenant for each arm in which harm is done. */
  readonly tenants: BenchmarkFaultTenant[];
  /**
   * Image with Python 3.8 or later; CUDA's driver library comes with the container toolkit. Give it by digest.
   * @default docker.io/library/python:3.13-slim
   */
  readonly image?: string;
}

/** Refuses harm that nobody asked for, and harm that nobody would do. */
export function checkFault(
  path: string,
  fault: BenchmarkFault | undefined,
  arms: BenchmarkArm[],
  loads: BenchmarkLoad[],
): void {
  const harmed = loads.filter(load => load._hasFault).map(({ name }) => name);
  if (fault === undefined) {
    if (harmed.length > 0) {
      throw new Error(`${path}: load ${harmed.join(', ')} has faultAfterSeconds, and there is no fault; give fault, `
        + 'or leave faultAfterSeconds out');
    }
    return;
  }
  if (harmed.length === 0) {
    throw new Error(`${path}: fault is given, and no load has faultAfterSeconds, so nothing would `
      + 'happen; give it to a load');
  }
  if (fault.tenants.length === 0) {
    throw new Error(`${path}: fault.tenants is empty; give one for each arm in which harm is done`);
  }
  const unknown = fault.tenants.find(({ arm }) => !arms.some(({ name }) => name === arm));
  if (unknown !== undefined) {
    throw new Error(`${path}: a tenant is for arm "${unknown.arm}", and the arms are `
      + `${arms.map(({ name }) => name).join(', ')}`);
  }
}

/** The tenants, each a Job with a slice, and the Service by which they ask the generator. */
export function addFaultTenants(
  scope: Construct,
  name: string,
  { kind, tenants, image = IMAGE }: BenchmarkFault,
): void {
  new ApiObject(scope, 'FaultService', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `${name}` },
    spec: {
      clusterIP: 'None',
      selector: { 'app.kubernetes.io/instance': name },
      ports: [{ name: 'fault', port: FAULT_PORT }],
    },
  });
  const program = new ApiObject(scope, 'Tenant', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: `${name.slice(0, 56)}-tenant`,
    },
    immutable: true,
    data: tenantFile(),
  });
  for (const { arm, slice } of tenants) {
    const job = new ApiObject(scope, `Tenant-${arm}`, {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: `${name.slice(-8)}-tenant-${arm}` },
      spec: {
        backoffLimit: 3,
        template: {
          metadata: {
            labels: {
              'app.kubernetes.io/name': 'voice-benchmark-tenant',
              'app.kubernetes.io/instance': `${name.slice(-8)}-tenant`,
            },
          },
          spec: {
            restartPolicy: 'Never',
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            securityContext: POD_SECURITY,
            containers: [{
              name: 'tenant',
              image,
              command: ['python3', '/program/tenant.py', `http://${name}:${FAULT_PORT}/fault/${arm}`, kind],
              resources: { requests: { cpu: '250m', memory: '512Mi' }, limits: { memory: '512Mi' } },
              securityContext: CONTAINER_SECURITY,
              volumeMounts: [{ name: 'program', mountPath: '/program', readOnly: true }],
            }],
            volumes: [{ name: 'program', configMap: { name: program.name } }],
          },
        },
      },
    });
    slice.attachTo(job);
    job.addDependency(program);
  }
}
