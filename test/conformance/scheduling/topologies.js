// What the examples declare, in hardware: the machines, and which boards of them each workload runs on. Written from the charts in
// examples/*/chart.ts, where a person reads the same; the check compares it with what comes of the manifests.
'use strict';
const { A100, H100, H200, L4, L40S, machine, machineWithoutGpu } = require('./machines');

/** A machine that is in no pool, with boards to spare: nothing may land there. */
const bystander = (board, name = 'in-no-pool') => machine(name, board, 8);

const halves = { 'gpu-node-1': [0] };
const wholes = { 'gpu-node-1': [1, 2] };
const on = (node, ...boards) => ({ [node]: boards });
const all = count => Array.from({ length: count }, (_, index) => index);

/**
 * runs: for each workload its pods, the boards that they may be given on each node, whether nothing else can ever be on such a board
 * (`alone`), and how many more pods like it there is room for beside everything else. A workload without a GPU has `node` instead.
 * A hash at the end of a name is left out.
 */
const TOPOLOGIES = [
  {
    files: ['voice-dedicated/voice-dedicated.k8s.yaml'],
    machines: [machine('gpu-node-1', A100, 3), bystander(A100)],
    runs: Object.fromEntries(['asr', 'tts', 'llm'].map(name => [name, { pods: 1, boards: { 'gpu-node-1': [0, 1, 2] }, alone: true, more: 0 }])),
  },
  {
    files: ['voice-mig/voice-mig.k8s.yaml'],
    machines: [machine('gpu-node-1', A100, 3), bystander(A100)],
    runs: {
      asr: { pods: 1, boards: halves, alone: false, more: 0 },
      tts: { pods: 1, boards: halves, alone: false, more: 0 },
      llm: { pods: 1, boards: wholes, alone: true, more: 1 },
    },
  },
  {
    files: ['voice-reinvested/voice-reinvested.k8s.yaml'],
    machines: [machine('gpu-node-1', A100, 3), bystander(A100)],
    runs: {
      asr: { pods: 1, boards: halves, alone: false, more: 0 },
      tts: { pods: 1, boards: halves, alone: false, more: 0 },
      llm: { pods: 2, boards: wholes, alone: true, more: 0 },
    },
  },
  {
    files: ['voice-time-sliced/one-node.k8s.yaml'],
    machines: [machine('gpu-node-1', A100, 3), bystander(A100)],
    runs: {
      asr: { pods: 1, boards: halves, alone: false, more: 0 },
      tts: { pods: 1, boards: halves, alone: false, more: 0 },
      llm: { pods: 1, boards: wholes, alone: true, more: 1 },
    },
  },
  ...['voice-time-sliced/two-pools.k8s.yaml', 'voice-mps/voice-mps.k8s.yaml'].map(file => ({
    files: [file],
    machines: [machine('gpu-node-1', A100, 1), machine('gpu-node-2', A100, 2), bystander(A100)],
    runs: {
      asr: { pods: 1, boards: halves, alone: false, more: 0 },
      tts: { pods: 1, boards: halves, alone: false, more: 0 },
      llm: { pods: 1, boards: { 'gpu-node-2': [0, 1] }, alone: true, more: 1 },
    },
  })),
  {
    files: ['rag-mig/one-board.k8s.yaml'],
    machines: [machine('gpu-node-1', H100, 1), bystander(H100)],
    runs: Object.fromEntries(['llm', 'embedding', 'reranker', 'jailbreak-detect'].map(name => [name, { pods: 1, boards: halves, alone: false, more: 0 }])),
  },
  {
    files: ['rag-mig/five-boards.k8s.yaml'],
    machines: [machine('gpu-node-1', H100, 5), bystander(H100)],
    runs: {
      'llm': { pods: 1, boards: { 'gpu-node-1': [0, 1, 3] }, alone: true, more: 0 },
      'embedding': { pods: 1, boards: { 'gpu-node-1': [0, 1, 3] }, alone: true, more: 0 },
      'reranker': { pods: 1, boards: { 'gpu-node-1': [4] }, alone: false, more: 1 },
      'ocr': { pods: 1, boards: { 'gpu-node-1': [2, 4] }, alone: false, more: 1 },
      'page-elements': { pods: 1, boards: { 'gpu-node-1': [2] }, alone: false, more: 1 },
      'graphic-elements': { pods: 1, boards: { 'gpu-node-1': [2] }, alone: false, more: 1 },
      'table-structure': { pods: 1, boards: { 'gpu-node-1': [2] }, alone: false, more: 1 },
    },
  },
  {
    files: ['voice-benchmark/voice-benchmark.k8s.yaml'],
    machines: [...all(4).map(number => machine(`gpu-node-${number + 1}`, A100, 3)), bystander(A100), machineWithoutGpu('elsewhere')],
    runs: {
      ...Object.fromEntries(['asr', 'tts', 'llm'].map(name => [`dedicated-${name}`, { pods: 1, boards: on('gpu-node-1', 0, 1, 2), alone: true, more: 0 }])),
      ...Object.fromEntries([['time-slicing', 'gpu-node-2'], ['mig', 'gpu-node-3'], ['reinvest', 'gpu-node-4']].flatMap(([arm, node]) => [
        [`${arm}-asr`, { pods: 1, boards: on(node, 0), alone: false, more: 0 }],
        [`${arm}-tts`, { pods: 1, boards: on(node, 0), alone: false, more: 0 }],
        [`${arm}-llm`, { pods: arm === 'reinvest' ? 2 : 1, boards: on(node, 1, 2), alone: true, more: arm === 'reinvest' ? 0 : 1 }],
      ])),
      benchmark: { pods: 1, node: 'elsewhere' },
    },
  },
  {
    files: ['vllm-on-a-slice/vllm-on-a-slice.k8s.yaml'],
    machines: [machine('gpu-node-1', A100, 2), bystander(A100)],
    runs: {
      asr: { pods: 1, boards: on('gpu-node-1', 0, 1), alone: false, more: 1 },
      llm: { pods: 2, boards: on('gpu-node-1', 0, 1), alone: false, more: 1 },
    },
  },
  {
    // one pod waits for nothing but its slice: the queue and the quota are Kueue's and the API server's
    files: ['team-quotas/team-quotas.k8s.yaml'],
    machines: [machine('gpu-node-1', H100, 2), bystander(H100)],
    runs: { llm: { pods: 1, boards: on('gpu-node-1', 0), alone: false, more: 1 } },
  },
  {
    files: ['mixed-fleet/mixed-fleet.k8s.yaml', 'mixed-fleet/cluster-policy.patch.yaml'],
    machines: [
      machine('a100-1', A100, 8), machine('a100-2', A100, 8), bystander(A100, 'a100-3'),
      machine('h200-1', H200, 4), machine('h200-later', H200, 4), // chosen by board, so every one is in the pool
      ...all(4).map(number => machine(`l4-${number}`, L4, 1, { labels: { 'cloud.example.com/pool': 'l4' } })), bystander(L4, 'l4-elsewhere'),
      machine('l40s-1', L40S, 4, { taints: [{ key: 'team', value: 'search', effect: 'NoSchedule' }] }), bystander(L40S, 'l40s-2'),
      machine('h100-1', H100, 8), bystander(H100, 'h100-2'),
    ],
    // these nodes are known by a label of their cloud: whoever owns that node pool adds what the library hands out (pool.nodeLabels)
    handedOut: {
      where: { 'cloud.example.com/pool': 'l4' },
      label: 'nvidia.com/device-plugin.config',
      value: manifests => manifests.filter(each => each.kind === 'ConfigMap').flatMap(({ data }) => Object.keys(data)).find(key => key.startsWith('l4-')),
    },
    runs: {
      guardrail: { pods: 1, boards: { 'a100-1': all(8), 'a100-2': all(8) }, alone: false, more: 31 },
      reranker: { pods: 1, boards: { 'a100-1': all(8), 'a100-2': all(8) }, alone: false, more: 15 },
      translator: { pods: 1, boards: { 'h200-1': all(4), 'h200-later': all(4) }, alone: false, more: 55 },
      notebook: { pods: 1, boards: Object.fromEntries(all(4).map(number => [`l4-${number}`, [0]])), alone: false, more: 15 },
      embedder: { pods: 1, boards: { 'l40s-1': all(4) }, alone: false, more: 31 },
      trainer: { pods: 1, boards: { 'h100-1': all(8) }, alone: true, more: 7 },
    },
  },
];

/** Examples whose pods are not placed here, and why. */
const BY_CLAIM = 'its GPUs come by claims, so no device plugin hands them out; they are placed by claim, below';
const NOT_PLACED = {
  'dra-dynamic-mig/dra-dynamic-mig.k8s.yaml': BY_CLAIM,
  'dra-experiment-2/dra-experiment-2.k8s.yaml': BY_CLAIM,
};

module.exports = { NOT_PLACED, TOPOLOGIES };
