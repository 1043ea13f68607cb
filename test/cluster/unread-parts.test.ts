import * as fs from 'fs';
import * as path from 'path';
import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { ClusterModel, isProblem, readManifests } from '../../src/cluster';
import { withoutUnreadParts } from '../../src/cluster/reading/unread-parts';
import { runRules } from '../../src/rules';

const FOLDER = path.join(__dirname, '..', '..', 'rules');
const fixtures = fs.readdirSync(FOLDER).filter(name => name.endsWith('.yaml')).sort().map(name => fs.readFileSync(path.join(FOLDER, name), 'utf8'));

function found(text: string, forRules: boolean): unknown {
  const model = new ClusterModel();
  const problems: unknown[] = [];
  for (const read of readManifests(text, 'test.yaml', forRules)) {
    if (isProblem(read)) { problems.push(read); } else { model.add(read); }
  }
  const workloads = model.workloads.map(({ document: { index, name } }) => [index, name]);
  // fields of Kubernetes' own kinds are looked at in what is read whole
  return { findings: runRules(model).filter(({ rule }) => !rule.startsWith('SCH-')), problems, objects: model.objects, workloads };
}

/** What rules look for, what they do not, and what only looks like it. */
const words = fc.constantFrom(
  'web', 'nvidia.com/gpu', 'gpu', 'NIM', 'example.com/fpga', 'app.kubernetes.io/name', 'a: b', '{{ x }}', 'x\nkind: Pod', '"nv', '*a', '&b', '1', 'resourceClaims', '',
);
const kinds = fc.constantFrom(
  ['v1', 'Pod'], ['v1', 'Secret'], ['v1', 'Service'], ['apps/v1', 'Deployment'], ['serving.knative.dev/v1', 'Service'], ['v1', 'ConfigMap'], ['v1', 'List'],
  ['rbac.authorization.k8s.io/v1', 'Role'], ['apps/v1', 'ReplicaSet'], ['example.com/v1', 'Thing'],
);
const container = fc.record({
  name: words, image: words, args: fc.array(words, { maxLength: 2 }), resources: fc.record({ limits: fc.dictionary(words, words, { maxKeys: 2 }) }),
});
const object = fc.tuple(kinds, fc.constantFrom('one', 'two', 'vllm'), fc.array(container, { maxLength: 2 }), fc.dictionary(words, words, { maxKeys: 2 }), fc.boolean())
  .map(([[apiVersion, kind], name, containers, labels, last]) => {
    const spec = kind === 'Pod' ? { containers } : { template: { metadata: { labels }, spec: { containers } } };
    const metadata = { name, labels };
    return last ? { apiVersion, kind, metadata, spec, data: labels } : { data: labels, spec, metadata, kind, apiVersion };
  });
const styles = fc.record({
  defaultStringType: fc.constantFrom('PLAIN' as const, 'QUOTE_DOUBLE' as const, 'BLOCK_LITERAL' as const, 'BLOCK_FOLDED' as const),
  indentSeq: fc.boolean(),
  collectionStyle: fc.constantFrom('any' as const, 'block' as const, 'flow' as const),
});

describe('leaving out what no rule reads before it is parsed', () => {
  test('changes no finding of any fixture, nor what is counted', () => {
    const some = (start: number) => fixtures.slice(start, start + 40).join('\n---\n');
    for (let start = 0; start < fixtures.length; start += 40) { expect(found(some(start), true)).toEqual(found(some(start), false)); }
  });

  test('changes nothing of objects in any style of YAML', () => {
    fc.assert(fc.property(fc.array(object, { maxLength: 5 }), styles, (objects, style) => {
      const text = objects.map(each => stringify(each, { ...style, version: '1.1', aliasDuplicateObjects: true })).join('---\n');
      expect(found(text, true)).toEqual(found(text, false));
    }), { numRuns: 150 });
  });

  const deployment = 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: 2\n';

  test('leaves what an object is and is called, at its lines', () => {
    expect(withoutUnreadParts(deployment)).toBe('apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web');
    expect(withoutUnreadParts(`spec:\n  replicas: 2\n${deployment.replace(/spec[^]*/, '')}`)).toBe('\n\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web');
  });

  test.each([
    ['a mention of GPUs', `${deployment}  # gpu\n`], ['a device of another vendor', `${deployment}  limits:\n    example.com/fpga: 1\n`],
    ['an escape, which may spell anything', `${deployment}  a: "\\x67pu"\n`], ['a tag', `${deployment}  a: !!binary Z3B1\n`], ['a template', `${deployment}  a: {{ .Values.a }}\n`],
    ['a name by an alias', `${deployment.replace('web', '*a')}  a: &a web\n`], ['a repeated key', `${deployment}kind: Pod\n`], ['a directive of a patch', `${deployment}$patch: replace\n`],
    ['another kind', deployment.replace('Deployment', 'Rollout')], ['another group', deployment.replace('apps/v1', 'apps.example.com/v1')], ['flow style', JSON.stringify({ kind: 'Pod' })],
    ['quotes that may go on in the next line', `${deployment}a: "b\nc: d"\n`], ['something behind the marker', ` {}\n${deployment}`],
  ])('leaves a document with %s as it is', (_, text) => {
    expect(withoutUnreadParts(text)).toBe(text);
  });

  test('holds what is left out to no fields, and --strict leaves nothing out', () => {
    const wrong = `${deployment}  replica: 3\n  template: {}\n`;
    const schema = (forRules: boolean) => {
      const model = new ClusterModel({}, undefined, true);
      for (const read of readManifests(wrong, 'test.yaml', forRules)) { if (!isProblem(read)) { model.add(read); } }
      return runRules(model).filter(({ rule }) => rule.startsWith('SCH-')).length;
    };
    expect(schema(true)).toBe(0);
    expect(schema(false)).toBeGreaterThan(0);
  });
});
