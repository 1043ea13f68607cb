import { Chart } from 'cdk8s';
import {
  ClusterPolicy, DedicatedGpu, Gpu, GpuLayout, GpuNodes, GpuOperator, GpuOperatorVersion, GpuSlice, GpuTaintEffect,
  MigPartitionedGpu, MpsSharedGpu, TimeSlicedGpu,
} from 'cdk8s-gpu';
import * as kplus from 'cdk8s-plus-28';
import { Construct } from 'constructs';

/** One operator, five pools: MIG on A100 and on H200, time-slicing on L4, MPS on L40S, whole H100s. */
export class MixedFleet extends Chart {
  public readonly operator: GpuOperator;

  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'inference' });

    // MIG and MPS together: the strategy must be unset in the policy, which only a merge patch or Helm values can say
    this.operator = new GpuOperator(this, 'gpu-operator', {
      releases: { gpuOperator: GpuOperatorVersion.V26_7 },
      clusterPolicy: ClusterPolicy.mergePatch(),
    });
    const operator = this.operator;

    const a100 = new MigPartitionedGpu(this, 'a100', {
      operator,
      gpu: Gpu.A100_SXM4_80GB,
      nodes: GpuNodes.named(['a100-1', 'a100-2'], { gpusPerNode: 8 }),
      layout: GpuLayout.of({ '3g.40gb': 1, '2g.20gb': 1, '1g.10gb': 2 }),
    });
    const h200 = new MigPartitionedGpu(this, 'h200', {
      operator,
      gpu: Gpu.H200_SXM_141GB,
      nodes: GpuNodes.withBoard(), // also nodes that come later
      layout: GpuLayout.of({ '1g.18gb': 7 }),
    });
    const l4 = new TimeSlicedGpu(this, 'l4', {
      operator,
      gpu: Gpu.L4,
      nodes: GpuNodes.labeled({ 'cloud.example.com/pool': 'l4' }, { gpusPerNode: 1, count: 4 }),
      replicas: 4,
      devicePlugin: { renameByDefault: true },
    });
    const l40s = new MpsSharedGpu(this, 'l40s', {
      operator,
      gpu: Gpu.L40S,
      nodes: GpuNodes.named(['l40s-1'], {
        gpusPerNode: 4,
        taints: [{ key: 'team', value: 'search', effect: GpuTaintEffect.NO_SCHEDULE }],
      }),
      replicas: 8,
    });
    const h100 = new DedicatedGpu(this, 'h100', {
      operator,
      gpu: Gpu.H100_SXM5_80GB,
      nodes: GpuNodes.named(['h100-1'], { gpusPerNode: 8 }),
    });

    this.deployment('guardrail', a100.slice('1g.10gb'));
    this.deployment('reranker', a100.slice('2g.20gb'));
    this.deployment('translator', h200.slice('1g.18gb'));
    this.deployment('notebook', l4.share());
    this.deployment('embedder', l40s.share());
    this.deployment('trainer', h100.wholeGpu());
  }

  /** A workload of your own, here of cdk8s-plus; the slice brings resources, node selector and tolerations. */
  private deployment(name: string, slice: GpuSlice): void {
    const deployment = new kplus.Deployment(this, name, {
      metadata: { name },
      replicas: 1,
      containers: [{ name, image: `registry.example.com/${name}:1.0.0`, securityContext: { user: 1000 } }],
    });
    slice.attachTo(deployment);
  }
}
