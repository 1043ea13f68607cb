import { ClusterModel, ManifestDocument } from '../../src/cluster';
import { ModelFootprint } from '../../src/fit';
import { deepMerge } from '../../src/kubernetes';
import { NimKind, NimModel } from '../../src/models';
import { checkSelector } from '../../src/nim/service/nim-selector';
import { runRules } from '../../src/rules';

/** What every object inherits, and what a stranger may call anything; to rules __proto__ stands for something else, as __NAME__ does. */
const INHERITED = ['constructor', 'toString', 'valueOf', 'hasOwnProperty'];

function rulesOf(spec: object): string[] {
  const model = new ClusterModel({});
  model.add(new ManifestDocument({ apiVersion: 'resource.k8s.io/v1', kind: 'ResourceClaim', metadata: { name: 'c', namespace: 'n' }, spec }, 'f.yaml', 1));
  return runRules(model).map(({ rule, isFailure }) => `${rule}${isFailure === true ? ' failed' : ''}`);
}

describe.each(INHERITED)('%s', name => {
  test('is no attribute of a device', () => {
    const expression = `device.attributes["gpu.nvidia.com"].${name} == "a"`;
    const claim = (what: string) => ({ devices: { requests: [{ name: 'gpu', exactly: { deviceClassName: 'gpu.nvidia.com', selectors: [{ cel: { expression: what } }] } }] } });
    expect(rulesOf(claim(expression))).toEqual(rulesOf(claim(expression.replace(name, 'unheardOf'))));
    expect(rulesOf(claim(expression))).toContain('DRA-067');
  });

  test('is no kind of a config of the driver', () => {
    const parameters = { apiVersion: 'resource.nvidia.com/v1beta1', kind: name };
    const spec = { devices: { requests: [{ name: 'gpu', exactly: { deviceClassName: 'gpu.nvidia.com' } }], config: [{ requests: ['gpu'], opaque: { driver: 'gpu.nvidia.com', parameters } }] } };
    expect(rulesOf(spec)).toEqual(['DRA-070']);
  });

  test('is no key of a selector that a speech NIM knows', () => {
    expect(() => checkSelector('asr', NimModel.PARAKEET_1_1B_CTC_EN_US, `${name}=x`)).not.toThrow(TypeError);
  });
});

test('one\'s own model may be called constructor', () => {
  const model = NimModel.custom('constructor', { kind: NimKind.EMBEDDING, image: 'example.com/a', tag: '1', memoryMib: 5000 });
  expect(ModelFootprint.ofNim(model).subject).toBe('constructor');
});

test.each([...INHERITED, '__proto__'])('%s is a key that is merged as others are', name => {
  const merged = deepMerge(JSON.parse(`{"${name}": {"a": 1}}`), JSON.parse(`{"${name}": {"b": 2}}`));
  expect(Object.getOwnPropertyDescriptor(merged, name)?.value).toEqual({ a: 1, b: 2 });
  expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
});
