// Programs that say every kind of pool and every strategy, each in every form of the ClusterPolicy.
'use strict';
const { Chart, Testing } = require('cdk8s');
const {
  ClusterPolicy, DedicatedGpu, Gpu, GpuLayout, GpuNodes, GpuOperator, GpuOperatorVersion, MigPartitionedGpu, MigStrategy, MpsSharedGpu, NodeLabelForm,
  TimeSlicedGpu,
} = require('../../../lib');
const { parse } = require('yaml');

const nodes = (...names) => GpuNodes.named(names, { gpusPerNode: 2 });
const taint = { key: 'team', value: 'search', effect: 'NoSchedule' };

const mixed = (chart, operator) => new MigPartitionedGpu(chart, 'mig', {
  operator, gpu: Gpu.A100_SXM4_80GB, nodes: nodes('a100-1'), layouts: [GpuLayout.of({ '3g.40gb': 2 }), GpuLayout.whole()],
});
const timeSliced = (chart, operator) => new TimeSlicedGpu(chart, 'shared', { operator, gpu: Gpu.L4, nodes: nodes('l4-1'), replicas: 4, devicePlugin: { renameByDefault: true } });
const mps = (chart, operator) => new MpsSharedGpu(chart, 'mps', { operator, gpu: Gpu.L40S, nodes: nodes('l40s-1'), replicas: 8 });

/** `unset`: the strategy must not be there. `forms`: those that can say it, all when absent. */
const PROGRAMS = [
  { name: 'MIG, mixed, labels by NFD', pools: [mixed] },
  { name: 'MIG, mixed, labels on Node objects, with reboot', props: { nodeLabels: NodeLabelForm.NODE_OBJECTS }, policy: { rebootForMigMode: true }, pools: [mixed] },
  {
    name: 'MIG, single, every node with the board',
    props: { migStrategy: MigStrategy.SINGLE },
    pools: [(chart, operator) => new MigPartitionedGpu(chart, 'mig', {
      operator, gpu: Gpu.H100_SXM5_80GB, nodes: GpuNodes.withBoard(), layout: GpuLayout.of({ '1g.10gb': 7 }),
    })],
  },
  { name: 'time-slicing', pools: [timeSliced] },
  { name: 'time-slicing, strategy none', props: { migStrategy: MigStrategy.NONE }, pools: [timeSliced] },
  {
    name: 'time-slicing on MIG devices',
    pools: [(chart, operator) => new TimeSlicedGpu(chart, 'shared', {
      operator, gpu: Gpu.A100_SXM4_80GB, nodes: nodes('a100-1'), layouts: [GpuLayout.of({ '7g.80gb': 1 }), GpuLayout.whole()], replicas: 2,
    })],
  },
  { name: 'MPS', pools: [mps] },
  { name: 'MPS, with a folder of its own', policy: { mpsRoot: '/mnt/mps' }, pools: [mps], forms: ['PARTIAL', 'FULL', 'MERGE_PATCH'] },
  {
    name: 'MIG beside MPS, strategy unset',
    props: { nodeLabels: NodeLabelForm.NODE_OBJECTS },
    pools: [mixed, mps],
    unset: true,
    forms: ['FULL', 'MERGE_PATCH', 'HELM_VALUES'],
  },
  {
    name: 'whole GPUs behind a taint',
    pools: [(chart, operator) => new DedicatedGpu(chart, 'whole', { operator, gpu: Gpu.H100_SXM5_80GB, nodes: GpuNodes.named(['h100-1'], { taints: [taint] }) })],
  },
  {
    name: 'mixed fleet, strategy unset',
    unset: true,
    forms: ['FULL', 'MERGE_PATCH', 'HELM_VALUES'],
    pools: [
      mixed, timeSliced,
      (chart, operator) => new MigPartitionedGpu(chart, 'h200', { operator, gpu: Gpu.H200_SXM_141GB, nodes: GpuNodes.withBoard(), layout: GpuLayout.of({ '1g.18gb': 7 }) }),
      (chart, operator) => new MpsSharedGpu(chart, 'mps', { operator, gpu: Gpu.L40S, nodes: GpuNodes.named(['l40s-1'], { gpusPerNode: 4, taints: [taint] }), replicas: 8 }),
      (chart, operator) => new DedicatedGpu(chart, 'whole', { operator, gpu: Gpu.H100_SXM5_80GB, nodes: nodes('h100-1') }),
    ],
  },
];

const WAYS = { PARTIAL: 'partial', FULL: 'full', MERGE_PATCH: 'mergePatch', HELM_VALUES: 'helmValues' };

/** A program in one form: its manifests, and the text that the form renders. */
function built({ props, policy, pools }, form) {
  const chart = new Chart(Testing.app(), 'gpu');
  const operator = new GpuOperator(chart, 'gpu-operator', { releases: { gpuOperator: GpuOperatorVersion.V25_10 }, clusterPolicy: ClusterPolicy[WAYS[form]](policy), ...props });
  pools.forEach(pool => pool(chart, operator));
  const manifests = Testing.synth(chart);
  return {
    manifests,
    policy: manifests.find(({ kind }) => kind === 'ClusterPolicy'),
    values: form === 'HELM_VALUES' ? parse(operator.renderHelmValues()) : undefined,
    patch: form === 'MERGE_PATCH' ? parse(operator.renderMergePatch()) : undefined,
  };
}

const FORMS = ['PARTIAL', 'FULL', 'MERGE_PATCH', 'HELM_VALUES'];

/** Every program, built in every form that it has. */
function programs() {
  return PROGRAMS.map(({ name, unset = false, forms = FORMS, ...program }) => ({
    name, unset, ...Object.fromEntries(forms.map(form => [form, built(program, form)])),
  }));
}

module.exports = { programs };
