import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { imageOf, isAtLeast } from './nim-image';
import { checkNimMemory, enterLedger } from './nim-memory';
import { NimStorage } from './nim-storage';
import { checkOverridden, isSecretName } from './overridden-spec';
import { survivesUnquoted } from '../rules/yaml-safe-value';
import { AppChecks } from '../checks/app-checks';
import { LlmServingOptions, ModelFootprint } from '../fit';
import { NimKind, NimModel } from '../models';
import { deepMerge } from '../operator/deep-merge';
import { GpuSlice, GpuSliceKind } from '../sharing';

/** How a NIM scales with its load. */
export interface NimAutoscaling {
  /**
   * The fewest replicas.
   * @default 1
   */
  readonly minReplicas?: number;
  /** The most replicas. Each needs a slice of its own, so the pool must have that many. */
  readonly maxReplicas: number;
  /**
   * What to scale by, as in a HorizontalPodAutoscaler (`autoscaling/v2`). There is no default: Kubernetes would take CPU,
   * which says little of a NIM and needs CPU requests.
   */
  readonly metrics: any[];
}

/** An environment variable whose value is in a Secret. */
export interface NimSecretEnv {
  /** The variable. */
  readonly name: string;
  /** Name of the Secret. */
  readonly secret: string;
  /** Key in the Secret. */
  readonly key: string;
}

/** What a NIM service and a stage of a pipeline have in common. */
export interface NimServiceOptions {
  /** The NIM. */
  readonly model: NimModel;
  /** What each replica runs on. */
  readonly slice: GpuSlice;
  /**
   * Image tag.
   * @default - the newest tag that the catalogue has seen
   */
  readonly imageTag?: string;
  /**
   * Which profile of a speech NIM runs, such as `name=magpie-tts-multilingual,batch_size=8`. Its memory depends on it.
   * @default - the NIM's own choice
   */
  readonly selector?: string;
  /**
   * How a language model is served: context, concurrency, precision. The engine's memory fraction and context are set from it.
   * @default - the model's longest context, one request at a time
   */
  readonly serving?: LlmServingOptions;
  /**
   * What the NIM takes, as you measured it. Beats the catalogue and every estimate.
   * @default - from the catalogue, or computed
   */
  readonly footprint?: ModelFootprint;
  /**
   * Why it is all right that the memory check is not certain. Stands in the manifest as an annotation.
   * @default - an uncertain check is an error
   */
  readonly acceptUncertainMemory?: string;
  /**
   * How many replicas. Not with `autoscaling`.
   * @default 1
   */
  readonly replicas?: number;
  /**
   * Let the number of replicas follow the load.
   * @default - a fixed number
   */
  readonly autoscaling?: NimAutoscaling;
  /**
   * Where model files are kept.
   * @default - a claim that the operator makes, of a size that fits the model
   */
  readonly storage?: NimStorage;
  /**
   * Environment variables. Not for secrets.
   * @default - none
   */
  readonly env?: Record<string, string>;
  /**
   * Environment variables from Secrets.
   * @default - none
   */
  readonly secretEnv?: NimSecretEnv[];
  /**
   * Limit of the shared memory, as Kubernetes writes quantities.
   * @default - 8Gi for speech recognition and translation, 16Gi for synthesis, none for everything else
   */
  readonly sharedMemory?: string;
  /**
   * How long the first start may take, in seconds: the image loads a model of many GB and builds engines.
   * @default - 3630 for speech, the operator's own (about 1230) for everything else
   */
  readonly startupSeconds?: number;
  /**
   * Name of the object, of its Deployment and of its Service.
   * @default - made from the construct path
   */
  readonly name?: string;
  /**
   * Further fields of `spec`, merged last.
   * @default - none
   */
  readonly overrides?: Record<string, any>;
}

/** A NIM that serves a model. */
export interface NimServiceProps extends NimServiceOptions {
  /**
   * Name of the Secret with the key `NGC_API_KEY`. The secret itself never passes through here.
   * @default 'ngc-api-secret'
   */
  readonly authSecret?: string;
  /**
   * Names of the Secrets that pull images.
   * @default ['ngc-secret']
   */
  readonly pullSecrets?: string[];
}

/** Readiness path of every NIM. */
const READY_PATH = '/v1/health/ready';

/** Seconds between start-up probes, and before the first (k8s-nim-operator api/apps/v1alpha1 default start-up probe). */
const PROBE_PERIOD_SECONDS = 10;
const PROBE_DELAY_SECONDS = 30;

/** NVIDIA's voice blueprint waits 2400 s for recognition and 3000 s for synthesis; an hour leaves room for a slow disk. */
const SPEECH_STARTUP_SECONDS = 3630;

/** NVIDIA's speech documentation and, for synthesis, its voice blueprint. */
const SHARED_MEMORY: Partial<Record<NimKind, string>> = { [NimKind.ASR]: '8Gi', [NimKind.NMT]: '8Gi', [NimKind.TTS]: '16Gi' };

/**
 * A NIMService: one NIM on one kind of slice, as the NIM Operator runs it.
 *
 * What the operator gets wrong when left alone is written out: the slice in requests and limits with `nvidia.com/gpu: "0"`
 * beside it, node labels that survive its unquoted template, ports of speech NIMs, start-up times, storage, no `replicas`
 * beside autoscaling.
 *
 * @example
 * const asr = new NimService(chart, 'asr', {
 *   model: NimModel.PARAKEET_1_1B_CTC_EN_US,
 *   selector: 'mode=str,vad=silero',
 *   slice: pool.slice('3g.40gb'),
 * });
 * asr.grpcTarget; // for the application
 */
export class NimService extends Construct {
  /** Name of the object, of its Deployment and of its Service. */
  public readonly name: string;
  /** The NIM. */
  public readonly model: NimModel;
  /** What each replica runs on. */
  public readonly slice: GpuSlice;

  private readonly host: string;
  private readonly httpPort: number;
  private readonly grpcPort?: number;

  constructor(scope: Construct, id: string, props: NimServiceProps) {
    super(scope, id);
    this.model = props.model;
    this.slice = props.slice;
    AppChecks.of(this).generated.add(this);
    AppChecks.of(this).poolOfUser.set(this, props.slice.pool);
    const path = this.node.path;
    const image = imageOf(path, props.model, props.imageTag);
    checkScaling(path, props);
    checkBoard(path, props.model, props.slice, image.tag);
    const engineSettings = checkNimMemory(path, props);
    enterLedger(this, props, mostReplicas(props));

    const spec: Record<string, unknown> = {
      image: { ...image, pullPolicy: 'IfNotPresent', pullSecrets: props.pullSecrets ?? ['ngc-secret'] },
      authSecret: props.authSecret ?? 'ngc-api-secret',
      ...scaling(props),
      // in both maps: with one of them alone the operator writes into a map that is not there (nimservice.go addGPUResources)
      resources: { requests: props.slice.resources, limits: props.slice.resources },
      ...placement(props.slice),
      storage: {
        ...(props.storage ?? NimStorage.newPvc())._toSpec({ diskGb: props.model.diskGb, severalReplicas: mostReplicas(props) > 1 }),
        ...sharedMemory(props),
      },
      expose: { service: service(props.model) },
      ...startup(props),
      ...environment(path, props, engineSettings),
    };
    const merged = deepMerge(spec, props.overrides);
    checkOverridden(path, spec, merged);
    const object = new ApiObject(this, 'Resource', {
      apiVersion: 'apps.nvidia.com/v1alpha1',
      kind: 'NIMService',
      metadata: {
        ...(props.name !== undefined && { name: props.name }),
        ...(props.acceptUncertainMemory !== undefined && { annotations: { 'cdk8s-gpu/accepted-uncertain-memory': props.acceptUncertainMemory } }),
      },
      spec: merged,
    });
    const ports = (merged.expose as { service: { port: number; grpcPort?: number } }).service;
    this.httpPort = ports.port;
    this.grpcPort = ports.grpcPort;
    this.name = object.name;
    if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(this.name)) {
      throw new Error(`${path}: "${this.name}" cannot be the name of a Service, which is a DNS label of at most 63 characters; give name`);
    }
    const namespace = object.metadata.namespace;
    this.host = namespace === undefined ? this.name : `${this.name}.${namespace}.svc`;
  }

  /** Base URL of the HTTP interface inside the cluster; without a namespace in the chart it holds inside the namespace only. */
  public get httpEndpoint(): string {
    return `http://${this.host}:${this.httpPort}`;
  }

  /**
   * Target of the gRPC interface inside the cluster.
   * @throws when the NIM has none
   */
  public get grpcTarget(): string {
    if (this.grpcPort === undefined) { throw new Error(`${this.node.path}: ${this.model} has no gRPC interface; use httpEndpoint`); }
    return `${this.host}:${this.grpcPort}`;
  }

  /** URL that answers 200 when the NIM is ready. */
  public get healthUrl(): string {
    return `${this.httpEndpoint}${READY_PATH}`;
  }
}

function checkScaling(path: string, props: NimServiceOptions): void {
  const { replicas, autoscaling } = props;
  if (replicas !== undefined && autoscaling !== undefined) {
    throw new Error(`${path}: replicas and autoscaling exclude each other: the CRD refuses spec.replicas beside spec.scale; give one of them`);
  }
  if (replicas !== undefined && (!Number.isInteger(replicas) || replicas < 0)) {
    throw new Error(`${path}: replicas must be a whole number from 0, got ${replicas}`);
  }
  if (autoscaling !== undefined) {
    const least = autoscaling.minReplicas ?? 1;
    if (!Number.isInteger(least) || least < 1 || !Number.isInteger(autoscaling.maxReplicas) || autoscaling.maxReplicas < least) {
      throw new Error(`${path}: autoscaling from ${least} to ${autoscaling.maxReplicas} replicas is not possible: whole numbers, at least 1, in order`);
    }
  }
  const most = mostReplicas(props);
  if (props.slice.capacity !== undefined && most > props.slice.capacity) {
    throw new Error(`${path}: up to ${most} replicas need ${most} of ${props.slice}, and pool ${props.slice.pool} has ${props.slice.capacity} [CAP-002]`);
  }
}

function checkBoard(path: string, model: NimModel, slice: GpuSlice, tag: string): void {
  const capability = slice.gpu?.computeCapability;
  if (capability !== undefined && model.minimumComputeCapability !== undefined && Number(capability) < model.minimumComputeCapability) {
    throw new Error(`${path}: ${model} needs compute capability ${model.minimumComputeCapability.toFixed(1)} or later, ${slice.gpu!.name} has ${capability}`);
  }
  const isMig = slice.kind === GpuSliceKind.MIG || slice.kind === GpuSliceKind.MIG_TIME_SLICED;
  if (isMig && model.migFromTag !== undefined && isAtLeast(tag, model.migFromTag) === false) {
    throw new Error(`${path}: ${model} supports MIG from ${model.migFromTag}, the tag is ${tag}; give a later imageTag, or a whole GPU`);
  }
}

function mostReplicas(props: NimServiceOptions): number {
  return props.autoscaling?.maxReplicas ?? props.replicas ?? 1;
}

function scaling({ replicas, autoscaling }: NimServiceOptions): Record<string, unknown> {
  if (autoscaling === undefined) { return { replicas: replicas ?? 1 }; }
  return {
    scale: {
      enabled: true,
      hpa: { minReplicas: autoscaling.minReplicas ?? 1, maxReplicas: autoscaling.maxReplicas, metrics: autoscaling.metrics },
    },
  };
}

/** Labels that would change their type in the operator's template go into the affinity, which is rendered with quotes. */
function placement(slice: GpuSlice): Record<string, unknown> {
  const labels = Object.entries(slice.nodeSelector);
  const safe = labels.filter(([, value]) => survivesUnquoted(value));
  const unsafe = labels.filter(([, value]) => !survivesUnquoted(value));
  return {
    ...(safe.length > 0 && { nodeSelector: Object.fromEntries(safe) }),
    ...(unsafe.length > 0 && {
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: unsafe.map(([key, value]) => ({ key, operator: 'In', values: [value] })) }],
          },
        },
      },
    }),
    ...(slice.tolerations.length > 0 && { tolerations: slice.tolerations }),
  };
}

function sharedMemory({ model, sharedMemory: asked }: NimServiceOptions): Record<string, unknown> {
  const limit = asked ?? SHARED_MEMORY[model.kind];
  return limit === undefined ? {} : { sharedMemorySizeLimit: limit };
}

/** The port is written although it has a default, which the API server applies only to an object that is there. */
function service(model: NimModel): Record<string, unknown> {
  return {
    type: 'ClusterIP',
    port: model.httpPort,
    ...(model.grpcPort !== undefined && { grpcPort: model.grpcPort }),
    ...(model.metricsPort !== undefined && { metricsPort: model.metricsPort }),
  };
}

/** A custom probe replaces the operator's own completely, so it carries its handler and all its times. */
function startup({ model, startupSeconds }: NimServiceOptions): Record<string, unknown> {
  const seconds = startupSeconds ?? (model.isSpeech ? SPEECH_STARTUP_SECONDS : undefined);
  if (seconds === undefined) { return {}; }
  return {
    startupProbe: {
      enabled: true,
      probe: {
        httpGet: { path: READY_PATH, port: 'api' },
        initialDelaySeconds: PROBE_DELAY_SECONDS,
        periodSeconds: PROBE_PERIOD_SECONDS,
        timeoutSeconds: PROBE_PERIOD_SECONDS,
        failureThreshold: Math.max(1, Math.ceil((seconds - PROBE_DELAY_SECONDS) / PROBE_PERIOD_SECONDS)),
      },
    },
  };
}

/** Variables that the operator derives from the service ports: another value leaves probes and Service on a dead port. */
const PORT_VARIABLES = ['NIM_SERVER_PORT', 'NIM_HTTP_API_PORT', 'NIM_GRPC_API_PORT', 'NIM_TRITON_GRPC_PORT', 'NIM_TRITON_METRICS_PORT'];

function environment(path: string, props: NimServiceOptions, engineSettings: Record<string, string>): Record<string, unknown> {
  const selector: Record<string, string> = props.selector === undefined ? {} : { NIM_TAGS_SELECTOR: props.selector };
  const plain = { ...engineSettings, ...selector, ...props.env };
  if (props.selector !== undefined && props.env?.NIM_TAGS_SELECTOR !== undefined && props.env.NIM_TAGS_SELECTOR !== props.selector) {
    throw new Error(`${path}: selector "${props.selector}" and env NIM_TAGS_SELECTOR "${props.env.NIM_TAGS_SELECTOR}" contradict each other; give one`);
  }
  const port = Object.keys(plain).find(name => PORT_VARIABLES.includes(name));
  if (port !== undefined) {
    throw new Error(`${path}: ${port} is set by the NIM Operator from the service port; another value leaves probes and Service on a dead port. Leave it out`);
  }
  const secret = Object.keys(plain).find(isSecretName);
  if (secret !== undefined) { throw new Error(`${path}: ${secret} looks like a secret, which must not stand in a manifest; use secretEnv`); }
  const env = [
    ...Object.entries(plain).map(([name, value]) => ({ name, value })),
    ...(props.secretEnv ?? []).map(({ name, secret: secretName, key }) => ({ name, valueFrom: { secretKeyRef: { name: secretName, key } } })),
  ];
  return env.length === 0 ? {} : { env };
}
