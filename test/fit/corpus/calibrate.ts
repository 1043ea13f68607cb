import * as fs from 'fs';
import * as path from 'path';
import { isHeldOut, RUNS } from './runs';
import { compareVersions, readVersion } from '../../../src/fit/engines/engine-version';
import { NonTorchRow, VLLM_FIGURES, VllmFigures } from '../../../src/fit/engines/vllm-figures';
import { vllmRelease } from '../../../src/fit/engines/vllm-releases';
import { Estimate, GIB } from '../../../src/fit/estimate';
import { LlmArchitecture } from '../../../src/models';

/** Components that a report prints; of some that is all that is known. */
interface Printed {
  readonly report: string;
  readonly model?: string;
  readonly engineVersion: string;
  readonly tensorParallel: number;
  readonly maxNumSeqs?: number;
  readonly maxNumBatchedTokens?: number;
  readonly peakGib?: number;
  readonly nonTorchGib?: number;
}

const PRINTED: Printed[] = [
  ...JSON.parse(fs.readFileSync(path.join(__dirname, 'vllm-components.json'), 'utf8')),
  ...RUNS.filter(run => !isHeldOut(run)),
];

/** What the calls of the sampler take on an H200 (torch 2.11), where no log is left to fit them. */
const MEASURED = { 'sort': 38.0, 'no-sort': 14.0 };

/**
 * The figures of vLLM that come from logs, fitted again to the reports other than some: bytes of the sampler, and what torch does not
 * see. Each is the median of what reports print; where none is left, what was measured, or the mean of all other releases.
 */
export function calibrate(...without: string[]): VllmFigures {
  const printed = PRINTED.filter(({ report }) => !without.includes(report));
  const samplerBytes = { ...VLLM_FIGURES.samplerBytes };
  for (const sampler of ['sort', 'no-sort'] as const) { samplerBytes[sampler] = median(printed.flatMap(each => bytesOf(each, sampler))) ?? MEASURED[sampler]; }
  const nonTorchGib = VLLM_FIGURES.nonTorchGib.map(row => ({
    ...row,
    one: expecting(row.one, nonTorch(printed, row, 1)),
    nvlink: expecting(row.nvlink, nonTorch(printed, row, 2)),
  }));
  const visionPeakGib = without.includes('M') ? { ...VLLM_FIGURES.visionPeakGib, expected: 0 } : VLLM_FIGURES.visionPeakGib;
  return { ...VLLM_FIGURES, samplerBytes, nonTorchGib, visionPeakGib };
}

/** Bytes per sequence and vocabulary entry that a printed peak comes to, of dense models whose sampler is the peak. */
function bytesOf({ model, engineVersion, peakGib, maxNumSeqs, maxNumBatchedTokens }: Printed, sampler: string): number[] {
  if (peakGib === undefined || model === undefined || vllmRelease(engineVersion).release.sampler !== sampler) { return []; }
  const row = LlmArchitecture.find(model)?._row;
  if (row === undefined || row.visionParameters !== undefined || (row.experts !== undefined && sampler === 'no-sort')) { return []; }
  return [(peakGib * GIB - 2 * maxNumBatchedTokens! * row.hiddenSize!) / maxNumSeqs! / row.vocabSize!];
}

function nonTorch(printed: Printed[], row: NonTorchRow, least: 1 | 2): number | undefined {
  const logged = printed.filter(each => each.nonTorchGib !== undefined && (each.tensorParallel === 1) === (least === 1));
  const same = logged.filter(each => rowOf(each) === row).map(each => each.nonTorchGib!);
  return median(same) ?? (least === 1 ? undefined : mean(logged.map(each => each.nonTorchGib!)));
}

function rowOf({ engineVersion }: Printed): NonTorchRow {
  return [...VLLM_FIGURES.nonTorchGib].reverse().find(({ from }) => compareVersions(readVersion(from)!, readVersion(engineVersion)!) <= 0)!;
}

function expecting(range: Estimate, expected: number | undefined): Estimate {
  return expected === undefined ? range : { ...range, expected };
}

function median(values: number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.ceil((sorted.length - 1) / 2)]];
  return sorted.length === 0 ? undefined : (low + high) / 2;
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
