/**
 * The whole benchmark on this machine, without a GPU: small servers whose service times are made up, the real load generator, the real
 * report. `node examples/voice-benchmark/run-here.mjs [FOLDER]`, after `npm run examples`.
 */
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const folder = path.resolve(process.argv[2] ?? path.join(root, 'dist', 'benchmark'));
fs.mkdirSync(folder, { recursive: true });

/** A board on which recognition and synthesis run, and one for the language model. */
const arm = (name, sharing, part = {}) => ({
  name,
  boards: {
    shared: { uuid: `GPU-${name}-0`, product: 'NVIDIA-A100-SXM4-80GB', sharing },
    own: { uuid: `GPU-${name}-1`, product: 'NVIDIA-A100-SXM4-80GB', sharing: 'whole' },
    third: { uuid: `GPU-${name}-2`, product: 'NVIDIA-A100-SXM4-80GB', sharing: 'whole' },
  },
  asr: { board: 'shared', workMs: 40, batch: 2, ...part, instance: '1' },
  tts: { board: name === 'dedicated' ? 'third' : 'shared', firstMs: 40, workPerSecond: 60, batch: 2, ...part, instance: '2' },
  llm: { board: 'own', firstMs: 30, tokenMs: 4, batch: 16 },
});
const arms = [arm('dedicated', 'whole'), arm('time-slicing', 'time-slicing'), arm('mig', 'mig', { fraction: 3 / 7, profile: '3g.40gb' })];

const servers = spawn(process.execPath, [path.join(root, 'test', 'benchmark', 'servers', 'main.mjs'), JSON.stringify({ arms })], { stdio: ['ignore', 'pipe', 'inherit'] });
const addresses = JSON.parse(await new Promise(resolve => { servers.stdout.once('data', data => resolve(String(data))); }));

const stage = (name, one) => ({ stage: one, podPattern: `^${name}-${one}-[a-z0-9]+-[a-z0-9]{5}$`, pods: 1, product: 'NVIDIA-A100-SXM4-80GB', ...(name === 'mig' && { profile: '3g.40gb' }) });
const placement = name => ({
  stages: ['asr', 'tts'].map(one => stage(name, one)),
  together: name === 'dedicated' ? [] : [['asr', 'tts']],
  apart: name === 'dedicated' ? [['asr', 'tts']] : [],
});
const load = (name, more) => ({ name, kind: 'closed', seconds: 15, rampSeconds: 1, warmUpSeconds: 1, drainSeconds: 5, thinkSeconds: 0.2, ...more });
const config = path.join(folder, 'config.json');
fs.writeFileSync(config, JSON.stringify({
  schema: 'cdk8s-gpu.benchmark/1',
  name: 'here',
  seed: 1,
  repetitions: 3,
  arms: arms.map(({ name }) => ({ name, strategy: name, gpus: name === 'dedicated' ? 3 : 2, ...addresses.arms[name], placement: placement(name) })),
  loads: [load('light', { stage: 'voice', users: 3 }), load('heavy', { stage: 'voice', users: 12 }), load('tts-4', { stage: 'tts', users: 4, seconds: 5 })],
  settings: {
    chunkMs: 100, timeoutMs: 10000, language: 'en-US', systemPrompt: 'Answer briefly.', maxTokens: 32, fixedLength: true, seed: 1, speechRateHz: 16000,
    mostLateMs: 100, // servers and generator share this machine
  },
  sound: { sentences: ['Which boards are free?', 'How are they cut now?'] },
  targets: { firstAudioMs: 800 },
  placement: { exporters: [addresses.dcgm] },
  selfCheck: { streams: 50, seconds: 2, p99LateMs: 100 },
}, null, 2));

const results = path.join(folder, 'results.jsonl');
const generator = spawn(process.execPath, [path.join(root, 'load-generator', 'main.mjs'), config], { stdio: ['ignore', fs.openSync(results, 'w'), 'inherit'] });
process.on('SIGINT', () => generator.kill('SIGTERM')); // what was measured is kept
await new Promise(resolve => { generator.once('exit', resolve); });
servers.kill();

const report = format => spawnSync(process.execPath, [path.join(root, 'bin', 'cdk8s-gpu'), 'bench', 'report', results, '--format', format], { encoding: 'utf8' });
fs.writeFileSync(path.join(folder, 'report.html'), report('html').stdout);
const { stdout, stderr, status } = report('text');
process.stdout.write(`${stdout}${stderr}\nThe page: ${path.join(folder, 'report.html')}\nThe times of these servers are made up: the figures say nothing about any board.\n`);
process.exitCode = status === 3 ? 0 : status;
