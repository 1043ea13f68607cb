import {
  ClusterModel, GpuContainer, GpuRequest, gpuRequestsOf, NodeConfig, nodeConfigOf, sharingOf, Workload,
} from '../../cluster';
import { quantityOf } from '../../kubernetes';
import { shown } from '../../text';
import { ofPods } from '../of-pods';
import { defineRule, Rule } from '../rule';

/**
 * GPUs, MIG devices and shares of them that a container really asks for; a zero asks for none. Other resources of the
 * vendor, such as those of its network operator, are none.
 */
export function asked(container: GpuContainer): [string, unknown][] {
  return Object.entries({ ...container.requests, ...container.limits })
    .filter(([name, count]) =>
      /^nvidia\.com\/(?:gpu(?:\.|$)|mig-)/.test(name) && quantityOf(count) !== 0 && count !== null);
}

/** Every GPU resource that a workload asks for. */
function* requestsOf(model: ClusterModel): Generator<{
  workload: Workload;
  container: GpuContainer;
  name: string;
  count: unknown;
}> {
  for (const workload of model.distinctWorkloads) {
    for (const container of workload.containers) {
      for (const [name, count] of asked(container)) { yield { workload, container, name, count }; }
    }
  }
}

/** Where a resource stands in a container. */
function placeOf({ path, limits }: GpuContainer, name: string): (string | number)[] {
  return [...path, 'resources', Object.hasOwn(limits, name) ? 'limits' : 'requests', name];
}

/**
 * The configs that may have made a shared resource: that of the selected nodes, else every one that advertises the
 * name.
 */
function configsOf(model: ClusterModel, { nodeSelector }: Workload, name: string): NodeConfig[] {
  const own = nodeConfigOf(model, nodeSelector);
  if (own !== undefined) { return [own]; }
  if (nodeSelector['nvidia.com/device-plugin.config'] !== undefined || !name.endsWith('.shared')) { return []; }
  return model.once(`configs that make ${name}`, () => model.devicePluginFiles
    .map(({ key, file }) => ({ key, file, sharing: sharingOf(file.value, model.gpuOperator) }))
    .filter(({ sharing }) => sharing?.resources.some(({ advertised }) => advertised === name)));
}

/**
 * The configs of the nodes that a workload may run on, where each of them has one that shares the resource; else none.
 */
function configsOfNodes(model: ClusterModel, name: string, pools: GpuRequest['pools'] = []): NodeConfig[] {
  const configs = pools.map(({ labels }) => nodeConfigOf(model, labels));
  const shares = (config: NodeConfig | undefined) =>
    config?.sharing?.resources.some(({ advertised }) => advertised === name) === true;
  return configs.every(shares) ? configs.filter(each => each !== undefined) : [];
}

/** Whether every device-plugin config of the cluster is among the manifests. */
function allConfigsAreKnown(model: ClusterModel): boolean {
  const names = model.policies.map(({ spec }) =>
    ((spec.devicePlugin as { config?: { name?: unknown } } | undefined)?.config?.name));
  return names.length > 0
    && names.every(name => typeof name === 'string' && model.configMapsNamed(name).length > 0);
}

/** Rules about the names and counts of what pods ask for. */
export const POD_RESOURCE_RULES: Rule[] = [
  defineRule({
    id: 'POD-003',
    name: 'several-shared-replicas',
    area: 'pods',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'a resource that is shared with failRequestsGreaterThanOne (the default of mps) can be asked for only '
      + 'once a container',
    why: 'UnexpectedAdmissionError on a node that shares the resource; for nvidia.com/gpu it may be meant for '
      + 'unshared nodes, so only a warning for hand-written pods',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc internal/rm/rm.go#L83-L107',
    check: ofPods(function* (model) {
      // all resources of a pod have the same
      const pools = new Map(gpuRequestsOf(model).map(request => [request.workload, request.pools]));
      for (const { workload, container, name, count } of requestsOf(model)) {
        if (!((quantityOf(count) ?? 0) > 1)) { continue; }
        const own = configsOf(model, workload, name);
        const sharing = (own.length > 0 ? own : configsOfNodes(model, name, pools.get(workload)))
          .filter(each => each.sharing?.resources.some(({ advertised }) => advertised === name));
        if (sharing.length > 0 && sharing.every(each => each.sharing?.refusesSeveral)) {
          yield {
            document: workload.document,
            path: placeOf(container, name),
            message: `container ${container.name} asks for ${shown(count)} of ${name}, which config `
              + `${sharing[0].key} shares and hands out one by one`,
            fix: 'ask for 1: more replicas of a GPU are no more of it',
          };
        }
      }
    }),
  }),
  defineRule({
    id: 'POD-004',
    name: 'resource-not-advertised',
    area: 'pods',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'a pod asks for the resource that the strategy and the renaming hand out: nvidia.com/gpu under '
      + 'single, nvidia.com/mig-<profile> under mixed, with .shared where `renameByDefault` is on',
    why: 'pods pend forever if no node advertises the name; other nodes of the cluster may, so only a warning for '
      + 'hand-written pods (a "+" in the name is always refused by the API server)',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc internal/rm/rm.go#L110-L150; NVIDIA/k8s-device-plugin@1b826acc '
      + 'api/config/v1/resources.go#L95-L98',
    check: ofPods(function* (model) {
      const known = allConfigsAreKnown(model);
      const advertised = new Set(model.devicePluginFiles
        .flatMap(({ file }) => sharingOf(file.value, model.gpuOperator)?.resources.map(each => each.advertised) ?? []));
      for (const { workload, container, name } of requestsOf(model)) {
        const found = (message: string, fix: string) => ({
          document: workload.document,
          path: placeOf(container, name),
          message: `container ${container.name}: ${message}`,
          fix,
        });
        const config = nodeConfigOf(model, workload.nodeSelector);
        const shared = config?.sharing?.resources.find(each => each.name === name || each.advertised === name);
        if (name.includes('+')) {
          yield {
            ...found(
              `"+" is not allowed in a resource name, and the API server refuses ${name}`,
              `ask for ${name.replace('+', '.')}`,
            ),
            severity: 'error',
          };
        } else if (name.startsWith('nvidia.com/mig-')
          && (model.policyStrategy === 'single' || model.policyStrategy === 'none')) {
          yield found(`no node has ${name} under strategy ${model.policyStrategy}`,
            model.policyStrategy === 'single'
              ? 'ask for nvidia.com/gpu, which stands for a MIG device there; or use strategy mixed'
              : 'use strategy mixed');
        } else if (shared !== undefined && shared.advertised !== name) {
          yield found(
            `config ${config!.key} renames ${name}, so its nodes do not have it`,
            `ask for ${shared.advertised}`,
          );
        } else if (name.endsWith('.shared') && config !== undefined && shared === undefined) {
          yield found(
            `config ${config.key} does not make ${name}`,
            `ask for ${name.replace(/\.shared$/, '')}, or set renameByDefault: true`,
          );
        } else if (name.endsWith('.shared') && known && !advertised.has(name)) {
          yield found(
            `no device-plugin config makes ${name}`,
            `ask for ${name.replace(/\.shared$/, '')}, or set renameByDefault: true`,
          );
        }
      }
    }),
  }),
  defineRule({
    id: 'POD-009',
    name: 'whole-gpus-only',
    area: 'pods',
    severity: 'info',
    lintSeverity: 'info',
    sentence: 'mixed strategy: nvidia.com/gpu: N only ever means full GPUs; nvidia.com/gpu.count counts physical GPUs '
      + 'incl. MIG-enabled ones',
    why: 'a fact to plan with: such pods get a full GPU or wait',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc internal/lm/mig-strategy.go#L114-L180; NVIDIA/gpu-operator#637, '
      + 'NVIDIA/k8s-device-plugin#1501',
    notCheckable: 'nvidia.com/gpu: 1 is right for whoever wants a whole GPU; what its author '
      + 'expected is not written down.',
    bad: '# mixed, expecting slices\n'
      + 'limits: {nvidia.com/gpu: 1}',
    good: 'limits: {nvidia.com/mig-1g.10gb: 1}',
  }),
];
