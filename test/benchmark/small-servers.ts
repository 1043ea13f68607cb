import { ChildProcess, spawn } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { readBenchmark } from '../../src/benchmark';

const root = path.join(__dirname, '..', '..');

/** Where the stages of an arm are. */
export interface SmallArm { readonly asr: object; readonly llm: object; readonly tts: object }

/** The small servers while they run. */
export interface SmallServers {
  readonly arms: Readonly<Record<string, SmallArm>>;
  readonly dcgm: string;
  readonly control: string;
  readonly process: ChildProcess;
}

/** Starts the small servers in a process of their own, so that they do not slow the generator. */
export async function startServers(arms: object[]): Promise<SmallServers> {
  const child = spawn(process.execPath, [path.join(__dirname, 'servers', 'main.mjs'), JSON.stringify({ arms })], { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', data => resolve(String(data)));
    child.once('exit', code => reject(new Error(`the servers ended with ${code}`)));
  });
  return { ...JSON.parse(line), process: child };
}

/** An arm on one shared board and one for the language model. Times in ms of a whole board; the figures are made up. */
export function sharedArm(name: string, sharing: string, stages: { asr?: object; llm?: object; tts?: object } = {}): object {
  const product = 'NVIDIA-A100-SXM4-80GB';
  const mig = sharing === 'mig' ? (instance: string) => ({ fraction: 3 / 7, profile: '3g.40gb', instance }) : () => ({});
  return {
    name,
    boards: { shared: { uuid: `GPU-${name}-0`, product, sharing }, own: { uuid: `GPU-${name}-1`, product, sharing: 'whole' } },
    asr: { board: 'shared', workMs: 20, batch: 8, ...mig('1'), ...stages.asr },
    tts: { board: 'shared', firstMs: 30, workPerSecond: 15, batch: 4, ...mig('2'), ...stages.tts },
    llm: { board: 'own', firstMs: 20, tokenMs: 3, batch: 16, ...stages.llm },
  };
}

/** A short configuration; on a machine that is not idle the generator may be late without anything being wrong. */
export function shortConfig(arms: object[], more: object = {}): Record<string, unknown> {
  return {
    schema: 'cdk8s-gpu.benchmark/1',
    name: 'short',
    seed: 1,
    repetitions: 1,
    arms,
    loads: [{ name: 'light', stage: 'voice', kind: 'closed', users: 3, seconds: 5, rampSeconds: 0.5, warmUpSeconds: 0.5, drainSeconds: 4, thinkSeconds: 0.1 }],
    settings: {
      chunkMs: 100, timeoutMs: 5000, language: 'en-US', systemPrompt: 'Answer briefly.', maxTokens: 24, fixedLength: true, seed: 1, speechRateHz: 16000, mostLateMs: 500,
    },
    sound: { sentences: ['Which board?', 'Is it free?'] },
    targets: { firstAudioMs: 2000 },
    ...more,
  };
}

/** A run of the real generator to its end. */
export interface Outcome {
  readonly code: number | null;
  readonly progress: string;
  readonly lines: any[];
  readonly results: ReturnType<typeof readBenchmark>;
}

/** Runs the real generator. @param meanwhile what is done while it runs */
export async function generate(config: object, meanwhile?: (generator: ChildProcess) => Promise<void>): Promise<Outcome> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'load-generator-'));
  try {
    const file = path.join(folder, 'config.json');
    fs.writeFileSync(file, JSON.stringify(config));
    const child = spawn(process.execPath, [path.join(root, 'load-generator', 'main.mjs'), file], { stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, progress] = ['', ''];
    child.stdout.on('data', data => { out += data; });
    child.stderr.on('data', data => { progress += data; });
    const ended = new Promise<number | null>(resolve => { child.once('close', resolve); });
    await meanwhile?.(child);
    const code = await ended;
    const lines = out.split('\n').filter(line => line !== '').map(line => JSON.parse(line));
    return { code, progress, lines, results: readBenchmark([{ name: 'run', text: out }]) };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}
