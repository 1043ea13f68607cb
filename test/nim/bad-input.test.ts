import { inspect } from 'util';
import { Testing } from 'cdk8s';
import * as fc from 'fast-check';
import { llm, maximalCaches, maximalServices, mig, whole } from './maximal';
import { ModelFootprint } from '../../src/fit';
import { NimKind, NimModel } from '../../src/models';
import { NimBuild, NimCache, NimCacheSource, NimPipeline, NimService, NimStorage } from '../../src/nim';
import { NimEndpoint, NimRagPipeline, NimStagePlacement, NimVoicePipeline } from '../../src/pipelines';
import { NimOperatorVersion } from '../../src/releases';
import { NimCaller } from '../../src/workloads';

type Props = Record<string, unknown>;

const RELEASE = NimOperatorVersion.V3_1_2;
const footprint = ModelFootprint.measured(1000);
const services = Object.values(maximalServices(RELEASE)).map((props): Props => ({
  name: 'made', model: NimModel.PARAKEET_1_1B_CTC_EN_US, slice: mig, footprint, nimOperator: RELEASE, ...props,
}));
const llama: Props = {
  name: 'made',
  model: NimModel.LLAMA_3_1_8B_INSTRUCT,
  imageTag: '1.13.1',
  slice: whole,
  serving: {
    ...{ contextLength: 8192, concurrency: 2, precision: 'bf16', kvCache: 'fp8', engine: 'vllm', fraction: 0.9, eager: false },
    ...{ maxNumSeqs: 64, maxNumBatchedTokens: 4096, loraSlots: 1, loraRank: 16, weightBytes: 16e9, assumptions: { activationsMib: 1000 } },
  },
};
const caches = Object.values(maximalCaches(RELEASE)).map((props): Props => ({ name: 'made', model: llm, nimOperator: RELEASE, ...props }));
const embedder = NimModel.custom('embedder', { kind: NimKind.EMBEDDING, image: 'registry.example.com/embedder', tag: '1' });
const stages = {
  authSecret: 'key', pullSecrets: ['pull'], callers: [NimCaller.pods({ app: 'agent' })], monitor: NimCaller.namespace('monitoring'), placement: NimStagePlacement.ONE_NODE,
};
const stage = (name: string, model: NimModel, more: Props = {}) => ({ name, model, slice: whole, footprint, replicas: 1, ...more });

/** Constructs, and props that they take. */
const CONSTRUCTS: [string, Props[], (props: any) => unknown][] = [
  ['NimService', [...services, llama], props => new NimService(Testing.chart(), 'it', props)],
  ['NimCache', caches, props => new NimCache(Testing.chart(), 'it', props)],
  ['NimBuild', [{ slice: mig, profile: 'abc', imageTag: '1', pullSecrets: ['a'], env: { A: 'b' }, labels: { a: 'b' }, containerResources: { cpu: '1' }, overrides: { modelName: 'x' } }],
    props => {
      const chart = Testing.chart();
      const cache = new NimCache(chart, 'cache', { model: llm });
      return new NimBuild(chart, 'it', typeof props === 'object' && props !== null ? { cache, ...props } : props);
    }],
  ['NimPipeline', [{
    nimOperator: RELEASE,
    name: 'pipeline',
    services: [
      { name: 'embedder', service: { model: embedder, slice: whole, footprint, labels: { a: 'b' } } },
      { name: 'llm', enabled: true, service: { model: llm, slice: whole, footprint }, dependencies: [{ name: 'embedder', envName: 'URL', port: 8000, envValue: 'x' }] },
    ],
  }], props => new NimPipeline(Testing.chart(), 'it', props)],
  ['NimVoicePipeline', [
    { ...stages, asr: stage('asr', NimModel.PARAKEET_1_1B_CTC_EN_US), llm: stage('llm', llm), tts: stage('tts', NimModel.MAGPIE_TTS_MULTILINGUAL, { selector: 'batch_size=8' }) },
    { asr: stage('asr', NimModel.PARAKEET_1_1B_CTC_EN_US, { footprint: undefined }), llmEndpoint: NimEndpoint.of({ url: 'http://llm:8000' }) },
  ], props => new NimVoicePipeline(Testing.chart(), 'it', props)],
  ['NimRagPipeline', [{
    ...stages,
    llm: stage('llm', llm),
    embedding: stage('embedding', embedder),
    rerankerEndpoint: NimEndpoint.of({ url: 'http://reranker:8000' }),
    guardrails: { safety: stage('safety', llm) },
    guardrailEndpoints: { topics: NimEndpoint.of({ url: 'http://topics:8000' }) },
    ingestion: { ocr: stage('ocr', NimModel.NEMOTRON_OCR) },
  }], props => new NimRagPipeline(Testing.chart(), 'it', props)],
];

const WRONG: unknown[] = [
  null, undefined, '', 'x', 'Not A Name', '1', 0, -1, 1.5, NaN, Infinity, true, [], {}, [null], [''], ['x', 'x'], [{}], { a: null }, { a: 'b' }, 'a'.repeat(300),
];
/** More, for the test that takes its chances. */
const RARE: unknown[] = [
  '  ', 1, 2, 2 ** 40, false, [undefined], [[]], [1], { a: { b: 1 } }, { name: 'x' }, () => 1, Symbol.for('x'), 1n, new Date(0), new Map(), 'no', '\n', '${x}',
  '__proto__', 'a'.repeat(62) + '1', { requiredDuringSchedulingIgnoredDuringExecution: 'x' }, { requiredDuringSchedulingIgnoredDuringExecution: [null] },
  { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [null] } }, { nodeSelectorTerms: 'x' },
];

/** Ways to every value inside, objects of a class not entered. */
function placesIn(value: unknown, path: string[] = []): string[][] {
  const isPlain = Array.isArray(value) || (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype);
  if (!isPlain) { return [path]; }
  return [path, ...Object.entries(value as object).flatMap(([key, each]) => placesIn(each, [...path, key]))];
}

function replaced(value: any, [key, ...rest]: string[], by: unknown): any {
  if (key === undefined) { return by; }
  const copy = Array.isArray(value) ? [...value] : { ...value };
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}

/** What is wrong with an error: it must be meant for a person, name the place, and say a way out. */
function complaintOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) { return `no error was thrown, but ${String(error)}`; }
  if (error.constructor !== Error) { return `${error.name}: ${error.message}\n${error.stack?.split('\n').slice(1, 5).join('\n')}`; }
  if (!/^test\/it\b/.test(error.message)) { return `names no place: ${error.message}`; }
  if (!/; |\n|must |give |takes |leave |use /.test(error.message)) { return `says no way out: ${error.message}`; }
  return undefined;
}

function outcomeOf(make: (props: any) => unknown, props: unknown): string | undefined {
  try {
    make(props);
    return undefined;
  } catch (error) {
    return complaintOf(error);
  }
}

describe.each(CONSTRUCTS)('%s', (_, bases, make) => {
  test('is made of the props that are right', () => {
    for (const props of bases) { make(props); }
  });

  test('with any one value wrong is made, or refused with its place and a way out; never a TypeError', () => {
    const complaints = new Map<string, string>();
    const tried = new Set<string>();
    for (const props of bases) {
      for (const place of placesIn(props).filter(path => path.length > 0 && !tried.has(path.join('.')))) {
        tried.add(place.join('.'));
        for (const wrong of WRONG) {
          const complaint = outcomeOf(make, replaced(props, place, wrong));
          if (complaint === undefined) { continue; }
          const where = place.join('.');
          complaints.set(`${where} ${complaint.slice(0, 60)}`, `${where} = ${inspect(wrong)}: ${complaint}`);
        }
      }
    }
    expect([...complaints.values()]).toEqual([]);
  });

  test('with several values wrong, the same', () => {
    const base = fc.constantFrom(...bases);
    const changes = base.chain(props => fc.tuple(fc.constant(props), fc.array(
      fc.tuple(
        fc.constantFrom(...placesIn(props).filter(path => path.length > 0)),
        fc.oneof(fc.constantFrom(...WRONG, ...RARE), fc.anything({ maxDepth: 2 })),
      ), { minLength: 1, maxLength: 4 },
    )));
    fc.assert(fc.property(changes, ([props, list]) => {
      let changed: unknown = props;
      for (const [place, wrong] of list) {
        try {
          changed = replaced(changed, place, wrong);
        } catch { /* the place is gone by an earlier change */ }
      }
      expect(outcomeOf(make, changed)).toBeUndefined();
    }), { numRuns: 300, seed: 6 });
  });

  test('without props says what is needed', () => {
    for (const none of [undefined, null, 'x', 1, []]) { expect(outcomeOf(make, none)).toBeUndefined(); }
  });
});

test.each<[string, () => unknown]>([
  ['an existing claim', () => NimStorage.existingPvc(undefined as any)],
  ['a cache by name', () => NimStorage.cacheNamed(null as any)],
  ['a directory', () => NimStorage.hostPath(1 as any)],
  ['a size', () => NimStorage.emptyDir(5 as any)],
])('%s of the wrong kind is refused where it is made', (__, make) => {
  expect(make).toThrow(Error);
  expect(make).not.toThrow(TypeError);
});

test('a source of the wrong kind is refused where it is made', () => {
  expect(() => NimCacheSource.huggingFace({} as never)).toThrow('NimCacheSource.huggingFace: namespace is missing; give the owner of the model on the hub, such as meta-llama');
  expect(() => NimCacheSource.ngc({ tensorParallelism: '2' } as any)).toThrow('NimCacheSource.ngc: tensorParallelism is a text; give a number');
});
