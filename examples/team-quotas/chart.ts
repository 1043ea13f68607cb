import { Chart } from 'cdk8s';
import {
  Gpu, GpuLayout, GpuNodes, GpuOperator, GpuOperatorVersion, GpuQueue, GpuTeam, KueueVersion, LlmArchitecture,
  MigPartitionedGpu, NimCaller, PodSecurityLevel, VllmServer,
} from 'cdk8s-gpu';
import { Construct } from 'constructs';

/** Two H100 that two teams share: a quota of slices for each, a queue for one of them, and what it serves. */
export class TeamQuotas extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'research' });

    const operator = new GpuOperator(this, 'gpu-operator', {
      releases: { gpuOperator: GpuOperatorVersion.V26_7, kueue: KueueVersion.V0_17 },
    });
    const node = new MigPartitionedGpu(this, 'h100', {
      operator,
      gpu: Gpu.H100_SXM5_80GB,
      nodes: GpuNodes.named(['gpu-node-1'], { gpusPerNode: 2 }),
      layouts: [GpuLayout.of({ '3g.40gb': 2 }), GpuLayout.of({ '1g.10gb': 7 })],
    });
    const half = node.slice('3g.40gb');
    const seventh = node.slice('1g.10gb');

    const queue = new GpuQueue(this, 'queue', {
      name: 'research',
      quotas: [{ slice: half, count: 2 }, { slice: seventh, count: 3 }],
    });
    const research = new GpuTeam(this, 'research', {
      namespace: 'research',
      podSecurity: PodSecurityLevel.RESTRICTED,
      allowances: [{ slice: half, count: 2 }, { slice: seventh, count: 3 }],
      queue,
    });
    new GpuTeam(this, 'product', {
      namespace: 'product',
      podSecurity: PodSecurityLevel.RESTRICTED,
      allowances: [{ slice: half, count: 0 }, { slice: seventh, count: 4 }],
      callers: [NimCaller.namespace('gateway')],
    });

    const server = new VllmServer(this, 'llm', {
      name: 'llm',
      model: LlmArchitecture.of('Qwen/Qwen3-8B'),
      version: '0.31.0',
      slice: half,
      serving: { contextLength: 16384, concurrency: 4 },
    });
    research.submit(server); // it starts when Kueue admits it
  }
}
