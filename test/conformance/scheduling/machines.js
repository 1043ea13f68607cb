// Machines as they stand in a rack: which boards, how many, what the node is called, labelled and tainted by its owner.
'use strict';

/**
 * A GPU instance profile: compute slices, memory slices, and where on the memory it may start.
 * NVIDIA MIG User Guide and nvidia-smi mig -lgipp; docs/boards.md.
 */
const profile = (compute, size, ...starts) => ({ compute, size, starts });

/** PCI device id, product as GPU feature discovery prints it (docs/facts/gpu-operator.md "Product labels"), profiles. */
const A100 = {
  device: '20b2', product: 'NVIDIA-A100-SXM4-80GB', profiles: {
    '1g.10gb': profile(1, 1, 0, 1, 2, 3, 4, 5, 6), '1g.20gb': profile(1, 2, 0, 2, 4, 6), '2g.20gb': profile(2, 2, 0, 2, 4),
    '3g.40gb': profile(3, 4, 0, 4), '4g.40gb': profile(4, 4, 0), '7g.80gb': profile(7, 8, 0),
  },
};
const H100 = { device: '2330', product: 'NVIDIA-H100-80GB-HBM3', profiles: A100.profiles };
const H200 = {
  device: '2335', product: 'NVIDIA-H200', profiles: {
    '1g.18gb': profile(1, 1, 0, 1, 2, 3, 4, 5, 6), '1g.35gb': profile(1, 2, 0, 2, 4, 6), '2g.35gb': profile(2, 2, 0, 2, 4),
    '3g.71gb': profile(3, 4, 0, 4), '4g.71gb': profile(4, 4, 0), '7g.141gb': profile(7, 8, 0),
  },
};
const L4 = { device: '27b8', product: 'NVIDIA-L4', profiles: {} };
const L40S = { device: '26b9', product: 'NVIDIA-L40S', profiles: {} };

/** The taint that keeps pods without GPU work off GPU nodes; the operator's own pods tolerate it. */
const GPU_TAINT = { key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' };

function machine(name, board, gpus, { labels = {}, taints = [] } = {}) {
  return { name, board, gpus, labels, taints: [GPU_TAINT, ...taints] };
}

/** A machine without a GPU: nothing of the operator runs there. */
const machineWithoutGpu = name => ({ name, board: { profiles: {} }, gpus: 0, labels: {}, taints: [] });

/** Whether a board can be cut so: every instance at a start of its profile, none over another, compute slices for all. */
function fits(board, names) {
  const profiles = names.map(name => board.profiles[name]);
  if (profiles.includes(undefined) || profiles.reduce((sum, each) => sum + each.compute, 0) > 7) { return false; }
  const place = (index, taken) => index === profiles.length || profiles[index].starts.some(start => {
    const mask = ((1 << profiles[index].size) - 1) << start;
    return (taken & mask) === 0 && place(index + 1, taken | mask);
  });
  return place(0, 0);
}

module.exports = { A100, H100, H200, L4, L40S, fits, machine, machineWithoutGpu };
