import { NimServiceProps } from './nim-service-props';
import { GpuSliceKind } from '../../hardware';
import { GpuSlice } from '../../pools';
import { checkWhole, given } from '../../props';
import { NIM_OPERATOR } from '../../releases';
import { isAtLeast } from '../spec/nim-image';

/** Devices that one pod asks for. */
export function deviceCount({ serving, multiNode }: NimServiceProps): number {
  return multiNode?.parallelism.tensor ?? (serving?.tensorParallel ?? 1) * (serving?.pipelineParallel ?? 1);
}

/** The most replicas that there can be. */
export function mostReplicas({ autoscaling, replicas }: NimServiceProps): number {
  return autoscaling?.maxReplicas ?? replicas ?? 1;
}

/** `replicas` or `scale` of a NIMService, never both. */
export function toScaling({ replicas, autoscaling }: NimServiceProps): Record<string, unknown> {
  if (autoscaling === undefined) { return { replicas: replicas ?? 1 }; }
  return {
    scale: {
      enabled: true,
      ...given(autoscaling, 'annotations'),
      hpa: {
        minReplicas: autoscaling.minReplicas
          ?? 1,
        maxReplicas: autoscaling.maxReplicas,
        metrics: autoscaling.metrics,
        ...given(autoscaling, 'behavior'),
      },
    },
  };
}

/**
 * Whether the autoscaler may go down to none: by what is measured outside of the pods, and of a release that surely
 * takes it.
 */
function scalesToZero({ autoscaling, nimOperator }: NimServiceProps): boolean {
  const types = (autoscaling?.metrics ?? []).map(metric => (metric as { type?: unknown } | undefined)?.type);
  return types.some(type => type === 'External' || type === 'Object')
    && nimOperator !== undefined
    && NIM_OPERATOR.has('optionalAuthSecret', nimOperator.version);
}

/** Refuses numbers that cannot be, more devices than the pool has, and boards that the NIM does not run on. */
export function checkDevices(place: string, props: NimServiceProps, tag: string): void {
  const { replicas, autoscaling, slice, multiNode } = props;
  if (replicas !== undefined && autoscaling !== undefined) {
    throw new Error(`${place}: replicas and autoscaling exclude each other: the CRD refuses spec.replicas beside `
      + 'spec.scale [NIM-004]; give one of them');
  }
  if (multiNode !== undefined && autoscaling !== undefined) {
    throw new Error(`${place}: a service over several nodes cannot scale: the CRD refuses spec.scale beside `
      + 'spec.multiNode [NIM-005]; give replicas');
  }
  checkWhole(place, 'replicas', replicas, 0);
  if (autoscaling !== undefined) {
    const least = autoscaling.minReplicas ?? 1;
    const fewest = scalesToZero(props) ? 0 : 1;
    if (!Number.isInteger(least)
      || least < fewest
      || !Number.isInteger(autoscaling.maxReplicas)
      || autoscaling.maxReplicas < Math.max(least, 1)) {
      throw new Error(`${place}: autoscaling from ${least} to ${autoscaling.maxReplicas} replicas is `
        + 'not possible [NIM-007]; '
        + `give whole numbers from ${fewest} on, maxReplicas not below minReplicas`
        + (least === 0
          ? `; 0 needs NIM Operator ${NIM_OPERATOR.milestones.optionalAuthSecret.begins} and a metric `
            + 'of type External or Object'
          : ''));
    }
  }
  const unmeasured = autoscaling?.metrics?.map(resourceOfUtilization)
    .find(name => name !== undefined && props.containerResources?.[name] === undefined);
  if (unmeasured !== undefined) {
    throw new Error(`${place}: autoscaling by ${unmeasured} utilization is a part of what is requested, and no `
      + `${unmeasured} is [NIM-185]; `
      + `give containerResources.${unmeasured}, or a metric of the NIM such as its requests that run`);
  }
  if (slice === undefined) { return; }
  const perPod = deviceCount(props);
  checkWhole(place, 'serving.tensorParallel', perPod, 1);
  const most = mostReplicas(props);
  const needed = most * perPod * (multiNode?.parallelism.pipeline ?? 1);
  if (slice.capacity !== undefined && needed > slice.capacity) {
    throw new Error(`${place}: up to ${most} replicas need ${needed} of ${slice}, and pool ${slice.pool} has `
      + `${slice.capacity} [CAP-002]; ask for fewer, or cut or add more`);
  }
  checkBoard(place, props, slice, tag);
}

/** What of the host a metric takes as a part of what the pod requests (autoscaling/v2). */
function resourceOfUtilization(metric: unknown): 'cpu' | 'memory' | undefined {
  const {
    name,
    target,
  } = (metric as { resource?: { name?: string; target?: { type?: string } } } | undefined)?.resource ?? {};
  return target?.type === 'Utilization' && (name === 'cpu' || name === 'memory') ? name : undefined;
}

/** As it was asked for; a profile that the NIM chooses by itself is not known here. */
function precisionOf({ serving, selector }: NimServiceProps): string | undefined {
  return serving?.precision ?? /(?:^|,)\s*precision=([^,]+)/.exec(selector ?? '')?.[1];
}

function checkBoard(place: string, props: NimServiceProps, slice: GpuSlice, tag: string): void {
  const { model } = props;
  const why = slice.gpu === undefined ? undefined : model.whyNotOn(slice.gpu, tag, precisionOf(props));
  if (why !== undefined) { throw new Error(`${place}: ${why}; give another board, precision or imageTag`); }
  const isMig = slice.kind === GpuSliceKind.MIG || slice.kind === GpuSliceKind.MIG_TIME_SLICED;
  if (isMig && model.migFromTag !== undefined && isAtLeast(tag, model.migFromTag) === false) {
    throw new Error(`${place}: ${model} supports MIG from ${model.migFromTag}, the tag is ${tag}; give a later `
      + 'imageTag, or a whole GPU');
  }
}
