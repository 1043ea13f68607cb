import { Testing } from 'cdk8s';
import { NimModel, NimService } from '../../src';
import { GpuNodes } from '../../src/allocation';
import { Gpu, GpuLayout } from '../../src/hardware';
import { GpuOperator } from '../../src/operator';
import { DedicatedGpu, MigPartitionedGpu, TimeSlicedGpu } from '../../src/pools';
import { GpuOperatorVersion } from '../../src/releases';
import { chartPage } from '../../src/report';
import { GpuChecks } from '../../src/synthesis';
import { inputOf, modelOfText } from '../report/charts';
import { findingsIn, layouts, node, pod, wholePolicy } from '../rules/lint-text';

const MANY = 1_000_000_000;

const nim = (replicas: number, resource: string) => `${JSON.stringify({
  apiVersion: 'apps.nvidia.com/v1alpha1',
  kind: 'NIMService',
  metadata: { name: 'n' },
  spec: { image: { repository: 'nvcr.io/nim/meta/llama-3.1-8b-instruct', tag: '1.8.6' }, authSecret: 's', storage: { emptyDir: {} }, replicas, expose: { service: { port: 8000 } }, resources: { limits: { [resource]: MANY } } },
})}\n---\n`;

/** What would take for ever, or all memory, if anything were done once for each. */
const MANIFESTS = [
  wholePolicy('mig: {strategy: mixed}', 'migManager: {config: {name: layouts}}'),
  layouts(`cut: [{devices: [0, ${MANY}], mig-enabled: true, mig-devices: {1g.10gb: ${MANY}}}]`),
  node({ 'nvidia.com/mig.config': 'cut', 'nvidia.com/gpu.product': 'NVIDIA-A100-SXM4-80GB', 'nvidia.com/gpu.count': String(MANY) }),
  node({ 'nvidia.com/gpu.product': 'NVIDIA-L4', 'nvidia.com/gpu.count': String(MANY) }).replace('"metadata":{', `"metadata":{"annotations":{"cdk8s-gpu/nodes":"${MANY}","cdk8s-gpu/gpus-per-node":"${MANY}"},`).replace('"n1"', '"n2"'),
  pod({ resources: { limits: { 'nvidia.com/gpu': MANY } } }),
  nim(MANY, 'nvidia.com/mig-1g.10gb'),
].join('');

test('numbers without end in manifests are counted and drawn, one by one is nothing', () => {
  expect(findingsIn(MANIFESTS).map(({ rule }) => rule)).toEqual(expect.arrayContaining(['MIG-032']));
  expect(chartPage(inputOf(modelOfText(MANIFESTS)))).toContain('<svg');
});

describe('numbers without end in a program', () => {
  const inChart = (make: (operator: GpuOperator) => void) => {
    const chart = Testing.chart();
    make(new GpuOperator(chart, 'op', { releases: { gpuOperator: GpuOperatorVersion.V26_7 } }));
    Testing.synth(chart);
    return GpuChecks.of(chart).errors.map(({ rule }) => rule);
  };
  const one = GpuNodes.named(['n'], { gpusPerNode: 1 });

  test('are refused where no node can have them', () => {
    expect(() => GpuNodes.named(['n'], { gpusPerNode: MANY })).toThrow(/gpusPerNode 1000000000 is more than any node has/);
  });

  test('of nodes and replicas are written or refused', () => {
    const nodes = GpuNodes.labeled({ pool: 'a' }, { count: MANY, gpusPerNode: 8 });
    expect(inChart(operator => { new MigPartitionedGpu(operator, 'p', { operator, gpu: Gpu.A100_SXM4_80GB, nodes, layout: GpuLayout.of({ '3g.40gb': 2 }) }); })).toEqual([]);
    expect(inChart(operator => { new DedicatedGpu(operator, 'p', { operator, gpu: Gpu.L40S, nodes }); })).toEqual([]);
    expect(() => inChart(operator => { new TimeSlicedGpu(operator, 'p', { operator, gpu: Gpu.L40S, nodes: one, replicas: MANY }); })).toThrow(/1000000000/);
    expect(() => inChart(operator => {
      const slice = new MigPartitionedGpu(operator, 'p', { operator, gpu: Gpu.A100_SXM4_80GB, nodes: one, layout: GpuLayout.of({ '3g.40gb': 2 }) }).slice('3g.40gb');
      new NimService(operator, 'asr', { model: NimModel.PARAKEET_1_1B_CTC_EN_US, selector: 'mode=str,vad=silero', slice, replicas: MANY });
    })).toThrow(/CAP-002/);
  });
});
