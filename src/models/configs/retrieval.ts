import { Config, isConfig } from './config';

/** A vision model that turns each token of a page into a vector of so many numbers. */
export interface PageRetriever {
  /** Its own config, read as that of a model without a head. */
  readonly vlm: Config;
  readonly vectorSize: number;
}

/** Numbers in a vector when a file does not say (configuration_colpali.py and _colqwen2.py of transformers 5.24). */
const VECTOR_SIZE = 128;
/** A class that has no head, as the reader knows them. */
const WITHOUT_HEAD = 'BidirectionalModel';

/**
 * ColPali, ColQwen2 and their like: a vision model in `vlm_config`, loaded without its head (AutoModel), and a projection
 * of each token (modeling_colpali.py, modeling_colqwen2.py of transformers 5.24); undefined when the file is of another.
 */
export function pageRetriever(published: Config): PageRetriever | undefined {
  const { model_type: type, vlm_config: vlm, embedding_dim: size } = published;
  if (typeof type !== 'string' || !/^col[a-z0-9_]+$/.test(type) || !isConfig(vlm)) { return undefined; }
  return {
    vlm: { ...vlm, architectures: [WITHOUT_HEAD] },
    vectorSize: typeof size === 'number' && size > 0 ? size : VECTOR_SIZE,
  };
}
