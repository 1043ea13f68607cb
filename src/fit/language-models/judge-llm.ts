import { LlmArchitecture } from '../../models';
import { Estimate, MIB } from '../estimate';
import { GpuMemory } from '../gpu-memory';
import { whyImpossible } from './impossible';
import { LlmMemory, llmMemory } from './llm-memory';
import { blockNotes, whyTooManySequences } from './state-blocks';
import { memoryNotes, offloadNotes } from '../memory-notes';
import { LlmServingOptions, ModelFootprint } from '../model-footprint';
import { otherServings } from '../report/alternatives';
import { FitReport, FitVerdict } from '../report/fit-report';

/** Whether a language model, served by an engine, fits a memory. */
export function judgeLlm(
  footprint: ModelFootprint,
  architecture: LlmArchitecture,
  share: GpuMemory,
  withAlternatives: boolean = true,
): FitReport {
  const serving = footprint._serving;
  const towerUnknown = (architecture.visionUnknown || footprint._withVisionTower) && serving.weightBytes === undefined;
  const memory = llmMemory(architecture, serving, share, footprint._nim, towerUnknown);
  const kv = memory.kvBytes(memory.contextLength, memory.concurrency);
  const impossible = whyImpossible(architecture, serving, share) ?? whyTooManySequences(memory);
  const unknown = [
    ...(towerUnknown
      ? ['the size of its vision tower is not known; 0.5 to 1.5 GiB are counted, as of four others']
      : []),
    ...architecture._unknownsWhen(serving),
  ];
  const verdict = impossible !== undefined || !memory.startsAtBest || kv > memory.pool.most ? FitVerdict.DOES_NOT_FIT
    : unknown.length === 0 && memory.startsAtWorst && kv <= memory.pool.least && hasBlocks(memory)
      ? FitVerdict.FITS
      : FitVerdict.UNCERTAIN;

  const components = [
    ...memory.parts.map(({ name, least, expected, most, source }) =>
      ({ name, bestMib: mib(least), expectedMib: mib(expected), worstMib: mib(most), source })),
    {
      name: 'kv-cache',
      bestMib: mib(kv),
      expectedMib: mib(kv),
      worstMib: mib(kv),
      source: `${memory.concurrency} x ${memory.contextLength} tokens${
        memory.tokenShare === 1 ? '' : ', of a pool of which SGLang sets a part aside for states'}`,
    },
  ];
  const total = (key: 'bestMib' | 'expectedMib' | 'worstMib') => components.reduce((sum, each) => sum + each[key], 0);
  const [best, worst] = [total('bestMib'), total('worstMib')];
  const [contextLimit, requestLimit] = [maxContext(memory, architecture), maxConcurrency(memory)];
  // what the engine may take in all, so that needed <= available exactly where the cache fits its pool: of what does
  // not fit the best case
  const available = verdict === FitVerdict.DOES_NOT_FIT
    ? Math.min(
      share._limitMostMib,
      best + mib(memory.pool.most - kv),
    ) : Math.min(share.limitMib, worst + mib(memory.pool.least - kv));
  const judged = (change: LlmServingOptions) =>
    judgeLlm(footprint._servedAs(change), architecture, share, false).verdict;
  return {
    verdict,
    subject: footprint.subject,
    share: String(share),
    impossible,
    neededBestMib: best,
    neededExpectedMib: total('expectedMib'),
    neededWorstMib: worst,
    availableMib: Math.max(0, available),
    headroomMib: Math.min(available, worst + mib(memory.pool.least - kv)) - worst,
    components,
    // a window of SGLang counts in part
    kvBytesPerToken: Math.round(memory.kvBytesPerToken),
    ...poolOf(memory.pool),
    // layers that keep a state and no tokens fill no pool
    kvPoolTokens: memory.kvBytesPerToken === 0
      ? undefined
      : Math.max(0, Math.floor(memory.pool.expected * memory.tokenShare / memory.kvBytesPerToken)),
    maxContext: contextLimit,
    maxConcurrency: requestLimit,
    stateBlocks: memory.stateBlocks?.expected,
    stateBlocksLeast: memory.stateBlocks?.least,
    stateBlocksMost: memory.stateBlocks?.most,
    engineTooManySequences: memory.tooManySequences,
    engine: memory.engine,
    engineVersion: memory.engineVersion,
    engineDefaultFraction: memory.defaultFraction,
    alternatives: verdict === FitVerdict.FITS || !withAlternatives ? []
      : otherServings(serving, architecture, memory, contextLimit, requestLimit, judged),
    engineSettings: memory.settings,
    notes: [
      ...unknown, ...memory.notes, ...blockNotes(memory), ...memoryNotes(share, verdict),
      ...offloadNotes(serving.engine, verdict),
    ],
  };
}

/** Whether each sequence of a batch has its Mamba cache block for sure, where it needs one. */
function hasBlocks({ stateBlocks, maxNumSeqs }: LlmMemory): boolean {
  return stateBlocks === undefined || maxNumSeqs <= stateBlocks.least;
}

function poolOf({
  least,
  expected,
  most,
}: Estimate): { kvPoolMib: number; kvPoolLeastMib: number; kvPoolMostMib: number } {
  return {
    kvPoolMib: Math.max(0, mib(expected)),
    kvPoolLeastMib: Math.max(0, mib(least)),
    kvPoolMostMib: Math.max(0, mib(most)),
  };
}

/** The largest number for which `fits` holds, from 0 to `most`. */
function largest(most: number, fits: (value: number) => boolean): number {
  let [low, high] = [0, most];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) { low = middle; } else { high = middle - 1; }
  }
  return low;
}

function maxContext(memory: LlmMemory, architecture: LlmArchitecture): number {
  const most = architecture.maxPositions ?? memory.contextLength;
  return largest(most, tokens => memory.kvBytes(tokens, memory.concurrency) <= memory.pool.least);
}

function maxConcurrency(memory: LlmMemory): number {
  const one = memory.kvBytes(memory.contextLength, 1);
  // the graph of llama.cpp grows with all tokens, so that many requests may take more than as many times one
  return one === 0 ? 0 : largest(
    Math.max(0, Math.floor(memory.pool.least / one)),
    requests => memory.kvBytes(memory.contextLength, requests) <= memory.pool.least,
  );
}

function mib(bytes: number): number {
  return Math.ceil(bytes / MIB);
}
