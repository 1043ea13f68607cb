import { Testing } from 'cdk8s';
import { GpuNodes } from '../../src/allocation';
import { ModelFootprint } from '../../src/fit';
import { servingIn } from '../../src/fit/footprint-annotations';
import { Gpu, GpuLayout } from '../../src/hardware';
import { KvCacheType, LlmArchitecture, NimKind, NimModel, Precision } from '../../src/models';
import { NimPipeline, NimService, NimServiceProps } from '../../src/nim';
import { GpuOperator } from '../../src/operator';
import { DedicatedGpu, GpuSlice, MigPartitionedGpu, MpsSharedGpu, TimeSlicedGpu } from '../../src/pools';
import { GpuChecks } from '../../src/synthesis';
import { clusterWith, manifestOf } from '../cluster';

// A construct checks memory against its slice, and at synthesis the rules check it again from the manifest alone. What the one takes the
// other must take too, or nobody could synthesize it.

type Pool = (operator: GpuOperator) => GpuSlice[];

const nodes = (gpusPerNode: number = 8) => GpuNodes.named(['gpu-node-1'], { gpusPerNode });
const mig = (gpu: Gpu, layout: Record<string, number>): Pool => operator => {
  const pool = new MigPartitionedGpu(operator.node.scope!, 'pool', { operator, gpu, nodes: nodes(), layout: GpuLayout.of(layout) });
  return Object.keys(layout).map(profile => pool.slice(profile));
};
const POOLS: Record<string, Pool> = {
  'whole A100': operator => [new DedicatedGpu(operator.node.scope!, 'pool', { operator, gpu: Gpu.A100_SXM4_80GB, nodes: nodes() }).wholeGpu()],
  'whole H200': operator => [new DedicatedGpu(operator.node.scope!, 'pool', { operator, gpu: Gpu.H200_SXM_141GB, nodes: nodes() }).wholeGpu()],
  'whole L4': operator => [new DedicatedGpu(operator.node.scope!, 'pool', { operator, gpu: Gpu.L4, nodes: nodes() }).wholeGpu()],
  'A100 slices': mig(Gpu.A100_SXM4_80GB, { '3g.40gb': 1, '2g.20gb': 1, '1g.10gb': 2 }),
  'H100 slices': mig(Gpu.H100_SXM5_80GB, { '3g.40gb': 1, '1g.20gb': 2 }),
  'A100 shared by MPS': operator => [new MpsSharedGpu(operator.node.scope!, 'pool', { operator, gpu: Gpu.A100_SXM4_80GB, nodes: nodes(), replicas: 2 }).share()],
  'A100 shared in time': operator => [new TimeSlicedGpu(operator.node.scope!, 'pool', { operator, gpu: Gpu.A100_SXM4_80GB, nodes: nodes(), replicas: 2 }).share()],
};

/** What the rules say of a service that its construct took; undefined when the construct refused. */
function errorsOf(pool: Pool, props: (slice: GpuSlice) => NimServiceProps, which: number = 0): string[] | undefined {
  const { chart, operator } = clusterWith();
  const slice = pool(operator)[which];
  try {
    new NimService(chart, 'it', props(slice));
  } catch {
    return undefined;
  }
  return GpuChecks.of(chart).errors.map(({ rule, message }) => `${rule} ${message}`);
}

describe.each(Object.entries(POOLS))('on %s', (_, pool) => {
  const count = pool(clusterWith().operator).length;

  test('what fits by its construct has no error by the rules, for every NIM and every selector of the catalogue', () => {
    const made: string[] = [];
    const wrong: string[] = [];
    for (const model of NimModel.all()) {
      for (const selector of new Set([undefined, ...model.memoryFigures.map(figure => figure.selector), ...model.selectorsWithoutFigure])) {
        for (let which = 0; which < count; which++) {
          const errors = errorsOf(pool, slice => ({ name: 'it', model, selector, imageTag: model.tags[0] ?? '1.13.1', slice, serving: { contextLength: 4096 } }), which);
          if (errors !== undefined) { made.push(model.id); }
          wrong.push(...(errors ?? []).map(error => `${model} ${selector} ${which}: ${error}`));
        }
      }
    }
    expect(made.length).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });
});

const llama = NimModel.LLAMA_3_1_8B_INSTRUCT;
const imageTag = '1.13.1';
const large = { model: NimModel.LLAMA_3_3_70B_INSTRUCT, imageTag };
const architecture = LlmArchitecture.of('meta-llama/Llama-3.1-8B-Instruct');
const own = NimModel.custom('own', { kind: NimKind.LLM, image: 'registry.example.com/own', tag: '1', architecture });
const whole = POOLS['whole A100'];
const slices = POOLS['H100 slices'];

test.each<[string, Pool, (slice: GpuSlice) => NimServiceProps, number]>([
  ['a model over four GPUs', whole, slice => ({ ...large, slice, serving: { tensorParallel: 4, contextLength: 8192 } }), 0],
  ['a model over two nodes', whole, slice => ({
    ...large, slice, replicas: 1, serving: { contextLength: 8192 }, multiNode: { parallelism: { tensor: 4, pipeline: 2 } },
  }), 0],
  ['a model whose layers must be spread to fit', whole, slice => ({
    ...large,
    slice,
    replicas: 1,
    serving: { contextLength: 8192 },
    multiNode: { parallelism: { tensor: 1, pipeline: 4 } },
    acceptUncertainMemory: 'a quarter of the layers on each',
  }), 0],
  ['weights of 8 bit', slices, slice => ({ model: llama, imageTag, slice, serving: { precision: Precision.FP8, contextLength: 8192 } }), 1],
  ['a cache of 8 bit', slices, slice => ({ model: llama, imageTag, slice, serving: { precision: Precision.FP8, kvCache: KvCacheType.FP8, contextLength: 60000 } }), 1],
  ['figures of one\'s own', slices, slice => ({
    model: llama,
    imageTag,
    slice,
    serving: { contextLength: 2048, eager: true, maxNumBatchedTokens: 512, maxNumSeqs: 8, assumptions: { activationsMib: 200, cudaGraphsMib: 10 } },
  }), 1],
  ['a need that was measured', slices, slice => ({ model: NimModel.NEMOTRON_OCR, slice, footprint: ModelFootprint.measured(18000) }), 1],
  ['a measured need below the catalogue\'s', slices, slice => ({
    model: NimModel.PARAKEET_1_1B_CTC_EN_US, selector: 'mode=all,vad=silero,diarizer=sortformer', slice, footprint: ModelFootprint.measured(30000),
  }), 0],
  ['an architecture beside the image', slices, slice => ({
    model: NimModel.LLAMA_3_3_70B_INSTRUCT, imageTag, slice, footprint: ModelFootprint.ofLlm(architecture, { contextLength: 8192, fraction: 0.85 }),
  }), 0],
  ['a model of one\'s own', slices, slice => ({ model: own, slice, serving: { contextLength: 8192 } }), 0],
])('%s fits by its construct, and by the rules', (_, pool, props, which) => {
  expect(errorsOf(pool, props, which)).toEqual([]);
});

describe('turns on a device', () => {
  const chatterbox = NimModel.CHATTERBOX_TTS_MULTILINGUAL; // 52.5 GB
  const asr = NimModel.PARAKEET_1_1B_CTC_EN_US; // 15 GB

  test('may be of unequal tenants that fit together, by construct and by rules', () => {
    const { chart, operator } = clusterWith();
    const [slice] = POOLS['A100 shared in time'](operator);
    new NimService(chart, 'tts', { model: chatterbox, imageTag: '1', slice });
    new NimService(chart, 'asr', { model: asr, selector: 'mode=str,vad=silero', slice });
    expect(GpuChecks.of(chart).errors).toEqual([]);
    expect(() => Testing.synth(chart)).not.toThrow();
  });

  test('of tenants that may meet and do not fit together are an error, once', () => {
    const { chart, operator } = clusterWith();
    const [slice] = POOLS['A100 shared in time'](operator);
    new NimService(chart, 'tts', { model: chatterbox, imageTag: '1', slice, replicas: 2 });
    expect(GpuChecks.of(chart).errors.map(({ rule }) => rule)).toEqual(['MEM-001']);
    expect(() => Testing.synth(chart)).toThrow(/MEM-001/);
  });
});

test('services of a pipeline are told apart', () => {
  const { chart, operator } = clusterWith();
  const [half, small] = slices(operator);
  new NimPipeline(chart, 'it', {
    services: [
      { name: 'ocr', service: { model: NimModel.NEMOTRON_OCR, slice: small, footprint: ModelFootprint.measured(18000) } },
      { name: 'llm', service: { model: own, slice: half, serving: { contextLength: 8192, precision: Precision.FP8 } } },
    ],
  });
  expect(manifestOf(chart, 'NIMPipeline').metadata.annotations).toEqual({
    'cdk8s-gpu/memory-mib.ocr': '18000', 'cdk8s-gpu/model.llm': 'meta-llama/Llama-3.1-8B-Instruct', 'cdk8s-gpu/serving.llm': 'precision=fp8',
  });
  expect(GpuChecks.of(chart).errors).toEqual([]);
});

test('a measured need that does not fit is found in the manifest too', () => {
  const { chart, operator } = clusterWith();
  const [, small] = slices(operator);
  new NimService(chart, 'it', { model: NimModel.NEMOTRON_OCR, slice: small, footprint: ModelFootprint.measured(19000) });
  chart.node.findAll().forEach(each => { (each as any).metadata?.addAnnotation?.('cdk8s-gpu/memory-mib', '25000'); });
  expect(GpuChecks.of(chart).errors.map(({ rule }) => rule)).toContain('MEM-001');
});

test('what an annotation says that nobody understands does not count', () => {
  expect(servingIn('precision=fp9,contextLength=many,eager=perhaps,fraction=7,activationsMib=-1,x,=')).toEqual({});
  expect(servingIn(undefined)).toEqual({});
  expect(servingIn(' precision = fp8 , contextLength=8192,eager=true,fraction=0.5,activationsMib=100')).toEqual({
    precision: 'fp8', contextLength: 8192, eager: true, fraction: 0.5, assumptions: { activationsMib: 100 },
  });
});
