import { FitReport, GpuFit, GpuMemory, ModelFootprint } from '../../fit';
import { Gpu } from '../../hardware';

/** A report in sentences, with the verdict before and the engine's settings behind. */
export function reportText(report: FitReport): string {
  return `${report.verdict}\n${GpuFit.explain(report)}${settingsText(report)}`;
}

function settingsText(report: FitReport): string {
  const texts = Object.entries(report.engineSettings)
    .map(([name, value]) => (name.startsWith('--') ? `${name} ${value}` : `${name}=${quoted(value)}`));
  return texts.length === 0 || report.impossible !== undefined ? '' : `\n  Engine settings: ${texts.join('  ')}`;
}

function quoted(value: string): string {
  return /\s/.test(value) ? `"${value}"` : value;
}

/** The reports on a whole board and on every slice of it. */
export interface BoardReports {
  readonly whole: FitReport;
  readonly slices: { readonly name: string; readonly report: FitReport }[];
}

export function onBoard(footprint: ModelFootprint, gpu: Gpu): BoardReports {
  return {
    whole: GpuFit.check(footprint, GpuMemory.wholeGpu(gpu)),
    slices: gpu.profiles.map(({ name }) => ({ name, report: GpuFit.check(footprint, GpuMemory.migSlice(gpu, name)) })),
  };
}

/** A table of what fits where, and the arithmetic of the whole board. */
export function boardText(footprint: ModelFootprint, gpu: Gpu, { whole, slices }: BoardReports): string {
  if (slices.length === 0) { return reportText(whole); }
  const line = (name: string, has: string, need: string, verdict: string) =>
    `${name.padEnd(16)} ${has.padStart(8)} ${need.padStart(22)}  ${verdict}`;
  const rows = [...slices, { name: 'whole', report: whole }].map(({ name, report }) => {
    const { neededBestMib: best, neededExpectedMib: expected, neededWorstMib: worst } = report;
    const need = best === undefined
      ? 'unknown'
      : best === worst
        ? String(best)
        : `${expected} (${best}-${worst ?? '?'})`;
    return line(
      name,
      String(report.availableMib),
      need,
      report.impossible === undefined ? report.verdict : `${report.verdict}: ${report.impossible}`,
    );
  });
  return [`${footprint.subject} on ${gpu}`, line('slice', 'has MiB', 'needs MiB', 'verdict'), ...rows].join('\n');
}

export function boardJson({ whole, slices }: BoardReports): Record<string, unknown> {
  return { ...reportJson(whole), slices: slices.map(({ name, report }) => ({ profile: name, ...reportJson(report) })) };
}

/** The report in the shape that scripts read. */
export function reportJson(report: FitReport): Record<string, unknown> {
  return {
    verdict: report.verdict,
    model: report.subject,
    share: report.share,
    impossible: report.impossible ?? null,
    neededMiB: {
      best: report.neededBestMib ?? null,
      expected: report.neededExpectedMib ?? null,
      worst: report.neededWorstMib ?? null,
    },
    availableMiB: report.availableMib,
    headroomMiB: report.headroomMib ?? null,
    components: report.components.map(each => ({ mib: each.worstMib, ...each })),
    kvBytesPerToken: report.kvBytesPerToken ?? null,
    kvPoolMiB: report.kvPoolMib ?? null,
    kvPoolRangeMiB: report.kvPoolLeastMib === undefined
      ? null
      : { least: report.kvPoolLeastMib, most: report.kvPoolMostMib },
    kvPoolTokens: report.kvPoolTokens ?? null,
    stateBlocks: report.stateBlocks === undefined
      ? null
      : { least: report.stateBlocksLeast, expected: report.stateBlocks, most: report.stateBlocksMost },
    engineTooManySequences: report.engineTooManySequences ?? null,
    maxContext: report.maxContext ?? null,
    maxConcurrency: report.maxConcurrency ?? null,
    engineVersion: report.engineVersion ?? null,
    alternatives: report.alternatives,
    engineSettings: report.engineSettings,
    notes: report.notes,
  };
}
