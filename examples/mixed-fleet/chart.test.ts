import { Testing } from 'cdk8s';
import { MixedFleet } from './chart';

const chart = new MixedFleet(Testing.app(), 'mixed-fleet');
const manifests = Testing.synth(chart);

test('the manifests are as they were', () => {
  expect(manifests).toMatchSnapshot();
  expect(chart.operator.renderMergePatch()).toMatchSnapshot();
});

test('the library worked out that the strategy must be unset, and says why', () => {
  expect(chart.operator.renderMergePatch()).toContain('strategy: null');
  expect(chart.operator.decisions.join('\n')).toContain('mixed-fleet/l40s uses MPS');
});

test('every workload asks for the resource of its pool', () => {
  const deployments = manifests.filter(manifest => manifest.kind === 'Deployment');
  const limits = (each: any) =>
    Object.keys(each.spec.template.spec.containers[0].resources.limits)
      .filter(name => name.startsWith('nvidia.com/'))
      .join();
  expect(Object.fromEntries(deployments.map(each => [each.metadata.name, limits(each)]))).toEqual({
    guardrail: 'nvidia.com/mig-1g.10gb',
    reranker: 'nvidia.com/mig-2g.20gb',
    translator: 'nvidia.com/mig-1g.18gb',
    notebook: 'nvidia.com/gpu.shared',
    embedder: 'nvidia.com/gpu',
    trainer: 'nvidia.com/gpu',
  });
});
