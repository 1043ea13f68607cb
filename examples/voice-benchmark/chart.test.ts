import { Testing } from 'cdk8s';
import { GpuChecks } from 'cdk8s-gpu';
import { VoiceBenchmark } from './chart';

const chart = new VoiceBenchmark(Testing.app(), 'voice-benchmark');
const manifests = Testing.synth(chart);
const ofKind = (kind: string) => manifests.filter(manifest => manifest.kind === kind);

test('four arms of three NIMs, one Job that measures them, dashboards and alerts', () => {
  expect(ofKind('NIMService').map(({ metadata }) => metadata.name).sort()).toEqual(
    ['dedicated', 'mig', 'reinvest', 'time-slicing'].flatMap(arm =>
      ['asr', 'llm', 'tts'].map(stage => `${arm}-${stage}`)).sort());
  expect(ofKind('Job')).toHaveLength(1);
  expect(ofKind('PrometheusRule')).toHaveLength(1);
});

test('the freed GPU runs a second replica of the language model', () => {
  expect(ofKind('NIMService').find(({ metadata }) => metadata.name === 'reinvest-llm').spec.replicas).toBe(2);
});

test('no rule finds an error', () => {
  expect(GpuChecks.of(chart).errors).toEqual([]);
});
