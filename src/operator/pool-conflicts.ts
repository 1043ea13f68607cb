import { PoolDeclaration } from '../allocation';

/**
 * @throws when a node of a pool is in another one; `poolOfNode` has the construct path of the pool of each node that is
 * taken
 */
export function refuseTakenNode(pool: PoolDeclaration, poolOfNode: ReadonlyMap<string, string>): void {
  const node = pool.nodes.names.find(name => poolOfNode.has(name));
  if (node !== undefined) {
    throw new Error(`${pool.path}: node ${node} is already in pool ${poolOfNode.get(node)}; a node has one `
      + 'nvidia.com/mig.config and one nvidia.com/device-plugin.config label, so it is in one pool '
      + '[NFD-004]');
  }
}

/** @throws when a pool cannot be in a cluster beside one that is there: the same name, or the same board by PCI id */
export function refuseConflict(pool: PoolDeclaration, other: PoolDeclaration): void {
  if (pool.name === other.name) {
    throw new Error(`${pool.path}: its name in labels and files is "${pool.name}", as that of pool ${other.path}: a `
      + 'name is the construct path below the chart, in lower case, with dashes. Give one of them another '
      + 'id');
  }
  if (!pool.nodes.byBoard || !other.nodes.byBoard) { return; }
  for (const gpu of pool.gpus) {
    const twin = other.gpus.find(each => each.id === gpu.id);
    if (twin !== undefined) {
      throw new Error(`${pool.path}: all nodes with ${gpu.name} are already in pool ${other.path} [NFD-004]; give `
        + 'the nodes of one of them by name');
    }
    const alike = other.gpus.find(each =>
      sharesPciId(each.pciDeviceIds, gpu.pciDeviceIds) && !toldApart(each.pciSubsystemIds, gpu.pciSubsystemIds));
    if (alike !== undefined) {
      throw new Error(`${pool.path}: ${gpu.name} has a PCI id of ${alike.name}, so all its nodes are already in pool `
        + `${other.path}, which has GpuNodes.withBoard() too [NFD-004]; give the nodes of one of them by `
        + 'name');
    }
  }
}

function sharesPciId(ids: string[], others: string[]): boolean {
  return ids.some(id => others.includes(id));
}

/** NodeFeatureRules match the subsystem too, where the catalogue knows it. */
function toldApart(ids: string[], others: string[]): boolean {
  return ids.length > 0 && others.length > 0 && !ids.some(id => others.includes(id));
}
