import { Testing } from 'cdk8s';
import { VoiceReinvested } from './chart';

const chart = new VoiceReinvested(Testing.app(), 'voice-reinvested');
const manifests = Testing.synth(chart);
const service = (name: string) =>
  manifests.find(manifest => manifest.kind === 'NIMService' && manifest.metadata.name === name);

test('the manifests are as they were', () => {
  expect(manifests).toMatchSnapshot();
});

test('all three GPUs work: two slices for speech, a whole GPU for each of two language models', () => {
  const slice = { 'nvidia.com/gpu': '0', 'nvidia.com/mig-3g.40gb': '1' };
  expect(service('asr').spec.resources.limits).toEqual(slice);
  expect(service('tts').spec.resources.limits).toEqual(slice);
  expect(service('llm').spec).toMatchObject({ replicas: 2, resources: { limits: { 'nvidia.com/gpu': '1' } } });
});

test('two replicas mount one claim, so many may', () => {
  expect(service('llm').spec.storage.pvc.volumeAccessMode).toBe('ReadWriteMany');
});

test('profiles are those of the reference, although nobody named them', () => {
  expect(service('asr').spec.env).toContainEqual({ name: 'NIM_TAGS_SELECTOR', value: 'mode=str,vad=silero' });
  expect(service('tts').spec.env).toContainEqual({
    name: 'NIM_TAGS_SELECTOR',
    value: 'name=magpie-tts-multilingual,batch_size=8',
  });
  expect(chart.voice.decisions).toHaveLength(2);
});

test('only the agent and Prometheus get in', () => {
  const policies = manifests.filter(manifest => manifest.kind === 'NetworkPolicy');
  expect(policies.map(policy => policy.spec.podSelector.matchLabels.app)).toEqual(['asr', 'llm', 'tts']);
  expect(policies.every(policy => policy.spec.ingress.length === 2)).toBe(true);
});
