import { CellFigures, LATENCIES, Latency } from './cell-figures';
import { ArmLine } from './result-lines';

/** A figure of a cell that arms are compared by. */
export interface Metric {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  /** Which way is better. */
  readonly better: 'more' | 'less';
  readonly decimals: number;
  /** The figure of a cell; undefined: not known. */
  readonly of: (figures: CellFigures, arm: ArmLine) => number | undefined;
}

const RATES: readonly Metric[] = [
  {
    id: 'goodput',
    title: 'goodput in all',
    unit: 'turns/s',
    better: 'more',
    decimals: 3,
    of: ({ goodput }) => goodput,
  },
  {
    id: 'goodputPerGpu',
    title: 'goodput per GPU',
    unit: 'turns/s',
    better: 'more',
    decimals: 3,
    of: ({ goodput }, { gpus }) => per(goodput, gpus),
  },
  {
    id: 'throughput',
    title: 'throughput in all',
    unit: 'turns/s',
    better: 'more',
    decimals: 3,
    of: ({ throughput }) => throughput,
  },
  {
    id: 'throughputPerGpu',
    title: 'throughput per GPU',
    unit: 'turns/s',
    better: 'more',
    decimals: 3,
    of: ({ throughput }, { gpus }) => per(throughput, gpus),
  },
  {
    id: 'success',
    title: 'success',
    unit: '%',
    better: 'more',
    decimals: 1,
    of: ({ success }) => (success === undefined ? undefined : success * 100),
  },
];

const TITLES: Readonly<Record<Latency, string>> = {
  firstAudio: 'user stop to first audio',
  asrFinal: 'ASR: user stop to final transcript',
  firstToken: 'LLM: time to first token',
  interToken: 'LLM: between tokens',
  wholeRequest: 'LLM or embedding: whole request',
  firstSentence: 'LLM: first sentence',
  firstPiece: 'TTS: first audio of a sentence',
  realTimeFactor: 'TTS: real-time factor',
};

const TIMES: readonly Metric[] = LATENCIES.flatMap(latency => ([
  'p50', 'p95', 'p99',
] as const).map((percent): Metric => ({
  id: `${latency}${percent.toUpperCase()}`,
  title: `${TITLES[latency]}, ${percent}`,
  unit: latency === 'realTimeFactor' ? '' : 'ms',
  better: 'less',
  decimals: latency === 'realTimeFactor' ? 2 : latency === 'interToken' ? 1 : 0,
  of: ({ latencies }) => latencies[latency][percent],
})));

const OTHERS: readonly Metric[] = [
  {
    id: 'underruns',
    title: 'TTS: underruns a turn',
    unit: '',
    better: 'less',
    decimals: 2,
    of: ({ underruns }) => underruns,
  },
  {
    id: 'wordErrorRate',
    title: 'ASR: wrong words',
    unit: '%',
    better: 'less',
    decimals: 1,
    of: ({ wordErrorRate }) => per(wordErrorRate, 0.01),
  },
];

/** All figures, in the order in which they are shown. */
export const METRICS: readonly Metric[] = [...RATES, ...TIMES, ...OTHERS, {
  id: 'costPerThousand',
  title: 'cost of 1,000 good turns',
  unit: '',
  better: 'less',
  decimals: 2,
  of: ({ goodput, throughput }, { gpus, pricePerHour }) =>
    (gpus === undefined || pricePerHour === undefined
      ? undefined
      : per(gpus * pricePerHour / 3.6, goodput ?? throughput)),
}];

function per(value: number | undefined, divisor: number | undefined): number | undefined {
  return value === undefined || divisor === undefined || divisor === 0 ? undefined : value / divisor;
}
