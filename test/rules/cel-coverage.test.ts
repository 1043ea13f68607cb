import * as fs from 'fs';
import * as path from 'path';
import { ClusterModel, ManifestDocument } from '../../src/cluster';
import { runRules } from '../../src/rules';

type Fields = Record<string, any>;

/** What a CEL rule of a CRD demands, the rule here that demands the same, and an object that keeps or breaks it. */
interface Demanded {
  readonly of: string;
  readonly demand: string;
  readonly rule: string;
  readonly isKept: boolean;
  readonly object: Fields;
}

interface Table {
  readonly OF_A_NAME: { readonly kind: string; readonly of: string };
  readonly OF_A_SERVICE: { readonly of: string }[];
  readonly OF_OTHER_KINDS: { readonly kind: string; readonly of: string }[];
  objects(): Iterable<Demanded>;
}

// with the real CRDs, test/conformance/derived.js asks an API server about the same objects
const table: Table = jest.requireActual(path.join(__dirname, '..', 'conformance', 'derived', 'cel-demands.js'));

/** CEL rules that compare an object with what it was before, by kind and place: manifests show one state of it. */
const OF_A_CHANGE = [
  'NIMService spec', // draResources neither come, go nor change
  'NIMCache spec.source.ngc.modelPuller',
  'NIMBuild spec',
  'NVIDIADriver spec.driverType',
  'NVIDIADriver spec.usePrecompiled',
];

function rulesOf(object: Fields): string[] {
  const model = new ClusterModel();
  model.add(new ManifestDocument(object, 'f.yaml', 1));
  return runRules(model).filter(({ severity }) => severity === 'error').map(({ rule }) => rule);
}

const named = [...table.objects()].map(each => [each.rule, each.object.kind, each.of, each.demand, JSON.stringify(each.object.spec), each] as const);

test.each(named.filter(([, , , , , { isKept }]) => !isKept))('%s: the CEL rule of %s %s, %s, is broken by %s', (rule, _1, _2, _3, _4, { object }) => {
  expect(rulesOf(object)).toContain(rule);
});

test.each(named.filter(([, , , , , { isKept }]) => isKept))('%s: the CEL rule of %s %s, %s, is kept by %s', (rule, _1, _2, _3, _4, { object }) => {
  expect(rulesOf(object)).not.toContain(rule);
});

/** Places with CEL rules, as often as there are rules, of the newest release in the digest of the real CRDs, which has no status. */
function placesInDigest(): string[] {
  const folder = path.join(__dirname, '..', 'kubernetes', 'crd-digest');
  return fs.readdirSync(folder).sort().flatMap(file => {
    const kind = path.basename(file, '.txt');
    const lines = fs.readFileSync(path.join(folder, file), 'utf8').split('\n').filter(each => each !== '').map(each => each.split('\t'));
    const newest = lines.flatMap(([releases]) => releases.split(',')).sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1)!;
    return lines.filter(([releases]) => releases.split(',').includes(newest)).flatMap(([, text]) => {
      const [, hashes] = / cel=(\S+)/.exec(text) ?? [];
      const place = text.split(' ')[0].replace(/^spec\.services\[\]\.spec/, 'spec');
      return hashes === undefined ? [] : hashes.split(',').map(() => `${kind} ${place}`.trim());
    });
  });
}

test('the table has each place with CEL rules in the real CRDs, as often as there are rules', () => {
  const known = [
    ...table.OF_A_SERVICE.flatMap(({ of }) => [`NIMService ${of}`, `NIMPipeline ${of}`]),
    ...[...table.OF_OTHER_KINDS, table.OF_A_NAME].map(({ kind, of }) => `${kind} ${of}`.trim()),
    ...OF_A_CHANGE,
  ];
  expect(placesInDigest().sort()).toEqual(known.sort());
});
