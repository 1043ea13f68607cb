import { ApiObject, JsonPatch } from 'cdk8s';
import { IConstruct } from 'constructs';
import { NimEndpoint } from './endpoint';
import { mostReplicasOf, NimService, objectOf, podLabels, writtenSpec } from '../../nim';
import { GpuSlice } from '../../pools';
import { ModelServer, policyPorts } from '../../workloads';

/** A pod affinity, as Kubernetes writes it. */
type Affinity = Record<string, Record<string, unknown>>;

/** What runs a stage: a NIM or a server, as the rest of a pipeline sees it. */
export interface StageService {
  /** What messages call it. */
  readonly name: string;
  readonly construct: IConstruct;
  readonly slice: GpuSlice;
  /** Undefined where the host is not known here. */
  readonly endpoint?: NimEndpoint;
  /** How many of its slice it asks for at most. */
  readonly demand: number;
  /** @throws when its pods have no labels of their own */
  readonly labels: () => Record<string, string>;
  readonly ports: number[];
  readonly metricsPorts: number[];
  /** Whether a replica spans nodes, whose pods talk on ports of their own choice. */
  readonly spansNodes: boolean;
  /** What else brings requests in: `router` or `ingress`. */
  readonly exposedBy?: string;
  /** What it says already. */
  readonly affinity?: Affinity;
  readonly setAffinity: (affinity: Affinity) => void;
}

/** A stage that is a NIM. */
export function nimStage(name: string, service: NimService): StageService {
  const spec = writtenSpec(service);
  const { port, grpcPort, metricsPort } = spec.service;
  const { router, ingress } = spec.expose;
  const perPod = Number(spec.resources?.limits?.[service.slice.access.resourceName ?? ''] ?? 1);
  return {
    name,
    construct: service,
    slice: service.slice,
    endpoint: spec.inferencePlatform === 'kserve' ? undefined : NimEndpoint.ofService(service),
    demand: mostReplicasOf(spec) * perPod,
    labels: () => podLabels(service, spec),
    ports: [port, grpcPort].filter(each => each !== undefined),
    // the operator's ServiceMonitor scrapes /v1/metrics on `api` and /metrics on `metrics` (k8s-nim-operator
    // api/apps/v1alpha1/nimservice_types.go)
    metricsPorts: [port, metricsPort].filter(each => each !== undefined),
    spansNodes: spec.multiNode !== undefined,
    exposedBy: router !== undefined ? 'router' : ingress?.enabled === true ? 'ingress' : undefined,
    affinity: spec.affinity,
    setAffinity: affinity => patch(objectOf(service), '/spec/affinity', spec.affinity, affinity),
  };
}

/** A stage that a server of its own runs. */
export function serverStage(name: string, server: ModelServer): StageService {
  const { object, engine } = server._built;
  const {
    affinity,
  } = (object.toJson() as { spec: { template: { spec: { affinity?: Affinity } } } }).spec.template.spec;
  return {
    name,
    construct: server,
    slice: server.slice,
    endpoint: NimEndpoint.of({ url: server.httpEndpoint, healthUrl: server.healthUrl }),
    demand: server.mostReplicas * engine.devices,
    labels: () => server.podLabels,
    ...policyPorts(engine),
    spansNodes: false,
    affinity,
    setAffinity: changed => patch(object, '/spec/template/spec/affinity', affinity, changed),
  };
}

function patch(object: ApiObject, path: string, before: Affinity | undefined, after: Affinity): void {
  object.addJsonPatch(before === undefined ? JsonPatch.add(path, after) : JsonPatch.replace(path, after));
}
