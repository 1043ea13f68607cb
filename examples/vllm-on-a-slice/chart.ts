import { Chart } from 'cdk8s';
import {
  Gpu, GpuLayout, GpuNodes, GpuOperator, GpuOperatorVersion, LlmArchitecture, MigPartitionedGpu, NimCaller, NimModel,
  NimVoicePipeline, ServerMonitor, ServerScaling, VllmServer,
} from 'cdk8s-gpu';
import { Construct } from 'constructs';

/**
 * A language model by vLLM on MIG slices of one A100, as many as its queue asks for, and recognition on a slice of the
 * other: a voice pipeline.
 */
export class VllmOnASlice extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'voice' });

    const operator = new GpuOperator(this, 'gpu-operator', { releases: { gpuOperator: GpuOperatorVersion.V26_7 } });
    const node = new MigPartitionedGpu(this, 'a100', {
      operator,
      gpu: Gpu.A100_SXM4_80GB,
      nodes: GpuNodes.named(['gpu-node-1'], { gpusPerNode: 2 }),
      layout: GpuLayout.of({ '3g.40gb': 2 }),
    });

    const llm = new VllmServer(this, 'llm', {
      name: 'llm',
      model: LlmArchitecture.of('meta-llama/Llama-3.1-8B-Instruct'),
      version: '0.31.0',
      slice: node.slice('3g.40gb'),
      serving: { contextLength: 16384, concurrency: 8 },
      huggingFaceToken: { secret: 'hugging-face', key: 'token' },
      scaling: ServerScaling.keda({
        prometheus: 'http://prometheus-operated.monitoring.svc:9090',
        maxReplicas: 2,
        waitingPerReplica: 5,
      }),
      metrics: ServerMonitor.service({ labels: { release: 'kube-prometheus-stack' } }),
    });

    new NimVoicePipeline(this, 'voice', {
      asr: {
        name: 'asr',
        model: NimModel.PARAKEET_1_1B_CTC_EN_US,
        selector: 'mode=str,vad=silero',
        slice: node.slice('3g.40gb'),
      },
      llmServer: llm,
      callers: [NimCaller.pods({ app: 'voice-agent' })],
      monitor: NimCaller.namespace('monitoring'),
    });
  }
}
