import { ComparableRuns } from './comparable-runs';
import { ArmResult, LoadResult } from './comparison';
import { FaultResult } from './faults';

/** Part of a turn from which on one stage is what a caller waits for. */
const DOMINATES = 0.6;

/** Part of a user's time that waiting takes at most while the load, not the boards, sets the rate. */
const WAITING_PART = 0.1;

/** How far apart the lengths of answers may be before arms did different work. */
const SAME_LENGTH = 0.02;

/** What else the data could mean than what the figures seem to say: each a sentence about the arms compared. */
export function doubtsOf(
  loads: readonly LoadResult[],
  comparable: ComparableRuns,
  faults: readonly FaultResult[],
  hasFaultLoad: boolean,
): string[] {
  const doubts: string[] = [];
  if (comparable.oneAfterTheOther) {
    doubts.push('The arms ran one after another and not in random order: what changed in the cluster between the '
      + 'runs cannot be told from what the arms changed. Run each arm at least twice, in another '
      + 'order.');
  }
  for (const { load, arms } of loads) {
    const counted = arms.filter(({ counted: cells }) => cells.length > 0);
    const doubt = (text: string) => doubts.push(`${load.name}: ${text}`);
    if (counted.length === 0) { continue; }
    const goodputs = counted.map(arm => meanOf(arm, 'goodput'));
    if (goodputs.every(value => value === 0)) {
      doubt('no arm kept the targets in a single turn. The load is beyond all of them, so their throughput says '
        + 'nothing on what can be used; lower the load until an arm keeps them.');
    }
    const byLoad = counted.filter(arm => isSetByLoad(load, arm));
    if (byLoad.length > 0) {
      doubt(`${names(byLoad)} did all that the load asked for. Their rate is that of the load and not of the boards; `
        + 'what they could do shows under a higher load only.');
    }
    for (const arm of counted) {
      const stage = dominatingStage(arm);
      if (load.stage === 'voice' && stage !== undefined) {
        doubt(`in ${arm.arm.name}, ${stage.name} takes ${Math.round(stage.part * 100)} % of what a caller waits. `
          + 'Sharing the boards of the other stages can change little.');
      }
    }
    const tokens = counted.map(({ counted: cells }) =>
      mean(cells.map(({ figures }) => figures.tokens).filter(value => value !== undefined)));
    const known = tokens.filter(value => value !== undefined);
    if (known.length > 1 && Math.max(...known) > Math.min(...known) * (1 + SAME_LENGTH)) {
      doubt('answers were of different lengths '
        + `(${counted.map((arm, index) => `${arm.arm.name} ${tokens[index]?.toFixed(1) ?? '?'} tokens`)
          .join(', ')}): the arms did different work.`);
    }
    const unequal = new Set(counted.map(({ arm }) => arm.gpus));
    if (unequal.size > 1) {
      doubt('the arms take different numbers of GPUs '
        + `(${counted.map(({ arm }) => `${arm.name} ${arm.gpus ?? 'unknown'}`).join(', ')}). More per GPU and less in `
        + 'all is a gain only where the freed GPU does something; the arm '
          + '"reinvest" measures that.');
    }
  }
  if (!hasFaultLoad) {
    doubts.push('No fault was made, so nothing here tells whether tenants are isolated from each other. Success in '
      + 'all arms is no evidence for it.');
  }
  if (faults.length > 0 && faults.every(({ trials }) => trials < 3)) {
    doubts.push('Each fault was tried fewer than 3 times; a neighbour that survived may have been lucky.');
  }
  return doubts;
}

/** Whether the boards did all that was asked of them: then the rate is the load's own. */
function isSetByLoad({ kind, turnsPerSecond, users }: LoadResult['load'], arm: ArmResult): boolean {
  const throughput = meanOf(arm, 'throughput') ?? 0;
  if (kind === 'open') { return turnsPerSecond !== undefined && throughput >= (1 - WAITING_PART) * turnsPerSecond; }
  const waitMs = meanOf(arm, 'firstAudioP50');
  if (users === undefined || waitMs === undefined || throughput === 0) { return false; }
  const secondsPerTurn = users / throughput; // speech, waiting and thought of one user
  return waitMs / 1000 <= WAITING_PART * secondsPerTurn;
}

function dominatingStage(arm: ArmResult): { name: string; part: number } | undefined {
  const total = meanOf(arm, 'firstAudioP50');
  if (total === undefined || total <= 0) { return undefined; }
  const parts = ([
    ['asrFinalP50', 'recognition'],
    ['firstSentenceP50', 'the language model'],
    ['firstPieceP50', 'synthesis'],
  ] as const)
    .map(([id, name]) => ({ name, part: (meanOf(arm, id) ?? 0) / total }));
  const [largest] = parts.sort((a, b) => b.part - a.part);
  return largest.part >= DOMINATES ? largest : undefined;
}

const meanOf = (arm: ArmResult, id: string): number | undefined => arm.metrics.get(id)?.confidence.mean;
const names = (arms: readonly ArmResult[]) => arms.map(({ arm }) => arm.name).join(', ');
const mean = (values: readonly number[]) => (values.length === 0
  ? undefined
  : values.reduce((sum, value) => sum + value, 0) / values.length);
