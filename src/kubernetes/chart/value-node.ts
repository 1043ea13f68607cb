/** What is known of one value of a chart. */
export interface ValueNode {
  /** The first release that has it, by its place among the chart's; @default - the oldest that is known */
  readonly from?: number;
  /** The last release that has it; @default - the newest that is known */
  readonly to?: number;
  /** A template gives it on whole too, so that it may hold more than `keys`. */
  readonly open?: boolean;
  /** What it holds; @default - anything */
  readonly keys?: Readonly<Record<string, ValueNode>>;
}

/** What is known of the values of a chart. */
export interface ChartFacts {
  /** Releases whose chart was read, oldest first. */
  readonly releases: readonly string[];
  readonly keys: Readonly<Record<string, ValueNode>>;
}
