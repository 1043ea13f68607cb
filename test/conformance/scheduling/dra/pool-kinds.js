// Each kind of pool, from one program under both back ends: the same pods on the same slices, and one more of a kind waits where it would have.
'use strict';
const { App, ApiObject, Chart } = require('cdk8s');
const {
  DedicatedGpu, Gpu, GpuAllocation, GpuLayout, GpuNodes, GpuOperator, GpuOperatorVersion, MigPartitionedGpu, MpsSharedGpu, TimeSlicedGpu,
} = require('../../../../lib');
const { A100, H100, L40S, machine } = require('../machines');

/** A Deployment of so many pods, whose containers have nothing yet, or what is written here. */
function worker(chart, name, replicas = 1, { containers = ['main'], ...pod } = {}) {
  const image = 'registry.example.com/worker:1.0.0';
  return new ApiObject(chart, name, {
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name },
    spec: {
      replicas, selector: { matchLabels: { app: name } }, strategy: { type: 'Recreate' },
      template: { metadata: { labels: { app: name } }, spec: { containers: containers.map(each => (typeof each === 'string' ? { name: each, image } : { image, ...each })), ...pod } },
    },
  });
}

/** The manifests of a program, under the back end that `operator` says. */
function manifestsOfProgram(program, operator) {
  const chart = new Chart(new App(), 'pools', { namespace: 'inference' });
  const { releases, ...rest } = operator;
  program(chart, new GpuOperator(chart, 'gpu-operator', { releases: { gpuOperator: GpuOperatorVersion.V26_7, ...releases }, ...rest }), rest.allocation === GpuAllocation.DRA);
  return chart.toJson();
}

const byClaim = program => (kubernetes, dra) => manifestsOfProgram(program, { allocation: GpuAllocation.DRA, releases: { kubernetes }, dra });

const node = gpusPerNode => GpuNodes.named(['gpu-node-1'], { gpusPerNode });
const on = (...boards) => ({ 'gpu-node-1': boards });
const bystander = board => machine('in-no-pool', board, 8);
const kind = (title, machines, runs, program) => ({ title, machines, runs, manifests: manifestsOfProgram(program, {}), byClaim: byClaim(program) });

/** Like topologies.js. `needs` is a gate of Kubernetes without which the library refuses the program (by claim). */
const POOL_KINDS = [
  kind('a pool of whole GPUs', [machine('gpu-node-1', A100, 4), bystander(A100)], {
    one: { pods: 2, boards: on(0, 1, 2, 3), alone: true, more: 0 }, two: { pods: 1, boards: on(0, 1, 2, 3), alone: true, more: 0 },
  }, (chart, operator) => {
    const pool = new DedicatedGpu(chart, 'whole', { operator, gpu: Gpu.A100_SXM4_80GB, nodes: node(4) });
    pool.wholeGpu().attachTo(worker(chart, 'one', 2));
    pool.wholeGpu().attachTo(worker(chart, 'two'), { count: 2 });
  }),
  kind('a pool of MIG slices, and a whole GPU beside them', [machine('gpu-node-1', H100, 2), bystander(H100)], {
    large: { pods: 1, boards: on(0), alone: false, more: 0 }, small: { pods: 2, boards: on(0), alone: false, more: 1 }, whole: { pods: 1, boards: on(1), alone: true, more: 0 },
  }, (chart, operator) => {
    const pool = new MigPartitionedGpu(chart, 'cut', {
      operator, gpu: Gpu.H100_SXM5_80GB, nodes: node(2), layouts: [GpuLayout.of({ '3g.40gb': 1, '1g.10gb': 3 }), GpuLayout.whole()],
    });
    pool.slice('3g.40gb').attachTo(worker(chart, 'large'));
    pool.slice('1g.10gb').attachTo(worker(chart, 'small', 2));
    pool.wholeGpu().attachTo(worker(chart, 'whole'));
  }),
  kind('a pool whose GPU is shared in time', [machine('gpu-node-1', A100, 1), bystander(A100)], {
    one: { pods: 1, boards: on(0), alone: false, more: 0 }, other: { pods: 1, boards: on(0), alone: false, more: 0 },
  }, (chart, operator) => {
    const pool = new TimeSlicedGpu(chart, 'turns', { operator, gpu: Gpu.A100_SXM4_80GB, nodes: node(1), replicas: 2 });
    pool.share().attachTo(worker(chart, 'one'));
    pool.share().attachTo(worker(chart, 'other'));
  }),
  kind('a pool whose MIG device is shared in time', [machine('gpu-node-1', A100, 2), bystander(A100)], {
    one: { pods: 1, boards: on(0), alone: false, more: 0 }, other: { pods: 1, boards: on(0), alone: false, more: 0 }, whole: { pods: 1, boards: on(1), alone: true, more: 0 },
  }, (chart, operator) => {
    const layouts = [GpuLayout.of({ '3g.40gb': 1 }), GpuLayout.whole()];
    const pool = new TimeSlicedGpu(chart, 'turns', { operator, gpu: Gpu.A100_SXM4_80GB, nodes: node(2), replicas: 2, layouts });
    pool.share().attachTo(worker(chart, 'one'));
    pool.share().attachTo(worker(chart, 'other'));
    pool.wholeGpu().attachTo(worker(chart, 'whole'));
  }),
  kind('a pool whose GPU is shared through MPS', [machine('gpu-node-1', L40S, 1), bystander(L40S)], {
    one: { pods: 1, boards: on(0), alone: false, more: 2 }, other: { pods: 1, boards: on(0), alone: false, more: 2 },
  }, (chart, operator) => {
    const pool = new MpsSharedGpu(chart, 'mps', { operator, gpu: Gpu.L40S, nodes: node(1), replicas: 4 });
    pool.share().attachTo(worker(chart, 'one'));
    pool.share().attachTo(worker(chart, 'other'));
  }),
  {
    ...kind('a pool of whose GPUs memory is claimed in parts, as many as the device plugin has shares', [machine('gpu-node-1', A100, 2), bystander(A100)], {
      one: { pods: 3, boards: on(0, 1), alone: false, more: 4 }, other: { pods: 1, boards: on(0, 1), alone: false, more: 4 },
    }, (chart, operator, claims) => {
      const pool = new TimeSlicedGpu(chart, 'turns', { operator, gpu: Gpu.A100_SXM4_80GB, nodes: node(2), replicas: 4 });
      const share = pool.share(undefined, claims ? { memoryMib: 20480 } : {});
      share.attachTo(worker(chart, 'one', 3));
      share.attachTo(worker(chart, 'other'));
    }),
    needs: 'DRAConsumableCapacity',
  },
];

module.exports = { POOL_KINDS, manifestsOfProgram, worker };
