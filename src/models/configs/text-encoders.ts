import { ConfigReader } from './config';
import { LlmRow } from '../catalogue/llm-row';

/** Figures of a text encoder. */
interface Shape {
  readonly hidden: number;
  readonly inner: number;
  readonly layers: number;
  readonly vocab: number;
  readonly heads: number;
  readonly positions: number;
  readonly types: number;
}

/** How the parameters of a type of encoder add up beside its layers, and in one of them. */
interface EncoderKind {
  readonly layer: (shape: Shape, config: ConfigReader) => number;
  readonly rest: (shape: Shape, config: ConfigReader) => number;
  /** Positions of the table that are padding. */
  readonly padding?: number;
  /** Types of tokens when nobody says. */
  readonly types?: number;
  /** A network with a gate, whose sides are four at the peak. */
  readonly isGated?: boolean;
}

/** Attention with biases, two matrices, two layer norms. */
function plainLayer({ hidden, inner }: Shape): number {
  return 4 * (hidden * hidden + hidden) + 2 * hidden * inner + inner + hidden + 4 * hidden;
}

/** Words, positions, types of tokens and their norm. */
function embedded({ hidden, vocab, positions, types }: Shape): number {
  return (vocab + positions + types) * hidden + 2 * hidden;
}

const pooler = ({ hidden }: Shape) => hidden * hidden + hidden;
const BERT: EncoderKind = { layer: plainLayer, rest: shape => embedded(shape) + pooler(shape) };
/** The first two positions of RoBERTa are padding. */
const ROBERTA: EncoderKind = { ...BERT, padding: 2 };

/** Encoders of text that are served alone, as transformers 5.24 counts their base model. */
const KINDS: Record<string, EncoderKind> = {
  'bert': BERT,
  'roberta': ROBERTA,
  'xlm-roberta': ROBERTA,
  'camembert': ROBERTA,
  // all layers of a group are one, and words are embedded in fewer dimensions
  'albert': {
    layer: (shape, config) =>
      (config.number('num_hidden_groups')
        ?? 1) * (config.number('inner_group_num') ?? 1) * plainLayer(shape) / shape.layers,
    rest: (shape, config) => {
      const size = config.number('embedding_size') ?? 128;
      return embedded({ ...shape, hidden: size }) + size * shape.hidden + shape.hidden + pooler(shape);
    },
  },
  'distilbert': { layer: plainLayer, rest: shape => embedded({ ...shape, types: 0 }) },
  'mpnet': { layer: plainLayer, rest: shape => embedded({ ...shape, types: 0 }) + 32 * shape.heads + pooler(shape) },
  'deberta-v2': {
    layer: plainLayer,
    rest: (shape, config) =>
      embedded({ ...shape, positions: config.flag('position_biased_input') === false ? 0 : shape.positions })
        + relativePositions(shape, config),
    types: 0,
  },
  'nomic_bert': {
    layer: ({ hidden, inner }) => 4 * hidden * hidden + 3 * hidden * inner + 4 * hidden,
    rest: shape => embedded({ ...shape, positions: 0 }),
    isGated: true,
  },
  // gte and snowflake-arctic-embed of the second generation: positions are turned, the network has a gate
  'new': { layer: gateLayer, rest: shape => embedded({ ...shape, positions: 0 }), isGated: true, types: 0 },
  'gte': { layer: gateLayer, rest: shape => embedded({ ...shape, positions: 0 }), isGated: true, types: 0 },
  'modernbert': {
    layer: ({ hidden, inner }) => 4 * hidden * hidden + 3 * hidden * inner + 2 * hidden,
    // the first layer has no norm before attention
    rest: ({ hidden, vocab }) => vocab * hidden + hidden,
    isGated: true,
  },
};

function gateLayer({ hidden, inner }: Shape): number {
  return 4 * (hidden * hidden + hidden) + 3 * hidden * inner + hidden + 4 * hidden;
}

/** DeBERTa's table of relative positions and its norm. */
function relativePositions({ hidden, positions }: Shape, config: ConfigReader): number {
  if (config.flag('relative_attention') !== true) { return 0; }
  const buckets = config.number('position_buckets') ?? positions;
  return 2 * buckets * hidden + (config.text('norm_rel_ebd')?.includes('layer_norm') === true ? 2 * hidden : 0);
}

/** The model alone, without a head; undefined when the type is no encoder of text. */
export function textEncoderRow(config: ConfigReader, type: string): LlmRow | undefined {
  if (!Object.hasOwn(KINDS, type)) { return undefined; }
  const kind = KINDS[type];
  const hidden = config.need('hidden_size', 'n_embd', 'dim');
  const shape: Shape = {
    hidden,
    inner: config.number('intermediate_size', 'hidden_dim', 'n_inner') ?? 4 * hidden,
    layers: config.need('num_hidden_layers', 'n_layers', 'n_layer'),
    vocab: config.need('vocab_size'),
    heads: config.number('num_attention_heads', 'n_heads', 'n_head') ?? 12,
    positions: config.number('max_position_embeddings', 'n_positions') ?? 512,
    types: config.count('type_vocab_size') ?? kind.types ?? 2,
  };
  return {
    id: config.text('_name_or_path') ?? type,
    family: type,
    task: 'feature-extraction',
    parameters: kind.rest(shape, config) + shape.layers * kind.layer(shape, config),
    layers: shape.layers,
    hiddenSize: hidden,
    intermediateSize: shape.inner,
    heads: shape.heads,
    vocabSize: shape.vocab,
    maxPositions: shape.positions - (kind.padding ?? 0),
    gatedNetwork: kind.isGated,
  };
}
