import { bytesPerToken, cachesOf, growsWithTokens } from './caches';
import { CacheRow } from './catalogue/cache-row';
import { LLM_ARCHITECTURES } from './catalogue/llm-architectures';
import { LlmRow } from './catalogue/llm-row';
import { readCheckpoint } from './configs/checkpoint';
import { nearWords } from './near-names';
import { KvCacheType, Precision } from './precision';
import { Bounds, stageShare, weightBytes, WeightSpread } from './weight-bytes';

/**
 * How much of a type that nobody here knows is counted at least. A judgement: read by the names of their keys and held
 * against transformers 5.24, nearly all unknown types have more than half of their parameters counted, and hrm_text a
 * third.
 */
const UNKNOWN_TYPE_SHARE = 1 / 3;
/**
 * More experts than this are rows of a table of keys and no networks (doge); of an unknown type they count as nothing
 * at least.
 */
const MOST_EXPERTS = 1024;

/** Model types of families of the catalogue, where an engine goes by them. */
const TYPE_OF_FAMILY: Record<string, string> = {
  Llama: 'llama', Nemotron: 'llama', guardrail: 'llama', Mistral: 'mistral', Qwen3: 'qwen3', DeepSeek: 'deepseek_v3',
};

/**
 * The architecture of a large language model, as far as its memory depends on it.
 *
 * @example
 * const llama = LlmArchitecture.of('meta-llama/Llama-3.1-8B-Instruct');
 * llama.parameters; // 8030261248
 * llama.kvBytesPerToken(KvCacheType.BF16); // 131072
 */
export class LlmArchitecture {
  /** The ids in the catalogue. */
  public static ids(): string[] {
    return LLM_ARCHITECTURES.map(row => row.id);
  }

  /** Every architecture of the catalogue, in the order of their ids. */
  public static all(): LlmArchitecture[] {
    return [...LLM_ARCHITECTURES]
      .sort((a, b) => (a.id.toLowerCase() < b.id.toLowerCase() ? -1 : 1))
      .map(row => new LlmArchitecture(row));
  }

  /**
   * An architecture of the catalogue.
   * @param id model id on Hugging Face, such as `meta-llama/Llama-3.1-8B-Instruct`
   * @throws when the catalogue does not have it, with the nearest ids
   */
  public static of(id: string): LlmArchitecture {
    const found = LlmArchitecture.find(id);
    if (found === undefined) {
      const near = nearWords(id, LlmArchitecture.ids());
      throw new Error(`no architecture "${id}" in the catalogue${near}; LlmArchitecture.fromHuggingFaceConfig `
        + 'reads the model\'s config.json');
    }
    return found;
  }

  /**
   * An architecture of the catalogue.
   * @param id model id on Hugging Face
   * @returns undefined when the catalogue does not have it
   */
  public static find(id: string): LlmArchitecture | undefined {
    const row = LLM_ARCHITECTURES.find(each => each.id.toLowerCase() === id.toLowerCase());
    return row === undefined ? undefined : new LlmArchitecture(row);
  }

  /**
   * Reads a `config.json` as published on Hugging Face, as a list of layers. What lies beside the file is read too: the
   * format of the weights from `hf_quant_config.json`, their bytes from `model.safetensors.index.json`.
   *
   * A kind of model or layer that is not known is named in the notes of a fit report, whose verdict is then never
   * `fits`.
   * @param config path of the file or of its folder, or the text of the file
   * @throws when it is no JSON object, or a number is missing on which everything depends
   */
  public static fromHuggingFaceConfig(config: string): LlmArchitecture {
    return new LlmArchitecture(readCheckpoint(config));
  }

  /** Model id, or the model type of a config without a name. */
  public readonly id: string;
  /** All parameters, a vision tower included where it is known. */
  public readonly parameters?: number;
  /** Whether there is a vision tower whose size is not known. */
  public readonly visionUnknown: boolean;
  /** The longest context that the model was made for, in tokens. */
  public readonly maxPositions?: number;
  /** Size of the vocabulary. */
  public readonly vocabSize?: number;
  /** Width of the hidden state. */
  public readonly hiddenSize?: number;
  /** The precision of the published checkpoint. */
  public readonly nativePrecision: Precision;
  /** The KV cache that the published checkpoint asks for. */
  public readonly nativeKvCache: KvCacheType;

  private caches?: CacheRow[];

  private constructor(private readonly row: LlmRow) {
    this.id = row.id;
    this.parameters = row.parameters;
    this.visionUnknown = row.visionUnknown ?? false;
    this.maxPositions = row.maxPositions;
    this.vocabSize = row.vocabSize;
    this.hiddenSize = row.hiddenSize;
    this.nativePrecision = (row.nativePrecision as Precision | undefined) ?? Precision.BF16;
    this.nativeKvCache = (row.nativeKvCache as KvCacheType | undefined) ?? KvCacheType.BF16;
  }

  /** Whether it generates text and so keeps a KV cache. Embedders, rerankers and recognisers do not. */
  public get isGenerative(): boolean {
    return this.row.task === 'text-generation' || this.row.task === 'image-text-to-text';
  }

  /** Whether everything that memory depends on is known. */
  public get isComplete(): boolean {
    const { row } = this;
    const caches = this._caches.filter(growsWithTokens);
    const isKnown = ({ latentSize, kvHeads, headDim }: CacheRow) =>
      latentSize !== undefined || (kvHeads !== undefined && headDim !== undefined);
    const attention = this._caches.length > 0 && caches.every(isKnown);
    return row.parameters !== undefined
      && row.layers !== undefined
      && row.vocabSize !== undefined
      && row.hiddenSize !== undefined
      && attention;
  }

  /** Whether it has layers that keep a state beside attention: Mamba, or linear attention. */
  public get isHybrid(): boolean {
    return this._caches.some(({ kind }) => kind === 'state');
  }

  /** Whether some layers look back only a window. */
  public get hasSlidingWindow(): boolean {
    return this._caches.some(({ kind }) => kind === 'window' || kind === 'chunk');
  }

  /**
   * Bytes that a token adds to the KV cache of one GPU while no window is full.
   * @param type how keys and values are stored
   * @param tensorParallel GPUs that the heads are spread over; latent attention is replicated on each
   * @throws when the architecture is not complete
   */
  public kvBytesPerToken(type: KvCacheType, tensorParallel: number = 1): number {
    return this._caches.reduce(
      (sum, each) => sum + each.layers * bytesPerToken(each, type, tensorParallel, this.id),
      0,
    );
  }

  /** What the layers keep for a request. @internal */
  public get _caches(): CacheRow[] {
    this.caches ??= cachesOf(this.row);
    return this.caches;
  }

  /** What of it is not known, and why that matters. @internal */
  public get _unknowns(): string[] {
    return this._unknownsWhen({});
  }

  /** The same, where somebody says what the weights take or how they are stored. @internal */
  public _unknownsWhen(said: { readonly weightBytes?: number; readonly precision?: Precision }): string[] {
    const { unknowns = [], mixedPrecision, formatUnknown, checkpointBytes } = this.row;
    if (said.weightBytes !== undefined || said.precision !== undefined || checkpointBytes !== undefined) {
      return unknowns;
    }
    if (formatUnknown !== undefined) {
      return [
        ...unknowns,
        `how "${formatUnknown}" stores weights is not known; the precision, or the bytes of the checkpoint `
          + '(weightBytes), say what they weigh',
      ];
    }
    return mixedPrecision === true
      ? [...unknowns, 'its layers have several formats; the bytes of the checkpoint (weightBytes) say what they weigh']
      : unknowns;
  }

  /** Parameters that are surely there: of a type that nobody knows, a third of what its keys seem to say. @internal */
  public get _leastShare(): number {
    const { typeUnknown, parameters = 0, experts = 0, routedParameters = 0 } = this.row;
    if (typeUnknown !== true) { return 1; }
    return experts > MOST_EXPERTS
      ? UNKNOWN_TYPE_SHARE * (parameters - routedParameters) / parameters
      : UNKNOWN_TYPE_SHARE;
  }

  /** Bytes of the checkpoint, where an index lay beside the config. @internal */
  public get _checkpointBytes(): number | undefined {
    return this.row.checkpointBytes;
  }

  /** Model type, as a config says it; of the catalogue by its family. @internal */
  public get _modelType(): string {
    return TYPE_OF_FAMILY[this.row.family] ?? this.row.family;
  }

  /** @internal */
  public get _row(): LlmRow {
    return this.row;
  }

  /** Bytes of the weights on one GPU. @internal */
  public _weightBytes(precision: Precision, spread: WeightSpread): Bounds {
    return weightBytes(this.row, this.nativePrecision, this.isHybrid, precision, spread);
  }

  /** Share of the layers that the GPU with the most has. @internal */
  public _stageShare(pipelineParallel: number): number {
    return stageShare(this.row, pipelineParallel);
  }

  /**
   * Bytes of the position tables that vLLM loads beside the parameters: positions x rotary size x 2, as large again as
   * a linear factor says. @internal
   */
  public _ropeBytes(): number {
    const { ropeElements, maxPositions, headDim, latentSize, slidingLayers, ropeFactor } = this.row;
    if (ropeElements !== undefined) { return 2 * ropeElements; }
    if (maxPositions === undefined || (headDim === undefined && latentSize === undefined)) { return 0; }
    const rotary = latentSize === undefined ? headDim! : 64;
    const local = ropeFactor !== undefined && (slidingLayers ?? 0) > 0 ? 1 : 0;
    return 2 * maxPositions * rotary * ((ropeFactor ?? 1) + local);
  }

  /** Why the model cannot be spread over that many GPUs; undefined when it can. @internal */
  public _whyNotSpread(tensorParallel: number): string | undefined {
    const { heads, kvHeads } = this.row;
    if (heads !== undefined && heads % tensorParallel !== 0) {
      return `${heads} attention heads cannot be spread evenly over ${tensorParallel} GPUs`;
    }
    if (kvHeads !== undefined && kvHeads % tensorParallel !== 0 && tensorParallel % kvHeads !== 0) {
      return `${kvHeads} KV heads cannot be spread or copied evenly over ${tensorParallel} GPUs`;
    }
    return undefined;
  }

  /** The id. */
  public toString(): string {
    return this.id;
  }
}
