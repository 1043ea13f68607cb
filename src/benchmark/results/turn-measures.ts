import { TargetsLine, TurnLine } from './result-lines';

/** What one turn took, ms unless said otherwise; undefined: it did not come so far, or the load has no such stage. */
export interface TurnMeasures {
  /** From the user's last sound to the first sound of the answer: what a caller waits. */
  readonly firstAudio?: number;
  /** From the user's last sound to the last final transcript. */
  readonly asrFinal?: number;
  /** From the request to the first token. */
  readonly firstToken?: number;
  /** Mean time between two tokens. */
  readonly interToken?: number;
  /** From the request of an answer or of embeddings to its end. */
  readonly wholeRequest?: number;
  /** From the request to the end of the first sentence. */
  readonly firstSentence?: number;
  /** From the first sentence's request to its first sound. */
  readonly firstPiece?: number;
  /** Seconds of synthesis for a second of sound; above 1 a listener hears gaps. */
  readonly realTimeFactor?: number;
  /** Gaps within sentences. */
  readonly underruns?: number;
  /** Wrong words per spoken word. */
  readonly wordErrorRate?: number;
  /** Tokens of the answer. */
  readonly tokens?: number;
  /** Time between the stages that no stage accounts for: the generator's own. */
  readonly unaccounted?: number;
}

/** Reads what a turn took out of its times. */
export function measuresOf({ asr, llm, tts, embedding }: TurnLine): TurnMeasures {
  const firstAudio = span(asr?.userStopAtMs, tts?.firstAudioAtMs);
  const recognized = span(asr?.userStopAtMs, asr?.endAtMs);
  const firstSentence = span(llm?.startAtMs, llm?.firstSentenceAtMs);
  const untilFirstSound = span(tts?.startAtMs, tts?.firstAudioAtMs);
  const stages = [recognized, firstSentence, untilFirstSound];
  const known = stages.every((stage): stage is number => stage !== undefined);
  return {
    firstAudio,
    asrFinal: span(asr?.userStopAtMs, asr?.lastFinalAtMs),
    firstToken: span(llm?.startAtMs, llm?.firstTokenAtMs),
    interToken: llm?.gapMeanMs,
    wholeRequest: span(llm?.startAtMs, llm?.endAtMs) ?? span(embedding?.startAtMs, embedding?.endAtMs),
    firstSentence,
    firstPiece: tts?.firstPieceMs,
    realTimeFactor: tts?.busyMs === undefined || !(tts.audioSeconds! > 0)
      ? undefined
      : tts.busyMs / 1000 / tts.audioSeconds!,
    underruns: tts?.underruns,
    wordErrorRate: asr?.wordErrorRate,
    tokens: llm?.tokens,
    unaccounted: firstAudio === undefined || !known
      ? undefined
      : firstAudio - stages.reduce((sum, stage) => sum + stage, 0),
  };
}

function span(from: number | undefined, to: number | undefined): number | undefined {
  return from === undefined || to === undefined ? undefined : to - from;
}

/** Which measure each target is about. */
const TARGETS: readonly (readonly [keyof TargetsLine, keyof TurnMeasures, string])[] = [
  ['firstAudioMs', 'firstAudio', 'first audio'],
  ['asrFinalMs', 'asrFinal', 'final transcript'],
  ['firstTokenMs', 'firstToken', 'first token'],
  ['interTokenMs', 'interToken', 'between tokens'],
  ['firstPieceMs', 'firstPiece', 'first sound of a sentence'],
  ['underruns', 'underruns', 'underruns'],
];

/**
 * Whether a turn kept every target that its load has a measure for. A stage that should have one and does not has
 * missed it.
 */
export function keepsTargets(turn: TurnLine, targets: TargetsLine): boolean {
  const measures = measuresOf(turn);
  return turn.outcome === 'ok' && TARGETS.every(([target, measure]) => {
    const [limit, value] = [targets[target], measures[measure]];
    if (limit === undefined || !isAbout(turn, measure)) { return true; }
    return value !== undefined && value <= limit;
  });
}

/** Targets in words, as in `first audio within 800 ms`. */
export function targetsInWords(targets: TargetsLine): string {
  return TARGETS.filter(([target]) => targets[target] !== undefined)
    .map(([target, , words]) => (target === 'underruns'
      ? `at most ${targets[target]} underruns`
      : `${words} within ${targets[target]} ms`))
    .join(', ');
}

/** A load of one stage has nothing to say on the others. */
function isAbout({ asr, llm, tts }: TurnLine, measure: keyof TurnMeasures): boolean {
  if (measure === 'firstAudio') { return asr !== undefined && tts !== undefined; }
  if (measure === 'asrFinal') { return asr !== undefined; }
  return measure === 'firstToken' || measure === 'interToken' ? llm !== undefined : tts !== undefined;
}
