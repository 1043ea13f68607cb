import { ApiObject, Chart } from 'cdk8s';
import { DraAccess, DraMig, DraOptions, GpuAllocation, GpuNodes } from '../../src/allocation';
import { ModelFootprint } from '../../src/fit';
import { Gpu, GpuLayout } from '../../src/hardware';
import { NimModel } from '../../src/models';
import { NimService } from '../../src/nim';
import { DedicatedGpu, MigPartitionedGpu, TimeSlicedGpu } from '../../src/pools';
import { GpuOperatorVersion, KubernetesVersion } from '../../src/releases';
import { GpuChecks } from '../../src/synthesis';
import { clusterWith, manifestsOf } from '../cluster';

const releases = { gpuOperator: GpuOperatorVersion.V26_7, kubernetes: KubernetesVersion.V1_37 };

/** A cluster with a chart in a namespace, under one back end or the other. */
function cluster(allocation: GpuAllocation, dra?: DraOptions) {
  const { app, operator, chart } = clusterWith({ releases, allocation, dra });
  const halves = new MigPartitionedGpu(chart, 'cut', {
    operator, gpu: Gpu.H100_SXM5_80GB, nodes: GpuNodes.named(['a'], { gpusPerNode: 2 }), layout: GpuLayout.of({ '3g.40gb': 2 }),
  });
  return { operator, halves, chart: new Chart(app, 'apps', { namespace: 'apps' }) };
}

function deployment(chart: Chart, name: string, replicas: number, containers = ['main']): ApiObject {
  return new ApiObject(chart, name, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      strategy: { type: 'Recreate' },
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: containers.map(each => ({ name: each, image: 'example.com/x:1' })) } },
    },
  });
}

const said = (chart: Chart) => GpuChecks.of(chart).findings.filter(({ rule }) => rule === 'CAP-002').map(({ message }) => message);

const WAYS: [string, GpuAllocation, DraOptions | undefined][] = [
  ['the device plugin', GpuAllocation.DEVICE_PLUGIN, undefined],
  ['DRA by resource', GpuAllocation.DRA, { access: DraAccess.EXTENDED_RESOURCE }],
  ['DRA by claim', GpuAllocation.DRA, { access: DraAccess.CLAIM }],
  ['DRA by claim, cut before', GpuAllocation.DRA, { access: DraAccess.CLAIM, mig: DraMig.STATIC }],
];

describe.each(WAYS)('under %s', (_, allocation, dra) => {
  test('as many pods as there are slices are enough, and one more is told', () => {
    const pods = (one: number, other: number) => {
      const { chart, halves } = cluster(allocation, dra);
      halves.slice('3g.40gb').attachTo(deployment(chart, 'one', one));
      halves.slice('3g.40gb').attachTo(deployment(chart, 'other', other));
      return said(chart);
    };
    expect(pods(2, 2)).toEqual([]);
    expect(pods(3, 2)).toEqual([expect.stringMatching(/ 4 of .*, and at the most 5 are asked for: one 3, other 2$/)]);
  });

  test('what an autoscaler may add counts', () => {
    const { chart, halves } = cluster(allocation, dra);
    halves.slice('3g.40gb').attachTo(deployment(chart, 'one', 1));
    new ApiObject(chart, 'scale', {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'one' },
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'one' }, minReplicas: 1, maxReplicas: 6, metrics: [] },
    });
    expect(said(chart)).toEqual([expect.stringMatching(/at the most 6 are asked for: one 6$/)]);
  });

  test('each of two containers gets a slice of its own', () => {
    const { chart, halves } = cluster(allocation, dra);
    halves.slice('3g.40gb').attachTo(deployment(chart, 'pair', 2, ['left', 'right']), { containers: ['left', 'right'] });
    expect(said(chart)).toEqual([]);
    halves.slice('3g.40gb').attachTo(deployment(chart, 'one', 1));
    expect(said(chart)).toEqual([expect.stringMatching(/at the most 5 are asked for: pair 4, one 1$/)]);
  });

  test('NIMs that each fit do not all fit, and that is an error', () => {
    const { chart, halves } = cluster(allocation, dra);
    for (const name of ['a', 'b']) {
      new NimService(chart, name, { name, replicas: 3, model: NimModel.PARAKEET_1_1B_CTC_EN_US, footprint: ModelFootprint.measured(6000), slice: halves.slice('3g.40gb') });
    }
    expect(GpuChecks.of(chart).errors.map(({ rule }) => rule)).toContain('CAP-002');
    expect(said(chart)).toEqual([expect.stringMatching(/at the most 6 are asked for: a 3, b 3$/)]);
  });

  test('whole GPUs are counted as many as each pod has', () => {
    const { chart, operator } = cluster(allocation, dra);
    const pool = new DedicatedGpu(operator.node.scope!, 'whole', { operator, gpu: Gpu.H100_SXM5_80GB, nodes: GpuNodes.named(['b'], { gpusPerNode: 4 }) });
    pool.wholeGpu().attachTo(deployment(chart, 'large', 2), { count: 2 });
    expect(said(chart)).toEqual([]);
    pool.wholeGpu().attachTo(deployment(chart, 'small', 1));
    expect(said(chart)).toEqual([expect.stringMatching(/at the most 5 are asked for: large 4, small 1$/)]);
  });
});

test('two containers claim twice of a template, once of a claim that is shared, and once of the parts of one claim', () => {
  const { chart, halves, operator } = cluster(GpuAllocation.DRA, { access: DraAccess.CLAIM, mig: DraMig.STATIC });
  const turns = new TimeSlicedGpu(operator.node.scope!, 'turns', { operator, gpu: Gpu.A100_SXM4_80GB, nodes: GpuNodes.named(['b'], { gpusPerNode: 1 }), replicas: 4 });
  const both = { containers: ['left', 'right'] };
  halves.slice('3g.40gb').attachTo(deployment(chart, 'own', 1, both.containers), both);
  turns.share().attachTo(deployment(chart, 'shared', 1, both.containers), both);
  const parts = deployment(chart, 'parts', 1, both.containers);
  halves.onOneBoard(['3g.40gb', '3g.40gb']).forEach((slice, index) => slice.attachTo(parts, { containers: [both.containers[index]] }));
  const claimsOf = (name: string) => {
    const { spec: { template: { spec } } } = manifestsOf(chart, 'Deployment').find(({ metadata }) => metadata.name === name);
    return [spec.resourceClaims.length, spec.containers.map((each: any) => each.resources.claims.map((claim: any) => `${claim.name} ${claim.request}`).join())];
  };
  expect(claimsOf('own')).toEqual([2, ['gpu gpu', 'gpu-2 gpu']]);
  expect(claimsOf('shared')).toEqual([1, ['gpu gpu', 'gpu gpu']]);
  expect(claimsOf('parts')).toEqual([1, ['gpu slice-1', 'gpu slice-2']]);
});

test('of a claim that is shared, the tenants are told that nothing keeps the others out', () => {
  const { chart, operator } = cluster(GpuAllocation.DRA, { mig: DraMig.STATIC });
  const turns = new TimeSlicedGpu(operator.node.scope!, 'turns', { operator, gpu: Gpu.A100_SXM4_80GB, nodes: GpuNodes.named(['b'], { gpusPerNode: 1 }), replicas: 2 });
  turns.share().attachTo(deployment(chart, 'many', 3));
  const [found] = GpuChecks.of(chart).findings.filter(({ rule }) => rule === 'CAP-002');
  expect(found.message).toMatch(/has 2 of claim turns-shared-.*, and at the most 3 are asked for: many 3$/);
  expect(found.fix).toMatch(/nothing keeps the pods beyond from the claim/);
});
