import { ConfigReader } from './config';

export function maxPositions(config: ConfigReader): number | undefined {
  const scaling = config.part('rope_scaling') ?? config.part('rope_parameters');
  const kind = scaling?.text('rope_type') ?? scaling?.text('type');
  const [factor, original] = [scaling?.factor('factor'), scaling?.factor('original_max_position_embeddings')];
  const stretched = kind === 'yarn' && factor !== undefined && original !== undefined ? factor * original : 0;
  const stated = config.number('max_position_embeddings', 'model_max_length', 'seq_length', 'max_seq_len') ?? 0;
  return Math.max(stated, stretched) || undefined;
}

/**
 * Elements of the position tables: positions x rotary size, longer by a linear factor, and a second table where windows
 * have their own.
 */
export function ropeElements(config: ConfigReader, type: string, headDim: number | undefined): number | undefined {
  const positions = maxPositions(config);
  const scaling = config.part('rope_scaling') ?? config.part('rope_parameters');
  const size = config.count('qk_rope_head_dim') ?? config.number('rotary_dim')
    ?? (headDim === undefined
      ? undefined
      : headDim * (config.factor('partial_rotary_factor') ?? scaling?.factor('partial_rotary_factor') ?? 1));
  if (positions === undefined || size === undefined) { return undefined; }
  const kind = scaling?.text('rope_type') ?? scaling?.text('type');
  const factor = kind === 'linear' ? scaling?.factor('factor') ?? 1 : 1;
  const ownTable = type.startsWith('gemma3') || type === 'gemma4_text' ? 1 : 0;
  return Math.round(positions * size * (factor + ownTable));
}
