import { Chart, Testing } from 'cdk8s';
import { GpuNodes } from '../../src/allocation';
import { Gpu, GpuLayout } from '../../src/hardware';
import { LlmArchitecture, NimModel } from '../../src/models';
import { NimEndpoint, NimRagPipeline, NimStagePlacement, NimVoicePipeline } from '../../src/pipelines';
import { MigPartitionedGpu } from '../../src/pools';
import { GpuChecks } from '../../src/synthesis';
import { NimCaller, VllmServer, VllmServerProps } from '../../src/workloads';
import { clusterWith } from '../cluster';

function setting(props: Partial<VllmServerProps> = {}) {
  const { app, chart: cluster, operator } = clusterWith();
  const layouts = [GpuLayout.of({ '3g.40gb': 2 }), GpuLayout.whole()];
  const pool = new MigPartitionedGpu(cluster, 'pool', { operator, gpu: Gpu.A100_SXM4_80GB, nodes: GpuNodes.named(['a', 'b'], { gpusPerNode: 2 }), layouts });
  const chart = new Chart(app, 'voice', { namespace: 'voice' });
  const llm = new VllmServer(chart, 'llm', {
    name: 'llm', model: LlmArchitecture.of('meta-llama/Llama-3.1-8B-Instruct'), version: '0.31.0', slice: pool.slice('3g.40gb'), serving: { contextLength: 8192 }, ...props,
  });
  const asr = { name: 'asr', model: NimModel.PARAKEET_1_1B_CTC_EN_US, selector: 'mode=str,vad=silero', slice: pool.slice('3g.40gb') };
  return { chart, pool, llm, asr };
}

const named = (chart: Chart, kind: string, name: RegExp = /./) => Testing.synth(chart).filter((each: any) => each.kind === kind && name.test(each.metadata.name));

describe('a server that runs a stage', () => {
  test('is called as the stage, and is no NIM', () => {
    const { chart, llm, asr } = setting();
    const voice = new NimVoicePipeline(chart, 'voice', { asr, llmServer: llm });
    expect(voice.environment()).toMatchObject({ LLM_URL: 'http://llm.voice.svc:8000', LLM_HEALTH_URL: 'http://llm.voice.svc:8000/health', ASR_GRPC_TARGET: 'asr.voice.svc:50051' });
    expect(voice.llmEndpoint?.url).toBe(llm.httpEndpoint);
    expect(voice.llm).toBeUndefined();
    expect(named(chart, 'NIMService').map(({ metadata }: any) => metadata.name)).toEqual(['asr']);
    expect(GpuChecks.of(chart).errors).toEqual([]);
  });

  test('serves the language model, the vectors and the order of a RAG pipeline', () => {
    const { chart, llm } = setting();
    const rag = new NimRagPipeline(chart, 'rag', { llmServer: llm, embeddingServer: llm, rerankerServer: llm, callers: [NimCaller.namespace('team')] });
    expect(named(chart, 'NetworkPolicy')).toHaveLength(1);
    expect(rag.environment()).toMatchObject({ LLM_URL: llm.httpEndpoint, EMBEDDING_URL: llm.httpEndpoint, RERANKER_URL: llm.httpEndpoint });
  });

  test('lets the callers of the pipeline in, and nobody else', () => {
    const { chart, llm, asr } = setting();
    new NimVoicePipeline(chart, 'voice', { asr, llmServer: llm, callers: [NimCaller.pods({ app: 'agent' })], monitor: NimCaller.namespace('monitoring') });
    const policies = named(chart, 'NetworkPolicy').map(({ spec }: any) => [spec.podSelector.matchLabels.app, spec.ingress.map(({ ports }: any) => ports.map(({ port }: any) => port))]);
    expect(policies).toEqual([['asr', [[9000, 50051], [9000]]], ['llm', [[8000], [8000]]]]);
  });

  test.each([[NimStagePlacement.ONE_NODE, 'podAffinity', ['asr', 'llm']], [NimStagePlacement.SPREAD, 'podAntiAffinity', ['asr']]])('is placed %s as the others are', (placement, kind, values) => {
    const own = { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } };
    const { chart, llm, asr } = setting({ affinity: own });
    new NimVoicePipeline(chart, 'voice', { asr, llmServer: llm, placement });
    const [{ spec }] = named(chart, 'Deployment', /llm/);
    expect(spec.template.spec.affinity).toEqual({
      ...own,
      [kind]: {
        requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchExpressions: [{ key: 'app', operator: 'In', values }] }, topologyKey: 'kubernetes.io/hostname' }],
      },
    });
    expect(spec.template.spec.containers[0].resources.limits).toEqual({ 'nvidia.com/mig-3g.40gb': '1' });
  });

  test('counts in what a pool must hold', () => {
    const { chart, llm, asr } = setting({ replicas: 4 });
    expect(() => new NimVoicePipeline(chart, 'voice', { asr, llmServer: llm })).toThrow(/voice\/voice: asr, llm need 5 of nvidia.com\/mig-3g.40gb on .*, and pool gpu\/pool has 4 \[CAP-002\]/);
  });

  test('cannot be given beside a NIM or an endpoint', () => {
    const { chart, llm, pool } = setting();
    const nim = { model: NimModel.LLAMA_3_1_8B_INSTRUCT, slice: pool.wholeGpu() };
    expect(() => new NimVoicePipeline(chart, 'a', { llmServer: llm, llm: nim })).toThrow(/a\/llm: the stage is given as a server and as a NIM; give one of them/);
    expect(() => new NimVoicePipeline(chart, 'b', { llmServer: llm, llmEndpoint: NimEndpoint.of({ url: 'http://x' }) })).toThrow(/given as a server and as an endpoint that exists/);
    expect(() => new NimVoicePipeline(chart, 'c', {})).toThrow(/the pipeline has no stage; give asr, llm or tts/);
  });
});
