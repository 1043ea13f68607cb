/**
 * NVIDIA's AIPerf measures the small servers through this project's program, and the report reads what it wrote:
 * node test/conformance/aiperf/index.mjs FOLDER-OF-AIPERF's-PROGRAM, after `npm run examples`.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const [programs] = process.argv.slice(2);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'aiperf-'));

const arm = (name, firstMs) => ({
  name,
  boards: { own: { uuid: `GPU-${name}`, product: 'NVIDIA-A100-SXM4-80GB', sharing: 'whole' } },
  llm: { board: 'own', firstMs, tokenMs: 2, batch: 16 },
});
const servers = spawn(process.execPath, [path.join(root, 'test', 'benchmark', 'servers', 'main.mjs'), JSON.stringify({ arms: [arm('a', 20)] })], { stdio: ['ignore', 'pipe', 'inherit'] });
try {
  const { arms } = JSON.parse(await new Promise(resolve => { servers.stdout.once('data', data => resolve(String(data))); }));
  const load = (stage, more) => ({ name: `${stage}-${more.users ?? 'open'}`, stage, kind: 'closed', seconds: 4, warmUpSeconds: 1, drainSeconds: 5, ...more });
  fs.writeFileSync(path.join(folder, 'config.json'), JSON.stringify({
    schema: 'cdk8s-gpu.benchmark/1',
    name: 'aiperf',
    seed: 1,
    repetitions: 1,
    arms: [{ name: 'a', strategy: 'other', gpus: 1, llm: arms.a.llm, embedding: { ...arms.a.llm, inputType: 'query' } }],
    loads: [load('llm', { users: 4 }), load('llm', { kind: 'open', turnsPerSecond: 3 }), load('embedding', { users: 2 })],
    settings: { promptWords: 20, maxTokens: 24, fixedLength: true, timeoutMs: 10000, mostLateMs: 10000 },
    targets: { firstTokenMs: 5000 },
  }));
  const { stdout, stderr, status } = spawnSync('python3', [path.join(root, 'load-generator', 'with_aiperf.py'), path.join(folder, 'config.json')], {
    encoding: 'utf8', maxBuffer: 2 ** 28, env: { ...process.env, PATH: `${programs}${path.delimiter}${process.env.PATH}` },
  });
  assert.equal(status, 0, stderr + stdout.slice(-2000));
  const lines = stdout.split('\n').filter(line => line !== '').map(line => JSON.parse(line));
  const turns = lines.filter(({ type, outcome }) => type === 'turn' && outcome === 'ok');
  const of = load => turns.filter(turn => turn.load === load);
  assert.ok(of('llm-4').length > 4 && of('llm-open').length > 4 && of('embedding-2').length > 4, stdout.slice(0, 3000));
  const odd = of('llm-4').filter(({ llm }) => !(llm.tokens === 24 && llm.firstTokenAtMs >= llm.startAtMs + 20 && llm.gapMeanMs > 0));
  assert.deepEqual(odd, [], 'the server counts 24 tokens, and none comes before its 20 ms');
  assert.ok(turns.every(({ startAtMs, dueAtMs, endAtMs }) => dueAtMs <= startAtMs && startAtMs <= endAtMs));
  fs.writeFileSync(path.join(folder, 'results.jsonl'), stdout);
  const report = spawnSync(process.execPath, [path.join(root, 'bin', 'cdk8s-gpu'), 'bench', 'report', path.join(folder, 'results.jsonl'), '--format', 'json'], { encoding: 'utf8' });
  const { loads, problems } = JSON.parse(report.stdout);
  assert.deepEqual(loads.map(({ arms: [{ repetitions }] }) => repetitions.counted), [1, 1, 1], problems.join('; '));
  console.log(`AIPerf measured ${turns.length} requests, and the report counts them: ${loads.map(({ load: { name }, arms: [{ metrics }] }) =>
    `${name} ${metrics.throughput.mean.toFixed(1)}/s`).join(', ')}`);
} finally {
  servers.kill();
  fs.rmSync(folder, { recursive: true });
}
