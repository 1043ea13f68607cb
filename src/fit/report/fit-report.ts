/** Whether a model fits a memory. */
export enum FitVerdict {
  /** Also in the worst case. */
  FITS = 'fits',
  /** Not even in the best case, or it cannot run there whatever the memory. */
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
  /** MiB as expected. */
  readonly expectedMib: number;
  /** MiB at most. */
  readonly worstMib: number;
  /** Where the figure comes from. */
  readonly source: string;
}

/** Whether a model fits a memory, with the arithmetic. */
export interface FitReport {
  /** The answer. */
  readonly verdict: FitVerdict;
  /** What is to fit. */
  readonly subject: string;
  /** What it is to fit in. */
  readonly share: string;
  /**
   * Why it cannot run there whatever the memory: heads that cannot be spread, a context beyond the model's, a precision
   * that the board lacks.
   * @default - nothing forbids it
   */
  readonly impossible?: string;
  /** MiB needed in the best case; undefined when no figure is known. */
  readonly neededBestMib?: number;
  /** MiB needed as expected; undefined when no figure is known. */
  readonly neededExpectedMib?: number;
  /** MiB needed in the worst case; undefined when no figure is known. */
  readonly neededWorstMib?: number;
  /** MiB that the engine may take for it: in the worst case, and of what does not fit in the best. */
  readonly availableMib: number;
  /** What is left in the worst case; negative when it does not fit then. */
  readonly headroomMib?: number;
  /** What it is made of. */
  readonly components: FitComponent[];
  /** Bytes of KV cache per token on one GPU, of a language model. */
  readonly kvBytesPerToken?: number;
  /** MiB that the engine has for its KV cache, as expected. */
  readonly kvPoolMib?: number;
  /** The same in the worst case; 0 when it may not start. */
  readonly kvPoolLeastMib?: number;
  /** The same in the best case. */
  readonly kvPoolMostMib?: number;
  /**
   * Tokens in the expected pool.
   * @default - no language model, or one whose layers keep nothing of each token
   */
  readonly kvPoolTokens?: number;
  /** The longest context that surely fits with the concurrency asked for. */
  readonly maxContext?: number;
  /** The most requests of the context asked for that surely fit at once. */
  readonly maxConcurrency?: number;
  /**
   * Mamba cache blocks in the expected pool: each sequence of a batch needs one, or vLLM does not start.
   * @default - no model with states, or an engine that does not ask for them
   */
  readonly stateBlocks?: number;
  /** The same in the worst case. */
  readonly stateBlocksLeast?: number;
  /** The same in the best case. */
  readonly stateBlocksMost?: number;
  /**
   * Sequences of a batch that the engine takes when nobody says, where that is more than there are Mamba cache blocks
   * for sure: `engineSettings` has a number that will do.
   * @default - its own number will do
   */
  readonly engineTooManySequences?: number;
  /**
   * Engine that was counted with, and its release where releases differ.
   * @default - no language model
   */
  readonly engine?: string;
  /**
   * Release of the engine that was counted with.
   * @default - no engine whose releases differ
   */
  readonly engineVersion?: string;
  /**
   * Fraction of what the engine sees that it takes when nobody sets it.
   * @default - no language model, or an engine that takes a fraction of what is free
   */
  readonly engineDefaultFraction?: number;
  /** What fits instead, or would fit better. */
  readonly alternatives: string[];
  /** Settings of the engine that make the verdict true: environment variables of a NIM, or arguments. */
  readonly engineSettings: Record<string, string>;
  /** What is not certain, and why. */
  readonly notes: string[];
}
