// One side of a comparison of syntheses: node synthesis-side.js library|hand '{"workloads": 1000, "different": true, ...}' [PLACED.json]
// Prints the CPU time in ms of each warm round; without rounds the process itself is what is measured.
'use strict';
const { App, ApiObject, Chart } = require('cdk8s');

const [side, what, file] = process.argv.slice(2);
const { workloads, different = false, pools = 10, charts = 1, rounds = 0 } = JSON.parse(what);

function deployment(chart, index, gpu) {
  const own = different ? { image: `registry.example.com/team/model-${index}:1.${index % 50}.0`, env: [{ name: 'ID', value: `model ${index}` }] } : { image: 'registry.example.com/model:1.0.0' };
  const container = { name: 'main', ...own, ports: [{ containerPort: 8000 }] };
  return new ApiObject(chart, `workload-${index}`, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: `workload-${index}` } },
      template: {
        metadata: { labels: { app: `workload-${index}` } },
        spec: gpu === undefined
          ? { containers: [container] }
          : { containers: [{ ...container, resources: gpu.resources }], nodeSelector: gpu.nodeSelector, tolerations: gpu.tolerations },
      },
    },
  });
}

function app() {
  const it = new App();
  return [it, Array.from({ length: charts }, (_, index) => new Chart(it, `gpu-${index}`))];
}

function withLibrary() {
  const gpu = require('..');
  const [it, all] = app();
  const operator = new gpu.GpuOperator(all[0], 'gpu-operator', { releases: { gpuOperator: gpu.GpuOperatorVersion.V26_7 } });
  const slices = Array.from({ length: pools }, (_, index) => new gpu.MigPartitionedGpu(all[0], `pool-${index}`, {
    operator, gpu: gpu.Gpu.H100_SXM5_80GB, nodes: gpu.GpuNodes.named([`node-${index}`]), layout: gpu.GpuLayout.of({ '1g.10gb': 7 }),
  }).slice('1g.10gb'));
  for (let i = 0; i < workloads; i++) { slices[i % pools].attachTo(deployment(all[i % charts], i)); }
  return [it, all, slices];
}

function byHand(placed) {
  const [it, all] = app();
  placed.manifests.forEach((manifest, index) => new ApiObject(all[0], `pool-${index}`, manifest));
  for (let i = 0; i < workloads; i++) { deployment(all[i % charts], i, placed.pools[i % pools]); }
  return [it];
}

function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

if (side === 'placed') { // what the library writes for pools and into a workload, for the other side to write by hand
  const [, [chart], slices] = withLibrary();
  const manifests = chart.toJson();
  process.stdout.write(JSON.stringify({
    manifests: manifests.filter(({ kind }) => kind !== 'Deployment'),
    pools: manifests.filter(({ kind }) => kind === 'Deployment').map(({ spec: { template: { spec } } }) =>
      ({ resources: spec.containers[0].resources, nodeSelector: spec.nodeSelector, tolerations: spec.tolerations })).slice(0, slices.length),
  }));
} else {
  const placed = side === 'hand' ? JSON.parse(require('fs').readFileSync(file, 'utf8')) : undefined;
  const taken = [];
  for (let round = 0; round <= rounds; round++) {
    const start = cpuMs();
    const [it] = side === 'hand' ? byHand(placed) : withLibrary();
    it.synthYaml();
    taken.push(cpuMs() - start);
  }
  process.stdout.write(JSON.stringify(taken.slice(1)));
}
