import { Testing } from 'cdk8s';
import { maximalChart, mig } from './maximal';
import * as FIELDS from './nim-fields.json';
import { ModelFootprint } from '../../src/fit';
import { checkSchema } from '../../src/kubernetes/crd/check-schema';
import { NimModel } from '../../src/models';
import { NimCache, NimService } from '../../src/nim';
import { NimOperatorVersion } from '../../src/releases';
import { GpuChecks } from '../../src/synthesis';
import { manifestOf } from '../cluster';

type Manifest = { kind: string; spec: Record<string, unknown>; metadata: { annotations?: Record<string, string> } };

const RELEASES = NimOperatorVersion.all();
const KINDS = Object.keys(FIELDS).filter(kind => kind.startsWith('NIM')) as ('NIMService' | 'NIMCache' | 'NIMPipeline' | 'NIMBuild')[];

function manifestsFor(release: NimOperatorVersion): Manifest[] {
  const chart = Testing.chart();
  maximalChart(chart, release);
  return (Testing.synth(chart) as Manifest[]).filter(({ kind }) => kind.startsWith('NIM'));
}

/** Paths of all fields in a value, as the facts write them: `env[].name`. */
function pathsIn(value: unknown, path: string = ''): string[] {
  if (Array.isArray(value)) { return [`${path}[]`, ...value.flatMap(each => pathsIn(each, `${path}[]`))]; }
  if (typeof value !== 'object' || value === null) { return []; }
  return Object.entries(value).flatMap(([key, each]) => {
    const below = path === '' ? key : `${path}.${key}`;
    return [below, ...pathsIn(each, below)];
  });
}

function fieldsOf(kind: typeof KINDS[number]): string[] {
  return Object.keys(FIELDS[kind]);
}

/** Fields that only overrides can say, with why. */
const BY_OVERRIDES = {
  NIMService: {
    'expose.ingress': 'deprecated for the router',
    'expose.ingress.annotations': 'deprecated for the router',
    'expose.ingress.enabled': 'deprecated for the router',
    'expose.ingress.spec': 'deprecated for the router',
    'expose.router.eppConfig.configMapRef.optional': 'an endpoint picker without its configuration does not start',
    'expose.service.name': 'ignored by the operator',
    'podAffinity': 'deprecated and never read',
  },
  NIMCache: { 'certConfig': 'ends every reconcile with an error', 'storage.hostPath': 'never read by the operator' },
  NIMPipeline: {},
  NIMBuild: {},
};

describe('fields', () => {
  const newest = manifestsFor(NimOperatorVersion.V3_1_2);
  const said = (kind: string) => new Set(newest.filter(each => each.kind === kind).flatMap(({ spec }) => pathsIn(spec)));

  test.each(KINDS)('every field of %s can be said by props, but for those that overrides are for', kind => {
    expect(fieldsOf(kind).filter(field => !said(kind).has(field)).sort()).toEqual(Object.keys(BY_OVERRIDES[kind]).sort());
  });

  test('the number of fields with a prop does not fall', () => {
    const counts = Object.fromEntries(KINDS.map(kind => [kind, `${fieldsOf(kind).filter(field => said(kind).has(field)).length} of ${fieldsOf(kind).length}`]));
    expect(counts).toEqual({ NIMService: '225 of 232', NIMCache: '79 of 81', NIMPipeline: '11 of 11', NIMBuild: '18 of 18' });
  });

  test('what has no prop can be said by overrides', () => {
    const overrides = {
      expose: {
        service: { name: 'other' },
        ingress: { enabled: true, annotations: { a: 'b' }, spec: { ingressClassName: 'nginx' } },
        router: {
          hostDomainName: 'example.com',
          eppConfig: {
            containerSpec: { name: 'epp', image: { repository: 'registry.example.com/epp', tag: '1' } },
            configMapRef: { name: 'picker', key: 'config.yaml', optional: true },
          },
        },
      },
      podAffinity: {},
    };
    const chart = Testing.chart();
    new NimService(chart, 'asr', { model: NimModel.PARAKEET_1_1B_CTC_EN_US, slice: mig, footprint: ModelFootprint.measured(1000), overrides });
    const old = { certConfig: { name: 'ca', mountPath: '/ca' }, storage: { hostPath: '/models' } };
    const cache = new NimCache(chart, 'cache', { model: NimModel.PARAKEET_1_1B_CTC_EN_US, overrides: old });
    for (const rule of ['NIM-152', 'NIM-156']) { GpuChecks.acknowledge(cache, rule, 'to see that it can be written'); }
    for (const kind of ['NIMService', 'NIMCache'] as const) {
      const paths = pathsIn(manifestOf(chart, kind).spec);
      expect(Object.keys(BY_OVERRIDES[kind]).filter(field => !paths.includes(field))).toEqual([]);
    }
  });
});

describe.each(RELEASES)('for NIM Operator %s', release => {
  const manifests = manifestsFor(release);

  test('every object is what the CRD takes, in every form', () => {
    expect(manifests.map(({ kind }) => kind)).toEqual(expect.arrayContaining(KINDS));
    expect(manifests.flatMap(({ kind, ...object }) => checkSchema(kind, release.version, { kind, ...object }).map(({ message }) => `${kind}: ${message}`))).toEqual([]);
  });

  test('no object has a field that came later', () => {
    const later = manifests.flatMap(({ kind, spec }) => {
      const since = FIELDS[kind as typeof KINDS[number]] as Record<string, string>;
      return pathsIn(spec).filter(path => since[path] !== undefined && since[path] > release.version).map(path => `${kind} ${path} since ${since[path]}`);
    });
    expect(later).toEqual([]);
  });

  test('every object says the release, so that lint knows', () => {
    expect(manifests.map(({ metadata }) => metadata.annotations?.['cdk8s-gpu/nim-operator'])).toEqual(manifests.map(() => release.version));
  });

  test('no rule calls any of them an error', () => {
    const chart = Testing.chart();
    maximalChart(chart, release);
    expect(GpuChecks.of(chart).errors.map(({ rule, name, message }) => `${rule} ${name}: ${message}`)).toEqual([]);
  });
});
