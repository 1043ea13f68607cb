import { Testing } from 'cdk8s';
import { Gpu, GpuLayout, GpuNodes, GpuOperator, GpuOperatorVersion, MigPartitionedGpu } from 'cdk8s-gpu';
import { parse } from 'yaml';
import { FiveBoards, OneBoard } from './chart';

/** What a NIM asks for, zeros left out. */
const askedFor = (manifests: any[]) => Object.fromEntries(manifests.filter(manifest =>
  manifest.kind === 'NIMService').map(({ metadata, spec }) =>
  [
    metadata.name,
    Object.entries(spec.resources.limits)
      .filter(([, count]) => count !== '0')
      .map(([name, count]) => `${count} ${name}`)
      .join(),
  ]));

describe('five boards', () => {
  const manifests = Testing.synth(new FiveBoards(Testing.app(), 'five-boards'));

  test('the manifests are as they were', () => {
    expect(manifests).toMatchSnapshot();
  });

  test('GPUs 0, 1 and 3 are whole, 2 and 4 are cut as NVIDIA cuts them', () => {
    const file = manifests.find(manifest =>
      manifest.kind === 'ConfigMap' && manifest.data['config.yaml'] !== undefined);
    const configs = parse(file.data['config.yaml'])['mig-configs'] as Record<string, any[]>;
    const [entries] = Object.values(configs).filter(each => each.some(entry => Array.isArray(entry.devices)));
    const byGpu = Object.fromEntries(entries.flatMap(entry =>
      entry.devices.map((gpu: number) => [gpu, entry['mig-enabled'] ? entry['mig-devices'] : 'whole'])));
    expect(byGpu).toEqual({
      0: 'whole', 1: 'whole', 2: { '3g.40gb': 1, '1g.10gb': 4 }, 3: 'whole', 4: { '3g.40gb': 1, '1g.20gb': 2 },
    });
  });

  test('each model is where NVIDIA puts it', () => {
    expect(askedFor(manifests)).toEqual({
      'llm': '2 nvidia.com/gpu',
      'embedding': '1 nvidia.com/gpu',
      'reranker': '1 nvidia.com/mig-1g.20gb',
      'ocr': '1 nvidia.com/mig-3g.40gb',
      'page-elements': '1 nvidia.com/mig-1g.10gb',
      'graphic-elements': '1 nvidia.com/mig-1g.10gb',
      'table-structure': '1 nvidia.com/mig-1g.10gb',
    });
  });
});

describe('one board', () => {
  const manifests = Testing.synth(new OneBoard(Testing.app(), 'one-board'));

  test('the manifests are as they were', () => {
    expect(manifests).toMatchSnapshot();
  });

  test('four models have a slice each', () => {
    expect(askedFor(manifests)).toEqual({
      'llm': '1 nvidia.com/mig-3g.40gb',
      'embedding': '1 nvidia.com/mig-1g.20gb',
      'reranker': '1 nvidia.com/mig-1g.10gb',
      'jailbreak-detect': '1 nvidia.com/mig-1g.10gb',
    });
  });
});

test('five slices of 1g.10gb and two of 1g.20gb do not fit one H100: the compute slices suffice, the memory slices do not', () => {
  const check = Gpu.H100_SXM5_80GB.checkLayout(GpuLayout.of({ '1g.10gb': 5, '1g.20gb': 2 }));
  expect(check).toMatchObject({ valid: false, computeSlicesUsed: 7, memorySlicesUsed: 9 });
  expect(check.reasons.join()).toMatch(/9 memory slices, the GPU has 8/);
  expect(Gpu.H100_SXM5_80GB.checkLayout(GpuLayout.of({ '1g.10gb': 4, '1g.20gb': 2 })).valid).toBe(true);
  const chart = Testing.chart();
  const pool = {
    gpu: Gpu.H100_SXM5_80GB,
    nodes: GpuNodes.named(['gpu-node-1'], { gpusPerNode: 1 }),
    layout: GpuLayout.of({ '1g.10gb': 5, '1g.20gb': 2 }),
  };
  expect(() =>
    new MigPartitionedGpu(chart, 'h100', {
      operator: new GpuOperator(chart, 'gpu-operator', { releases: { gpuOperator: GpuOperatorVersion.V26_7 } }),
      ...pool,
    })).toThrow(
    'test/h100: layout 1g.10gb=5,1g.20gb=2 does not fit NVIDIA-H100-80GB-HBM3: needs 9 memory slices, the GPU has 8; compute slices 7 of 7 [MIG-032]');
});
