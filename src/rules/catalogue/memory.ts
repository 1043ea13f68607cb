import { RuleText } from '../rule';

/* eslint-disable @stylistic/max-len -- a table of sentences */
/** What the rules about memory say, and why. */
export const MEMORY_RULE_TEXTS: RuleText[] = [
  {
    id: 'MEM-001',
    area: 'memory',
    severity: 'error',
    lintSeverity: 'error',
    sentence: 'a model must fit the memory of its share in the best case',
    why: 'it dies when it starts, or when its first requests come',
    evidence: 'docs/fit.md: the arithmetic and its sources',
    bad: 'image: nvcr.io/nim/nvidia/magpie-tts-multilingual:1.8.0\nenv: [{name: NIM_TAGS_SELECTOR, value: batch_size=64}]\nlimits: {nvidia.com/mig-3g.40gb: 1}',
    good: 'image: nvcr.io/nim/nvidia/magpie-tts-multilingual:1.8.0\nenv: [{name: NIM_TAGS_SELECTOR, value: batch_size=8}]\nlimits: {nvidia.com/mig-3g.40gb: 1}',
  },
  {
    id: 'MEM-002',
    area: 'memory',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'a model should fit the memory of its share in the worst case too',
    why: 'between the best and the worst case it depends on load, driver and release',
    evidence: 'docs/fit.md',
    bad: 'args: [--model, meta-llama/Llama-3.1-8B-Instruct, --max-model-len, "8192"]\nlimits: {nvidia.com/mig-1g.20gb: 1}',
    good: 'args: [--model, meta-llama/Llama-3.1-8B-Instruct, --max-model-len, "4096"]\nlimits: {nvidia.com/mig-1g.20gb: 1}',
  },
  {
    id: 'MEM-003',
    area: 'memory',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'on an MPS or time-sliced share the memory fraction of the engine must be set',
    why: 'the engine sees the whole board and takes 0.9 of it, far more than its share',
    evidence: 'read on an H200: under an MPS limit of 8 GiB cudaMemGetInfo still says the total of the board; k8s-device-plugin#764',
    bad: 'args: [--model, meta-llama/Llama-3.1-8B-Instruct]   # on one of 2 MPS shares',
    good: 'args: [--model, meta-llama/Llama-3.1-8B-Instruct, --gpu-memory-utilization, "0.45"]',
  },
  {
    id: 'MEM-004',
    area: 'memory',
    severity: 'info',
    lintSeverity: 'info',
    sentence: 'the model of a container that asks for a GPU should be known',
    why: 'its memory cannot be checked otherwise',
    evidence: 'none needed',
    bad: 'image: registry.example.com/mine:1\nlimits: {nvidia.com/gpu: 1}',
    good: 'metadata: {annotations: {cdk8s-gpu/model: meta-llama/Llama-3.1-8B-Instruct}}',
  },
];
