/** Whether a model fits a share. */
export enum FitVerdict {
  /** Also in the worst case. */
  FITS = 'fits',
  /** Not even in the best case. */
  DOES_NOT_FIT = 'does-not-fit',
  /** In the best case, not in the worst; or something that it depends on is not known. */
  UNCERTAIN = 'uncertain',
}

/** A part of what a model needs. */
export interface FitComponent {
  /** `weights`, `kv-cache`, `activations`, `cuda-graphs`, `process-overhead`, ... */
  readonly name: string;
  /** MiB at least. */
  readonly bestMib: number;
  /** MiB at most. */
  readonly worstMib: number;
  /** Where the figure comes from. */
  readonly source: string;
}

/** Whether a model fits a share, with the arithmetic. */
export interface FitReport {
  /** The answer. */
  readonly verdict: FitVerdict;
  /** What is to fit. */
  readonly subject: string;
  /** What it is to fit in. */
  readonly share: string;
  /** MiB needed in the best case; undefined when no figure is known. */
  readonly neededBestMib?: number;
  /** MiB needed in the worst case; undefined when no figure is known. */
  readonly neededWorstMib?: number;
  /** MiB that the engine may take for it. */
  readonly availableMib: number;
  /** What is left in the worst case; negative when it does not fit then. */
  readonly headroomMib?: number;
  /** What it is made of. */
  readonly components: FitComponent[];
  /** Bytes of KV cache per token on one GPU, of a language model. */
  readonly kvBytesPerToken?: number;
  /** MiB that the engine has for its KV cache. */
  readonly kvPoolMib?: number;
  /** Tokens in that pool. */
  readonly kvPoolTokens?: number;
  /** The longest context that fits with the concurrency asked for. */
  readonly maxContext?: number;
  /** The most requests of the context asked for that fit at once. */
  readonly maxConcurrency?: number;
  /** What fits instead, or would fit better. */
  readonly alternatives: string[];
  /** Settings of the engine that make the verdict true: environment variables of a NIM, or arguments. */
  readonly engineSettings: Record<string, string>;
  /** What is not certain, and why. */
  readonly notes: string[];
}
