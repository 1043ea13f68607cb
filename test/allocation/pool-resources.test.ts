import { GpuNodes, MigBoardLayouts, PoolDeclaration, PoolSharing } from '../../src/allocation';
import { layoutsSaid, resourceOf, resourcesOf } from '../../src/allocation/dra/pool-resources';
import { Gpu, GpuLayout, GpuSliceKind } from '../../src/hardware';

const H100: MigBoardLayouts = { gpu: Gpu.H100_SXM5_80GB, layout: GpuLayout.of({ '3g.40gb': 1, '1g.10gb': 2 }) };
const HALF_CUT: MigBoardLayouts = { gpu: Gpu.H100_SXM5_80GB, layouts: [GpuLayout.of({ '7g.80gb': 1 }), GpuLayout.whole()] };
const A30: MigBoardLayouts = { gpu: Gpu.A30, layout: GpuLayout.of({ '2g.12gb': 2 }) };
const TURNS: PoolSharing = { method: 'timeSlicing', replicas: 4, profiles: [] };

function poolOf(boards: MigBoardLayouts[], sharing?: PoolSharing): PoolDeclaration {
  return { path: 'app/pool', name: 'pool', nodes: GpuNodes.named(['gpu-1']), gpus: boards.map(({ gpu }) => gpu), boards, sharing };
}

test.each<[string, MigBoardLayouts[], PoolSharing | undefined, string[]]>([
  ['whole GPUs', [], undefined, ['nvidia.com/gpu']],
  ['a board that is cut on every GPU', [H100], undefined, ['nvidia.com/mig-1g.10gb', 'nvidia.com/mig-3g.40gb']],
  ['a board of which one GPU stays whole', [HALF_CUT], undefined, ['nvidia.com/mig-7g.80gb', 'nvidia.com/gpu']],
  ['two boards, each cut its own way', [H100, A30], undefined, ['nvidia.com/mig-1g.10gb', 'nvidia.com/mig-3g.40gb', 'nvidia.com/mig-2g.12gb']],
  ['two boards, one of which has a GPU that stays whole', [A30, HALF_CUT], undefined, ['nvidia.com/mig-2g.12gb', 'nvidia.com/mig-7g.80gb', 'nvidia.com/gpu']],
  ['shared whole GPUs, which are claimed', [], TURNS, []],
  ['shared slices, which are claimed', [H100], TURNS, []],
  ['shared slices beside a GPU that nobody shares', [HALF_CUT], { ...TURNS, profiles: ['7g.80gb'] }, ['nvidia.com/gpu']],
])('the resources of %s', (_, boards, sharing, expected) => {
  expect(resourcesOf(poolOf(boards, sharing)).map(({ extendedResourceName }) => extendedResourceName)).toEqual(expected);
});

test('a device is asked for by the class of its profile, and by that of whole GPUs where it has none', () => {
  const slice = resourceOf({ kind: GpuSliceKind.MIG, gpu: Gpu.A30, profile: '1g.6gb+me' });
  expect(slice).toEqual({
    name: 'mig-1g-6gb-with-me.gpu.nvidia.com',
    extendedResourceName: 'nvidia.com/mig-1g.6gb.me',
    expression: expect.stringContaining("'1g.6gb+me'"),
  });
  expect(resourceOf({ kind: GpuSliceKind.WHOLE })).toMatchObject({ name: 'whole-gpu.gpu.nvidia.com', extendedResourceName: 'nvidia.com/gpu' });
});

test.each<[string, MigBoardLayouts[], PoolSharing | undefined, unknown]>([
  ['of whole GPUs that nothing is cut from', [], undefined, [{}]],
  ['of the layout that all GPUs have, once', [H100], undefined, [{ '3g.40gb': 1, '1g.10gb': 2 }]],
  ['of each GPU, with nothing for one that stays whole', [HALF_CUT], undefined, [{ '7g.80gb': 1 }, {}]],
  ['not of two boards, of which no file says what a node has', [H100, A30], undefined, undefined],
  ['not of GPUs that are shared', [], TURNS, undefined],
  ['not of slices that are shared', [H100], TURNS, undefined],
])('who reads the manifests is told %s', (_, boards, sharing, expected) => {
  expect(layoutsSaid(poolOf(boards, sharing))).toEqual(expected);
});
