import { ApiObject, App, Chart, JsonPatch, Testing } from 'cdk8s';
import { Construct } from 'constructs';
import { CANARIES, INNOCENT } from './canaries';
import { NO_WAY, WAYS } from './what-takes-text';
import * as library from '../../src';
import { ClusterModel, isProblem, ManifestDocument, readManifests } from '../../src/cluster';
import { runRules } from '../../src/rules';
import { findSecrets, hideSecrets, secretsOf } from '../../src/secrets';
import { whole } from '../nim/maximal';

const { NimModel, NimService, ModelFootprint } = library;

/** Where a text stands in what is given: as a value, or as a key of a map of texts. */
interface Spot { readonly path: readonly (string | number)[]; readonly asKey: boolean }

/** Every text in what is given. Objects of a class have ways of their own. */
function spotsIn(given: unknown, path: (string | number)[] = []): Spot[] {
  if (typeof given === 'string') { return [{ path, asKey: false }]; }
  if (Array.isArray(given)) { return given.flatMap((each, index) => spotsIn(each, [...path, index])); }
  if (typeof given !== 'object' || given === null || Object.getPrototypeOf(given) !== Object.prototype) { return []; }
  const free = ['labels', 'annotations', 'nodeSelector', 'env', 'additionalLabels'].includes(String(path.at(-1)));
  return Object.entries(given).flatMap(([key, each]) =>
    [...(free ? [{ path: [...path, key], asKey: true }] : []), ...spotsIn(each, [...path, key])]);
}

/** What is given, with a text replaced. */
function planted(given: any, [key, ...rest]: readonly (string | number)[], asKey: boolean, text: string): any {
  if (key === undefined) { return text; }
  if (Array.isArray(given)) { return given.map((each, index) => (index === key ? planted(each, rest, asKey, text) : each)); }
  const renamed = asKey && rest.length === 0;
  return Object.fromEntries(Object.entries(given).map(([name, each]) => {
    if (name !== key) { return [name, each]; }
    return renamed ? [text, each] : [name, planted(each, rest, asKey, text)];
  }));
}

function messageOf(make: () => unknown): string | undefined {
  try {
    make();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

describe('a secret that is handed to the library', () => {
  test('has a way here for every public construct, and every public maker has one or is known to need none', () => {
    const classes = Object.entries(library).filter((entry): entry is [string, any] => typeof entry[1] === 'function');
    const tried = new Set(WAYS.map(way => way.of));
    const constructs = classes.filter(([name, each]) => each.prototype instanceof Construct && !['GpuPool', 'ModelServer'].includes(name)).map(([name]) => name);
    expect(constructs.filter(name => !tried.has(name))).toEqual([]);
    const makers = classes.flatMap(([name, each]) => Object.getOwnPropertyNames(each)
      .filter(member => typeof each[member] === 'function' && !member.startsWith('_')).map(member => `${name}.${member}`));
    expect(makers.filter(name => !tried.has(name)).sort()).toEqual([...NO_WAY].sort());
  });

  test('is tried at hundreds of places', () => {
    expect(WAYS.flatMap(way => spotsIn(way.given)).length).toBeGreaterThan(300);
  });

  test.each(WAYS.map((way, index) => ({ ...way, title: `${way.of} (${index})` })))('$title takes what is innocent', ({ given, make }) => {
    expect(messageOf(() => make(given)) ?? '').not.toMatch(/SEC-001/);
  });

  const tries = Object.entries(CANARIES).flatMap(([what, canary]) => WAYS.map((way, index) => ({ what, canary, way, title: `${what} in ${way.of} (${index})` })));
  test.each(tries)('$title is refused at every place, without being repeated and with the way out', ({ canary, way }) => {
    for (const { path, asKey } of spotsIn(way.given)) {
      const place = `${path.join('.')}${asKey ? ' as a key' : ''}`;
      const message = messageOf(() => way.make(planted(way.given, path, asKey, canary.value))) ?? `${place}: taken`;
      expect([place, message]).toEqual([place, expect.stringMatching(/ (?:looks like a secret \(.*\)|has a (?:password|token) in it), which must not stand in a manifest \[SEC-001\]; .*secretEnv.*secretKeyRef/)]);
      expect([place, message.includes(canary.hidden)]).toEqual([place, false]);
      // a maker that takes one object names the places in it
      const inside = way.of.includes('.') && Object.keys(way.given).length === 1 && path.length > 1 ? path.slice(1) : path;
      expect([place, message]).toEqual([place, expect.stringContaining((asKey ? inside.slice(0, -1) : inside).join('.'))]);
    }
  });

  test.each(['NGC_API_KEY', 'HF_TOKEN', 'DB_PASSWORD', 'AWS_SECRET_ACCESS_KEY', 'CLIENT_SECRET', 'api_key', 'PASSWORD', 'TOKEN', 'GIT_CREDENTIALS'])(
    'is known by the name %s alone, in env, overrides, containers and dependencies', name => {
      const service = (props: object) => () => new NimService(Testing.chart(), 'llm', { model: NimModel.MODEL_FREE_NIM, slice: whole, ...props } as any);
      const container = { name: 'c', image: { repository: 'r', tag: '1' }, env: [{ name, value: 'hunter2x' }] };
      for (const make of [
        service({ env: { [name]: 'hunter2x' } }), service({ overrides: { env: [{ name, value: 'hunter2x' }] } }),
        service({ initContainers: [container] }), service({ sidecarContainers: [container] }),
        () => new library.NimPipeline(Testing.chart(), 'p', { services: [{ name: 'a', service: {} as any, dependencies: [{ name: 'b', envName: name, envValue: 'hunter2x' }] }] }),
      ]) {
        expect(messageOf(make)).toMatch(new RegExp(`${name}.*looks like a secret \\(by its name\\)`));
        expect(messageOf(make)).not.toMatch(/hunter2x/);
      }
    });

  test.each([
    ['an argument', { args: ['--api-key', 'hunter2x'] }, '"--api-key" in args.1'],
    ['a shell command', { command: ['sh', '-c', 'serve --password hunter2x'] }, '"--password" in command.2'],
    ['a header of a probe', { readinessProbe: { probe: { httpGet: { httpHeaders: [{ name: 'Authorization', value: 'hunter2x' }] } } } }, 'Authorization in readinessProbe.probe.httpGet.httpHeaders.0.value'],
    ['an annotation', { annotations: { 'example.com/api-key': 'hunter2x' } }, 'annotations.example.com/api-key'],
    ['a field of overrides', { overrides: { proxy: { password: 'hunter2x' } } }, 'overrides.proxy.password'],
    ['a number', { overrides: { env: [{ name: 'PASSWORD', value: 20261126 }] } }, 'PASSWORD in overrides.env.0.value'],
  ])('is known by the name that it has in %s', (_, props, place) => {
    const make = () => new NimService(Testing.chart(), 'llm', { model: NimModel.MODEL_FREE_NIM, slice: whole, ...props } as any);
    expect(messageOf(make)).toContain(`test/llm: ${place} looks like a secret (by its name)`);
    expect(messageOf(make)).not.toMatch(/hunter2x|20261126/);
  });
});

test.each(INNOCENT.map(each => [JSON.stringify(each).slice(0, 70), each]))('no false alarm: %s', (_, each) => {
  expect([...findSecrets(each)]).toEqual([]);
});

describe('a secret that comes by another way', () => {
  const { value, hidden } = CANARIES['a key of NVIDIA'];
  const NAME = { apiVersion: 'apps.nvidia.com/v1alpha1', kind: 'NIMService' };

  test.each([
    ['a patch', (chart: Chart) => ApiObject.of(chart.node.findChild('llm')).addJsonPatch(JsonPatch.add('/spec/env', [{ name: 'A', value }]))],
    ['an annotation of the object', (chart: Chart) => ApiObject.of(chart.node.findChild('llm')).metadata.addAnnotation('note', value)],
  ])('%s is an error at synthesis and is not printed', (_, plant) => {
    const app = Testing.app();
    const chart = new Chart(app, 'chart');
    new NimService(chart, 'llm', { model: NimModel.LLAMA_3_1_8B_INSTRUCT, imageTag: '1.13.1', slice: whole, footprint: ModelFootprint.measured(1000) });
    plant(chart);
    const message = messageOf(() => app.synth());
    expect(message).toMatch(/looks like a secret \(an NVIDIA API key\).*\[SEC-001\]/);
    expect(message).not.toContain(hidden);
  });

  test('the labels of a chart are an error too', () => {
    const app = new App({ outdir: Testing.app().outdir });
    const chart = new Chart(app, 'chart', { labels: { note: value } });
    new NimService(chart, 'llm', { model: NimModel.LLAMA_3_1_8B_INSTRUCT, imageTag: '1.13.1', slice: whole, footprint: ModelFootprint.measured(1000) });
    expect(messageOf(() => app.synth())).toMatch(/\[SEC-001\]/);
  });

  test.each(Object.entries(CANARIES))('%s in hand-written YAML is found once for each place, and no finding of any rule prints it', (_, canary) => {
    const quoted = JSON.stringify(canary.value);
    // each of these fields has rules whose messages repeat the value
    const text = `{"apiVersion": "${NAME.apiVersion}", "kind": "NIMService", "metadata": {"name": "llm", "annotations": {"a": ${quoted}}},
      "spec": {"image": {"repository": "r", "tag": "1"}, "authSecret": ${quoted}, "userID": ${quoted}, "nodeSelector": {"a": ${quoted}}, "env": [{"name": "A", "value": ${quoted}}],
      "proxy": {"httpProxy": ${quoted}, "noProxy": ${quoted}}, "storage": {"pvc": {"create": true, "size": ${quoted}, "volumeAccessMode": ${quoted}}},
      "expose": {"service": {"port": ${quoted}, "type": ${quoted}}, "router": {"hostDomainName": ${quoted}}}, ${quoted}: 1}}`;
    const model = new ClusterModel();
    for (const read of readManifests(text, 'test.yaml')) { if (!isProblem(read)) { model.add(read as ManifestDocument); } }
    const findings = runRules(model);
    expect(findings.filter(({ rule }) => rule === 'SEC-001').length).toBe(13);
    expect(findings.filter(({ rule }) => rule !== 'SEC-001').length).toBeGreaterThan(3);
    expect(findings.filter(finding => JSON.stringify(finding).includes(JSON.stringify(canary.hidden).slice(1, -1)))).toEqual([]);
  });

  test('an alias in its own anchor, and aliases of aliases, come to an end', () => {
    const text = `apiVersion: apps.nvidia.com/v1alpha1\nkind: NIMService\nmetadata: {name: a}\nspec: &spec\n  again: *spec\n  args: [${value}]\n`;
    const model = new ClusterModel();
    const cyclic: any = { apiVersion: NAME.apiVersion, kind: 'NIMService', metadata: { name: 'a' }, spec: { env: [{ name: 'HF_TOKEN', value: 'hunter2x' }] } };
    cyclic.spec.again = cyclic.spec;
    let deep: unknown = { password: 'hunter2x' };
    for (let level = 0; level < 40; level++) { deep = [deep, deep, deep]; }
    expect([...findSecrets(cyclic), ...findSecrets(deep)].map(found => found.text)).toEqual(['hunter2x', 'hunter2x']);
    for (const read of readManifests(text, 'test.yaml')) { if (!isProblem(read)) { model.add(read as ManifestDocument); } }
    expect(JSON.stringify(runRules(model))).not.toContain(hidden);
  });

  test('a short value does not take the letters out of a message', () => {
    expect(hideSecrets('a value of a variable', ['a', 'va'])).toBe('a value of a variable');
    expect(hideSecrets('hunter2 and hunter2x', ['hunter2', 'hunter2x'])).toBe('(not shown) and (not shown)');
  });

  test('a text that is no YAML is not printed either', () => {
    for (const text of [`a: *${value}`, `a: ${value}: b`, `${value}: 1\n${value}`, `a: "${value}`]) {
      expect(JSON.stringify([...readManifests(text, 'test.yaml')].filter(read => isProblem(read)))).not.toContain(hidden);
    }
  });
});

describe('a manifest that is looked through once', () => {
  const places: ((value: string) => object)[] = [
    value => ({ spec: { env: [{ name: 'A', value }] } }),
    value => ({ data: { text: `first line\n${value}\nlast "line"\t${value}` } }),
    value => ({ metadata: { annotations: { [value]: 'a' } } }),
    value => ({ spec: { args: ['a', `--x=${value}`] } }),
  ];

  test.each(Object.entries(CANARIES))('has %s found wherever the whole search finds it', (_, { value }) => {
    for (const manifest of places.map(place => place(value))) { expect(secretsOf(manifest)).toEqual(findSecrets(manifest)); }
  });

  test('has names of secrets found in every spelling', () => {
    for (const name of ['apiKey', 'API_KEY', 'api-key', 'privateKey', 'dbPassword', 'PASSWD', 'clientSecret', 'authToken', 'AWS_SECRET_ACCESS_KEY', 'passphrase']) {
      const manifest = { spec: { env: [{ name, value: 'hunter2x' }], [name]: 'hunter2x', args: [`--${name.toLowerCase()}=hunter2x`] } };
      expect(findSecrets(manifest).length).toBeGreaterThan(0);
      expect(secretsOf(manifest)).toEqual(findSecrets(manifest));
    }
  });

  test('may contain itself', () => {
    const manifest: { self?: object; token: string } = { token: 'hunter2x' };
    manifest.self = manifest;
    expect(secretsOf(manifest)).toEqual(findSecrets(manifest));
  });
});
