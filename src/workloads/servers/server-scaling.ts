import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { checkProps, checkWhole, needed, NUMBER, Shape, TEXT, textLike } from '../../props';

/** How many replicas a server has, by its queue. */
export interface QueueScalingOptions {
  /**
   * The fewest replicas; from 1. With none there is nobody whose queue could say that one is needed.
   * @default 1
   */
  readonly minReplicas?: number;
  /** The most replicas. Each needs a slice of its own, so the pool must have that many. */
  readonly maxReplicas: number;
  /** Requests that may wait at each replica; with more, replicas are added. */
  readonly waitingPerReplica: number;
  /**
   * For how long the queue must have been short before replicas go, in seconds, at most 3600. A server takes minutes to
   * start, so it goes slowly.
   * @default - as long as a start may take, at most 3600
   */
  readonly scaleDownAfterSeconds?: number;
}

/** Scaling by KEDA. */
export interface KedaScalingOptions extends QueueScalingOptions {
  /** Address of the Prometheus that scrapes the servers, such as `http://prometheus-operated.monitoring.svc:9090`. */
  readonly prometheus: string;
  /**
   * Name of a TriggerAuthentication, where Prometheus asks for one.
   * @default - none
   */
  readonly authentication?: string;
}

/** Scaling by a HorizontalPodAutoscaler. */
export interface HpaScalingOptions extends QueueScalingOptions {
  /**
   * What the metrics API calls the number of waiting requests of a pod.
   * @default - the engine's name for it with `_` in the place of `:`, such as `vllm_num_requests_waiting`
   */
  readonly metricName?: string;
}

/** What scaling depends on. */
export interface ScalingContext {
  /** Of the Deployment. */
  readonly name: string;
  readonly namespace?: string;
  /** The gauge of waiting requests, as the engine calls it. */
  readonly queueMetric: string;
  readonly startupSeconds: number;
}

const QUEUE: Shape<QueueScalingOptions> = {
  minReplicas: NUMBER, maxReplicas: needed(NUMBER), waitingPerReplica: needed(NUMBER), scaleDownAfterSeconds: NUMBER,
};
const KEDA: Shape<KedaScalingOptions> = {
  ...QUEUE,
  prometheus: needed(textLike('the address of Prometheus, such as http://prometheus-operated.monitoring.svc:9090')),
  authentication: TEXT,
};
const HPA: Shape<HpaScalingOptions> = { ...QUEUE, metricName: TEXT };

/**
 * The longest window of a HorizontalPodAutoscaler (k8s.io/kubernetes pkg/apis/autoscaling/validation
 * MaxStabilizationWindowSeconds).
 */
const LONGEST_WINDOW = 3600;

/**
 * Replicas that follow the requests that wait at a server: its own gauge, and not CPU, which says nothing of a GPU.
 *
 * Sources of the metrics: `vllm:num_requests_waiting` (vllm 0.33.0 vllm/v1/metrics/loggers.py), `sglang:num_queue_reqs`
 * (sglang 0.5.23 sglang/srt/observability/metrics_collector.py), `nv_inference_pending_request_count` (Triton, user
 * guide, metrics).
 *
 * @example
 * const scaling = ServerScaling.keda({ prometheus: 'http://prometheus-operated.monitoring.svc:9090', maxReplicas: 2, waitingPerReplica: 5 });
 */
export class ServerScaling {
  /**
   * A ScaledObject of KEDA, which asks Prometheus.
   * @param options how many, and when
   */
  public static keda(options: KedaScalingOptions): ServerScaling {
    checkProps('ServerScaling.keda', options, KEDA);
    checkQueue('ServerScaling.keda', options);
    const { prometheus } = options;
    const url = URL.canParse(prometheus) ? new URL(prometheus) : undefined;
    if (url !== undefined && (url.username !== '' || url.password !== '')) {
      throw new Error('ServerScaling.keda: prometheus carries credentials, which must not stand in a manifest; leave '
        + 'them out and give authentication');
    }
    if (url === undefined || !/^https?:$/.test(url.protocol)) {
      throw new Error(`ServerScaling.keda: prometheus "${prometheus}" is no http or https URL, such as `
        + 'http://prometheus-operated.monitoring.svc:9090');
    }
    return new ServerScaling(options, (scope, context) => scaledObject(scope, options, context));
  }

  /**
   * A HorizontalPodAutoscaler on a metric of the pods. It needs a server of the custom metrics API, such as the
   * Prometheus adapter, with a rule for the metric.
   * @param options how many, and when
   */
  public static hpa(options: HpaScalingOptions): ServerScaling {
    checkProps('ServerScaling.hpa', options, HPA);
    checkQueue('ServerScaling.hpa', options);
    const { metricName } = options;
    if (metricName !== undefined && !/^[a-zA-Z_][\w.-]*$/.test(metricName)) {
      throw new Error(`ServerScaling.hpa: metricName "${metricName}" is no name of the metrics API; rename it in the `
        + 'adapter, and give letters, digits, "_", "-" and "."');
    }
    return new ServerScaling(options, (scope, context) => autoscaler(scope, options, context));
  }

  private constructor(
    private readonly options: QueueScalingOptions,
    private readonly write: (scope: Construct, context: ScalingContext) => ApiObject,
  ) {}

  /** The most replicas. */
  public get maxReplicas(): number {
    return this.options.maxReplicas;
  }

  /** @internal */
  public _write(scope: Construct, context: ScalingContext): ApiObject {
    return this.write(scope, context);
  }
}

function checkQueue(
  place: string,
  { minReplicas = 1, maxReplicas, waitingPerReplica, scaleDownAfterSeconds }: QueueScalingOptions,
): void {
  if (minReplicas === 0) {
    throw new Error(`${place}: minReplicas 0 cannot be: with no replica nobody has a queue that could say one `
      + 'is needed; give 1 or more');
  }
  checkWhole(place, 'minReplicas', minReplicas, 1);
  checkWhole(place, 'maxReplicas', maxReplicas, 1);
  if (maxReplicas < minReplicas) {
    throw new Error(`${place}: from ${minReplicas} to ${maxReplicas} replicas is not possible; maxReplicas must `
      + 'not be below minReplicas');
  }
  if (!(waitingPerReplica > 0) || !Number.isFinite(waitingPerReplica)) {
    throw new Error(`${place}: waitingPerReplica must be a number above 0, got ${waitingPerReplica}`);
  }
  checkWhole(place, 'scaleDownAfterSeconds', scaleDownAfterSeconds, 0, LONGEST_WINDOW);
}

function behaviorOf(
  { scaleDownAfterSeconds }: QueueScalingOptions,
  { startupSeconds }: ScalingContext,
): Record<string, unknown> {
  return {
    scaleDown: { stabilizationWindowSeconds: scaleDownAfterSeconds ?? Math.min(LONGEST_WINDOW, startupSeconds) },
  };
}

/**
 * KEDA divides the answer by the replicas (metricType AverageValue, its default) and adds some while that is above the
 * threshold.
 */
function scaledObject(scope: Construct, options: KedaScalingOptions, context: ScalingContext): ApiObject {
  const { name, namespace, queueMetric } = context;
  if (namespace === undefined) {
    throw new Error(`${scope.node.path}: scaling asks Prometheus for the pods of a namespace, and the chart has `
      + 'none; give the chart a namespace');
  }
  return new ApiObject(scope, 'Scaling', {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: { name },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      minReplicaCount: options.minReplicas ?? 1,
      maxReplicaCount: options.maxReplicas,
      advanced: { horizontalPodAutoscalerConfig: { behavior: behaviorOf(options, context) } },
      triggers: [{
        type: 'prometheus',
        metadata: {
          serverAddress: options.prometheus,
          // the labels that both monitors of the Prometheus Operator add
          query: `sum(${queueMetric}{namespace="${namespace}",pod=~"${podNames(name)}"})`,
          threshold: String(options.waitingPerReplica),
        },
        ...(options.authentication !== undefined && { authenticationRef: { name: options.authentication } }),
      }],
    },
  });
}

/**
 * Pods are called as their Deployment with two words more; of names that leave too little room for these the end is cut
 * (apiserver names.SimpleNameGenerator).
 */
function podNames(name: string): string {
  return name.length > 46 ? `${name.slice(0, 57)}.+` : `${name}-[a-z0-9]+-[a-z0-9]+`;
}

function autoscaler(scope: Construct, options: HpaScalingOptions, context: ScalingContext): ApiObject {
  const { name, queueMetric } = context;
  return new ApiObject(scope, 'Scaling', {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      minReplicas: options.minReplicas ?? 1,
      maxReplicas: options.maxReplicas,
      behavior: behaviorOf(options, context),
      metrics: [{
        type: 'Pods',
        // adapters rename the colon (vllm-project/production-stack@a6c01db observability/prom-adapter.yaml)
        pods: {
          metric: { name: options.metricName ?? queueMetric.replace(/:/g, '_') },
          target: { type: 'AverageValue', averageValue: quantity(options.waitingPerReplica) },
        },
      }],
    },
  });
}

/** A number as a quantity, to the thousandth. */
function quantity(value: number): string {
  return Number.isInteger(value) ? String(value) : `${Math.max(1, Math.round(value * 1000))}m`;
}
