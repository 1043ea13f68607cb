// What only claims can say, and what must wait: small programs, one workload after the other, and what each must get.
'use strict';
const { ApiObject } = require('cdk8s');
const {
  DraAccess, DraMig, Gpu, GpuLayout, GpuNodes, GpuSlice, GpuSliceKind, KubernetesVersion, MigPartitionedGpu, ModelFootprint, NimModel, NimService, TimeSlicedGpu,
} = require('../../../../lib');
const { manifestsOf } = require('../examples-placed');
const { A100, H100 } = require('../machines');
const { worker } = require('./pool-kinds');

const ALPHABET = 'abcdefgh';
const node = gpusPerNode => GpuNodes.named(['gpu-node-1'], { gpusPerNode });

/** A pool that has the profiles of the cases somewhere; the machine of a case has fewer boards, so that they meet on them. */
function cut(chart, operator, gpu = Gpu.H100_SXM5_80GB) {
  const layouts = [{ '3g.40gb': 2 }, { '4g.40gb': 1, '2g.20gb': 1, '1g.10gb': 1 }, { '1g.10gb': 7 }].map(each => GpuLayout.of(each));
  return new MigPartitionedGpu(chart, 'cut', { operator, gpu, nodes: node(4), layouts: [...layouts, GpuLayout.whole()] });
}

/** A workload for each of these, in this order: `a-3g-40gb`, `b-whole` and so on. */
function inOrder(chart, pool, profiles) {
  profiles.forEach((profile, index) => {
    const slice = profile === 'whole' ? pool.wholeGpu() : pool.slice(profile);
    slice.attachTo(worker(chart, `${ALPHABET[index]}-${profile.replace('.', '-')}`));
  });
}

const turns = (chart, operator, gpu = Gpu.A100_SXM4_80GB) => new TimeSlicedGpu(chart, 'turns', { operator, gpu, nodes: node(1), replicas: 8 });

/** Parts of its memory, in GiB, or the whole of it, in this order: `a-30`, `b-whole` and so on. */
function parts(chart, pool, sizes) {
  sizes.forEach((gib, index) => {
    const slice = gib === 'whole' ? pool.wholeGpu() : pool.share(undefined, { memoryMib: gib * 1024 });
    slice.attachTo(worker(chart, `${ALPHABET[index]}-${gib}`));
  });
}

/** Two slices on one board, for two containers of a pod. */
function pair(chart, pool, profiles) {
  const workload = worker(chart, 'pair', 1, { containers: ['one', 'other'] });
  pool.onOneBoard(profiles).forEach((slice, index) => slice.attachTo(workload, { containers: [['one', 'other'][index]] }));
}

const boardsOf = (got, name) => got[name].map(({ board }) => board);
const together = (...names) => got => (new Set(names.flatMap(name => boardsOf(got, name))).size === 1 ? [] : [`${names.join(' and ')} are not on one board`]);
const apart = (one, other) => got => (boardsOf(got, one).some(board => boardsOf(got, other).includes(board)) ? [`${one} and ${other} are on one board`] : []);
const gets = (name, ...wanted) => got => {
  const has = got[name].map(({ device }) => /-mig-([0-9a-z-]+)-\d+-\d+$/.exec(device)?.[1] ?? 'whole');
  return has.sort().join() === wanted.sort().join() ? [] : [`${name} got ${has}, not ${wanted}`];
};
const all = (...checks) => got => checks.flatMap(check => check(got));

/** Parts of the memory of devices of a class, as the library refuses to write them: GiB, in this order. */
function partsByHand(chart, deviceClassName, gibs) {
  gibs.forEach((gib, index) => {
    const name = `${ALPHABET[index]}-${gib}`;
    new ApiObject(chart, `claim-${name}`, {
      apiVersion: 'resource.k8s.io/v1', kind: 'ResourceClaim', metadata: { name },
      spec: { devices: { requests: [{ name: 'gpu', exactly: { deviceClassName, capacity: { requests: { memory: `${gib}Gi` } } } }] } },
    });
    worker(chart, name, 1, { resourceClaims: [{ name: 'gpu', resourceClaimName: name }], containers: [{ name: 'main', resources: { claims: [{ name: 'gpu' }] } }], tolerations: GPU_NODES });
  });
}

const GPU_NODES = [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }];
/** A pair beside a board that has room for one of the two. */
function besideFreeBoard(chart, operator) {
  const pool = cut(chart, operator);
  inOrder(chart, pool, ['4g.40gb', '2g.20gb']);
  pair(chart, pool, ['1g.10gb', '1g.10gb']);
}

const CUTS = ['DRAPartitionableDevices'];
const SHARES = ['DRAConsumableCapacity'];
const STATIC = { mig: DraMig.STATIC };

/** `boards`: what the machine has, and how each is cut. `waits`: the workloads that must. `oneMore`: of which one more pod must. */
const CASES = [
  {
    name: 'a slice when the memory slices of the board are used up, and the whole board beside its slices', boards: [H100, [undefined]], needs: CUTS,
    waits: ['c-1g-10gb', 'd-whole'], check: together('a-3g-40gb', 'b-3g-40gb'),
    program: (chart, operator) => inOrder(chart, cut(chart, operator), ['3g.40gb', '3g.40gb', '1g.10gb', 'whole']),
  },
  {
    name: 'a slice of a board that somebody has whole', boards: [H100, [undefined]], needs: CUTS, waits: ['b-1g-10gb'],
    program: (chart, operator) => inOrder(chart, cut(chart, operator), ['whole', '1g.10gb']),
  },
  {
    name: 'a 4g after a 1g on a board that could hold both, because first fit put the 1g where the 4g must begin; in the other order all fit',
    boards: [H100, [undefined]], needs: CUTS, waits: ['b-4g-40gb'],
    program: (chart, operator) => inOrder(chart, cut(chart, operator), ['1g.10gb', '4g.40gb']),
    unlike: { waits: [], check: together('a-4g-40gb', 'b-1g-10gb'), program: (chart, operator) => inOrder(chart, cut(chart, operator), ['4g.40gb', '1g.10gb']) },
  },
  {
    name: 'a whole GPU of the Ampere generation that is in MIG mode', boards: [A100, [[]]], needs: CUTS, waits: ['a-whole'],
    program: (chart, operator) => inOrder(chart, cut(chart, operator, Gpu.A100_SXM4_80GB), ['whole', '1g.10gb']),
  },
  {
    name: 'who takes the smallest of two profiles that is free, when both are taken', boards: [H100, [['2g.20gb', '3g.40gb']]], dra: STATIC,
    oneMore: ['b'], check: all(gets('a', '2g20gb'), gets('b', '3g40gb')),
    program(chart, operator) {
      const layout = GpuLayout.of({ '2g.20gb': 1, '3g.40gb': 1 });
      const slice = new MigPartitionedGpu(chart, 'cut', { operator, gpu: Gpu.H100_SXM5_80GB, nodes: node(1), layout }).firstAvailable(['3g.40gb', '2g.20gb']);
      for (const name of ['a', 'b']) { slice.attachTo(worker(chart, name)); }
    },
  },
  {
    name: 'two slices that must be on one board, when each of two boards has room for one of them', boards: [H100, [undefined, undefined]],
    // 1.34, gates on, looks at the boards in no fixed order, so that who comes first is not certain to leave such boards
    needs: [...CUTS, 'counters apart'],
    waits: ['pair'],
    program(chart, operator) {
      const pool = cut(chart, operator);
      inOrder(chart, pool, ['4g.40gb', '2g.20gb', '4g.40gb', '2g.20gb']);
      pair(chart, pool, ['1g.10gb', '1g.10gb']);
    },
    unlike: { waits: [], check: together('pair'), program: besideFreeBoard },
  },
  {
    name: 'nothing of two slices of one claim, though the one named first could stand where the other must: within a claim all ways are tried',
    boards: [H100, [undefined]], needs: [...CUTS, 'counters apart'], waits: [], check: together('pair'),
    program: (chart, operator) => pair(chart, cut(chart, operator), ['1g.10gb', '4g.40gb']),
  },
  {
    name: 'a part of the memory of a GPU, when the parts of others leave less', boards: [A100, [undefined]], needs: SHARES, waits: ['c-20'],
    check: together('a-30', 'b-40', 'd-10'), program: (chart, operator) => parts(chart, turns(chart, operator), [30, 40, 20, 10]),
  },
  {
    name: 'a whole GPU of which somebody has a part', boards: [A100, [undefined]], needs: SHARES, waits: ['b-whole'],
    program: (chart, operator) => parts(chart, turns(chart, operator), [10, 'whole']),
  },
  {
    name: 'a part of a GPU that somebody has whole', boards: [A100, [undefined]], needs: SHARES, waits: ['b-10'],
    program: (chart, operator) => parts(chart, turns(chart, operator), ['whole', 10]),
  },
  {
    name: 'a second part of a MIG device, because the first takes its multiprocessors too: the library refuses both', boards: [A100, [['3g.40gb']]], dra: STATIC,
    needs: SHARES, sharesMemory: true, waits: ['b-10'], check: gets('a-10', '3g40gb'), program: chart => partsByHand(chart, 'mig.nvidia.com', [10, 10]),
  },
  {
    name: 'a part of a second GPU in Kubernetes 1.34, gates on, once the first is full: the library refuses parts there', boards: [A100, [undefined, undefined]],
    needs: ['DRAConsumableCapacity of 1.34'], kubernetes: KubernetesVersion.V1_37, waits: ['c-20'],
    program: (chart, operator) => parts(chart, turns(chart, operator), [30, 50, 20]),
  },
  {
    name: 'one more of a slice whose pods were written for the device plugin, and not touched', boards: [A100, [['3g.40gb', '3g.40gb']]], dra: STATIC,
    needs: ['DRAExtendedResource'], oneMore: ['old'], check: gets('old', '3g40gb', '3g40gb'),
    program(chart, operator) {
      new MigPartitionedGpu(chart, 'cut', { operator, gpu: Gpu.A100_SXM4_80GB, nodes: node(1), layout: GpuLayout.of({ '3g.40gb': 2 }) });
      worker(chart, 'old', 2, {
        tolerations: GPU_NODES, containers: [{ name: 'main', resources: { limits: { 'nvidia.com/mig-3g.40gb': '1', 'nvidia.com/gpu': '0' } } }],
      });
    },
  },
  {
    name: 'one more NIM on a slice: by a template, and by a claim that the NIM Operator makes; all that name one claim share its device',
    boards: [H100, [['3g.40gb', '1g.10gb', '1g.10gb']]], dra: { ...STATIC, access: DraAccess.CLAIM }, oneMore: ['by-template', 'by-operator'],
    check: all(gets('by-template', '1g10gb'), gets('by-operator', '1g10gb'), gets('by-name', '3g40gb')),
    program(chart, operator) {
      const pool = new MigPartitionedGpu(chart, 'cut', {
        operator, gpu: Gpu.H100_SXM5_80GB, nodes: node(1), layout: GpuLayout.of({ '3g.40gb': 1, '1g.10gb': 2 }),
      });
      new ApiObject(chart, 'claim', {
        apiVersion: 'resource.k8s.io/v1', kind: 'ResourceClaim', metadata: { name: 'speech' },
        spec: {
          devices: {
            requests: [{ name: 'gpu', exactly: { deviceClassName: 'mig.nvidia.com', selectors: [{ cel: { expression: "device.attributes['gpu.nvidia.com'].profile == '3g.40gb'" } }] } }],
          },
        },
      });
      const nim = (name, props) => new NimService(chart, name, { name, model: NimModel.PARAKEET_1_1B_CTC_EN_US, footprint: ModelFootprint.measured(6000), ...props });
      nim('by-name', { slice: GpuSlice.ofClaim('speech', { kind: GpuSliceKind.MIG, gpu: Gpu.H100_SXM5_80GB, profile: '3g.40gb', request: 'gpu' }) });
      nim('by-template', { slice: pool.slice('1g.10gb') });
      nim('by-operator', {
        acceptUncertainMemory: 'a 1g.10gb is asked for', tolerations: pool.slice('1g.10gb').tolerations,
        draResources: [{
          claimCreationSpec: {
            devices: [{
              name: 'gpu', deviceClassName: 'mig.nvidia.com', attributeSelectors: [{ key: 'profile', stringValue: '1g.10gb' }],
              capacitySelectors: [{ key: 'memory', op: 'GreaterThanOrEqual', value: '9Gi' }],
            }],
          },
        }],
      });
    },
  },
  {
    name: 'one more language model in experiment 2 on ONE node (dra-experiment-2): two models share a GPU, a third has the other', boards: [A100, [undefined, undefined]],
    needs: ['DRAExtendedResource'], oneMore: ['llm'], check: all(together('asr', 'tts'), apart('asr', 'llm'), gets('llm', 'whole')),
    manifests: () => manifestsOf(['dra-experiment-2/dra-experiment-2.k8s.yaml']),
  },
  {
    name: 'nothing of dra-dynamic-mig: a slice by resource, the smaller of two, two on one board', machine: 'h100-1', boards: [H100, [undefined, undefined]],
    needs: [...CUTS, 'DRAExtendedResource', 'counters apart'], waits: [],
    check: all(gets('reranker', '3g40gb'), gets('translator', '2g20gb'), gets('speech', '1g20gb', '2g20gb'), together('speech')),
    manifests: () => manifestsOf(['dra-dynamic-mig/dra-dynamic-mig.k8s.yaml']),
  },
  {
    name: 'nothing where Kubernetes has the gate DRAPartitionableDevices off: it gives one board out twice, which is why the library refuses to cut on claim there',
    boards: [H100, [undefined]], unless: CUTS, kubernetes: KubernetesVersion.V1_37, dra: { access: DraAccess.CLAIM }, waits: [],
    check: together('a-3g-40gb', 'b-3g-40gb', 'c-1g-10gb', 'd-whole'),
    program: (chart, operator) => inOrder(chart, cut(chart, operator), ['3g.40gb', '3g.40gb', '1g.10gb', 'whole']),
  },
];

module.exports = { CASES };
