import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { metricsPortName, ServerEngine } from './engines/server-engine';
import { claimMetadata } from './model-cache';
import { ModelServerProps } from './model-server-props';
import { CONTAINER, podSpecOf, portsOf } from './server-pod';
import { strategyOf } from './server-rollout';
import { GpuSlice, noteTenant } from '../../pools';
import { checkText, checkWhole } from '../../props';
import { AppChecks } from '../../synthesis';
import { callerPolicy, checkCallers } from '../network/caller-policy';

/** What was made of the props. */
interface Built {
  readonly object: ApiObject;
  readonly engine: ServerEngine;
  readonly slice: GpuSlice;
  readonly mostReplicas: number;
}

/**
 * Seconds that Kubernetes allows for a step of a rollout by itself (apps/v1 DeploymentSpec). The start comes on top.
 */
const PROGRESS_SECONDS = 600;

/**
 * A server of models on a slice: a Deployment, a Service and what belongs to them. Servers are made through the classes
 * of their engines.
 */
export abstract class ModelServer extends Construct {
  private built?: Built;

  /** Servers are made through their subclasses. */
  protected constructor(scope: Construct, id: string) {
    super(scope, id);
  }

  /** Name of the Deployment and of the Service. */
  public get name(): string {
    return this._built.object.name;
  }

  /** What each replica runs on. */
  public get slice(): GpuSlice {
    return this._built.slice;
  }

  /** The most replicas that there can be. */
  public get mostReplicas(): number {
    return this._built.mostReplicas;
  }

  /**
   * Base URL of the HTTP interface inside the cluster; without a namespace in the chart it holds inside the namespace
   * only.
   */
  public get httpEndpoint(): string {
    return `http://${this._host}:${this._built.engine.ports.http}`;
  }

  /** URL that answers 200 when requests are served. */
  public get healthUrl(): string {
    return `${this.httpEndpoint}${this._built.engine.readyPath}`;
  }

  /** Labels by which the pods are found. */
  public get podLabels(): Record<string, string> {
    return { app: this.name };
  }

  /** What was decided where nobody did, and why. */
  public get decisions(): string[] {
    return [...this._built.engine.decisions];
  }

  /** @internal */
  public get _built(): Built {
    if (this.built === undefined) { throw new Error(`${this.node.path}: the server has not been made yet`); }
    return this.built;
  }

  /** @internal */
  protected get _host(): string {
    const { namespace } = this._built.object.metadata;
    return namespace === undefined ? this.name : `${this.name}.${namespace}.svc`;
  }

  /** @internal */
  protected _build(props: ModelServerProps, make: (name: string) => ServerEngine): void {
    const place = this.node.path;
    const mostReplicas = replicasOf(place, props);
    checkText(place, 'acceptUncertainMemory', props.acceptUncertainMemory);
    checkCallers(place, props);
    AppChecks.of(this).generated.add(this);
    // the object comes first: its name, which may be made from the path, is in its spec
    const spec: Record<string, unknown> = {};
    const metadata = props.name === undefined ? {} : { name: props.name };
    const object = new ApiObject(this, 'Resource', { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec });
    checkServerName(place, object.name);
    const engine = make(object.name);
    this.built = { object, engine, slice: props.slice, mostReplicas };
    checkCapacity(place, this.built);

    const { slice } = props;
    const labels = this.podLabels;
    const annotations = {
      ...engine.annotations,
      ...(props.acceptUncertainMemory !== undefined
        && { 'cdk8s-gpu/accepted-uncertain-memory': props.acceptUncertainMemory }),
    };
    for (const [key, value] of Object.entries(annotations)) { object.metadata.addAnnotation(key, value); }
    Object.assign(spec, {
      ...(props.scaling === undefined
        && { replicas: props.replicas ?? 1 }), // an autoscaler owns the number: applying again would reset it
      strategy: strategyOf(place, props.rollout, { mostReplicas, perPod: engine.devices, capacity: slice.capacity }),
      progressDeadlineSeconds: engine.startupSeconds + PROGRESS_SECONDS,
      selector: { matchLabels: labels },
      template: {
        metadata: {
          labels: { ...props.labels, ...labels },
          ...(props.annotations !== undefined && { annotations: props.annotations }),
        },
        spec: podSpecOf(place, props, engine, slice),
      },
    });
    slice.attachTo(this, { containers: [CONTAINER], count: engine.devices });
    if (engine.footprint !== undefined) { noteTenant(this, slice, engine.footprint, mostReplicas); }
    this.writeBeside(props, this.built);
  }

  /** The Service, and what was asked for beside it. */
  private writeBeside(props: ModelServerProps, { object, engine }: Built): void {
    const labels = this.podLabels;
    for (const claim of engine.claims) {
      new ApiObject(this, 'Models', {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: claimMetadata(claim),
        spec: claim.spec,
      });
    }
    new ApiObject(this, 'Service', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: object.name, labels },
      spec: {
        selector: labels,
        ports: portsOf(engine).map(([name, port]) => ({ name, port, targetPort: name, protocol: 'TCP' })),
      },
    });
    props.metrics?._write(this, { name: object.name, labels, port: metricsPortName(engine.ports) });
    const { queueMetric, startupSeconds } = engine;
    props.scaling?._write(this, {
      name: object.name,
      namespace: object.metadata.namespace,
      queueMetric,
      startupSeconds,
    });
    if (props.callers === undefined) { return; }
    callerPolicy(this, 'Callers', { labels, callers: props.callers, monitor: props.monitor, ...policyPorts(engine) });
  }
}

/** Ports that callers, and the monitor, are let to. */
export function policyPorts({ ports }: ServerEngine): { ports: number[]; metricsPorts: number[] } {
  return {
    ports: [ports.http, ...(ports.grpc === undefined ? [] : [ports.grpc])],
    metricsPorts: [ports.metrics ?? ports.http],
  };
}

function replicasOf(place: string, { replicas, scaling }: ModelServerProps): number {
  if (replicas !== undefined && scaling !== undefined) {
    throw new Error(`${place}: replicas and scaling both say how many there are; give one of them`);
  }
  checkWhole(place, 'replicas', replicas, 0);
  return scaling?.maxReplicas ?? replicas ?? 1;
}

/** The name is that of a Service: a DNS label that begins with a letter (apimachinery NameIsDNS1035Label). */
function checkServerName(place: string, name: string): void {
  if (!/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) {
    throw new Error(`${place}: "${name}" cannot be the name of a server, which begins with a letter and has at most `
      + '63 small letters, digits and "-"; give name');
  }
}

function checkCapacity(place: string, { slice, mostReplicas, engine: { devices } }: Built): void {
  const needed = mostReplicas * devices;
  if (slice.capacity !== undefined && needed > slice.capacity) {
    throw new Error(`${place}: up to ${mostReplicas} replicas need ${needed} of ${slice}, and pool ${slice.pool} has `
      + `${slice.capacity} [CAP-002]; ask for fewer, or cut or add `
      + 'more');
  }
}
