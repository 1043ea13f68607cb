import { FitComponent, FitReport, FitVerdict } from './fit-report';

/** The report in sentences and a table. */
export function explain(report: FitReport): string {
  const lines = [headline(report)];
  if (report.impossible === undefined && report.components.length > 1) {
    lines.push(...report.components.map(componentLine));
  }
  if (report.maxContext !== undefined && report.impossible === undefined) { lines.push(...poolLines(report)); }
  lines.push(...report.notes.map(note => `  Not certain: ${note}.`));
  if (report.verdict !== FitVerdict.FITS && report.alternatives.length > 0) {
    lines.push(`  Fits: ${report.alternatives.join('; ')}.`);
  }
  return lines.join('\n');
}

function headline(report: FitReport): string {
  const {
    subject,
    share,
    verdict,
    impossible,
    neededBestMib: best,
    neededExpectedMib: expected,
    neededWorstMib: worst,
    availableMib,
  } = report;
  if (impossible !== undefined) { return `${subject} cannot run on ${share}: ${impossible}.`; }
  if (best === undefined) { return `${subject} needs an unknown amount; ${share} has ${gib(availableMib)}.`; }
  if (verdict === FitVerdict.DOES_NOT_FIT) {
    const has = report.components.length > 1 ? `at most ${gib(availableMib)} for it` : gib(availableMib);
    return `${subject} needs at least ${gib(best)}; ${share} has ${has}.`;
  }
  if (worst === undefined) {
    return `${subject} needs at least ${gib(best)}, and no figure bounds it from above; ${share} `
      + `has ${gib(availableMib)}.`;
  }
  const need = best === 0
    ? `at most ${gib(worst)}`
    : expected === undefined || best === worst
      ? gib(worst)
      : `${gib(expected)} (${gib(best)} to ${gib(worst)})`;
  return `${subject} needs ${need}; ${share} has ${gib(availableMib)}.`;
}

function componentLine({ name, bestMib, expectedMib, worstMib, source }: FitComponent): string {
  const range = bestMib === worstMib ? gib(worstMib) : `${gib(expectedMib)} (${gib(bestMib)} to ${gib(worstMib)})`;
  return `  ${name.padEnd(16)} ${range.padEnd(28)} ${source}`;
}

function poolLines(report: FitReport): string[] {
  const {
    kvPoolMib,
    kvPoolLeastMib,
    kvPoolMostMib,
    kvPoolTokens,
    maxContext,
    maxConcurrency,
    kvBytesPerToken,
    engine,
  } = report;
  const pool = kvPoolLeastMib === 0
    ? `${gib(kvPoolMib!)}, in the worst case none`
    : `${gib(kvPoolMib!)} (${gib(kvPoolLeastMib!)} to ${gib(kvPoolMostMib!)})`;
  const version = engine === undefined ? '' : ` (${engine})`;
  const tokens = kvPoolTokens === undefined
    ? 'which tokens take nothing of'
    : `${kvPoolTokens} tokens of ${kvBytesPerToken} bytes`;
  return [
    `  KV cache pool${version} ${pool}, ${tokens}; ${surely(maxContext, maxConcurrency)}`,
    ...blockLines(report),
  ];
}

/** What has room in the worst case too. */
function surely(context: number | undefined, requests: number | undefined): string {
  if (context === 0) { return 'in the worst case no context has room beside the rest'; }
  return `surely fits: a context of ${context} tokens${requests === 0 ? '' : `, or ${requests} requests`}`;
}

/** How many sequences a batch may have where each needs a block of its own. */
function blockLines(report: FitReport): string[] {
  const { stateBlocks, stateBlocksLeast, stateBlocksMost, engineTooManySequences: own } = report;
  if (stateBlocks === undefined) { return []; }
  return [`  Mamba cache blocks ${stateBlocks} (${stateBlocksLeast} to ${stateBlocksMost}): a batch has at most as many `
    + `sequences, or the engine does not start${own === undefined ? '' : `; by itself it takes ${own}`}`];
}

function gib(mebibytes: number): string {
  return `${(mebibytes / 1024).toFixed(1)} GiB`;
}
