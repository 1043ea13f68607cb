import { Testing } from 'cdk8s';
import { VoiceMig } from './chart';

const manifests = Testing.synth(new VoiceMig(Testing.app(), 'voice-mig'));

test('the manifests are as they were', () => {
  expect(manifests).toMatchSnapshot();
});

test('speech is on 3g.40gb slices and asks for no whole GPU beside them, as in experiment 3', () => {
  const services = manifests.filter(manifest => manifest.kind === 'NIMService');
  const slice = { 'nvidia.com/gpu': '0', 'nvidia.com/mig-3g.40gb': '1' };
  expect(Object.fromEntries(services.map(service => [service.metadata.name, service.spec.resources])))
    .toEqual({
      asr: { limits: slice, requests: slice },
      tts: { limits: slice, requests: slice },
      llm: { limits: { 'nvidia.com/gpu': '1' }, requests: { 'nvidia.com/gpu': '1' } },
    });
});
