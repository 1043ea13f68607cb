import { Testing } from 'cdk8s';
import { DraExperimentTwo } from './chart';

const manifests: any[] = Testing.synth(new DraExperimentTwo(Testing.app(), 'dra-experiment-2'));
const ofKind = (kind: string) => manifests.filter(manifest => manifest.kind === kind);

test('the manifests are as they were', () => {
  expect(manifests).toMatchSnapshot();
});

test('recognition and synthesis name one claim of one GPU; the language model asks for a GPU of its own', () => {
  const [claim] = ofKind('ResourceClaim');
  expect(ofKind('ResourceClaim')).toHaveLength(1);
  expect(claim.metadata.namespace).toBe('voice');
  expect(claim.spec.devices.requests).toEqual([{ name: 'gpu', exactly: { deviceClassName: 'gpu.nvidia.com' } }]);
  const services = Object.fromEntries(ofKind('NIMService').map(service => [service.metadata.name, service.spec]));
  for (const stage of [services.asr, services.tts]) {
    expect(stage.draResources).toEqual([{ resourceClaimName: claim.metadata.name, requests: ['gpu'] }]);
    expect(stage.resources?.limits?.['nvidia.com/gpu']).toBeUndefined();
  }
  expect(services.llm.resources.limits).toEqual({ 'nvidia.com/gpu': '1' });
  expect(services.llm.draResources).toBeUndefined();
});

test('nothing of the device plugin is written', () => {
  expect(manifests.map(({ kind }) => kind)).not.toEqual(expect.arrayContaining(['ClusterPolicy']));
  expect(ofKind('ConfigMap')).toEqual([]);
});
