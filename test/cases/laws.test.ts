import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import * as fc from 'fast-check';
import { ClusterModel, isProblem, readManifests } from '../../src/cluster';
import { Finding, runRules } from '../../src/rules';
import { run } from '../cli/run';

const FIXTURES = path.join(__dirname, '..', '..', 'rules');
const NAMES = fs.readdirSync(FIXTURES).filter(name => name.endsWith('.yaml')).sort();
const textOf = (name: string) => fs.readFileSync(path.join(FIXTURES, name), 'utf8');

/** Some of the fixtures, as files of one cluster. */
const someFiles = fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 2, maxLength: 6 });

/** What the rules find in files of one folder, in this order. */
function foundIn(files: readonly { readonly name: string; readonly text: string }[]): Finding[] {
  const model = new ClusterModel({}, { all: true });
  for (const { name, text } of files) {
    for (const read of readManifests(text, name)) { if (!isProblem(read)) { model.add(read); } }
  }
  return runRules(model);
}

const PARTS: readonly unknown[] = ['text', 0, true, null, [], {}, 'nvidia.com/gpu', { name: 'a' }, { template: { spec: { nodeName: 'a' } } }, { limits: { cpu: 1 } }];

/** An object of a kind that nobody knows, without pods and with a name that nothing else has. */
const unknownObject = fc.record({
  apiVersion: fc.constantFrom('example.com/v1', 'nvidia.example.com/v1alpha1', 'gpu.example.org/v2'),
  kind: fc.constantFrom('Widget', 'GpuThing', 'SlicePolicy', 'ModelCard'),
  metadata: fc.record({ name: fc.constantFrom('of-nobody-1', 'of-nobody-2') }),
  spec: fc.dictionary(fc.constantFrom('mig', 'strategy', 'devicePlugin', 'config', 'resources', 'nodeSelector', 'replicas', 'source'), fc.constantFrom(...PARTS)),
});

describe('laws of what is found in several files', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'laws-'));
  afterAll(() => { fs.rmSync(folder, { recursive: true }); });
  for (const name of NAMES) { fs.copyFileSync(path.join(FIXTURES, name), path.join(folder, name)); }

  test('the order in which files are given never changes a report', async () => {
    const inTwoOrders = someFiles.chain(names => fc.tuple(fc.constant(names), fc.shuffledSubarray(names, { minLength: names.length })));
    await fc.assert(fc.asyncProperty(inTwoOrders, async ([names, shuffled]) => {
      const reports = [];
      for (const order of [names, shuffled, [...names].reverse()]) { reports.push((await run('lint', '--format', 'json', ...order.map(name => path.join(folder, name)))).out); }
      expect(reports[1]).toBe(reports[0]);
      expect(reports[2]).toBe(reports[0]);
    }), { numRuns: 20, seed: 1 });
  });

  test('an object of an unknown kind beside them never changes what is found', () => {
    fc.assert(fc.property(someFiles, fc.array(unknownObject, { minLength: 1, maxLength: 3 }), fc.boolean(), (names, objects, isFirst) => {
      const files = names.map(name => ({ name, text: textOf(name) }));
      const unknown = { name: 'unknown.yaml', text: objects.map(each => JSON.stringify(each)).join('\n---\n') };
      const found = foundIn(isFirst ? [unknown, ...files] : [...files, unknown]);
      expect(found.filter(({ file }) => file !== unknown.name)).toEqual(foundIn(files));
      expect(found.filter(({ file, rule }) => file === unknown.name && rule !== 'IDN-001')).toEqual([]);
    }), { numRuns: 60, seed: 1 });
  });

  test('files that are put together into one say the same, but for the place', () => {
    const spoken = (finding: Finding) => JSON.stringify({ ...finding, file: '', document: 0, line: 0 });
    fc.assert(fc.property(fc.constantFrom(...NAMES), name => {
      const parts = textOf(name).split(/^---$/m);
      const apart = parts.map((text, index) => ({ name: `${index}.yaml`, text }));
      const [whole, separate] = [[{ name: 'whole.yaml', text: textOf(name) }], apart].map(files => foundIn(files).filter(({ rule }) => rule !== 'IDN-001'));
      expect(separate.map(spoken).sort()).toEqual(whole.map(spoken).sort());
    }), { numRuns: 150, seed: 1 });
  });
});
