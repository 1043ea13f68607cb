import { ConfigReader } from './config';
import { Layers } from './layers';

/** The tables of Gemma 3n and 4 that each layer looks tokens up in. */
export function perLayerTables(config: ConfigReader, count: number): number {
  const width = config.count('hidden_size_per_layer_input') ?? 0;
  return width === 0 ? 0 : (config.number('vocab_size_per_layer_input') ?? config.need('vocab_size')) * width * count;
}

/** Those tables, and what projects them. */
export function perLayerEmbeddings(config: ConfigReader, count: number): number {
  const width = config.count('hidden_size_per_layer_input') ?? 0;
  return width === 0 ? 0 : perLayerTables(config, count) + width * count * config.need('hidden_size') + width;
}

/** Of a layer: gate, projection and norm of those. */
export function perLayerInput(config: ConfigReader): number {
  const width = config.count('hidden_size_per_layer_input') ?? 0;
  const hidden = config.need('hidden_size');
  return width === 0 ? 0 : 2 * hidden * width + hidden;
}

/** Gemma 3n: alternating updates of several streams, and a low-rank path beside each layer. */
export function gemma3nLayer(config: ConfigReader): number {
  const [hidden, inputs, rank] = [
    config.need('hidden_size'),
    config.number('altup_num_inputs') ?? 4,
    config.number('laurel_rank') ?? 64,
  ];
  const alternating = hidden + inputs * inputs + inputs * inputs * inputs + inputs * hidden + hidden;
  return alternating + 2 * rank * hidden + hidden;
}

export function gemma3nWhole(config: ConfigReader): number {
  const [hidden, inputs] = [config.need('hidden_size'), config.number('altup_num_inputs') ?? 4];
  return 2 * (inputs - 1) * hidden * hidden;
}

/**
 * Hyper-connections: streams that are mixed before and after each half of a layer, and in DeepSeek V4 before the head.
 */
export function hyperConnections(config: ConfigReader, { layers }: Layers, type: string): number {
  const streams = config.number('hc_mult');
  if (streams === undefined) { return 0; }
  const width = streams * config.need('hidden_size');
  const mixes = 2 * streams + streams * streams;
  return layers.length * 2 * (mixes * width + mixes + 3) + (type === 'deepseek_v4' ? streams * width + streams + 1 : 0);
}
