import { parsedVisible } from '../../text';

/** The form of results that this release reads; the load generator writes it into every `run` line. */
export const RESULTS_SCHEMA = 'cdk8s-gpu.benchmark/1';

/** Where a line belongs: one load on one arm in one repetition. */
export interface CellPlace {
  readonly cell: number;
  readonly repetition: number;
  readonly arm: string;
  readonly load: string;
}

/** One arm as the run declares it. */
export interface ArmLine {
  readonly name: string;
  readonly strategy?: string;
  /** Boards that the arm takes, those of all its stages. */
  readonly gpus?: number;
  /** What a board costs an hour, in a currency of the reader's own. */
  readonly pricePerHour?: number;
}

/** One load as the run declares it. */
export interface LoadLine {
  readonly name: string;
  readonly stage: 'voice' | 'asr' | 'llm' | 'tts' | 'embedding';
  readonly kind: 'closed' | 'open';
  readonly users?: number;
  readonly turnsPerSecond?: number;
  readonly seconds: number;
  readonly thinkSeconds?: number;
  readonly faultAfterSeconds?: number;
}

/** What a turn must keep to count as good; ms but for the underruns. */
export interface TargetsLine {
  readonly firstAudioMs?: number;
  readonly asrFinalMs?: number;
  readonly firstTokenMs?: number;
  readonly interTokenMs?: number;
  readonly firstPieceMs?: number;
  readonly underruns?: number;
}

/** The first line of a run: what was to be measured. */
export interface RunLine {
  readonly type: 'run';
  readonly run: string;
  readonly schema: string;
  readonly name?: string;
  readonly startedAt?: string;
  readonly seed?: number;
  readonly repetitions: number;
  readonly arms: readonly ArmLine[];
  readonly loads: readonly LoadLine[];
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly targets?: TargetsLine;
  /** Another generator than this project's own, such as `aiperf 0.12.0`. */
  readonly generator?: string;
}

/** A cell that begins. */
export interface CellLine extends CellPlace {
  readonly type: 'cell';
  readonly startAtMs: number;
  readonly windowStartAtMs: number;
  readonly windowEndAtMs: number;
}

/** A cell that ended, and how the generator did. */
export interface CellEndLine extends CellPlace {
  readonly type: 'cell-end';
  readonly endAtMs: number;
  readonly stopped: boolean;
  readonly turnsStarted: number;
  readonly turnsDone: number;
  /** How long it took by the wall clock. */
  readonly wallMs: number;
  /** How long it took by the clock that nobody sets. */
  readonly clockMs: number;
  readonly generator: {
    readonly paced: number;
    readonly lateP99Ms: number;
    readonly loopDelayP99Ms?: number;
    readonly cores?: number;
  };
}

/** Times of recognition. */
export interface AsrTimes {
  readonly startAtMs: number;
  readonly userStopAtMs?: number;
  readonly lastFinalAtMs?: number;
  readonly endAtMs?: number;
  readonly audioSeconds?: number;
  readonly wordErrorRate?: number;
}

/** Times of the language model. */
export interface LlmTimes {
  readonly startAtMs: number;
  readonly firstTokenAtMs?: number;
  readonly firstSentenceAtMs?: number;
  readonly endAtMs?: number;
  readonly tokens?: number;
  readonly gapMeanMs?: number;
}

/** Times of a request for embeddings. */
export interface EmbeddingTimes {
  readonly startAtMs: number;
  readonly endAtMs?: number;
}

/** Times of synthesis. */
export interface TtsTimes {
  readonly startAtMs?: number;
  readonly firstAudioAtMs?: number;
  readonly firstPieceMs?: number;
  readonly endAtMs?: number;
  readonly busyMs?: number;
  readonly audioSeconds?: number;
  readonly underruns?: number;
}

/** One turn. */
export interface TurnLine extends CellPlace {
  readonly type: 'turn';
  readonly turn: number;
  readonly dueAtMs: number;
  readonly startAtMs: number;
  readonly endAtMs: number;
  readonly outcome: 'ok' | 'failed' | 'in-flight';
  readonly error?: { readonly stage?: string; readonly status?: number; readonly message?: string };
  readonly asr?: AsrTimes;
  readonly llm?: LlmTimes;
  readonly tts?: TtsTimes;
  readonly embedding?: EmbeddingTimes;
}

/** A device that a pod of a stage was found on. */
export interface FoundDevice {
  readonly stage: string;
  readonly pod?: string;
  readonly uuid?: string;
  readonly product?: string;
  readonly profile?: string;
  readonly node?: string;
}

/** Where the pods of an arm run. */
export interface PlacementLine extends Partial<CellPlace> {
  readonly type: 'placement';
  readonly arm: string;
  readonly when: 'before' | 'after';
  readonly ok: boolean;
  readonly problems: readonly string[];
  readonly found: readonly FoundDevice[];
}

/** Something that the tenant that does harm was told, or said. */
export interface FaultLine extends CellPlace {
  readonly type: 'fault';
  readonly event: 'released' | 'reported';
  readonly occurredAtMs: number;
  readonly tenantAsked?: boolean;
  readonly outcome?: string;
}

/** The check of the generator against itself. */
export interface SelfCheckLine {
  readonly type: 'self-check';
  readonly streams: number;
  readonly lateP99Ms: number;
  readonly p99LateMs: number;
  readonly passed: boolean;
}

/** The last line of a run. */
export interface RunEndLine {
  readonly type: 'run-end';
  readonly outcome: 'complete' | 'stopped' | 'aborted';
  readonly reason?: string;
  readonly lines: number;
}

/** Every line that is read; other types are passed over, so that a later release may add some. */
export type ResultLine =

    | RunLine
    | CellLine
    | CellEndLine
    | TurnLine
    | PlacementLine
    | FaultLine
    | SelfCheckLine
    | RunEndLine
    | { readonly type: 'sound' };

/** Any line, with its run and its number in the run. */
export type NumberedLine = ResultLine & { readonly run: string; readonly line: number };

const PLACE = { cell: 'number', repetition: 'number', arm: 'string', load: 'string' } as const;

/** What a line of a type must have, so that nothing after the reading meets a hole. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, 'string' | 'number' | 'boolean' | 'array' | 'object'>>>> = {
  'run': { schema: 'string', repetitions: 'number', arms: 'array', loads: 'array' },
  'cell': { ...PLACE, startAtMs: 'number', windowStartAtMs: 'number', windowEndAtMs: 'number' },
  'cell-end': {
    ...PLACE,
    endAtMs: 'number',
    stopped: 'boolean',
    turnsStarted: 'number',
    turnsDone: 'number',
    wallMs: 'number',
    clockMs: 'number',
    generator: 'object',
  },
  'turn': { ...PLACE, turn: 'number', dueAtMs: 'number', startAtMs: 'number', endAtMs: 'number', outcome: 'string' },
  'placement': { arm: 'string', when: 'string', ok: 'boolean', problems: 'array', found: 'array' },
  'fault': { ...PLACE, event: 'string', occurredAtMs: 'number' },
  'self-check': { streams: 'number', lateP99Ms: 'number', p99LateMs: 'number', passed: 'boolean' },
  'run-end': { outcome: 'string', lines: 'number' },
  'sound': {},
};

/**
 * One line of a results file.
 * @returns the line, or why it is none; undefined: a type that this release does not know
 */
export function readLine(text: string): NumberedLine | string | undefined {
  let value: unknown;
  try {
    value = parsedVisible(text);
  } catch {
    return 'no JSON';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) { return 'no JSON object'; }
  const fields = value as Record<string, unknown>;
  if (typeof fields.type !== 'string' || typeof fields.run !== 'string' || !Number.isInteger(fields.line)) {
    return 'type, run or line is missing';
  }
  if (!Object.hasOwn(FIELDS, fields.type)) { return undefined; }
  for (const [name, kind] of Object.entries(FIELDS[fields.type])) {
    if (kindOf(fields[name]) !== kind) { return `a ${fields.type} line without ${name} (${kind})`; }
  }
  for (const stage of ['asr', 'llm', 'tts', 'embedding'] as const) {
    const times = fields[stage];
    if (fields.type === 'turn' && times !== undefined && !isTimes(times)) {
      return `a turn whose ${stage} is no set of figures`;
    }
  }
  if (fields.type === 'run') {
    const named = [...fields.arms as unknown[], ...fields.loads as unknown[]];
    if (!named.every(each => kindOf(each) === 'object' && typeof (each as { name?: unknown }).name === 'string')) {
      return 'a run line with an arm or a load without a name';
    }
  }
  return value as NumberedLine;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) { return 'array'; }
  return value === null ? 'null' : typeof value;
}

function isTimes(value: unknown): boolean {
  return kindOf(value) === 'object'
    && Object.values(value as object).every(each => typeof each === 'number' || typeof each === 'string');
}
