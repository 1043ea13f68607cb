import { runWith } from './run';
import { GpuLayout } from '../../src/hardware';
import { asText, clusterOf, deployment, request, template } from '../cluster/resource-slices';

const cluster = clusterOf({ name: 'n1', boards: [GpuLayout.of({ '3g.40gb': 2 })] });
const half = template('half', [request('3g.40gb')]);

test('lint counts pods that claim GPUs among those that ask for them, and warns where they are too many', async () => {
  const { out, code } = await runWith(asText([...cluster, half, deployment('asr', ['t:half'], 3)]), ['lint', '-']);
  expect(out).toContain('understood: 1 file, 3 objects, 1 asks for GPUs, 0 ClusterPolicies');
  expect(out).toContain('node n1 has 2 of 3g.40gb, and at the most 3 are claimed: asr 3');
  expect(code).toBe(0);
});

test('report draws the devices that pods claim, and lists the pods that will wait', async () => {
  const { out } = await runWith(asText([...cluster, half, deployment('asr', ['t:half'], 3)]), ['report', '-', '--format', 'md']);
  expect(out).toContain('1 workload on 1 GPU; none is free. 1 pod will stay Pending.');
  expect(out).toContain('A asr on 3g.40gb: need not known, of 39.4 GiB');
  expect(out).toContain('| `asr` | 1 | every slice of that kind is taken: it stays Pending |');
});

test('report says of boards that are cut on claim that it draws what is claimed', async () => {
  const onClaim = clusterOf({ name: 'n1', boards: ['onClaim'] });
  const { out } = await runWith(asText([...onClaim, half, deployment('asr', ['t:half'])]), ['report', '-']);
  expect(out).toContain('MIG devices are made when pods claim them: those claimed are drawn.');
});
