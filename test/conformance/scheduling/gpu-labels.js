// The labels that GPU feature discovery writes on a node (docs/facts/gpu-operator.md "Node labels"), as far as pods may select by them.
'use strict';
const { GPU, devices, sharingOf } = require('./advertised');

function resourceLabels(resource, product, count, { method, replicas, renamed }) {
  return {
    [`${resource}.product`]: method !== 'none' && !renamed ? `${product}-SHARED` : product,
    [`${resource}.count`]: `${count}`,
    [`${resource}.replicas`]: `${replicas}`,
    [`${resource}.sharing-strategy`]: method,
  };
}

function gpuLabels({ board, gpus }, boards, strategy, file) {
  const labels = { 'nvidia.com/mig.capable': `${Object.keys(board.profiles).length > 0}` };
  if (strategy !== 'none') { labels['nvidia.com/mig.strategy'] = strategy; }
  const found = devices(boards, strategy);
  const cut = boards.some(Boolean);
  if (strategy === 'single' && cut) {
    const valid = found[GPU] !== undefined;
    const product = `${board.product}-MIG-${valid ? boards[0][0].replaceAll('+', '.') : 'INVALID'}`;
    return { ...labels, ...resourceLabels(GPU, product, found[GPU]?.length ?? 0, valid ? sharingOf(file, GPU) : { method: 'none', replicas: 0 }) };
  }
  // boards in MIG mode count here too, whole and under their plain name, and are handed out under the names below
  const whole = found[GPU] === undefined ? { method: 'none', replicas: 0 } : sharingOf(file, GPU);
  Object.assign(labels, resourceLabels(GPU, board.product, gpus, whole));
  for (const [resource, on] of Object.entries(found).filter(([name]) => name !== GPU)) {
    Object.assign(labels, resourceLabels(resource, `${board.product}-MIG-${resource.slice('nvidia.com/mig-'.length)}`, on.length, sharingOf(file, resource)));
  }
  return labels;
}

module.exports = { gpuLabels };
