import { ClusterModel, isProblem, readManifests } from '../../src/cluster';
import { Finding, runRules } from '../../src/rules';
import { isSlipOf } from '../../src/text/typo';

function lint(text: string): Finding[] {
  const model = new ClusterModel();
  for (const read of readManifests(text, 'a.yaml')) { if (!isProblem(read)) { model.add(read); } }
  return runRules(model).filter(({ rule }) => rule.startsWith('REF-'));
}

const SERVICE = (cache: string, secret = 'ngc-api-secret', namespace = 'nim') =>
  `apiVersion: apps.nvidia.com/v1alpha1\nkind: NIMService\nmetadata: {name: embed, namespace: ${namespace}}\nspec:\n  authSecret: ${secret}\n`
  + `  image: {repository: r, tag: t}\n  storage: {nimCache: {name: "${cache}"}}\n`;
const named = (kind: string, name: string, namespace = 'nim') => `---\napiVersion: x/v1\nkind: ${kind}\nmetadata: {name: ${name}, namespace: ${namespace}}\n`;

test('a cache that lives elsewhere is a note; beside others of its namespace, a warning', () => {
  expect(lint(SERVICE('embed')).map(({ rule, severity }) => [rule, severity])).toEqual([['REF-002', 'info']]);
  expect(lint(SERVICE('embed') + named('NIMCache', 'rerank')).map(({ rule, severity }) => [rule, severity])).toEqual([['REF-002', 'warning']]);
  expect(lint(SERVICE('embed') + named('NIMCache', 'rerank', 'other')).map(({ severity }) => severity)).toEqual(['info']);
});

test('a name that a template fills in is left alone', () => {
  for (const name of ['${CACHE}', '{{ .Values.cache }}']) { expect(lint(SERVICE(name) + named('NIMCache', 'rerank'))).toEqual([]); }
});

test('a Secret that is nowhere is normal, one letter off is not', () => {
  const cache = named('NIMCache', 'embed');
  expect(lint(SERVICE('embed') + cache)).toEqual([]);
  expect(lint(SERVICE('embed') + cache + named('Secret', 'hf-token'))).toEqual([]);
  expect(lint(SERVICE('embed') + cache + named('Secret', 'ngc-api-secrets')).map(({ rule, path }) => [rule, path])).toEqual([['REF-004', 'spec.authSecret']]);
});

test.each(['SealedSecret', 'ExternalSecret'])('a %s of its name will be the Secret', kind => {
  expect(lint(SERVICE('embed') + named('NIMCache', 'embed') + named('Secret', 'ngc-api-secrets') + named(kind, 'ngc-api-secret'))).toEqual([]);
});

test('what a Kustomization generates is there', () => {
  const policy = 'apiVersion: nvidia.com/v1\nkind: ClusterPolicy\nmetadata: {name: p}\nspec: {migManager: {config: {name: layouts}}}\n' + named('ConfigMap', 'others');
  expect(lint(policy).map(({ rule }) => rule)).toEqual(['REF-001']);
  const kustomization = '---\napiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nconfigMapGenerator: [{name: layouts, files: [config.yaml]}]\n';
  expect(lint(policy + kustomization)).toEqual([]);
});

test.each([
  ['ngc-secert', 'ngc-secret'], ['ngc-sercret', 'ngc-secret'], ['ngc-secrets', 'ngc-secret'], ['ngx-secret', 'ngc-secret'],
])('%s is a slip of %s', (written, meant) => expect(isSlipOf(written, meant)).toBe(true));

test.each([
  ['models-a', 'models-b'], ['models-1', 'models-2'], ['model-10', 'model-1'], ['hf-secret', 'ngc-secret'], ['ngc-secret', 'ngc-api-secret'], ['abc', 'abd'],
])('%s is not a slip of %s', (written, meant) => expect(isSlipOf(written, meant)).toBe(false));
