import { Chart } from 'cdk8s';
import { GpuNodes } from '../../src/allocation';
import { FitVerdict, LlmServingOptions } from '../../src/fit';
import { Gpu, GpuLayout } from '../../src/hardware';
import { LlmArchitecture, Precision } from '../../src/models';
import { DedicatedGpu, GpuSlice, MigPartitionedGpu } from '../../src/pools';
import { VllmServer } from '../../src/workloads';
import { run } from '../cli/run';
import { clusterWith } from '../cluster';
import { pod, says } from '../rules/lint-text';

const MODEL = 'meta-llama/Llama-3.1-8B-Instruct';
const VERSION = '0.31.0';

/** One question about memory. */
interface Case {
  readonly title: string;
  readonly gpu: Gpu;
  readonly profile?: string;
  readonly serving: LlmServingOptions;
  readonly verdict: FitVerdict;
}

const { FITS, UNCERTAIN, DOES_NOT_FIT } = FitVerdict;
const context = { contextLength: 8192 };
const CASES: Case[] = [
  { title: 'a slice with room', gpu: Gpu.A100_SXM4_80GB, profile: '3g.40gb', serving: context, verdict: FITS },
  { title: 'a slice that may be too small', gpu: Gpu.A100_SXM4_80GB, profile: '2g.20gb', serving: context, verdict: UNCERTAIN },
  { title: 'a slice that is too small', gpu: Gpu.A100_SXM4_80GB, profile: '1g.10gb', serving: context, verdict: DOES_NOT_FIT },
  { title: 'a slice of which a lower bound is known', gpu: Gpu.B200_180GB, profile: '3g.90gb', serving: context, verdict: FITS },
  { title: 'two GPUs on one slice', gpu: Gpu.A100_SXM4_80GB, profile: '3g.40gb', serving: { ...context, tensorParallel: 2 }, verdict: DOES_NOT_FIT },
  { title: 'heads that cannot be spread', gpu: Gpu.A100_SXM4_80GB, serving: { ...context, tensorParallel: 3 }, verdict: DOES_NOT_FIT },
  { title: 'a context beyond the model', gpu: Gpu.A100_SXM4_80GB, serving: { contextLength: 200000 }, verdict: DOES_NOT_FIT },
  { title: 'a fraction that leaves too little', gpu: Gpu.A100_SXM4_80GB, serving: { ...context, fraction: 1 }, verdict: UNCERTAIN },
  { title: '8-bit floats on Ampere, which are expanded', gpu: Gpu.A100_SXM4_80GB, profile: '2g.20gb', serving: { ...context, precision: Precision.FP8 }, verdict: FITS },
];

async function byCommandLine({ gpu, profile, serving }: Case): Promise<string> {
  const options: [string, string | number | undefined][] = [
    ['--context', serving.contextLength], ['--tp', serving.tensorParallel], ['--fraction', serving.fraction], ['--precision', serving.precision],
    ['--profile', profile], ['--gpu', gpu.productLabel],
  ];
  const given = options.filter(([, value]) => value !== undefined).flatMap(([name, value]) => [name, String(value)]);
  return JSON.parse((await run('fit', '--model', MODEL, '--engine-version', VERSION, '--format', 'json', ...given)).out).verdict;
}

function byConstruct({ gpu, profile, serving }: Case): string {
  const { app, chart, operator } = clusterWith({});
  const nodes = GpuNodes.named(['a'], { gpusPerNode: 4 });
  const slice: GpuSlice = profile === undefined ? new DedicatedGpu(chart, 'pool', { operator, gpu, nodes }).wholeGpu()
    : new MigPartitionedGpu(chart, 'pool', { operator, gpu, nodes, layout: GpuLayout.of({ [profile]: 1 }) }).slice(profile);
  try {
    new VllmServer(new Chart(app, 'app', { namespace: 'team' }), 'llm', { model: LlmArchitecture.of(MODEL), version: VERSION, serving, slice });
    return FITS;
  } catch (error) {
    const text = (error as Error).message;
    return text.includes('[MEM-001]') ? DOES_NOT_FIT : text.includes('[MEM-002]') ? UNCERTAIN : text;
  }
}

function byLint({ gpu, profile, serving }: Case): string {
  const flags: [string, string | number | undefined][] = [
    ['--model', MODEL], ['--max-model-len', serving.contextLength], ['--tensor-parallel-size', serving.tensorParallel],
    ['--gpu-memory-utilization', serving.fraction], ['--quantization', serving.precision],
  ];
  const args = flags.filter(([, value]) => value !== undefined).flatMap(([name, value]) => [name, String(value)]);
  const resource = profile === undefined ? 'nvidia.com/gpu' : `nvidia.com/mig-${profile}`;
  const found = says(pod(
    { image: `vllm/vllm-openai:v${VERSION}`, args, resources: { limits: { [resource]: profile === undefined ? serving.tensorParallel ?? 1 : 1 } } },
    { nodeSelector: { 'nvidia.com/gpu.product': gpu.productLabel } })).join();
  return found.includes('MEM-001') ? DOES_NOT_FIT : found.includes('MEM-002') ? UNCERTAIN : FITS;
}

test.each(CASES.map(each => [each.title, each] as const))('%s gets one answer from the command line, a construct and lint', async (_, each) => {
  expect([await byCommandLine(each), byConstruct(each), byLint(each)]).toEqual([each.verdict, each.verdict, each.verdict]);
});
