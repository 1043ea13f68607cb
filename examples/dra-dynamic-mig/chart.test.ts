import { Testing } from 'cdk8s';
import { DraDynamicMig } from './chart';

const manifests: any[] = Testing.synth(new DraDynamicMig(Testing.app(), 'dra-dynamic-mig'));
const podOf = (name: string) =>
  manifests.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === name).spec.template.spec;
const named = (name: string) => manifests.find(({ metadata }) => metadata.name === name);

test('the manifests are as they were', () => {
  expect(manifests).toMatchSnapshot();
});

test('a pod that asks for a slice by its resource is as it is with the device plugin', () => {
  expect(podOf('reranker').containers[0].resources).toEqual({
    limits: { 'nvidia.com/mig-3g.40gb': '1' },
    requests: { 'nvidia.com/mig-3g.40gb': '1' },
  });
  expect(podOf('reranker').resourceClaims).toBeUndefined();
  expect(named('mig-3g-40gb.gpu.nvidia.com').spec.extendedResourceName).toBe('nvidia.com/mig-3g.40gb');
});

test('two containers take two slices of one board by one claim', () => {
  const pod = podOf('speech');
  expect(pod.resourceClaims).toHaveLength(1);
  expect(pod.containers.map(({ resources }: any) => resources.claims)).toEqual([
    [{ name: 'gpu', request: 'slice-1' }],
    [{ name: 'gpu', request: 'slice-2' }],
  ]);
  const { devices } = named(pod.resourceClaims[0].resourceClaimTemplateName).spec.spec;
  expect(devices.constraints).toEqual([{
    requests: ['slice-1', 'slice-2'],
    matchAttribute: 'gpu.nvidia.com/parentUUID',
  }]);
});

test('of two profiles the smaller is tried first', () => {
  const template = named(podOf('translator').resourceClaims[0].resourceClaimTemplateName);
  expect(template.spec.spec.devices.requests[0].firstAvailable.map(({ selectors }: any) =>
    selectors[0].cel.expression)).toEqual([
    "device.attributes['gpu.nvidia.com'].profile == '2g.20gb'",
    "device.attributes['gpu.nvidia.com'].profile == '3g.40gb'",
  ]);
});
