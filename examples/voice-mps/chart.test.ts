import { Testing } from 'cdk8s';
import { GpuChecks } from 'cdk8s-gpu';
import { VoiceMps } from './chart';

const chart = new VoiceMps(Testing.app(), 'voice-mps');
const manifests = Testing.synth(chart);

test('the manifests are as they were', () => {
  expect(manifests).toMatchSnapshot();
});

test('speech shares a GPU through MPS, the language model cannot get there', () => {
  const limits = manifests.filter(manifest => manifest.kind === 'NIMService')
    .map(each => [each.metadata.name, each.spec.resources.limits]);
  const shared = { 'nvidia.com/gpu': '0', 'nvidia.com/gpu.shared': '1' };
  expect(Object.fromEntries(limits)).toEqual({ asr: shared, tts: shared, llm: { 'nvidia.com/gpu': '1' } });
});

test('the only warning is that two mounts meet at /dev/shm, for each stage on MPS', () => {
  expect(GpuChecks.of(chart).warnings.map(({ rule, name }) =>
    `${rule} ${name}`)).toEqual(['MPS-009 asr', 'MPS-009 tts']);
});

test('accepted as README.md says, it is no warning any more', () => {
  const accepted = new VoiceMps(Testing.app(), 'voice-mps');
  for (const stage of [accepted.voice.asr!, accepted.voice.tts!]) { GpuChecks.acknowledge(stage, 'MPS-009', 'tried'); }
  expect(GpuChecks.of(accepted).warnings).toEqual([]);
});
