/** How a memory figure came about, from the best evidence to the least. */
export type NimEvidenceKey =
  | 'vendor-doc'
  | 'vendor-doc-screenshot'
  | 'vendor-blueprint'
  | 'vendor-skill'
  | 'third-party-measurement'
  | 'computed'
  | 'weights-only';

/** A memory figure as its source prints it. */
export interface NimMemoryRow {
  /** Which profile it is for; undefined: the source does not say, or the model has only one. */
  readonly selector: string | undefined;
  readonly value: number;
  readonly unit: string;
  /**
   * `usage`: what the NIM takes; `weights`: only its weights; `minimum-card`: the smallest board that the source
   * allows.
   */
  readonly meaning: string;
  readonly evidence: string;
  readonly batchSize?: number;
  /** Chip generation that it was read on, where others run another profile. */
  readonly architecture?: string;
  /** What the NIM runs there when nobody chooses, so that no other figure counts. */
  readonly picked?: boolean;
  readonly source: string;
}

/** Boards that a NIM does not run on: those of the architecture, of the compute capability, and those named. */
export interface NimBoardLimitRow {
  readonly architecture?: string;
  readonly computeCapability?: string;
  /** Ids of the boards. */
  readonly boards?: string[];
  /** The tags that it is stated for; undefined: see `beforeTag`. */
  readonly tags?: string[];
  /** The first tag that runs there. */
  readonly beforeTag?: string;
  readonly source: string;
}

/** A NIM in the catalogue. */
export interface NimModelRow {
  readonly id: string;
  readonly kind: string;
  readonly family: string;
  readonly image?: string;
  /** Tags seen in use, newest first. */
  readonly tags: string[];
  readonly httpPort?: number;
  readonly grpcPort?: number;
  readonly metricsPort?: number;
  readonly minimumComputeCapability?: number;
  /** By precision, where some ask for more. */
  readonly computeCapabilityOf?: Readonly<Record<string, number>>;
  readonly minimumVramGb?: number;
  readonly minimumDriver?: number;
  readonly diskGb?: number;
  readonly migFromTag?: string;
  readonly boardLimits?: NimBoardLimitRow[];
  readonly access?: string;
  /** What it runs when nobody chooses, where that is documented. */
  readonly defaultSelector?: string;
  readonly memory?: NimMemoryRow[];
  readonly selectorsWithoutFigure?: string[];
}
