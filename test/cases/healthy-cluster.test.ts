import { stringify } from 'yaml';
import { healthyCluster } from './healthy-cluster';
import { runWith } from '../cli/run';

/** As kubectl prints objects of several kinds. */
const list = (items: readonly object[]) => ({ apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' }, items });

describe.each(['25.10.1', '26.3.3'] as const)('a cluster with GPU Operator %s that works', release => {
  test.each([
    ['YAML', (items: readonly object[]) => stringify(list(items), { aliasDuplicateObjects: false })], ['JSON', (items: readonly object[]) => JSON.stringify(list(items), null, 4)],
  ])('has no error and no warning as %s', async (_, print) => {
    const { out, code } = await runWith(print(healthyCluster(release)), ['lint', '-', '--min-severity', 'warning']);
    expect(out).toMatch(/^understood: 1 file, \d+ objects, 7 ask for GPUs, 1 ClusterPolicy\n0 errors, 0 warnings/);
    expect(code).toBe(0);
  });

  test('is read: what breaks it is found', async () => {
    const broken = JSON.stringify(list(healthyCluster(release))).replaceAll('all-balanced', 'all-1g.5gb').replaceAll('limits":{"nvidia.com/mig-2g.20gb', 'limits":{"nvidia.com/mig-2g20gb')
      .replace('"whole":', '"hole":');
    const { out } = await runWith(broken, ['lint', '-', '--format', 'json', '--min-severity', 'warning']);
    const rules = (JSON.parse(out) as { findings: { rule: string }[] }).findings.map(({ rule }) => rule);
    expect(rules).toEqual(expect.arrayContaining(['MIG-034', 'POD-011', 'DP-013']));
  });
});
