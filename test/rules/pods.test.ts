import { findingsIn, node, pod, podWith, says } from './lint-text';

describe('counts are quantities', () => {
  test.each(['1', 1, '1.0', '2000m', '1e0', '1Ki', '1k', 0, null])('%j is a whole number', count => {
    expect(says(podWith({ 'nvidia.com/gpu': count }))).toEqual([]);
  });

  test.each(['0.5', 0.5, '500m', '-1', -1, 'one', '1 GPU', true])('%j is none', count => {
    expect(says(podWith({ 'nvidia.com/gpu': count }))).toEqual(['POD-010 error']);
  });

  test.each(['${GPU_COUNT}', '{{ .Values.gpus }}'])('%s is filled in later', count => {
    expect(says(podWith({ 'nvidia.com/gpu': count }))).toEqual([]);
    expect(says(pod({ resources: { limits: { 'nvidia.com/gpu': count }, requests: { 'nvidia.com/gpu': count } } }))).toEqual([]);
  });

  test('limit and request are compared as numbers', () => {
    const both = (limit: unknown, request: unknown) => says(pod({ resources: { limits: { 'nvidia.com/gpu': limit }, requests: { 'nvidia.com/gpu': request } } }));
    expect(both('1000m', 1)).toEqual([]);
    expect(both(2, 1)).toEqual(['POD-010 error']);
    expect(says(pod({ resources: { requests: { 'nvidia.com/gpu': 1 } } }))).toEqual(['POD-010 error']);
  });

  test('the place is the count', () => {
    expect(findingsIn(podWith({ 'nvidia.com/gpu': '500m' })).map(({ path }) => path)).toEqual(['spec.containers.0.resources.limits.nvidia.com/gpu']);
  });
});

test('network devices of the vendor are no GPUs', () => {
  expect(says(podWith({ 'nvidia.com/gpu': 8, 'nvidia.com/hostdev': 8, 'nvidia.com/rdma_shared_device_a': 1 }))).toEqual([]);
  expect(says(podWith({ 'nvidia.com/mig-1g.10gb': 1, 'nvidia.com/mig-2g.20gb': 1 }))).toEqual(['POD-001 info']);
});

describe('a required node affinity that leaves one value selects as a nodeSelector does', () => {
  const TOO_LONG = 'NVIDIA-RTX-PRO-6000-Blackwell-Server-Edition-MIG-1g.24gb.gfx-SHARED';
  const affine = (...values: string[]) => {
    const terms = [{ matchExpressions: [{ key: 'nvidia.com/gpu.product', operator: 'In', values }] }];
    return pod({ resources: { limits: { 'nvidia.com/gpu': 1 } } }, { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } } });
  };

  test('and is the place of what is said of it', () => {
    const [found] = findingsIn(affine(TOO_LONG));
    expect([found.rule, found.path]).toEqual(['POD-006', 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms.0.matchExpressions.0.values']);
  });

  test('two values leave it open', () => {
    expect(says(affine(TOO_LONG, 'NVIDIA-L40S'))).toEqual(['SCH-003 error']); // the API server takes no such value in a list
    expect(says(affine('NVIDIA-H200', 'NVIDIA-L40S'))).toEqual([]);
  });
});

test('a DaemonSet that hides the GPUs from its container does not hold them', () => {
  const daemon = (value: string) => node({ 'nvidia.com/mig.config': 'a' }) + JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'd' },
    spec: {
      selector: { matchLabels: { app: 'd' } },
      template: { metadata: { labels: { app: 'd' } }, spec: { containers: [{ name: 'c', image: 'x', env: [{ name: 'NVIDIA_VISIBLE_DEVICES', value }] }] } },
    },
  });
  expect(says(daemon('all'))).toEqual(['LBL-002 info']);
  expect(says(daemon('void'))).toEqual([]);
});
