import { Chart, Testing } from 'cdk8s';
import { llm, mig, whole } from './maximal';
import { ModelFootprint } from '../../src/fit';
import { NimKind, NimModel } from '../../src/models';
import { NimBuild, NimCache, NimCacheSource, NimPipeline, NimPipelineService, NimServiceProps } from '../../src/nim';
import { NimOperatorVersion } from '../../src/releases';
import { GpuChecks } from '../../src/synthesis';
import { manifestOf, manifestsOf } from '../cluster';

const footprint = ModelFootprint.measured(1000);
const embedder = NimModel.custom('embedder', { kind: NimKind.EMBEDDING, image: 'registry.example.com/embedder', tag: '1' });
const one = (name: string, more: Partial<NimPipelineService> = {}, props: Partial<NimServiceProps> = {}): NimPipelineService =>
  ({ name, service: { model: llm, slice: whole, footprint, ...props }, ...more });

function pipelineOf(...services: NimPipelineService[]): { pipeline: NimPipeline; chart: Chart } {
  const chart = Testing.chart();
  return { pipeline: new NimPipeline(chart, 'rag', { services }), chart };
}

describe('NimPipeline', () => {
  test('enables every service, for left out means disabled, and gives the address of one to the other', () => {
    const { pipeline, chart } = pipelineOf(
      one('embedder', {}, { model: embedder, expose: { service: { port: 8080 } } }),
      one('llm', {
        dependencies: [{ name: 'embedder', envName: 'EMBEDDER_URL' }, { name: 'store', port: 8000, envName: 'STORE', envValue: 'store.data:8000' }],
      }),
      one('spare', { enabled: false }),
    );
    const { services } = manifestOf(chart, 'NIMPipeline').spec;
    expect(services.map(({ name, enabled }: NimPipelineService) => [name, enabled])).toEqual([['embedder', true], ['llm', true], ['spare', false]]);
    expect(services[1].dependencies).toEqual([
      { name: 'embedder', port: 8080, envName: 'EMBEDDER_URL', envValue: 'http://embedder:8080' },
      { name: 'store', port: 8000, envName: 'STORE', envValue: 'store.data:8000' },
    ]);
    expect(pipeline.httpEndpointOf('embedder')).toBe('http://embedder:8080');
    expect(() => pipeline.httpEndpointOf('nobody')).toThrow(/there is no service "nobody"; there are embedder, llm, spare/);
    expect(() => pipeline.grpcTargetOf('llm')).toThrow(/has no gRPC interface/);
  });

  test('writes the same spec as a service of its own', () => {
    const { chart } = pipelineOf(one('asr', {}, { model: NimModel.PARAKEET_1_1B_CTC_EN_US, slice: mig, selector: 'mode=str' }));
    const { spec } = manifestOf(chart, 'NIMPipeline').spec.services[0];
    expect(spec).toMatchObject({
      resources: { limits: mig.resources }, expose: { service: { port: 9000, grpcPort: 50051 } }, startupProbe: { enabled: true },
    });
    expect(GpuChecks.of(chart).errors).toEqual([]);
  });

  test('holds its services to the pool and to memory, naming them', () => {
    const small = ModelFootprint.measured(60000);
    expect(() => pipelineOf(one('llm', {}, { slice: mig, footprint: small }))).toThrow(/test\/rag\/llm: .*MEM-001/);
    expect(() => pipelineOf(one('llm', {}, { slice: mig, footprint: undefined }))).toThrow(/test\/rag\/llm: .*[^]*acceptUncertainMemory/);
  });

  test('says why memory may be uncertain, for every service that does', () => {
    const uncertain = { slice: mig, footprint: undefined, acceptUncertainMemory: 'measured' };
    const { chart } = pipelineOf(one('a', {}, uncertain), one('b', {}, uncertain), one('c'));
    expect(manifestOf(chart, 'NIMPipeline').metadata.annotations).toMatchObject({ 'cdk8s-gpu/accepted-uncertain-memory': 'a: measured; b: measured' });
  });

  test('makes a disruption budget for the services that run', () => {
    const disruptionBudget = { maxUnavailable: 1 };
    const { chart } = pipelineOf(one('a', {}, { disruptionBudget }), one('b', { enabled: false }, { disruptionBudget }));
    expect(manifestsOf(chart, 'PodDisruptionBudget').map(({ spec }) => spec.selector.matchLabels.app)).toEqual(['a']);
  });

  test.each<[string, NimPipelineService[], RegExp]>([
    ['no service', [], /the pipeline has no service/],
    ['a name twice', [one('a'), one('a')], /a is in the pipeline twice.*NIM-172/],
    ['a name that no Service can have', [one('1.a')], /"1.a" cannot be the name of a Service.*NIM-171/],
    ['two names for one', [one('a', {}, { name: 'b' })], /service a is called b/],
    ['a dependency on nobody', [one('a', { dependencies: [{ name: 'c', envName: 'C' }] })], /depends on c, which is not in the pipeline \(a\): give its port/],
    ['a dependency on itself', [one('a', { dependencies: [{ name: 'a', envName: 'C' }] })], /depends on itself/],
    ['a dependency without variable', [one('a', { dependencies: [{ name: 'c', port: 1, envName: '' }] })], /NIM-175/],
    ['a dependency with an empty value', [one('a', { dependencies: [{ name: 'c', port: 1, envName: 'C', envValue: '' }] })], /NIM-175/],
    ['a dependency with a wrong port', [one('a', { dependencies: [{ name: 'c', port: NaN, envName: 'C' }] })], /port of c must be a whole number from 1/],
    ['a variable twice', [one('a', { dependencies: [{ name: 'c', port: 1, envName: 'C' }] }, { env: { C: 'd' } })], /C is in env and in dependencies/],
    ['a release of its own', [one('a', {}, { nimOperator: NimOperatorVersion.V3_0_0 })], /one release reads the whole pipeline/],
    ['a field that is none', [one('a', {}, { overrides: { replica: 1 } })], /spec.services.0.spec.replica is no field.*write replicas/],
  ])('refuses %s', (_, services, message) => {
    expect(() => pipelineOf(...services)).toThrow(message);
  });

  test('refuses a field that its release does not know, with its place', () => {
    expect(() => new NimPipeline(Testing.chart(), 'rag', { nimOperator: NimOperatorVersion.V3_1_1, services: [one('a'), one('b', {}, { priorityClassName: 'x' })] }))
      .toThrow(/spec.services.1.spec.priorityClassName is known from NIM Operator 3.1.2 on, and 3.1.1 drops it/);
  });
});

describe('NimBuild', () => {
  test('builds on the slice from a profile of the cache', () => {
    const chart = Testing.chart();
    const cache = new NimCache(chart, 'cache', { name: 'models', model: llm, source: NimCacheSource.ngc({ buildable: true }) });
    new NimBuild(chart, 'build', { cache, slice: mig, profile: 'abc', modelName: 'own', env: { LOG: 'debug' } });
    expect(manifestOf(chart, 'NIMBuild').spec).toEqual({
      nimCache: { name: 'models', profile: 'abc' },
      image: { repository: 'registry.example.com/own-llm', tag: '1.13.1', pullPolicy: 'IfNotPresent', pullSecrets: ['ngc-secret'] },
      modelName: 'own',
      resources: { requests: mig.resources, limits: mig.resources },
      nodeSelector: mig.nodeSelector,
      tolerations: mig.tolerations,
      env: [{ name: 'LOG', value: 'debug' }],
    });
  });

  test('refuses empty names and secrets in the open', () => {
    const chart = Testing.chart();
    const cache = new NimCache(chart, 'cache', { model: llm });
    expect(() => new NimBuild(chart, 'a', { cache, slice: whole, profile: '' })).toThrow(/profile is empty/);
    expect(() => new NimBuild(chart, 'b', { cache, slice: whole, env: { NGC_API_KEY: 'nvapi-1' } })).toThrow(/looks like a secret/);
  });
});
