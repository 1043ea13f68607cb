import { Chart } from 'cdk8s';
import {
  Gpu, GpuLayout, GpuNodes, GpuOperator, GpuOperatorVersion, MigPartitionedGpu, NimModel, NimVoicePipeline,
} from 'cdk8s-gpu';
import { Construct } from 'constructs';

/**
 * Experiment 3: recognition and synthesis on two MIG slices of one A100, the language model on a whole one, the third
 * free.
 */
export class VoiceMig extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'voice' });

    const operator = new GpuOperator(this, 'gpu-operator', { releases: { gpuOperator: GpuOperatorVersion.V26_7 } });
    const node = new MigPartitionedGpu(this, 'support', {
      operator,
      gpu: Gpu.A100_SXM4_80GB,
      nodes: GpuNodes.named(['gpu-node-1'], { gpusPerNode: 3 }),
      layouts: [GpuLayout.of({ '3g.40gb': 2 }), GpuLayout.whole(), GpuLayout.whole()],
    });

    new NimVoicePipeline(this, 'voice', {
      asr: {
        name: 'asr',
        model: NimModel.PARAKEET_1_1B_CTC_EN_US,
        selector: 'mode=str,vad=silero',
        slice: node.slice('3g.40gb'),
      },
      llm: {
        name: 'llm',
        model: NimModel.LLAMA_3_1_NEMOTRON_NANO_VL_8B_V1,
        slice: node.wholeGpu(),
        serving: { contextLength: 16384, concurrency: 16 },
        acceptUncertainMemory: 'the vision tower is not counted; the language model leaves more than 20 '
          + 'GiB of the GPU free for it',
      },
      tts: {
        name: 'tts',
        model: NimModel.MAGPIE_TTS_MULTILINGUAL,
        selector: 'name=magpie-tts-multilingual,batch_size=8',
        slice: node.slice('3g.40gb'),
      },
    });
  }
}
