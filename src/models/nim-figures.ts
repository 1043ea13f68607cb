import { GpuArchitecture } from '../hardware';

/** What a NIM does, which decides its ports, probes and how its memory behaves. */
export enum NimKind {
  /** Speech recognition. */
  ASR = 'asr',
  /** Speech synthesis. */
  TTS = 'tts',
  /** Translation. */
  NMT = 'nmt',
  /** A large language model. */
  LLM = 'llm',
  /** A model of language and vision. */
  VLM = 'vlm',
  /** Text embedding. */
  EMBEDDING = 'embedding',
  /** Reranking. */
  RERANK = 'rerank',
  /** Guardrails. */
  GUARDRAIL = 'guardrail',
  /** Page elements, tables, OCR and other parts of retrieval. */
  RETRIEVER = 'retriever',
}

/** What a memory figure counts. */
export enum NimMemoryMeaning {
  /** All that the NIM takes when it runs. */
  USAGE = 'usage',
  /** Only its weights: it needs more. */
  WEIGHTS = 'weights',
  /** The smallest board that the source allows. */
  MINIMUM_CARD = 'minimum-card',
}

/** A memory figure of a NIM. */
export interface NimMemoryFigure {
  /**
   * The selector or profile that it is for.
   * @default - the source does not say
   */
  readonly selector?: string;
  /** MiB, rounded up from what the source prints. */
  readonly memoryMib: number;
  /** What it counts. */
  readonly meaning: NimMemoryMeaning;
  /**
   * The chip generation that it was read on, where others run another profile.
   * @default - the source does not say
   */
  readonly architecture?: GpuArchitecture;
  /**
   * Whether the NIM runs this profile on that generation when nobody chooses.
   * @default false
   */
  readonly picked?: boolean;
  /** How it came about: `vendor-doc`, `vendor-blueprint`, `third-party-measurement` and so on. */
  readonly evidence: string;
  /** Where it stands. */
  readonly source: string;
}
