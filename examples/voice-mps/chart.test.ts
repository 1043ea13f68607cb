import { Testing } from 'cdk8s';
import { GpuChecks } from 'cdk8s-gpu';
import { VoiceMps } from './chart';

const chart = new VoiceMps(Testing.app(), 'voice-mps');
const manifests = Testing.synth(chart);

test('the manifests are as they were', () => {
  expect(manifests).toMatchSnapshot();
});

test('speech shares a GPU through MPS, the language model cannot get there', () => {
  const limits = manifests.filter(manifest => manifest.kind === 'NIMService').map(each => [each.metadata.name, each.spec.resources.limits]);
  const shared = { 'nvidia.com/gpu': '0', 'nvidia.com/gpu.shared': '1' };
  expect(Object.fromEntries(limits)).toEqual({ asr: shared, tts: shared, llm: { 'nvidia.com/gpu': '1' } });
});

test('the one warning is that two mounts meet at /dev/shm, for each stage on MPS', () => {
  const findings = GpuChecks.of(chart).warnings.filter(finding => finding.rule === 'MPS-009');
  expect(findings.map(finding => finding.severity)).toEqual(['warning', 'warning']);
});
