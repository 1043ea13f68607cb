import { Testing } from 'cdk8s';
import { VllmOnASlice } from './chart';

const manifests: any[] = Testing.synth(new VllmOnASlice(Testing.app(), 'vllm-on-a-slice'));
const ofKind = (kind: string) => manifests.filter(manifest => manifest.kind === kind);

test('the manifests are as they were', () => {
  expect(manifests).toMatchSnapshot();
});

test('vLLM is on a slice, told the memory and context that were checked, and no pod more is needed at an update', () => {
  const [{ spec }] = ofKind('Deployment');
  const [container] = spec.template.spec.containers;
  expect(container.resources.limits).toEqual({ 'nvidia.com/mig-3g.40gb': '1' });
  expect(container.args.join(' ')).toContain('--max-model-len 16384 --gpu-memory-utilization 0.92');
  expect(spec.strategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } });
});

test('the queue decides how many replicas there are', () => {
  const [{ spec }] = ofKind('ScaledObject');
  expect([spec.scaleTargetRef.name, spec.maxReplicaCount]).toEqual(['llm', 2]);
  expect(ofKind('Deployment')[0].spec.replicas).toBeUndefined();
});

test('callers reach the server as they reach the NIM', () => {
  expect(ofKind('NetworkPolicy').map(({ spec }) => spec.podSelector.matchLabels.app).sort()).toEqual(['asr', 'llm']);
});
