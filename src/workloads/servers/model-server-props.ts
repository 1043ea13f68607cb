import { ServerMonitor } from './server-metrics';
import { ServerRollout } from './server-rollout';
import { ServerScaling } from './server-scaling';
import { ModelFootprint } from '../../fit';
import { GpuSlice } from '../../pools';
import { NimCaller } from '../network/caller';

/** A key of a Secret. The secret itself never passes through here. */
export interface SecretKey {
  /** Name of the Secret. */
  readonly secret: string;
  /** Key in the Secret. */
  readonly key: string;
}

/** CPU and memory of the host for a server. */
export interface ServerHostResources {
  /**
   * CPU that is set aside, as Kubernetes writes quantities: `4` or `500m`.
   * @default - none
   */
  readonly cpu?: string;
  /**
   * Memory of the host that is set aside.
   * @default - none
   */
  readonly memory?: string;
  /**
   * The most CPU.
   * @default - no limit
   */
  readonly cpuLimit?: string;
  /**
   * The most memory of the host. Shared memory counts.
   * @default - no limit
   */
  readonly memoryLimit?: string;
}

/** What the pods of a server are like. */
export interface ServerPodSettings {
  /**
   * CPU and memory of the host.
   * @default - none set aside, no limit
   */
  readonly hostResources?: ServerHostResources;
  /**
   * Limit of `/dev/shm`, as Kubernetes writes quantities. Not on MPS shares, whose daemon mounts its own there
   * (MPS-006).
   * @default - 8Gi where a model is spread over several GPUs, else the 64 MiB of the container runtime
   */
  readonly sharedMemory?: string;
  /**
   * Environment variables. Not for secrets.
   * @default - none beside those of the server
   */
  readonly env?: Record<string, string>;
  /**
   * Environment variables from Secrets, by name.
   * @default - none
   */
  readonly secretEnv?: Record<string, SecretKey>;
  /**
   * Further arguments of the server, one word each.
   * @default - none
   */
  readonly args?: string[];
  /**
   * Names of the Secrets that pull images.
   * @default - none
   */
  readonly pullSecrets?: string[];
  /**
   * User and group that the container runs as, and the group of its volumes. All clients of one MPS daemon should have
   * one user. 0, root, is refused.
   * @default 1000
   */
  readonly userId?: number;
  /**
   * Labels of the pods. `app` is the server's own.
   * @default - none
   */
  readonly labels?: Record<string, string>;
  /**
   * Annotations of the pods.
   * @default - none
   */
  readonly annotations?: Record<string, string>;
  /**
   * Labels of the nodes, beside those of the slice.
   * @default - those of the slice
   */
  readonly nodeSelector?: Record<string, string>;
  /**
   * Taints to tolerate, beside those of the pool, as in Kubernetes.
   * @default - those of the slice
   */
  readonly tolerations?: any[];
  /**
   * Affinity, as in Kubernetes.
   * @default - none
   */
  readonly affinity?: Record<string, any>;
  /**
   * The priority class.
   * @default - that of the cluster
   */
  readonly priorityClassName?: string;
  /**
   * The runtime class.
   * @default - that of the cluster
   */
  readonly runtimeClassName?: string;
  /**
   * The service account. Its token is not mounted.
   * @default - that of the namespace
   */
  readonly serviceAccountName?: string;
}

/** What all servers of models are given. */
export interface ModelServerProps extends ServerPodSettings {
  /** What each replica runs on. */
  readonly slice: GpuSlice;
  /**
   * Release of the server, as the tags of its image say it without a leading `v`. It decides the image, the flags and
   * how memory is counted, so there is no default that would move with this library.
   */
  readonly version: string;
  /**
   * The image with its tag or digest, such as a copy in a registry of your own. `version` still says what is in it.
   * @default - upstream's image of that release
   */
  readonly image?: string;
  /**
   * Name of the Deployment, the Service and all that belongs to them.
   * @default - made from the construct path
   */
  readonly name?: string;
  /**
   * How many replicas. Not with `scaling`.
   * @default 1
   */
  readonly replicas?: number;
  /**
   * Let the number of replicas follow the queue.
   * @default - a fixed number
   */
  readonly scaling?: ServerScaling;
  /**
   * How pods are replaced by new ones.
   * @default - RECREATE for one replica, REPLACE for several: neither needs a free slice
   */
  readonly rollout?: ServerRollout;
  /**
   * What the server takes, as you measured it. Beats every estimate, and the engine's own memory settings are then left
   * to you.
   * @default - computed, where the model is known
   */
  readonly footprint?: ModelFootprint;
  /**
   * Why it is all right that the memory check is not certain. Stands in the manifest as an annotation.
   * @default - an uncertain check is an error
   */
  readonly acceptUncertainMemory?: string;
  /**
   * A monitor of the Prometheus Operator.
   * @default - none; the metrics are there all the same
   */
  readonly metrics?: ServerMonitor;
  /**
   * Who may call the server. It gets a NetworkPolicy that lets these to its ports and nobody else in; it needs a
   * network plugin that enforces NetworkPolicies.
   * @default - no NetworkPolicy: the whole cluster may call
   */
  readonly callers?: NimCaller[];
  /**
   * Who may read the metrics, beside `callers`.
   * @default - nobody but the callers
   */
  readonly monitor?: NimCaller;
}
