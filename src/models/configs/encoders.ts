import { Config, ConfigReader, isConfig } from './config';
import { textEncoderRow } from './text-encoders';
import { twoTowersRow } from './two-towers';
import { LlmRow } from '../catalogue/llm-row';

const CONFORMERS = ['parakeet_ctc', 'parakeet_tdt', 'parakeet_rnnt', 'canary'];

/**
 * An encoder, or a recogniser of speech; undefined when the config is of neither. Counted as transformers 5.24 does on
 * its meta device.
 */
export function encoderRow(published: Config, type: string): LlmRow | undefined {
  const config = new ConfigReader(withoutNulls(published), type.slice(0, 40));
  if (type === 'whisper') { return whisper(config); }
  const encoder = published.encoder_config;
  if (CONFORMERS.includes(type) && isConfig(encoder)) {
    return conformer(config, new ConfigReader(withoutNulls(encoder), `${type}.encoder_config`), type);
  }
  return textEncoderRow(config, type) ?? twoTowersRow(published, type);
}

function withoutNulls(config: Config): Config {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== null && value !== undefined));
}

/** Encoder and decoder; keys have no bias, and the decoder has attention on the encoder. */
function whisper(config: ConfigReader): LlmRow {
  const hidden = config.need('d_model');
  const [encoders, decoders] = [config.need('encoder_layers'), config.need('decoder_layers')];
  const [encoderInner, decoderInner] = [config.need('encoder_ffn_dim'), config.need('decoder_ffn_dim')];
  const vocab = config.need('vocab_size');
  const [heard, written] = [
    config.number('max_source_positions') ?? 1500,
    config.number('max_target_positions') ?? 448,
  ];
  const attention = 4 * hidden * hidden + 3 * hidden + 2 * hidden;
  const network = (inner: number) => 2 * hidden * inner + inner + hidden + 2 * hidden;
  const convolutions = 3 * (config.number('num_mel_bins') ?? 80) * hidden + hidden + 3 * hidden * hidden + hidden;
  return {
    id: config.text('_name_or_path') ?? 'whisper',
    family: 'whisper',
    task: 'automatic-speech-recognition',
    parameters: convolutions + heard * hidden + encoders * (attention + network(encoderInner)) + 2 * hidden
      + vocab * hidden + written * hidden + decoders * (2 * attention + network(decoderInner)) + 2 * hidden,
    layers: encoders,
    hiddenSize: hidden,
    intermediateSize: encoderInner,
    vocabSize: vocab,
    maxPositions: written,
    melBins: config.number('num_mel_bins') ?? 80,
  };
}

/** FastConformer with its head: CTC, a transducer, or the decoder of Canary. */
function conformer(config: ConfigReader, encoder: ConfigReader, type: string): LlmRow {
  const hidden = encoder.need('hidden_size');
  const [inner, layers, heads] = [
    encoder.need('intermediate_size'),
    encoder.need('num_hidden_layers'),
    encoder.need('num_attention_heads'),
  ];
  const vocab = config.need('vocab_size');
  const bias = encoder.flag('attention_bias') === false ? 0 : 1;
  const convBias = encoder.flag('convolution_bias') === false ? 0 : 1;
  const kernel = encoder.number('conv_kernel_size') ?? 9;
  const channels = encoder.number('subsampling_conv_channels') ?? 256;
  const mels = encoder.number('num_mel_bins') ?? 80;
  const stages = Math.round(Math.log2(encoder.number('subsampling_factor') ?? 8));
  const networks = 2 * (2 * hidden * inner + bias * (inner + hidden));
  const attention = 5 * hidden * hidden + bias * 4 * hidden + 2 * hidden;
  const convolution = 3 * hidden * hidden + hidden * kernel + convBias * 4 * hidden + 2 * hidden;
  const layer = networks + attention + convolution + 10 * hidden;
  const subsampling = stages * (9 * channels + channels) + (stages - 1) * (channels * channels + channels)
    + hidden * channels * Math.ceil(mels / 2 ** stages) + hidden;
  return {
    id: config.text('_name_or_path') ?? type,
    family: type,
    task: 'automatic-speech-recognition',
    parameters: subsampling + layers * layer + headParameters(config, hidden, vocab, type),
    layers,
    hiddenSize: hidden,
    intermediateSize: inner,
    heads,
    vocabSize: vocab,
    maxPositions: encoder.number('max_position_embeddings'),
    melBins: mels,
    subsamplingChannels: channels,
  };
}

function headParameters(config: ConfigReader, hidden: number, vocab: number, type: string): number {
  if (type === 'parakeet_ctc') { return vocab * hidden + vocab; }
  if (type === 'canary') { return canaryDecoder(config, vocab); }
  const [width, layers] = [config.need('decoder_hidden_size'), config.number('num_decoder_layers') ?? 1];
  const recurrent = layers * (8 * width * width + 8 * width);
  const outputs = vocab + (type === 'parakeet_tdt' ? config.list('durations')?.length ?? 5 : 0);
  return hidden * width + width + vocab * width + recurrent + width * width + width + outputs * width + outputs;
}

function canaryDecoder(config: ConfigReader, vocab: number): number {
  const decoder = config.part('decoder_config');
  const width = decoder?.number('hidden_size') ?? 1024;
  const [inner, layers] = [decoder?.number('intermediate_size') ?? 4096, decoder?.number('num_hidden_layers') ?? 8];
  const attention = 4 * (width * width + width);
  return vocab * width + layers * (2 * attention + 2 * width * inner + inner + width + 6 * width) + 4 * width + vocab;
}
