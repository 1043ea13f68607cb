/**
 * What so many layers of a model keep for a request.
 *
 * - `full`: keys and values of every token.
 * - `window`: of the last `window` tokens. `chunk`: of the tokens of a chunk of `window`.
 * - `latent`: one latent a token, replicated on each GPU; with `indexSize`, the keys of an indexer beside it.
 * - `compressed`: one entry for every `rate` tokens and a window beside it.
 * - `state`: a state a request, however long it is.
 * - `shared`: reads the cache of another layer. `none`: keeps nothing.
 */
export type CacheKind = 'full' | 'window' | 'chunk' | 'latent' | 'compressed' | 'state' | 'shared' | 'none';

/** Layers of one kind, in the figures that their cache depends on. */
export interface CacheRow {
  readonly kind: CacheKind;
  readonly layers: number;
  readonly kvHeads?: number;
  readonly headDim?: number;
  /** Size of a value head, where it is not that of a key head. */
  readonly valueDim?: number;
  readonly window?: number;
  readonly latentSize?: number;
  readonly indexSize?: number;
  /** Tokens that share one key of the indexer, where not each has its own. */
  readonly indexPool?: number;
  readonly rate?: number;
  /**
   * Bytes of an entry where the 8-bit cache of an engine packs more than its elements: scales, and positions in 16 bit.
   */
  readonly packedBytes?: number;
  /** Elements of the state of a layer, and bytes of each. */
  readonly stateElements?: number;
  readonly stateBytes?: number;
  /** Elements of 16 bit that a convolution keeps, of a layer. */
  readonly convElements?: number;
}
