import { ResultsFile } from '../../../src/benchmark/results/runs';

/** What a made run is to look like; times of a turn in ms. */
export interface MadeRun {
  readonly id?: string;
  readonly arms: Readonly<Record<string, MadeArm>>;
  readonly repetitions?: number;
  readonly users?: number;
  readonly seconds?: number;
  readonly targets?: Record<string, number>;
  readonly settings?: Record<string, unknown>;
  readonly loads?: readonly Record<string, unknown>[];
}

/** How long the stages of an arm take, and how much that varies from repetition to repetition (a part, both ways). */
export interface MadeArm {
  readonly asrMs: number;
  readonly llmMs: number;
  readonly ttsMs: number;
  readonly varies?: number;
  readonly gpus?: number;
  readonly strategy?: string;
  readonly tokens?: number;
  readonly think?: number;
}

/** A line of results in the making. */
export type Line = Record<string, any>;

/** How long a user speaks, in ms. */
const SPEECH_MS = 1000;

/** Lines of a whole run without a fault in it: closed loop, one load, users without pause for thought unless said. */
export function madeLines(made: MadeRun): Line[] {
  const { id = 'run-1', arms, repetitions = 5, users = 5, seconds = 60, targets = { firstAudioMs: 1000 }, settings = { maxTokens: 64 } } = made;
  const loads = made.loads ?? [{ name: 'heavy', stage: 'voice', kind: 'closed', users, seconds, thinkSeconds: 0 }];
  const lines: Line[] = [
    {
      type: 'run',
      schema: 'cdk8s-gpu.benchmark/1',
      name: 'made',
      startedAt: '2026-11-29T12:00:00.000Z',
      seed: 1,
      repetitions,
      loads,
      settings,
      targets,
      arms: Object.entries(arms).map(([name, { gpus = 2, strategy = name }]) => ({ name, strategy, gpus })),
    },
    { type: 'self-check', streams: 500, chunkMs: 100, lateP99Ms: 0.9, p99LateMs: 5, passed: true },
  ];
  let cell = 0;
  let clock = 0;
  for (let repetition = 1; repetition <= repetitions; repetition += 1) {
    for (const [arm, stages] of Object.entries(arms)) {
      cell += 1;
      lines.push(...cellLines({ cell, repetition, arm, load: String(loads[0].name) }, stages, { users, seconds, clock, repetitions }));
      clock += (seconds + 20) * 1000;
    }
  }
  lines.push({ type: 'run-end', outcome: 'complete', lines: lines.length + 1 });
  return lines.map((line, index) => ({ type: line.type, run: id, line: index + 1, ...line }));
}

interface Extent { readonly users: number; readonly seconds: number; readonly clock: number; readonly repetitions: number }

function cellLines(place: Line, arm: MadeArm, of: Extent): Line[] {
  const { users, seconds, clock, repetitions } = of;
  const from = clock + 10_000;
  const to = from + seconds * 1000;
  // spread evenly, so that the mean is what was asked for
  const factor = 1 + (arm.varies ?? 0.01) * (2 * (place.repetition - 1) / Math.max(1, repetitions - 1) - 1);
  const [asrMs, llmMs, ttsMs] = [arm.asrMs, arm.llmMs, arm.ttsMs].map(each => each * factor);
  const turnMs = SPEECH_MS + asrMs + llmMs + ttsMs;
  const turns: Line[] = [];
  for (let user = 0; user < users; user += 1) {
    for (let start = clock + turnMs * user / users; start < to; start += turnMs + (arm.think ?? 0)) {
      turns.push(turnLine({ ...place, turn: 0, user }, start, { asrMs, llmMs, ttsMs, tokens: arm.tokens ?? 64 }));
    }
  }
  turns.sort((a, b) => a.endAtMs - b.endAtMs);
  const endAtMs = to + 5000;
  return [
    { type: 'cell', ...place, startAtMs: clock, windowStartAtMs: from, windowEndAtMs: to },
    ...turns.map((turn, index) => ({ ...turn, turn: index + 1 })),
    {
      type: 'cell-end',
      ...place,
      endAtMs,
      stopped: false,
      turnsStarted: turns.length,
      turnsDone: turns.length,
      wallMs: endAtMs - clock,
      clockMs: endAtMs - clock,
      generator: { paced: 1000, lateP50Ms: 0.2, lateP99Ms: 1.1, lateMaxMs: 3, loopDelayP99Ms: 2, cores: 0.2 },
    },
  ];
}

/** A turn that begins at a time. */
function turnLine(place: Line, start: number, { asrMs, llmMs, ttsMs, tokens }: Required<Pick<MadeArm, 'asrMs' | 'llmMs' | 'ttsMs' | 'tokens'>>): Line {
  const userStopAtMs = start + SPEECH_MS;
  const heard = userStopAtMs + asrMs;
  const written = heard + llmMs;
  const spoken = written + ttsMs;
  return {
    type: 'turn',
    ...place,
    dueAtMs: start,
    startAtMs: start,
    endAtMs: spoken,
    outcome: 'ok',
    asr: { startAtMs: start, userStopAtMs, lastFinalAtMs: heard, endAtMs: heard, audioSeconds: SPEECH_MS / 1000, wordErrorRate: 0.05 },
    llm: { startAtMs: heard, firstTokenAtMs: heard + llmMs / 2, firstSentenceAtMs: written, endAtMs: written, tokens, gapMeanMs: 5 },
    tts: { startAtMs: written, firstAudioAtMs: spoken, firstPieceMs: ttsMs, endAtMs: spoken, busyMs: ttsMs, audioSeconds: 2, underruns: 0 },
  };
}

/** A file of lines. */
export function fileOf(lines: readonly Line[], name = 'results.jsonl'): ResultsFile {
  return { name, text: lines.map(line => `${JSON.stringify(line)}\n`).join('') };
}

/** The same lines with some of them changed. */
export function changed(lines: readonly Line[], which: (line: Line) => boolean, change: (line: Line) => Line): Line[] {
  return lines.map(line => (which(line) ? change(line) : line));
}
