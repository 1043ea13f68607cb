import { NimDisruptionBudget } from './nim-disruption-budget';
import { NimDraResource } from './nim-dra';
import { NimEnvironmentSettings } from './nim-environment';
import { NimExposure } from './nim-exposure';
import { NimInferencePlatform, NimKServeMode } from './nim-kserve';
import { NimMetrics } from './nim-metrics';
import { NimMultiNode } from './nim-multi-node';
import { NimPodSettings } from './nim-pod';
import { NimProbeSettings } from './nim-probes';
import { NimProxy } from './nim-proxy';
import { LlmServingOptions, ModelFootprint } from '../../fit';
import { NimModel } from '../../models';
import { GpuSlice } from '../../pools';
import { NimOperatorVersion } from '../../releases';
import { NimStorage } from '../cache/nim-storage';

/** How a NIM scales with its load. */
export interface NimAutoscaling {
  /**
   * The fewest replicas. 0 needs NIM Operator 3.1.3 and a metric of type `External` or `Object`.
   * @default 1
   */
  readonly minReplicas?: number;
  /** The most replicas. Each needs a slice of its own, so the pool must have that many. */
  readonly maxReplicas: number;
  /**
   * What to scale by, as in a HorizontalPodAutoscaler (`autoscaling/v2`). There is no default: Kubernetes would take
   * CPU, which says little of a NIM. Utilization of CPU or memory needs `containerResources` with a request of it.
   */
  readonly metrics: any[];
  /**
   * How fast, as in a HorizontalPodAutoscaler (`behavior`). A NIM takes minutes to start, so scale down slowly.
   * @default - as Kubernetes has it
   */
  readonly behavior?: Record<string, any>;
  /**
   * Annotations of the HorizontalPodAutoscaler.
   * @default - none
   */
  readonly annotations?: Record<string, string>;
}

/** All about a NIM but what it runs on. */
export interface NimServiceSettings extends NimPodSettings, NimProbeSettings, NimEnvironmentSettings {
  /** The NIM. */
  readonly model: NimModel;
  /**
   * Image tag; with its digest behind it, as in `1.13.1@sha256:…`, nothing but that very image is run.
   * @default - the newest tag that the catalogue has seen
   */
  readonly imageTag?: string;
  /**
   * How a language model is served: context, concurrency, precision. The engine's memory fraction and context are set
   * from it. With `tensorParallel` each replica asks for that many whole GPUs.
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
   * How many replicas. Not with `autoscaling`. None needs NIM Operator 3.1.
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
   * Whether the storage is mounted read-only.
   * @default false
   */
  readonly readOnlyStorage?: boolean;
  /**
   * Limit of the shared memory, as Kubernetes writes quantities.
   * @default - 8Gi for speech recognition and translation, 16Gi for synthesis, none for everything else
   */
  readonly sharedMemory?: string;
  /**
   * Service and router.
   * @default - a Service of type ClusterIP with the ports of the model
   */
  readonly expose?: NimExposure;
  /**
   * A ServiceMonitor.
   * @default - none
   */
  readonly metrics?: NimMetrics;
  /**
   * Spread the model over several nodes.
   * @default - one node
   */
  readonly multiNode?: NimMultiNode;
  /**
   * The proxy.
   * @default - none
   */
  readonly proxy?: NimProxy;
  /**
   * What runs the pods.
   * @default NimInferencePlatform.STANDALONE
   */
  readonly inferencePlatform?: NimInferencePlatform;
  /**
   * How KServe deploys.
   * @default - the cluster's own
   */
  readonly kserveMode?: NimKServeMode;
  /**
   * How many pods a drain may take away.
   * @default - no PodDisruptionBudget
   */
  readonly disruptionBudget?: NimDisruptionBudget;
  /**
   * The release of the NIM Operator in the cluster: a field that it does not know is an error.
   * @default - as the GpuOperator of the cluster says; else any field that this library knows
   */
  readonly nimOperator?: NimOperatorVersion;
  /**
   * Name of the object, of its Deployment and of its Service.
   * @default - made from the construct path
   */
  readonly name?: string;
  /**
   * Further fields of `spec`, merged last and checked against the fields that the release knows.
   * @default - none
   */
  readonly overrides?: Record<string, any>;
}

/** What a NIM service and a stage of a pipeline have in common. */
export interface NimServiceOptions extends NimServiceSettings {
  /** What each replica runs on. */
  readonly slice: GpuSlice;
}

/** A NIM that serves a model. It runs on a slice, or on devices claimed by Dynamic Resource Allocation. */
export interface NimServiceProps extends NimServiceSettings {
  /**
   * What each replica runs on.
   * @default - `draResources` is given
   */
  readonly slice?: GpuSlice;
  /**
   * Devices by Dynamic Resource Allocation instead of a slice. Their memory is not known, so give
   * `acceptUncertainMemory`.
   * @default - `slice` is given
   */
  readonly draResources?: NimDraResource[];
  /**
   * Name of the Secret with the key `NGC_API_KEY`, and with a cache from Hugging Face or a data store the key
   * `HF_TOKEN` too. The secret itself never passes through here.
   * @default 'ngc-api-secret'
   */
  readonly authSecret?: string;
  /**
   * Names of the Secrets that pull images.
   * @default ['ngc-secret']
   */
  readonly pullSecrets?: string[];
}
