import { execFileSync } from 'child_process';
import { performance } from 'perf_hooks';
import { ApiObject, App, Chart } from 'cdk8s';
import { Gpu, GpuLayout, GpuNodes, GpuOperator, GpuOperatorVersion, GpuSlice, MigPartitionedGpu } from 'cdk8s-gpu';

/**
 * What this library costs over the same manifests written by hand: synthesis of workloads on 10 pools, and `require`.
 * Ratios are of runs taken in turn within one process, or of processes started in turn, so that the machine's speed cancels out.
 */
const POOLS = 10;
const ROUNDS = 7;

interface Placed { readonly resources: unknown; readonly nodeSelector: unknown; readonly tolerations: unknown }

function deployment(chart: Chart, index: number, gpu?: Placed): ApiObject {
  const container = { name: 'main', image: 'registry.example.com/model:1.0.0', ports: [{ containerPort: 8000 }] };
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

function pools(chart: Chart): GpuSlice[] {
  const operator = new GpuOperator(chart, 'gpu-operator', { releases: { gpuOperator: GpuOperatorVersion.V26_7 } });
  return Array.from({ length: POOLS }, (_, index) => new MigPartitionedGpu(chart, `pool-${index}`, {
    operator,
    gpu: Gpu.H100_SXM5_80GB,
    nodes: GpuNodes.named([`node-${index}`]),
    layout: GpuLayout.of({ '1g.10gb': 7 }),
  }).slice('1g.10gb'));
}

function withLibrary(workloads: number): string {
  const app = new App();
  const chart = new Chart(app, 'gpu');
  const slices = pools(chart);
  for (let i = 0; i < workloads; i++) { slices[i % POOLS].attachTo(deployment(chart, i)); }
  return app.synthYaml();
}

/** The manifests that the library makes for its pools, copied out. */
const POOL_MANIFESTS: any[] = (() => {
  const chart = new Chart(new App(), 'gpu');
  pools(chart);
  return chart.toJson();
})();

/** What the library writes into a workload, copied out. */
const PLACED: Placed[] = pools(new Chart(new App(), 'gpu')).map(slice => {
  const resources = { [slice.access.resourceName!]: '1' };
  return { resources: { requests: resources, limits: resources }, nodeSelector: slice.nodeSelector, tolerations: slice.tolerations };
});

function byHand(workloads: number): string {
  const app = new App();
  const chart = new Chart(app, 'gpu');
  POOL_MANIFESTS.forEach((manifest, index) => new ApiObject(chart, `pool-${index}`, manifest));
  for (let i = 0; i < workloads; i++) { deployment(chart, i, PLACED[i % POOLS]); }
  return app.synthYaml();
}

function time(run: () => unknown): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function compareSynthesis(): void {
  const perWorkload: number[] = [];
  console.log(`synthesis over ${POOLS} pools, ratio to the same ApiObjects by hand (aim: at most 1.3, and linear)`);
  for (const workloads of [100, 1000, 10000]) {
    const rounds = workloads === 10000 ? 3 : ROUNDS;
    withLibrary(workloads);
    byHand(workloads);
    const ours: number[] = [];
    const ratios: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const a = time(() => withLibrary(workloads));
      const b = time(() => byHand(workloads));
      ours.push(a);
      ratios.push(a / b);
    }
    perWorkload.push(median(ours) / workloads);
    console.log(`  ${String(workloads).padStart(6)} workloads: ratio ${median(ratios).toFixed(2)}`);
  }
  console.log(`  time per workload, 10,000 over 1,000: ${(perWorkload[2] / perWorkload[1]).toFixed(2)} (linear is 1)`);
}

function compareRequire(): void {
  const load = (modules: string[]) => {
    const script = `const t=process.hrtime.bigint();${modules.map(name => `require('${name}');`).join('')}console.log(Number(process.hrtime.bigint()-t))`;
    return Number(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }));
  };
  const base = ['cdk8s', 'cdk8s-plus-28'];
  const ratios = Array.from({ length: 2 * ROUNDS }, () => load([...base, 'cdk8s-gpu']) / load(base));
  console.log(`require('cdk8s-gpu') over cdk8s + cdk8s-plus-28: ratio ${median(ratios).toFixed(2)} (aim: at most 1.2)`);
}

compareSynthesis();
compareRequire();
