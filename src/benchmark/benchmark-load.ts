import { checkProps, FLAG, listOf, needed, NUMBER, oneOf, Shape, TEXT } from '../props';

/** A stage that a load may be about. */
export enum BenchmarkStage {
  /** Speech recognition. */
  ASR = 'asr',
  /** The language model. */
  LLM = 'llm',
  /** Speech synthesis. */
  TTS = 'tts',
}

/** How long a load lasts, and what of it counts. */
export interface BenchmarkLoadOptions {
  /**
   * Seconds that are measured, after ramp and warm-up.
   * @default 300
   */
  readonly seconds?: number;
  /**
   * Seconds over which the users come in; they do not count.
   * @default 30
   */
  readonly rampSeconds?: number;
  /**
   * Seconds after the ramp that do not count either.
   * @default 30
   */
  readonly warmUpSeconds?: number;
  /**
   * Seconds that turns may take after the end before they count as in flight.
   * @default 30
   */
  readonly drainSeconds?: number;
  /**
   * Seconds into the measured time after which the tenant of the benchmark's `fault` does harm.
   * @default - no harm is done
   */
  readonly faultAfterSeconds?: number;
}

/** Options of a load of users. */
export interface ClosedLoadOptions extends BenchmarkLoadOptions {
  /**
   * Seconds that a user thinks between two turns, in the mean: from half of it to one and a half.
   * @default 2
   */
  readonly thinkSeconds?: number;
  /**
   * Whether a user hears the answer to its end before thinking.
   * @default false
   */
  readonly listens?: boolean;
}

const OPTIONS: Shape<ClosedLoadOptions> = {
  seconds: NUMBER,
  rampSeconds: NUMBER,
  warmUpSeconds: NUMBER,
  drainSeconds: NUMBER,
  faultAfterSeconds: NUMBER,
  thinkSeconds: NUMBER,
  listens: FLAG,
};

interface Written extends Required<Pick<BenchmarkLoadOptions, 'seconds' | 'rampSeconds' | 'warmUpSeconds' | 'drainSeconds'>> {
  readonly name: string;
  readonly stage: string;
  readonly kind: 'closed' | 'open';
}

/**
 * What an arm is put under: voice turns by so many users, voice turns that come as they will, or one stage alone.
 *
 * @example
 * const turns = [BenchmarkLoad.closed('five-users', 5), BenchmarkLoad.open('steady', 1.5)];
 * const knee = BenchmarkLoad.sweep(BenchmarkStage.TTS, [1, 2, 4, 8, 16]);
 */
export class BenchmarkLoad {
  /**
   * Users who speak again when the answer is there: the slower the boards, the less is asked of them.
   * @param name its name in results
   * @param users how many
   * @param options how long
   * @throws when a number cannot be
   */
  public static closed(name: string, users: number, options: ClosedLoadOptions = {}): BenchmarkLoad {
    checkProps('BenchmarkLoad.closed', { name, users }, { name: needed(TEXT), users: needed(NUMBER) });
    return new BenchmarkLoad({
      ...written(name, 'voice', 'closed', options),
      users: wholeFrom1(name, 'users', users),
      ...closed(name, options),
    });
  }

  /**
   * Turns that begin as callers call, whether the boards keep up or not (a Poisson process): what shows a queue that
   * grows.
   * @param name its name in results
   * @param turnsPerSecond how many begin a second, in the mean
   * @param options how long
   * @throws when a number cannot be
   */
  public static open(name: string, turnsPerSecond: number, options: BenchmarkLoadOptions = {}): BenchmarkLoad {
    checkProps('BenchmarkLoad.open', { name, turnsPerSecond }, { name: needed(TEXT), turnsPerSecond: needed(NUMBER) });
    if (!(turnsPerSecond > 0 && Number.isFinite(turnsPerSecond))) {
      throw new Error(`load ${name}: turnsPerSecond is ${turnsPerSecond}; give a number above 0`);
    }
    return new BenchmarkLoad({ ...written(name, 'voice', 'open', options), turnsPerSecond, ...fault(name, options) });
  }

  /**
   * One stage alone at rising load, a load for each number of streams: where it has its knee, and what a slice can do
   * (`bench report` gives it to the planner).
   * @param stage the stage
   * @param streams how many at once, such as 1, 2, 4, 8, 16
   * @param options how long each is
   * @throws when a number cannot be
   */
  public static sweep(stage: BenchmarkStage, streams: number[], options: BenchmarkLoadOptions = {}): BenchmarkLoad[] {
    checkProps('BenchmarkLoad.sweep', { stage, streams }, {
      stage: needed(oneOf(BenchmarkStage)),
      streams: needed(listOf(NUMBER)),
    });
    if (streams.length === 0) { throw new Error(`a sweep of ${stage} needs numbers of streams, such as [1, 2, 4, 8]`); }
    return streams.map(users => {
      const name = `${stage}-${users}`;
      return new BenchmarkLoad({
        ...written(name, stage, 'closed', { seconds: 60, rampSeconds: 5, warmUpSeconds: 10, ...options }),
        users: wholeFrom1(name, 'streams', users),
        ...closed(name, { ...options, thinkSeconds: 0 }),
      });
    });
  }

  /**
   * The two loads of NVIDIA's reference (2026-03-25): 5 users for 135 s and 50 users for 375 s. Whether its times
   * include a ramp it does not say; here they are what is measured.
   */
  public static reference(): BenchmarkLoad[] {
    return [BenchmarkLoad.closed('light', 5, { seconds: 135 }), BenchmarkLoad.closed('heavy', 50, { seconds: 375 })];
  }

  /** Its name in results. */
  public readonly name: string;

  private constructor(private readonly load: Written & Record<string, unknown>) {
    this.name = load.name;
  }

  /** Stages that it needs. @internal */
  public get _stages(): string[] {
    return this.load.stage === 'voice' ? ['asr', 'llm', 'tts'] : [this.load.stage];
  }

  /** Seconds that it takes with ramp, warm-up and what ends late. @internal */
  public get _wholeSeconds(): number {
    const { seconds, rampSeconds, warmUpSeconds, drainSeconds } = this.load;
    return seconds + rampSeconds + warmUpSeconds + drainSeconds;
  }

  /** Whether harm is done in it. @internal */
  public get _hasFault(): boolean {
    return this.load.faultAfterSeconds !== undefined;
  }

  /** Streams of sound at once, as far as the load says. @internal */
  public get _streams(): number {
    const { users, turnsPerSecond } = this.load as { users?: number; turnsPerSecond?: number };
    return users ?? Math.ceil((turnsPerSecond ?? 0) * 10);
  }

  /** The load as the generator reads it. @internal */
  public _config(): Record<string, unknown> {
    return this.load;
  }
}

function written(name: string, stage: string, kind: 'closed' | 'open', options: BenchmarkLoadOptions): Written {
  checkProps('BenchmarkLoad', { name }, { name: needed(TEXT) });
  checkProps('BenchmarkLoad', options, OPTIONS);
  if (!/^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$/.test(name)) {
    throw new Error(`"${name}" cannot be the name of a load; use at most 40 small letters, `
      + 'digits and -, a letter first');
  }
  const { seconds = 300, rampSeconds = kind === 'open' ? 0 : 30, warmUpSeconds = 30, drainSeconds = 30 } = options;
  for (const [what, value] of Object.entries({ rampSeconds, warmUpSeconds, drainSeconds })) {
    from0(name, what, value);
  }
  if (!(seconds > 0 && Number.isFinite(seconds))) {
    throw new Error(`load ${name}: seconds is ${seconds}; give a number above 0`);
  }
  return { name, stage, kind, seconds, rampSeconds, warmUpSeconds, drainSeconds };
}

function closed(
  name: string,
  { thinkSeconds = 2, listens = false, ...options }: ClosedLoadOptions,
): Record<string, unknown> {
  return { thinkSeconds: from0(name, 'thinkSeconds', thinkSeconds), listens, ...fault(name, options) };
}

function fault(name: string, { faultAfterSeconds, seconds = 300 }: BenchmarkLoadOptions): Record<string, unknown> {
  if (faultAfterSeconds === undefined) { return {}; }
  if (!(faultAfterSeconds >= 0 && faultAfterSeconds < seconds)) {
    throw new Error(`load ${name}: faultAfterSeconds is ${faultAfterSeconds}, and ${seconds} s are measured; give `
      + 'less, so that turns before and after the fault can be compared');
  }
  return { faultAfterSeconds };
}

function wholeFrom1(name: string, what: string, value: number): number {
  if (!Number.isInteger(value) || value < 1) {
    throw new Error(`load ${name}: ${what} is ${value}; give a whole number from 1`);
  }
  return value;
}

function from0(name: string, what: string, value: number): number {
  if (!(value >= 0 && Number.isFinite(value))) {
    throw new Error(`load ${name}: ${what} is ${value}; give a number from 0`);
  }
  return value;
}
