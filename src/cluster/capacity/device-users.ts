import { mostPodsWithAutoscaler, podDemand } from './pod-demand';
import { at, listOf } from '../../kubernetes';
import { ClusterModel } from '../model/cluster-model';
import { DeviceUser } from '../model/device-user';
import { Workload } from '../model/workload';

/** Workloads that ask for a slice, together for more than its pool has where it is overbooked. */
export interface Overbooked {
  readonly user: DeviceUser;
  readonly asked: readonly { readonly workload: Workload; readonly count: number }[];
  readonly sum: number;
}

/**
 * Where the pods of all users of a slice, replicas and autoscaling included, want more than the pool has. Jobs are not
 * counted: they wait for room.
 */
export function overbooked(model: ClusterModel): Overbooked[] {
  return asksOf(model).filter(({ user, sum }) => sum > user.capacity);
}

/** Workloads of which the slices of a program count what they take, so that nothing else need count their claims. */
export function countedBySlices(model: ClusterModel): ReadonlySet<Workload> {
  return model.once(countedBySlices, () =>
    new Set(asksOf(model).flatMap(({ asked }) => asked.map(({ workload }) => workload))));
}

/** What the users of each slice ask for. */
function asksOf(model: ClusterModel): Overbooked[] {
  const slices = new Map<string, { user: DeviceUser; asked: Map<Workload, number> }>();
  const mostPods = mostPodsWithAutoscaler(model);
  const workloads = model.deviceUsers.length === 0 ? new Map<string, Workload[]>() : byConstruct(model);
  for (const user of model.deviceUsers) {
    const key = JSON.stringify([user.pool, user.slice]);
    const { asked } = slices.get(key) ?? slices.set(key, { user, asked: new Map() }).get(key)!;
    for (const workload of workloads.get(user.path) ?? []) {
      const count = devicesOf(workload, user) * (mostPods(workload) ?? 0);
      // a workload may take a slice for several of its containers, and is counted once
      if (count > 0) { asked.set(workload, Math.max(count, asked.get(workload) ?? 0)); }
    }
  }
  return [...slices.values()].map(({ user, asked }) => {
    const each = [...asked].map(([workload, count]) => ({ workload, count }));
    return { user, asked: each, sum: each.reduce((sum, { count }) => sum + count, 0) };
  });
}

/** Workloads by the path of their construct and of every construct around it. */
function byConstruct(model: ClusterModel): Map<string, Workload[]> {
  const found = new Map<string, Workload[]>();
  for (const workload of model.workloads) {
    const parts = (workload.document.constructPath ?? '').split('/');
    for (let end = parts.length; end > 0; end--) {
      const path = parts.slice(0, end).join('/');
      found.set(path, [...found.get(path) ?? [], workload]);
    }
  }
  return found;
}

/** How many devices one pod takes. */
function devicesOf(workload: Workload, { resource, template, claim, count }: DeviceUser): number {
  if (resource !== undefined) { return podDemand(workload).get(resource) ?? 0; }
  const { document, path, containers } = workload;
  const isNim = document.kind.startsWith('NIM');
  const entries = listOf(at(document.value, ...path, isNim ? 'draResources' : 'resourceClaims'));
  if (template !== undefined) {
    return count * entries.filter(each => at(each, 'resourceClaimTemplateName') === template).length;
  }
  const names = entries.filter(each => at(each, 'resourceClaimName') === claim).map(each => at(each, 'name'));
  if (isNim) { return names.length; }
  // whoever shares a claim has a part of its device
  return containers.filter(each =>
    listOf(at(document.value, ...each.path, 'resources', 'claims')).some(used =>
      names.includes(at(used, 'name')))).length;
}
