import { Testing } from 'cdk8s';
import { VoiceDedicated } from './chart';

const manifests = Testing.synth(new VoiceDedicated(Testing.app(), 'voice-dedicated'));

test('the manifests are as they were', () => {
  expect(manifests).toMatchSnapshot();
});

test('each stage asks for a whole GPU, as in experiment 1', () => {
  const services = manifests.filter(manifest => manifest.kind === 'NIMService');
  expect(services.map(service => [service.metadata.name, service.spec.resources.limits])).toEqual([
    ['asr', { 'nvidia.com/gpu': '1' }], ['llm', { 'nvidia.com/gpu': '1' }], ['tts', { 'nvidia.com/gpu': '1' }],
  ]);
});
