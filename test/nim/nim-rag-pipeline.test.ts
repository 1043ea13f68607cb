import { Testing } from 'cdk8s';
import { GpuNodes } from '../../src/allocation';
import { Gpu, GpuLayout } from '../../src/hardware';
import { NimKind, NimModel } from '../../src/models';
import { NimEndpoint, NimRagPipeline, NimRagPipelineProps } from '../../src/pipelines';
import { MigPartitionedGpu } from '../../src/pools';
import { GpuChecks } from '../../src/synthesis';
import { NimCaller } from '../../src/workloads';
import { clusterWith, manifestsOf } from '../cluster';

const ACCEPTED = { acceptUncertainMemory: 'tried' };
const embedding = { name: 'embedding', model: NimModel.LLAMA_3_2_NV_EMBEDQA_1B_V2, ...ACCEPTED };
const reranker = { name: 'reranker', model: NimModel.LLAMA_3_2_NV_RERANKQA_1B_V2, ...ACCEPTED };
const jailbreak = { name: 'jailbreak', model: NimModel.NEMOGUARD_JAILBREAK_DETECT, ...ACCEPTED };
const ocr = { name: 'ocr', model: NimModel.NEMOTRON_OCR, ...ACCEPTED };

/** A pipeline on one cut H100. */
function ragOn(profiles: Record<string, number>, props: (pool: MigPartitionedGpu) => NimRagPipelineProps) {
  const { chart, operator } = clusterWith();
  const pool = new MigPartitionedGpu(chart, 'mig', {
    operator, gpu: Gpu.H100_SXM5_80GB, nodes: GpuNodes.named(['a'], { gpusPerNode: 1 }), layout: GpuLayout.of(profiles),
  });
  return { chart, rag: new NimRagPipeline(chart, 'rag', props(pool)) };
}

const four = (pool: MigPartitionedGpu): NimRagPipelineProps => ({
  llmEndpoint: NimEndpoint.of({ url: 'https://llm.example.com' }),
  embedding: { ...embedding, slice: pool.slice('1g.20gb') },
  reranker: { ...reranker, slice: pool.slice('1g.20gb') },
  guardrails: { 'jailbreak-detect': { ...jailbreak, slice: pool.slice('1g.10gb') } },
  guardrailEndpoints: { topics: NimEndpoint.of({ url: 'https://topics.example.com' }) },
  ingestion: { ocr: { ...ocr, slice: pool.slice('1g.10gb') } },
});

const SMALL = { '1g.20gb': 2, '1g.10gb': 2 };

test('every stage has a NIM of its own or an endpoint, and the application gets the variables of all', () => {
  const { chart, rag } = ragOn(SMALL, four);
  expect(manifestsOf(chart, 'NIMService').map(each => each.metadata.name)).toEqual(['embedding', 'reranker', 'jailbreak', 'ocr']);
  expect(Object.keys(rag.guardrails)).toEqual(['jailbreak-detect']);
  expect(Object.keys(rag.guardrailEndpoints)).toEqual(['jailbreak-detect', 'topics']);
  expect(Object.keys(rag.ingestion)).toEqual(['ocr']);
  expect([rag.llm, rag.embedding?.name, rag.rerankerEndpoint?.url]).toEqual([undefined, 'embedding', 'http://reranker:8000']);
  const urls = Object.fromEntries(Object.entries(rag.environment()).filter(([name]) => name.endsWith('_URL') && !name.endsWith('HEALTH_URL')));
  expect(urls).toEqual({
    LLM_URL: 'https://llm.example.com',
    EMBEDDING_URL: 'http://embedding:8000',
    RERANKER_URL: 'http://reranker:8000',
    JAILBREAK_DETECT_URL: 'http://jailbreak:8000',
    TOPICS_URL: 'https://topics.example.com',
    OCR_URL: 'http://ocr:8000',
  });
});

test('callers reach the gRPC port of a retriever NIM too, the monitor its port for metrics', () => {
  const { chart } = ragOn(SMALL, pool => ({ ...four(pool), callers: [NimCaller.pods({ app: 'rag' })], monitor: NimCaller.namespace('monitoring') }));
  const [policy] = manifestsOf(chart, 'NetworkPolicy');
  expect(policy.spec.ingress.map((rule: any) => rule.ports.map((each: any) => each.port))).toEqual([[8000, 8001], [8000, 8002]]);
  expect(GpuChecks.of(chart).errors).toEqual([]);
});

test('stages count together against the pool', () => {
  expect(() => ragOn(SMALL, pool => ({
    ...four(pool),
    guardrails: {
      one: { ...jailbreak, slice: pool.slice('1g.10gb') }, two: { ...jailbreak, name: 'two', slice: pool.slice('1g.10gb') },
    },
  }))).toThrow(/gpu\/rag: one, two, ocr need 3 of nvidia.com\/mig-1g.10gb on \S+, and pool gpu\/mig has 2 \[CAP-002\]/);
});

test.each<[string, Partial<Record<'embedding' | 'reranker', NimModel>>, RegExp]>([
  ['a reranker in the place of an embedding model', { embedding: NimModel.LLAMA_3_2_NV_RERANKQA_1B_V2 }, /rag\/embedding: \S+ is of kind "rerank"; this stage takes embedding/],
  ['speech in the place of a reranker', { reranker: NimModel.PARAKEET_1_1B_CTC_EN_US }, /rag\/reranker: \S+ is of kind "asr"; this stage takes rerank/],
])('refuses %s', (_, { embedding: first, reranker: second }, message) => {
  expect(() => ragOn(SMALL, pool => ({
    ...(first && { embedding: { model: first, slice: pool.slice('1g.20gb') } }), ...(second && { reranker: { model: second, slice: pool.slice('1g.20gb') } }),
  }))).toThrow(message);
});

test.each<[string, string, RegExp]>([
  ['one of the pipeline\'s own', 'llm', /two stages are called "llm"; guardrails and ingestion need names of their own, other than llm, embedding, reranker/],
  ['no name', 'Topic control', /"Topic control" cannot be the name of a stage/],
  ['nothing', '', /"" cannot be the name of a stage/],
])('a guardrail cannot have a name that is %s', (_, name, message) => {
  expect(() => new NimRagPipeline(Testing.chart(), 'rag', { guardrailEndpoints: { [name]: NimEndpoint.of({ url: 'http://x' }) } })).toThrow(message);
});

test('a guardrail and what reads documents cannot share a name', () => {
  expect(() => ragOn(SMALL, pool => ({ guardrails: { ocr: { ...jailbreak, slice: pool.slice('1g.10gb') } }, ingestion: { ocr: { ...ocr, slice: pool.slice('1g.10gb') } } })))
    .toThrow(/two stages are called "ocr"/);
});

test('a pipeline of nothing is refused with what it could have', () => {
  expect(() => new NimRagPipeline(Testing.chart(), 'rag', {})).toThrow('test/rag: the pipeline has no stage; give llm, embedding or reranker');
});

test('a model of one\'s own is described in three lines and takes the place of any stage', () => {
  const mine = NimModel.custom('my-embedder', {
    kind: NimKind.EMBEDDING, image: 'registry.example.com/my-embedder', tag: '1.0.0', memoryMib: 5000,
  });
  const { rag } = ragOn(SMALL, pool => ({ embedding: { name: 'mine', model: mine, slice: pool.slice('1g.10gb') } }));
  expect(rag.embeddingEndpoint?.url).toBe('http://mine:8000');
});
