import { ARCHITECTURE_OF_NIM, KvCacheType, LlmArchitecture, NimModel, Precision } from '../models';
import { FitAssumptions } from './assumptions';
import { countedRelease } from './engines/counted-release';
import { InferenceEngine } from './engines/inference-engine';

/** How a language model is served. */
export interface LlmServingOptions {
  /**
   * The engine.
   * @default InferenceEngine.VLLM
   */
  readonly engine?: InferenceEngine;
  /**
   * Release of the engine, such as `0.19.0`, or `b4719` of llama.cpp: defaults and memory differ between releases.
   * @default - the newest release that is known
   */
  readonly engineVersion?: string;
  /**
   * How weights are stored.
   * @default - as the published checkpoint has them
   */
  readonly precision?: Precision;
  /**
   * How keys and values are stored.
   * @default - as the published checkpoint asks, else 16 bit
   */
  readonly kvCache?: KvCacheType;
  /**
   * The longest request in tokens, answer included.
   * @default - the longest that the model was made for
   */
  readonly contextLength?: number;
  /**
   * How many requests of that length must fit at once.
   * @default 1
   */
  readonly concurrency?: number;
  /**
   * The most sequences in a batch.
   * @default - the engine's own, by the memory that it sees: for vLLM 256, or 1024 from 70 GiB on boards other than
   * A100
   */
  readonly maxNumSeqs?: number;
  /**
   * The most tokens in a batch.
   * @default - the engine's own: for vLLM 2048, or 8192, or 16384 from 160 GiB
   */
  readonly maxNumBatchedTokens?: number;
  /**
   * GPUs that each layer is spread over. Figures are for one of them.
   * @default 1
   */
  readonly tensorParallel?: number;
  /**
   * GPUs that the layers are dealt out to, group by group. Figures are for the one with the most.
   * @default 1
   */
  readonly pipelineParallel?: number;
  /**
   * Whether the experts of a mixture are dealt out whole over the GPUs of `tensorParallel`, and not cut.
   * @default false
   */
  readonly expertParallel?: boolean;
  /**
   * Whether the model drafts with its own layers that predict several tokens (MTP). Engines load them only then.
   * @default false
   */
  readonly mtp?: boolean;
  /**
   * The engine's memory fraction.
   * @default - as the engine's release has it: vLLM 0.92, and 0.9 up to 0.19. On a share that an engine cannot see the
   * end of, one that fits is chosen
   */
  readonly fraction?: number;
  /**
   * Whether CUDA graphs are off.
   * @default false
   */
  readonly eager?: boolean;
  /**
   * Bytes of the checkpoint, as its index says (`metadata.total_size`). Beats the arithmetic on parameters.
   * @default - computed
   */
  readonly weightBytes?: number;
  /**
   * Slots for LoRA adapters of `loraRank`, which are taken in advance.
   * @default 0
   */
  readonly loraSlots?: number;
  /**
   * The highest rank of an adapter.
   * @default 16
   */
  readonly loraRank?: number;
  /**
   * Figures besides model and board to replace.
   * @default - as measured
   */
  readonly assumptions?: FitAssumptions;
}

/** How a NIM is run, as far as its memory depends on it. */
export interface NimFootprintOptions {
  /**
   * Which profile of a speech or retrieval NIM runs.
   * @default - the NIM's own choice, so any of its figures
   */
  readonly selector?: string;
  /**
   * How a language model NIM is served.
   * @default - vLLM with its defaults
   */
  readonly serving?: LlmServingOptions;
}

/**
 * What a model needs: measured, from the catalogue of NIMs, or computed from an architecture.
 *
 * @example
 * const footprint = ModelFootprint.ofLlm(LlmArchitecture.of('meta-llama/Llama-3.1-8B-Instruct'), { contextLength: 8192, concurrency: 16 });
 */
export class ModelFootprint {
  /**
   * What `nvidia-smi` printed for the running model: beats every estimate.
   * @param mib MiB of the process, its context included
   * @param subject what was measured
   */
  public static measured(mib: number, subject: string = 'measured model'): ModelFootprint {
    if (!Number.isFinite(mib) || mib <= 0) {
      throw new Error(`a measured footprint has a positive number of MiB, got ${mib}`);
    }
    return new ModelFootprint(subject, mib);
  }

  /**
   * A language model.
   * @param architecture the model
   * @param serving how it is served
   * @throws when a number makes no sense
   */
  public static ofLlm(architecture: LlmArchitecture, serving: LlmServingOptions = {}): ModelFootprint {
    return new ModelFootprint(architecture.id, undefined, undefined, {}, architecture, checked(serving));
  }

  /**
   * A NIM. Speech, retrieval and guardrail NIMs have figures in the catalogue; language models are computed.
   * @param model the NIM
   * @param options selector, or how it is served
   */
  public static ofNim(model: NimModel, options: NimFootprintOptions = {}): ModelFootprint {
    const inside = Object.hasOwn(ARCHITECTURE_OF_NIM, model.id) ? ARCHITECTURE_OF_NIM[model.id] : undefined;
    const architecture = model.architecture ?? (inside === undefined ? undefined : LlmArchitecture.of(inside.id));
    return new ModelFootprint(
      model.id,
      undefined,
      model,
      options,
      architecture,
      checked(options.serving ?? {}),
      inside?.withVisionTower ?? false,
    );
  }

  private constructor(
    /** What it is the footprint of. */
    public readonly subject: string,
    /** @internal */
    public readonly _measuredMib?: number,
    /** @internal */
    public readonly _nim?: NimModel,
    /** @internal */
    public readonly _nimOptions: NimFootprintOptions = {},
    /** @internal */
    public readonly _architecture?: LlmArchitecture,
    /** @internal */
    public readonly _serving: LlmServingOptions = {},
    /** @internal */
    public readonly _withVisionTower: boolean = false,
  ) {}

  /** The same model, served otherwise. @internal */
  public _servedAs(change: LlmServingOptions): ModelFootprint {
    return new ModelFootprint(
      this.subject, this._measuredMib, this._nim, this._nimOptions, this._architecture, { ...this._serving, ...change },
      this._withVisionTower);
  }
}

function checked(serving: LlmServingOptions): LlmServingOptions {
  const whole: [keyof LlmServingOptions, number][] = [
    ['contextLength', 1], ['concurrency', 1], ['maxNumSeqs', 1], ['maxNumBatchedTokens', 1], ['tensorParallel', 1],
    ['pipelineParallel', 1],
    ['loraSlots', 0], ['loraRank', 1],
    ['weightBytes', 1],
  ];
  for (const [key, least] of whole) {
    const value = serving[key] as number | undefined;
    if (value !== undefined && (!Number.isInteger(value) || value < least)) {
      throw new Error(`${key} must be a whole number from ${least}, got ${value}`);
    }
    // beyond it a count of bytes says nothing any more
    if (value !== undefined && value > Number.MAX_SAFE_INTEGER) {
      throw new Error(`${key} is at most ${Number.MAX_SAFE_INTEGER}, got ${value}`);
    }
  }
  const { fraction } = serving;
  if (fraction !== undefined && !(fraction > 0 && fraction <= 1)) {
    throw new Error(`fraction must be above 0 and at most 1, got ${fraction}`);
  }
  const { engine = InferenceEngine.VLLM, engineVersion } = serving;
  countedRelease(engine, engineVersion);
  return serving;
}

/** Bytes of the weights of a language model NIM in 16 bit; undefined where its model is not known. */
export function weightBytesOf(model: NimModel): number | undefined {
  const parameters = ModelFootprint.ofNim(model)._architecture?.parameters;
  return parameters === undefined ? undefined : 2 * parameters;
}
