import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { App, Chart, Testing } from 'cdk8s';
import {
  BenchmarkArm, BenchmarkStrategy, DedicatedGpu, Gpu, GpuNodes, GpuOperator, GpuOperatorVersion, NimBenchmark, NimBenchmarkProps, NimEndpoint,
  NimModel, NimService,
} from '../../src';
import { readBenchmark } from '../../src/benchmark';
import { beyondRestricted } from '../security/pod-profiles';

jest.setTimeout(60_000);

const chartOf = () => new Chart(new App(), 'bench', { namespace: 'bench' });
const llm = (name: string, more: object = {}) => BenchmarkArm.ofEndpoints({ llm: NimEndpoint.of({ url: `http://${name}.llm.svc:8000` }) }, { name, llmModel: 'meta/llama', ...more });

function synth(props: NimBenchmarkProps, chart = chartOf()) {
  const benchmark = new NimBenchmark(chart, 'benchmark', props);
  const manifests = Testing.synth(chart) as any[];
  const job = manifests.find(({ kind }) => kind === 'Job');
  const program = manifests.find(({ kind, data }) => kind === 'ConfigMap' && data?.['config.json'] !== undefined);
  return { benchmark, job, program, config: JSON.parse(program.data['config.json']) };
}

const nims = (() => {
  const chart = chartOf();
  const operator = new GpuOperator(chart, 'gpu-operator', { releases: { gpuOperator: GpuOperatorVersion.V26_7 } });
  const slice = new DedicatedGpu(chart, 'gpus', { operator, gpu: Gpu.A100_SXM4_80GB, nodes: GpuNodes.named(['a'], { gpusPerNode: 4 }) }).wholeGpu();
  const nim = (id: string, model: NimModel, more: object = {}) => new NimService(chart, id, { model, slice, ...more });
  return {
    chart,
    llm: nim('llm', NimModel.LLAMA_3_1_8B_INSTRUCT, { serving: { contextLength: 8192, concurrency: 4 } }),
    embedding: nim('embedder', NimModel.LLAMA_3_2_NV_EMBEDQA_1B_V2, { name: 'embedder' }),
    tts: nim('tts', NimModel.MAGPIE_TTS_MULTILINGUAL),
    rerank: nim('reranker', NimModel.LLAMA_3_2_NV_RERANKQA_1B_V2),
  };
})();

describe('a Job with AIPerf', () => {
  const { benchmark, job, program, config } = synth({ arms: [llm('mig', { gpus: 1 }), llm('whole', { gpus: 1 })], resultsClaim: 'results', targets: { firstTokenMs: 500 } });

  test('runs the program of this project in AIPerf\'s image, whose secret it names', () => {
    const { containers: [{ image, command }], imagePullSecrets } = job.spec.template.spec;
    expect([image, command, imagePullSecrets]).toEqual([
      'nvcr.io/nvidia/ai-dynamo/aiperf:0.12.0', ['python3', '/program/with_aiperf.py', '/program/config.json'], [{ name: 'ngc-secret' }],
    ]);
    expect(Object.keys(program.data).sort()).toEqual(['config.json', 'with_aiperf.py']);
  });

  test('passes the restricted profile, with an empty folder for what AIPerf writes', () => {
    expect(beyondRestricted(job.spec.template.spec)).toEqual([]);
    expect(job.spec.template.spec.volumes).toContainEqual({ name: 'scratch', emptyDir: {} });
  });

  test('has a load for each number of requests at once, and says how long it takes', () => {
    expect(config.loads.map(({ name, users }: any) => [name, users])).toEqual([['llm-1', 1], ['llm-4', 4], ['llm-16', 16], ['llm-64', 64]]);
    expect(benchmark.decisions[0]).toBe('it takes at most 100 minutes once the servers are ready: 5 repetitions of 2 arms and 4 loads');
  });

  test('of rates, an open load for each', () => {
    const { loads } = synth({ arms: [llm('a')], requestsPerSecond: [0.5, 8] }).config;
    expect(loads.map(({ name, kind, turnsPerSecond }: any) => [name, kind, turnsPerSecond])).toEqual([
      ['llm-0-5-per-second', 'open', 0.5], ['llm-8-per-second', 'open', 8],
    ]);
  });
});

test('a NIM of this app is called by its own kind, an embedding NIM with the input type that it asks for', () => {
  const { config } = synth({ arms: [BenchmarkArm.ofNim(nims.embedding, { name: 'embedder' })] }, nims.chart);
  expect(config.arms).toEqual([{
    name: 'embedder',
    strategy: 'other',
    gpus: 1,
    embedding: { url: 'http://embedder.bench.svc:8000', model: 'nvidia/llama-3.2-nv-embedqa-1b-v2', healthUrl: 'http://embedder.bench.svc:8000/v1/health/ready', inputType: 'query' },
  }]);
  expect(config.loads[0]).toMatchObject({ name: 'embedding-1', stage: 'embedding' });
});

test('speech is measured by the generator of the voice benchmark, one stage alone', () => {
  const { config, job } = synth({ arms: [BenchmarkArm.ofEndpoints({ tts: NimEndpoint.of({ grpcTarget: 'tts.voice.svc:50051' }) }, { name: 'tts' })], concurrencies: [2, 8] });
  expect(config.loads.map(({ name, stage, seconds }: any) => [name, stage, seconds])).toEqual([['tts-2', 'tts', 60], ['tts-8', 'tts', 60]]);
  expect(job.spec.template.spec.containers[0].command[0]).toBe('node');
});

test.each<[string, NimBenchmarkProps, string]>([
  ['no arm', { arms: [] }, 'bench/benchmark: arms is empty; give at least one, and two to compare'],
  ['two kinds of arms', { arms: [llm('a'), BenchmarkArm.ofNim(nims.tts, { name: 'b' })] }, 'arm a is llm and arm b is tts; they cannot be compared, so give each a benchmark of its own'],
  ['an arm of several stages', {
    arms: [BenchmarkArm.ofEndpoints({ llm: NimEndpoint.of({ url: 'http://a:1' }), tts: NimEndpoint.of({ grpcTarget: 'b:1' }) }, { name: 'a', llmModel: 'm' })],
  }, 'arm a has llm, tts, and this benchmark measures one kind of server'],
  ['one name twice', { arms: [llm('a'), llm('a')] }, 'two arms are called "a"; results could not be told apart'],
  ['no load', { arms: [llm('a')], concurrencies: [] }, 'there is no load; give concurrencies or requestsPerSecond'],
  ['half a request', { arms: [llm('a')], concurrencies: [1.5] }, 'concurrencies has 1.5; give whole numbers from 1'],
  ['a load twice', { arms: [llm('a')], concurrencies: [4, 4] }, 'concurrencies names a load twice; results could not be told apart'],
  ['a check that AIPerf does not make', { arms: [llm('a')], placement: { prometheus: 'http://p:9090' } }, 'placement is for speech alone, since AIPerf does not look where pods run'],
  ['rates of speech', { arms: [BenchmarkArm.ofNim(nims.tts, { name: 'b' })], requestsPerSecond: [1] }, 'requestsPerSecond is not for tts'],
])('%s is refused with what to do', (_, props, message) => {
  expect(() => new NimBenchmark(chartOf(), 'benchmark', props)).toThrow(message);
});

test('a NIM that no benchmark drives is refused with its kind', () => {
  expect(() => BenchmarkArm.ofNim(nims.rerank, { name: 'a' })).toThrow(/is a NIM for rerank, and a benchmark drives asr, llm, vlm, tts, embedding/);
});

/**
 * A program that is called as AIPerf is and writes what AIPerf 0.13 writes, for two requests a second and user: its file of records,
 * with a warm-up, a failure and a request that was cancelled at the end.
 */
const FAKE_AIPERF = `#!/usr/bin/env python3
import json, sys, time
from pathlib import Path
if sys.argv[1:] == ["--version"]:
    print("0.13.0"); sys.exit()
options = dict(zip(sys.argv[2::], sys.argv[3::]))
Path(options["--tokenizer"], "tokenizer.json").read_text()
prompts = Path(options["--input-file"]).read_text().splitlines()
users, seconds, chat = int(options["--concurrency"]), float(options["--benchmark-duration"]), options["--endpoint-type"] == "chat"
slow = 2 if "slow" in options["--url"] else 1
out = Path(options["--artifact-dir"]); out.mkdir(parents=True)
start = time.time_ns()
with open(out / "profile_export.jsonl", "w") as file:
    def record(phase, at, ms, **more):
        about = {"credit_issued_ns": at - 100_000, "request_start_ns": at, "request_end_ns": at + int(ms * 1e6), "benchmark_phase": phase, "was_cancelled": False}
        metrics = {"request_latency": {"value": ms, "unit": "ms"}}
        if chat:
            metrics.update(time_to_first_token={"value": ms / 5, "unit": "ms"}, inter_token_latency={"value": 7.5, "unit": "ms"}, output_sequence_length={"value": 128, "unit": "tokens"})
        metadata = {**about, **more.pop("metadata", {})}
        file.write(json.dumps({"metadata": metadata, "metrics": metrics, "error": None, **more}) + "\\n")
    record("warmup", start - 5_000_000_000, 400)
    for user in range(users):
        for each in range(int(seconds * 2 / slow)):
            record("profiling", start + int(each * 0.5e9 * slow) + user * 1000, 400 * slow)
    record("profiling", start + 1_000_000, 30, metrics={}, error={"code": 503, "type": "X", "message": "out of memory"})
    record("profiling", start + int(seconds * 1e9) - 1_000_000, 30, metadata={"was_cancelled": True})
`;

const python = spawnSync('python3', ['--version']).status === 0 ? test : test.skip;

/** Runs the program of the pod with that AIPerf. */
function measured(config: object, fake = FAKE_AIPERF) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'with-aiperf-'));
  try {
    fs.writeFileSync(path.join(folder, 'aiperf'), fake, { mode: 0o755 });
    fs.writeFileSync(path.join(folder, 'config.json'), JSON.stringify(config));
    const program = path.join(__dirname, '..', '..', 'load-generator', 'with_aiperf.py');
    const { stdout, stderr, status } = spawnSync('python3', [program, path.join(folder, 'config.json')], {
      encoding: 'utf8', env: { ...process.env, PATH: `${folder}${path.delimiter}${process.env.PATH}`, PYTHONDONTWRITEBYTECODE: '1' },
    });
    return { stdout, stderr, status, results: readBenchmark([{ name: 'run', text: stdout }]) };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** What the construct writes, without waiting for servers that are not there. */
function configOf(arms: BenchmarkArm[], more: object = {}) {
  const { config } = synth({ arms, concurrencies: [4], repetitions: 3, seconds: 20, ...more });
  const there = config.arms.map(({ llm: server, ...arm }: any) => ({ ...arm, llm: { ...server, healthUrl: undefined } }));
  return { ...config, readySeconds: 0, output: {}, arms: there };
}

describe('the records of AIPerf', () => {
  const run = () => measured(configOf([llm('fast', { gpus: 1 }), llm('slow', { gpus: 1 })], { targets: { firstTokenMs: 100 } }));
  const first = run();

  python('become turns: a warm-up does not count, a failure is one, a request that was cut off is in flight', () => {
    const { results, status, stdout } = first;
    expect(status).toBe(0);
    expect(results.problems.filter(text => !text.includes('turn failed: llm: out of memory'))).toEqual([]);
    const [{ arms: [fast] }] = results.loads;
    expect(fast.counted).toHaveLength(3);
    expect(fast.counted[0].figures).toMatchObject({
      turns: 162, failed: 1, inFlight: 1, tokens: 128, latencies: { firstToken: { p50: 80 }, interToken: { p50: 7.5 }, wholeRequest: { p50: 400 } },
    });
    expect(stdout).toContain('"generator":"aiperf 0.13.0"');
  });

  python('are compared as voice turns are, and the slower arm loses where its intervals are separate', () => {
    const [{ winners }] = first.results.loads;
    expect(winners[0]).toMatchObject({ arm: 'fast', metric: { id: 'goodputPerGpu' } });
  });

  python('are the same again with the same seed, in the same order', () => {
    const order = ({ stdout }: { stdout: string }) => stdout.split('\n').filter(line => line.includes('"type":"cell",')).map(line => JSON.parse(line).arm);
    expect(order(run())).toEqual(order(first));
  });
});

python('an AIPerf that fails ends the run with what it said, and what was measured stays', () => {
  const { status, results } = measured(configOf([llm('a')]), '#!/bin/sh\n[ "$1" = --version ] && echo 0.13.0 && exit\necho "no such option: --input-file"; exit 2\n');
  expect(status).toBe(1);
  expect(results.problems.join('\n')).toContain('aiperf ended with 2: no such option: --input-file');
});

test('a strategy with a NIM of this app tells its boards', () => {
  expect(BenchmarkArm.ofNim(nims.llm, { name: 'a', strategy: BenchmarkStrategy.MIG }).gpus).toBe(1);
});

// what a person without types hands over
test.each<[object, RegExp]>([
  [{ concurrencys: [1] }, /^bench\/benchmark: concurrencys is no property.*concurrencies/s],
  [{ concurrencies: 8 }, /^bench\/benchmark: concurrencies is 8; give a list/],
  [{ seconds: '60' }, /^bench\/benchmark: seconds is a text; give a number/],
  [{ arms: undefined }, /^bench\/benchmark: arms is missing; give a list/],
])('props %j are refused in words', (wrong, message) => {
  expect(() => new NimBenchmark(chartOf(), 'benchmark', { arms: [llm('a')], ...wrong } as NimBenchmarkProps)).toThrow(message);
});
