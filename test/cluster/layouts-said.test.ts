import { Testing } from 'cdk8s';
import { stringify } from 'yaml';
import { GpuAllocation, GpuNodes } from '../../src/allocation';
import { ClusterModel, isProblem, ManifestDocument, readManifests, seatingOf } from '../../src/cluster';
import { Gpu, GpuLayout } from '../../src/hardware';
import { GpuOperatorProps } from '../../src/operator';
import { MigPartitionedGpu, TimeSlicedGpu } from '../../src/pools';
import { GpuOperatorVersion, KubernetesVersion } from '../../src/releases';
import { runRules } from '../../src/rules';
import { clusterWith, plainDeployment } from '../cluster';

const releases = { gpuOperator: GpuOperatorVersion.V26_7, kubernetes: KubernetesVersion.V1_37 };

/** The files of a cluster of two boards, by Dynamic Resource Allocation: one cut in two, one whole. */
function written(halves: number, whole: number, props: Partial<GpuOperatorProps> = {}): string {
  const { chart, operator } = clusterWith({ allocation: GpuAllocation.DRA, releases, ...props });
  const pool = new MigPartitionedGpu(chart, 'cut', {
    operator, gpu: Gpu.H100_SXM5_80GB, nodes: GpuNodes.named(['a'], { gpusPerNode: 2 }), layouts: [GpuLayout.of({ '3g.40gb': 2 }), GpuLayout.whole()],
  });
  const take = (name: string, slice = pool.slice('3g.40gb')) => slice.attachTo(plainDeployment(chart, name));
  for (let index = 0; index < halves; index++) { take(`half-${index}`); }
  for (let index = 0; index < whole; index++) { take(`whole-${index}`, pool.wholeGpu()); }
  return Testing.synth(chart).map(each => stringify(each)).join('---\n');
}

function modelOf(text: string): ClusterModel {
  const model = new ClusterModel({ kubernetes: '1.37' });
  for (const read of readManifests(text, 'cluster.yaml')) { if (!isProblem(read)) { model.add(read); } }
  return model;
}

/** Names without the chart and the hash. */
const plain = (text: string) => text.replace(/gpu-(half|whole)-(\d)-[0-9a-f]{8}/g, '$1-$2');
const capacity = (text: string) => runRules(modelOf(text)).filter(({ rule }) => rule === 'CAP-002').map(({ message }) => plain(message));

test('files of a cluster by Dynamic Resource Allocation say how many slices there are, so that too many are found', () => {
  expect(capacity(written(2, 1))).toEqual([]);
  expect(capacity(written(3, 1))).toEqual([
    'node a has 2 of nvidia.com/mig-3g.40gb, and at the most 3 are asked for: half-0 1, half-1 1, half-2 1',
  ]);
  expect(capacity(written(0, 2))).toEqual(['node a has 1 of nvidia.com/gpu, and at the most 2 are asked for: whole-0 1, whole-1 1']);
});

test('their boards are drawn, cut, with who is on them', () => {
  const { pools: [{ gpus, isCounted }], unseated } = seatingOf(modelOf(written(1, 1)));
  expect(isCounted).toBe(true);
  const namesOn = (occupants: readonly { workload: { document: ManifestDocument } }[]) => occupants.map(each => plain(each.workload.document.name));
  expect(gpus.map(({ cut, devices }) => [cut && [...cut], devices.map(({ profile, occupants }) => [profile, namesOn(occupants)])]))
    .toEqual([
      [[['3g.40gb', 2]], [['3g.40gb', ['half-0']], ['3g.40gb', []]]],
      [undefined, [[undefined, ['whole-0']]]],
    ]);
  expect(unseated).toEqual([]);
});

test('under the device plugin nothing is said twice: its own files say it', () => {
  expect(written(1, 1, { allocation: GpuAllocation.DEVICE_PLUGIN })).not.toContain('cdk8s-gpu/layouts');
});

test('of a pool that shares its GPUs by claim nothing is said: nobody counts those who share', () => {
  const { chart, operator } = clusterWith({ allocation: GpuAllocation.DRA, releases });
  const turns = new TimeSlicedGpu(chart, 'turns', { operator, gpu: Gpu.H100_SXM5_80GB, nodes: GpuNodes.named(['t'], { gpusPerNode: 1 }), replicas: 2 });
  turns.share().attachTo(plainDeployment(chart, 'one'));
  expect(JSON.stringify(Testing.synth(chart))).not.toContain('cdk8s-gpu/layouts');
});

test.each([
  'null', '{}', '[', '"x"', '{"cut":[]}', '{"cut":{"3g.40gb":2}}', '{"cut":[{"3g.40gb":-1}]}', '{"cut":[{"3g.40gb":1e9}]}', '{"cut":[{"3g.40gb":"2"}]}', '{"other":[{}]}',
])('what somebody wrote by hand into the annotation and is no layout says nothing: %s', said => {
  const text = written(3, 0).replace(/cdk8s-gpu\/layouts: .*/, `cdk8s-gpu/layouts: ${JSON.stringify(said)}`);
  expect(text).toContain(JSON.stringify(said));
  expect(capacity(text)).toEqual([]);
});
