import { App, Chart } from 'cdk8s';
import { RELEASES } from './cluster';
import { ClusterPolicy, GpuNodes } from '../src/allocation';
import { GpuDashboards } from '../src/benchmark';
import { Gpu, GpuLayout } from '../src/hardware';
import { LlmArchitecture, NimModel } from '../src/models';
import { NimCache } from '../src/nim';
import { GpuOperator } from '../src/operator';
import { NimEndpoint, NimRagPipeline } from '../src/pipelines';
import { MigPartitionedGpu } from '../src/pools';
import { GpuTeam, TritonModelRepository, TritonServer, VllmServer } from '../src/workloads';

type MapOf = <T>(map: Record<string, T>) => Record<string, T>;

/** What comes of a program: its manifests, what is said of it, and what it hands out as text. */
interface Written {
  readonly yaml: string;
  readonly decisions: readonly string[];
  readonly variables: readonly [string, string][];
  readonly mergePatch: () => string;
}

/** What is written where every map that a person gives went through a function. */
function writtenWith(map: MapOf, clusterPolicy: (overrides: Record<string, unknown>) => ClusterPolicy): Written {
  const app = new App();
  const chart = new Chart(app, 'gpu', { namespace: 'gpu' });
  const operator = new GpuOperator(chart, 'gpu-operator', {
    ...RELEASES,
    clusterPolicy: clusterPolicy(map<unknown>({
      dcgmExporter: map<unknown>({ args: ['-f', '/etc/dcgm.csv'], env: [{ name: 'A', value: 'b' }] }),
      toolkit: map({ imagePullPolicy: 'Always', version: 'v1.17.0' }),
    })),
  });
  const pool = new MigPartitionedGpu(chart, 'h100', {
    operator,
    gpu: Gpu.H100_SXM5_80GB,
    nodes: GpuNodes.labeled(map({ pool: 'mig', board: 'h100' }), { gpusPerNode: 3 }),
    layout: GpuLayout.of(map({ '3g.40gb': 1, '1g.10gb': 2, '1g.20gb': 1 })),
  });
  const slice = pool.slice('3g.40gb');
  const small = (name: string, model: NimModel) => ({ name, model, slice: pool.slice('1g.10gb'), acceptUncertainMemory: 'tried' });
  const rag = new NimRagPipeline(chart, 'rag', {
    llm: {
      name: 'llm',
      model: NimModel.LLAMA_3_1_8B_INSTRUCT,
      imageTag: '1.13.1',
      slice,
      env: map({ NIM_LOG_LEVEL: 'INFO', LATER: '$(NIM_LOG_LEVEL)', ANOTHER: '1' }),
      annotations: map({ team: 'search', cost: '1' }),
    },
    ingestion: map({
      pages: small('pages', NimModel.NEMOTRON_PAGE_ELEMENTS),
      graphics: small('graphics', NimModel.NEMOTRON_GRAPHIC_ELEMENTS),
    }),
    guardrailEndpoints: map({
      topics: NimEndpoint.of({ url: 'https://topics.example.com' }),
      safety: NimEndpoint.of({ url: 'https://safety.example.com' }),
    }),
  });
  new NimCache(chart, 'cache', {
    model: NimModel.LLAMA_3_1_8B_INSTRUCT,
    imageTag: '1.13.1',
    profiles: ['a'],
    pvc: { size: '50Gi', annotations: map({ b: '1', a: '2' }) },
    env: map({ B: '1', A: '2' }),
  });
  new VllmServer(chart, 'vllm', {
    name: 'vllm',
    model: LlmArchitecture.of('Qwen/Qwen3-8B'),
    version: '0.31.0',
    slice,
    serving: { contextLength: 16384, concurrency: 4 },
    env: map({ Z: '1', Y: '$(Z)', X: '$(Y)' }),
    secretEnv: map({ TOKEN_B: { secret: 's', key: 'b' }, TOKEN_A: { secret: 's', key: 'a' } }),
    labels: map({ tier: 'gold', cost: '1' }),
    annotations: map({ b: '1', a: '2' }),
    nodeSelector: map({ zone: 'a', rack: '1' }),
  });
  new TritonServer(chart, 'triton', {
    name: 'triton',
    version: '26.06',
    slice: pool.slice('1g.20gb'),
    acceptUncertainMemory: 'tried',
    modelRepository: TritonModelRepository.objectStore('s3://models/production', map({
      AWS_SECRET_ACCESS_KEY: { secret: 's3', key: 'secret' }, AWS_ACCESS_KEY_ID: { secret: 's3', key: 'id' },
    })),
  });
  new GpuTeam(chart, 'team', { namespace: 'team', labels: map({ z: '1', a: '2' }), allowances: [{ slice, count: 1 }] });
  new GpuDashboards(chart, 'dashboards', { ruleLabels: map({ release: 'p', a: '1' }), dashboardLabels: map({ grafana: '1', a: '1' }) });
  return {
    yaml: app.synthYaml(),
    decisions: [...operator.decisions, ...rag.decisions],
    variables: Object.entries(rag.environment()),
    mergePatch: () => operator.renderMergePatch(),
  };
}

const turned: MapOf = map => Object.fromEntries(Object.entries(map).reverse());

beforeEach(() => { jest.spyOn(process.stderr, 'write').mockReturnValue(true); });
afterEach(() => { jest.restoreAllMocks(); });

describe.each<[string, (overrides: Record<string, unknown>) => ClusterPolicy, (written: Written) => unknown]>([
  ['a partial ClusterPolicy', overrides => ClusterPolicy.partial({ overrides }), () => undefined],
  ['a merge patch', overrides => ClusterPolicy.mergePatch({ overrides }), written => written.mergePatch()],
])('with %s', (_, clusterPolicy, text) => {
  test('the order of the keys of a map changes no byte, since a map has no order in Java and Go', () => {
    const [one, other] = [writtenWith(map => map, clusterPolicy), writtenWith(turned, clusterPolicy)];
    expect(other.yaml).toBe(one.yaml);
    expect(text(other)).toEqual(text(one));
    expect([other.decisions, other.variables]).toEqual([one.decisions, one.variables]);
  });
});
