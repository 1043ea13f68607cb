/**
 * The language model inside a NIM. The vision tower of a VLM is not in it.
 *
 * Sources: the NIM's name, and for the VLM the documentation of Llama-3.1-Nemotron-Nano-VL-8B-V1, which names
 * Llama-3.1-8B-Instruct as its language model.
 */
export const ARCHITECTURE_OF_NIM: Record<string, { readonly id: string; readonly withVisionTower?: boolean }> = {
  'llama-3.1-8b-instruct': { id: 'meta-llama/Llama-3.1-8B-Instruct' },
  'llama-3.3-70b-instruct': { id: 'meta-llama/Llama-3.3-70B-Instruct' },
  'nemotron-nano-9b-v2': { id: 'nvidia/NVIDIA-Nemotron-Nano-9B-v2' },
  'nemotron-3-nano': { id: 'nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16' },
  'nemotron-3-super-120b-a12b': { id: 'nvidia/NVIDIA-Nemotron-3-Super-120B-A12B' },
  'llama-3.1-nemoguard-8b-content-safety': { id: 'nvidia/llama-3.1-nemoguard-8b-content-safety' },
  'llama-3.1-nemoguard-8b-topic-control': { id: 'nvidia/llama-3.1-nemoguard-8b-topic-control' },
  'llama-3.1-nemotron-nano-vl-8b-v1': { id: 'meta-llama/Llama-3.1-8B-Instruct', withVisionTower: true },
};
