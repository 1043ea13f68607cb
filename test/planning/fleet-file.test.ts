import { A100 } from './fleets';
import { GpuLayout } from '../../src/hardware';
import { GpuPlanIsolation, GpuPlanSpread, readFleet } from '../../src/planning';

const read = (text: string) => readFleet(text, 'fleet.yaml');

test('every field of a fleet file arrives', () => {
  const { gpus, workloads } = read(`
gpus:
  - gpu: NVIDIA-A100-SXM4-80GB
    count: 4
    costPerHour: 2.5
    gpusPerNode: 2
    nodes: [a, b]
    touchCost: 0.5
    current:
      - name: a
        layouts: ['3g.40gb=2', { 1g.10gb: 7 }]
workloads:
  - { name: asr, model: parakeet-1-1b-ctc-en-us, serving: { selector: 'mode=str,vad=silero' }, replicas: 2, spread: nodes, headroom: 0.1 }
  - { name: tts, memoryMib: 15000, isolation: any }
  - { name: llm, model: meta-llama/Llama-3.1-8B-Instruct, serving: { contextLength: 8192, concurrency: 4, precision: bf16 } }
  - { name: batch, demand: 12.5, options: [{ profile: 3g, throughput: 4, gpu: NVIDIA-A100-SXM4-80GB }] }
  - { name: any, profiles: [1g, whole] }
`);
  expect(gpus).toEqual([{
    gpu: A100,
    count: 4,
    costPerHour: 2.5,
    gpusPerNode: 2,
    nodes: ['a', 'b'],
    touchCost: 0.5,
    current: [{ name: 'a', layouts: [GpuLayout.of({ '3g.40gb': 2 }), GpuLayout.of({ '1g.10gb': 7 })] }],
  }]);
  expect(workloads.map(({ footprint, ...rest }) => ({ ...rest, model: footprint?.subject }))).toMatchObject([
    { name: 'asr', model: 'parakeet-1-1b-ctc-en-us', replicas: 2, spread: GpuPlanSpread.NODES, headroom: 0.1 },
    { name: 'tts', memoryMib: 15000, isolation: GpuPlanIsolation.ANY },
    { name: 'llm', model: 'meta-llama/Llama-3.1-8B-Instruct' },
    { name: 'batch', demand: 12.5, options: [{ profile: '3g', throughput: 4, gpu: A100 }] },
    { name: 'any', profiles: ['1g', 'whole'] },
  ]);
});

test('JSON is read as well', () => {
  expect(read('{"gpus": [{"gpu": "a30"}], "workloads": [{"name": "a", "profiles": ["1g"]}]}').gpus[0].gpu.id).toBe('a30');
});

const GPUS = 'gpus: [{ gpu: NVIDIA-A100-SXM4-80GB }]\n';

test.each([
  ['a field that does not exist', `${GPUS}workloads:\n  - { name: a, memoryMiB: 10 }`, 'fleet.yaml:3: workloads[0].memoryMiB: there is no such field; did you mean memoryMib'],
  ['a missing name', `${GPUS}workloads:\n  - memoryMib: 10`, 'fleet.yaml:3: workloads[0]: name is missing'],
  ['text for a number', `${GPUS}workloads:\n  - name: a\n    replicas: two`, 'fleet.yaml:4: workloads[0].replicas: must be a whole number, got two'],
  ['a value that no list has', `${GPUS}workloads:\n  - { name: a, memoryMib: 1, isolation: hardwar }`,
    'fleet.yaml:3: workloads[0].isolation: is one of dedicated, hardware, any, got hardwar; did you mean hardware'],
  ['a board that nobody knows', 'gpus: [{ gpu: NVIDIA-A100-SXM4-81GB }]\nworkloads: [{ name: a, memoryMib: 1 }]',
    'fleet.yaml:1: gpus[0].gpu: no board has the product label "NVIDIA-A100-SXM4-81GB"; near:'],
  ['a model that nobody knows', `${GPUS}workloads:\n  - { name: a, model: nobody/knows-it }`, 'fleet.yaml:3: workloads[0]: no model "nobody/knows-it" in the catalogue'],
  ['a precision that does not exist', `${GPUS}workloads:\n  - { name: a, model: meta-llama/Llama-3.1-8B-Instruct, serving: { precision: bf17 } }`,
    'fleet.yaml:3: workloads[0]: serving.precision is one of'],
  ['two needs', `${GPUS}workloads:\n  - { name: a, memoryMib: 1 }\n  - { name: b, memoryMib: 1, profiles: [1g] }`,
    'fleet.yaml:4: workloads[1] (b): say what one replica needs in exactly one of memoryMib, model, profiles and options; there are memoryMib and profiles'],
  ['no YAML', 'gpus: [', 'fleet.yaml:1:'],
  ['nothing', '', 'fleet.yaml:1: the file must be a map, got null'],
])('%s is told with its line', (_, text, message) => { expect(() => read(text)).toThrow(message); });

test('all faults of a file are told at once', () => {
  expect(() => read('gpus: [{ count: 1 }]\nworkloads: [{ name: a, replica: 1 }]'))
    .toThrow('fleet.yaml:1: gpus[0]: gpu is missing\nfleet.yaml:2: workloads[0].replica: there is no such field; did you mean replicas');
});
