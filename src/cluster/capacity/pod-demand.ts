import { at, quantityOf, textOf } from '../../kubernetes';
import { ClusterModel } from '../model/cluster-model';
import { GpuContainer, Workload } from '../model/workload';

/**
 * The GPU resources that one pod of a workload asks for, with the count of each. An init container runs before the
 * others, so the larger of both counts.
 */
export function podDemand({ containers }: Workload): Map<string, number> {
  const [before, beside] = [new Map<string, number>(), new Map<string, number>()];
  for (const container of containers) {
    const isInit = container.path.includes('initContainers');
    for (const [name, count] of requested(container)) {
      if (isInit) {
        before.set(name, Math.max(before.get(name) ?? 0, count));
      } else {
        beside.set(name, (beside.get(name) ?? 0) + count);
      }
    }
  }
  for (const [name, count] of before) { beside.set(name, Math.max(beside.get(name) ?? 0, count)); }
  return beside;
}

/** The GPU resources that a container asks for. Of what is no whole number, POD-010 speaks. */
export function requested({ limits, requests }: GpuContainer): [string, number][] {
  return Object.entries({ ...requests, ...limits })
    .filter(([name]) => name.startsWith('nvidia.com/'))
    .map(([name, count]): [string, number] => [name, quantityOf(count) ?? 0])
    .filter(([, count]) => Number.isInteger(count) && count > 0);
}

/**
 * The most replicas of a ScaledObject that says none (kedacore/keda apis/keda/v1alpha1 scaledobject_types.go
 * defaultHPAMaxReplicas).
 */
const KEDA_MOST = 100;

/**
 * The most pods of a workload at one time, its HorizontalPodAutoscaler or ScaledObject included; undefined for what has
 * no such number.
 */
export function mostPodsWithAutoscaler(model: ClusterModel): (workload: Workload) => number | undefined {
  const limits = new Map<string, number>();
  for (const { spec, namespace } of model.ofKind('HorizontalPodAutoscaler')) {
    const [kind, name] = ['kind', 'name'].map(key => textOf(at(spec, 'scaleTargetRef', key)) ?? '');
    if (typeof spec.maxReplicas === 'number') { limits.set([kind, namespace, name].join('/'), spec.maxReplicas); }
  }
  for (const { spec, namespace } of model.ofKind('ScaledObject')) {
    const kind = textOf(at(spec, 'scaleTargetRef', 'kind')) ?? 'Deployment';
    const most = typeof spec.maxReplicaCount === 'number' ? spec.maxReplicaCount : KEDA_MOST;
    limits.set([kind, namespace, textOf(at(spec, 'scaleTargetRef', 'name')) ?? ''].join('/'), most);
  }
  return ({ document: { kind, namespace, name }, mostPods }) => {
    const limit = limits.get([kind, namespace, name].join('/'));
    return limit === undefined ? mostPods : Math.max(limit, mostPods ?? 0);
  };
}
