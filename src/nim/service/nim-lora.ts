import { NimModel } from '../../models';
import { checkText, checkWhole } from '../../props';

/**
 * LoRA adapters that a language model NIM serves beside its base model (NVIDIA NIM for LLMs, parameter-efficient
 * fine-tuning).
 */
export interface NimLora {
  /** Directory with one subdirectory for each adapter, on the storage that is mounted: `/model-store/loras`. */
  readonly source: string;
  /**
   * Seconds between looks for new adapters. NIM LLM 1.x.
   * @default - only at the start
   */
  readonly refreshSeconds?: number;
  /**
   * Adapters in the memory of the GPU at once; the memory check counts them. NIM LLM 1.x.
   * @default - the NIM's own
   */
  readonly maxGpuLoras?: number;
  /**
   * Adapters in the memory of the host at once. NIM LLM 1.x.
   * @default - the NIM's own
   */
  readonly maxCpuLoras?: number;
  /**
   * The highest rank of an adapter; the memory check counts it. NIM LLM 1.x.
   * @default - the NIM's own
   */
  readonly maxRank?: number;
}

/** The variables that turn LoRA on (docs.nvidia.com NIM for LLMs, configuration: `NIM_PEFT_*`, `NIM_MAX_*LORA*`). */
export function loraVariables(place: string, model: NimModel, lora: NimLora | undefined): Record<string, string> {
  if (lora === undefined) { return {}; }
  if (!['llm', 'vlm'].includes(model.kind)) {
    throw new Error(`${place}: ${model} is of kind "${model.kind}"; only language models take LoRA adapters`);
  }
  checkText(place, 'lora.source', lora.source);
  if (!lora.source.startsWith('/')) {
    throw new Error(`${place}: lora.source "${lora.source}" is no absolute directory; the storage `
      + 'is mounted at /model-store');
  }
  checkWhole(place, 'lora.refreshSeconds', lora.refreshSeconds, 1);
  checkWhole(place, 'lora.maxGpuLoras', lora.maxGpuLoras, 1);
  checkWhole(place, 'lora.maxCpuLoras', lora.maxCpuLoras, 1);
  checkWhole(place, 'lora.maxRank', lora.maxRank, 1);
  const variables: [string, string | number | undefined][] = [
    ['NIM_PEFT_SOURCE', lora.source],
    ['NIM_PEFT_REFRESH_INTERVAL', lora.refreshSeconds],
    ['NIM_MAX_GPU_LORAS', lora.maxGpuLoras],
    ['NIM_MAX_CPU_LORAS', lora.maxCpuLoras],
    ['NIM_MAX_LORA_RANK', lora.maxRank],
  ];
  return Object.fromEntries(variables.filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, String(value)]));
}
