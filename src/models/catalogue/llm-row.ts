import { CacheRow } from './cache-row';

/** A vision tower whose largest input engines run once before they size their cache. */
export interface ProfiledTower {
  /** 16-bit values of a patch that are alive at the peak. */
  readonly patchElements: number;
  readonly patchesPerToken: number;
  /** Tokens of the largest picture. */
  readonly pictureTokens: number;
  /** Values of a token that the tower hands to the language model. */
  readonly outputElements: number;
  /** Whether the largest input is a video as long as the context, of pairs of frames as large as a picture. */
  readonly videoFillsContext: boolean;
}

/** An architecture in integers. What is absent is zero where that is sensible (experts, windows), else unknown. */
export interface LlmRow {
  readonly id: string;
  readonly family: string;
  readonly task: string;
  /** All parameters, vision tower included where it is known. */
  readonly parameters?: number;
  readonly activeParameters?: number;
  readonly layers?: number;
  /** Layers with attention, where not all have it. */
  readonly attentionLayers?: number;
  readonly hiddenSize?: number;
  readonly intermediateSize?: number;
  readonly heads?: number;
  readonly kvHeads?: number;
  readonly headDim?: number;
  readonly vocabSize?: number;
  readonly tiedEmbeddings?: boolean;
  /** The config contradicts itself on whether there is a head beside the embeddings. */
  readonly headUnsure?: boolean;
  readonly maxPositions?: number;
  /** Linear factor by which the position table is longer than the positions. */
  readonly ropeFactor?: number;
  /** Elements of all position tables, where the config says them. */
  readonly ropeElements?: number;
  /** Tokens that a sliding layer looks back. */
  readonly slidingWindow?: number;
  readonly slidingLayers?: number;
  readonly experts?: number;
  readonly expertsPerToken?: number;
  readonly expertSize?: number;
  readonly moeLayers?: number;
  readonly sharedExpertSize?: number;
  readonly expertLatentSize?: number;
  /** Elements that latent attention (MLA) caches per token and layer. */
  readonly latentSize?: number;
  readonly mambaLayers?: number;
  /** State elements of all Mamba layers per sequence. */
  readonly mambaStateElements?: number;
  readonly mambaConvElements?: number;
  /** Bytes of a state element. */
  readonly mambaStateBytes?: number;
  readonly visionParameters?: number;
  /** Parameters of tables for tokens beside the embeddings, which stay in 16 bit as those do. */
  readonly tableParameters?: number;
  /** The tower, where it is of a kind that engines are known to profile. */
  readonly profiledTower?: ProfiledTower;
  /** What the layers keep for a request; left out, as the figures above say. */
  readonly caches?: CacheRow[];
  /** Parameters of all routed experts. */
  readonly routedParameters?: number;
  /** Parameters of what mixes tokens in all layers, and of networks that are no routed experts. */
  readonly mixerParameters?: number;
  readonly networkParameters?: number;
  /** Bytes of the checkpoint, as its index says. */
  readonly checkpointBytes?: number;
  /** Modules that the checkpoint keeps in 16 bit, as it names them. */
  readonly ignoredModules?: string[];
  /** Layers of the checkpoint have different formats. */
  readonly mixedPrecision?: boolean;
  /** Bands of the spectrum that a recogniser of speech hears. */
  readonly melBins?: number;
  /** Channels of the convolutions before its encoder. */
  readonly subsamplingChannels?: number;
  /** Whether the network of an encoder has a gate. */
  readonly gatedNetwork?: boolean;
  /** Parameters of towers whose kind is not known but whose figures are, vision and sound together. */
  readonly towerParameters?: { readonly least: number; readonly expected: number; readonly most: number };
  /** Nobody here knows its type, so that its parameters are only what the names of its keys say. */
  readonly typeUnknown?: boolean;
  /** Parameters of the layers that predict several tokens, which no engine loads unless it drafts with them. */
  readonly draftParameters?: number;
  /** What those layers keep for a request. */
  readonly draftCaches?: CacheRow[];
  /** What could not be counted, in words. */
  readonly unknowns?: string[];
  /** There is a vision tower, whose size is not known. */
  readonly visionUnknown?: boolean;
  /** Parameters that the published checkpoint has quantised. */
  readonly quantizedParameters?: number;
  /** The checkpoint's own precision, where it is not 16 bit. */
  readonly nativePrecision?: string;
  readonly quantizationGroupSize?: number;
  /** Bits of a quantised weight of the checkpoint, where they are not those of its precision. */
  readonly nativeBits?: { readonly least: number; readonly expected: number; readonly most: number };
  /** Bits of the weights of its routed experts, where they are not those of the rest. */
  readonly nativeExpertBits?: number;
  /** Its format in words, where the precision does not say it. */
  readonly nativeFormat?: string;
  /** The tool that quantised it, where what boards can run it depends on that. */
  readonly quantizedBy?: 'modelopt';
  /** The method that quantised it, where nobody here knows how it stores weights. */
  readonly formatUnknown?: string;
  /** The checkpoint asks for an 8-bit KV cache. */
  readonly nativeKvCache?: string;
}
