import * as fs from 'fs';
import { LLM_ARCHITECTURES } from './catalogue/llm-architectures';
import { LlmRow } from './catalogue/llm-row';
import { readHuggingFaceConfig } from './hugging-face-config';
import { bitsPerWeight, kvBytesPerHead, KvCacheType, Precision } from './precision';

/** The least and the most that a figure can be. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
}

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

  /**
   * An architecture of the catalogue.
   * @param id model id on Hugging Face, such as `meta-llama/Llama-3.1-8B-Instruct`
   * @throws when the catalogue does not have it
   */
  public static of(id: string): LlmArchitecture {
    const found = LlmArchitecture.find(id);
    if (found === undefined) {
      throw new Error(`no architecture "${id}" in the catalogue; LlmArchitecture.fromHuggingFaceConfig reads the model's config.json`);
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
   * Reads a `config.json` as published on Hugging Face.
   * @param config path of the file, or its text
   * @throws when the architecture is not known or the file is incomplete
   */
  public static fromHuggingFaceConfig(config: string): LlmArchitecture {
    const text = config.trimStart().startsWith('{') ? config : fs.readFileSync(config, 'utf8');
    return new LlmArchitecture(readHuggingFaceConfig(text));
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
    const attention = row.latentSize !== undefined || (row.kvHeads !== undefined && row.headDim !== undefined);
    return row.parameters !== undefined && row.layers !== undefined && row.vocabSize !== undefined && row.hiddenSize !== undefined && attention;
  }

  /** Whether it has Mamba layers beside attention. */
  public get isHybrid(): boolean {
    return (this.row.mambaLayers ?? 0) > 0;
  }

  /** Whether some layers look back only a window. */
  public get hasSlidingWindow(): boolean {
    return (this.row.slidingLayers ?? 0) > 0;
  }

  /**
   * Bytes that a token adds to the KV cache of one GPU while no window is full.
   * @param type how keys and values are stored
   * @param tensorParallel GPUs that the heads are spread over; latent attention is replicated on each
   * @throws when the architecture is not complete
   */
  public kvBytesPerToken(type: KvCacheType, tensorParallel: number = 1): number {
    return this._attentionLayers * this._kvBytesPerLayer(type, tensorParallel);
  }

  /** @internal */
  public _kvBytesPerLayer(type: KvCacheType, tensorParallel: number): number {
    const { latentSize, kvHeads, headDim } = this.row;
    if (latentSize !== undefined) { return kvBytesPerHead(type, latentSize); }
    if (kvHeads === undefined || headDim === undefined) { throw new Error(`${this.id}: the number of KV heads is not known`); }
    return 2 * Math.max(1, kvHeads / tensorParallel) * kvBytesPerHead(type, headDim);
  }

  /** Layers with attention. @internal */
  public get _attentionLayers(): number {
    return this.row.attentionLayers ?? this.row.layers!;
  }

  /** @internal */
  public get _row(): LlmRow {
    return this.row;
  }

  /**
   * Bytes of the weights on one GPU.
   *
   * Embeddings, head, norms and routers stay 16 bit in every format; in MXFP4 all but the experts do.
   * @internal
   */
  public _weightBytes(precision: Precision, tensorParallel: number): Bounds {
    const { row } = this;
    const total = row.parameters!;
    const embeddings = row.vocabSize! * row.hiddenSize! * (row.tiedEmbeddings ? 1 : 2);
    const vision = row.visionParameters ?? 0;
    const expertsOnly = precision === Precision.MXFP4 && row.experts !== undefined;
    const experts = row.quantizedParameters ?? 3 * row.hiddenSize! * (row.expertSize ?? 0) * (row.experts ?? 0) * (row.moeLayers ?? 0);
    const quantised = expertsOnly ? experts : total - embeddings - vision;
    const bits = bitsPerWeight(precision, row.quantizationGroupSize);
    const bytes = (each: number) => (quantised * each / 8 + (total - quantised - vision) * 2) / tensorParallel + vision * 2;
    // 16-bit checkpoints were loaded at 0 to 0.5 % more than their parameters; fused kernels pad experts of gpt-oss from 2880 to 3072
    const missing = (256 - row.hiddenSize! % 256) % 256;
    const padding = expertsOnly ? quantised * bits.most / 8 / tensorParallel * missing / row.hiddenSize! : 0;
    return { least: bytes(bits.least), most: bytes(bits.most) * 1.01 + padding };
  }

  /** Why the model cannot be spread over that many GPUs; undefined when it can. @internal */
  public _whyNotSpread(tensorParallel: number): string | undefined {
    const { heads, kvHeads } = this.row;
    if (heads !== undefined && heads % tensorParallel !== 0) { return `${heads} attention heads cannot be spread evenly over ${tensorParallel} GPUs`; }
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
