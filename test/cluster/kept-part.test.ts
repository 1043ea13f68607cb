import { stringify } from 'yaml';
import { ClusterModel, isProblem, readManifests } from '../../src/cluster';

/** What stays of manifests in memory. */
function kept(...manifests: object[]): ClusterModel {
  const model = new ClusterModel();
  for (const read of readManifests(manifests.map(each => stringify(each)).join('---\n'), 'f.yaml')) {
    if (!isProblem(read)) { model.add(read); }
  }
  return model;
}

const metadata = { name: 'a', namespace: 'x' };
const deployment = (container: object, pod: object = {}) =>
  ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { template: { spec: { ...pod, containers: [{ name: 'c', image: 'example.com/x:1', ...container }] } } } });

test.each<[string, object]>([
  ['a Deployment that has nothing to do with GPUs', deployment({ resources: { limits: { 'cpu': 1, 'memory': '1Gi', 'ephemeral-storage': '1Gi' } } })],
  ['a Secret', { apiVersion: 'v1', kind: 'Secret', metadata, data: { 'nvidia.com/gpu': 'QUJD' } }],
  ['a CustomResourceDefinition', { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata, spec: { group: 'nvidia.com' } }],
])('of %s, the name alone stays in memory', (_, manifest) => {
  const model = kept(manifest);
  expect(model.documents).toEqual([]);
  expect(model.identities.defines((manifest as { kind: string }).kind, 'a', 'x')).toBe(true);
});

test.each<[string, object]>([
  ['asks for a GPU', deployment({ resources: { limits: { 'nvidia.com/gpu': 1 } } })],
  ['asks for a resource that a DeviceClass may stand for', deployment({ resources: { limits: { 'example.com/accelerator': 1 } } })],
  ['has claims', deployment({}, { resourceClaims: [{ name: 'x', resourceClaimName: 'claim' }] })],
  ['selects GPU nodes', deployment({}, { nodeSelector: { 'nvidia.com/mig.config': 'x' } })],
  ['uses an image of NVIDIA', deployment({ image: 'nvcr.io/nim/x:1' })],
  ['sets a variable of CUDA', deployment({ env: [{ name: 'CUDA_VISIBLE_DEVICES', value: '0' }] })],
  ['is the operator', { ...deployment({}), metadata: { name: 'gpu-operator', namespace: 'gpu-operator' } }],
])('all stays of a Deployment that %s', (_, manifest) => {
  expect(kept(manifest).documents.map(({ value }) => value)).toEqual([manifest]);
});

test('of an object from a cluster, what somebody wrote stays', () => {
  const [{ value }] = kept({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}', 'own': 'x' }, managedFields: [{ manager: 'kubectl' }] },
    spec: { containers: [{ name: 'c', resources: { limits: { 'nvidia.com/gpu': 1 } } }] },
    status: { phase: 'Running' },
  }).documents;
  expect(value).toEqual({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, annotations: { own: 'x' } },
    spec: { containers: [{ name: 'c', resources: { limits: { 'nvidia.com/gpu': 1 } } }] },
  });
});

test('of a Node, what it offers stays, and not the images on it', () => {
  const status = { nodeInfo: { kubeletVersion: 'v1.34.2' }, capacity: { 'nvidia.com/gpu': '8' }, allocatable: { 'nvidia.com/gpu': '8' } };
  const [{ value }] = kept({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' }, status: { ...status, images: [{ names: ['x'] }] } }).documents;
  expect(value.status).toEqual(status);
});

describe('of a ConfigMap stay', () => {
  const data = (text: string, key = 'file') => kept({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { [key]: text } }).documents[0].value.data as Record<string, string>;
  const long = `${'setting: value\n'.repeat(100)}`;

  test('the keys, and of a long text that no rule reads the first lines', () => {
    expect(data(long).file).toBe('setting: value\n'.repeat(17));
    expect(data('x'.repeat(1000)).file).toHaveLength(256);
  });

  test.each([
    ['a mig-parted file', `version: v1\nmig-configs: {}\n${long}`],
    ['a device-plugin file', `version: v1\nsharing: {timeSlicing: {}}\n${long}`],
    ['one of another version', `${long}version: v2\n`],
    ['one with GPUs in it', `${long}nvidia.com/gpu: 1\n`],
  ])('all of %s', (_, text) => {
    expect(data(text).file).toBe(text);
  });

  test('files in base64 by the same rule', () => {
    const binary = (text: string) => {
      const [{ value }] = kept({ apiVersion: 'v1', kind: 'ConfigMap', metadata, binaryData: { file: Buffer.from(text).toString('base64') } }).documents;
      return Buffer.from((value.binaryData as Record<string, string>).file, 'base64').toString();
    };
    expect(binary(`mig-configs: {}\n${long}`)).toBe(`mig-configs: {}\n${long}`);
    expect(binary(long)).toBe('setting: value\n'.repeat(17));
  });

  test('all of the settings of node-feature-discovery, whatever they say', () => {
    expect(data(long, 'nfd-worker.conf')['nfd-worker.conf']).toBe(long);
  });
});

test('twice the manifests without GPUs leave nothing more than their names', () => {
  const named = (_: unknown, index: number) => ({ ...deployment({}), metadata: { name: `d${index}` } });
  const many = (count: number) => kept(...Array.from({ length: count }, named));
  const left = ({ documents, workloads, labels }: ClusterModel) => [documents.length, workloads.length, labels.length];
  expect([many(50), many(100)].map(left)).toEqual([[0, 0, 0], [0, 0, 0]]);
});
