import { Chart } from 'cdk8s';
import { DedicatedGpu, Gpu, GpuNodes, GpuOperator, GpuOperatorVersion, NimModel, NimVoicePipeline } from 'cdk8s-gpu';
import { Construct } from 'constructs';

/** Experiment 1, the baseline: recognition, language model and synthesis on an A100 each. */
export class VoiceDedicated extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'voice' });

    const operator = new GpuOperator(this, 'gpu-operator', { releases: { gpuOperator: GpuOperatorVersion.V26_7 } });
    const pool = new DedicatedGpu(this, 'a100', {
      operator,
      gpu: Gpu.A100_SXM4_80GB,
      nodes: GpuNodes.named(['gpu-node-1'], { gpusPerNode: 3 }),
    });

    new NimVoicePipeline(this, 'voice', {
      asr: {
        name: 'asr',
        model: NimModel.PARAKEET_1_1B_CTC_EN_US,
        selector: 'mode=str,vad=silero',
        slice: pool.wholeGpu(),
      },
      llm: {
        name: 'llm',
        model: NimModel.LLAMA_3_1_NEMOTRON_NANO_VL_8B_V1,
        slice: pool.wholeGpu(),
        serving: { contextLength: 16384, concurrency: 16 },
        acceptUncertainMemory: 'the vision tower is not counted; the language model leaves more than 20 '
          + 'GiB of the GPU free for it',
      },
      tts: {
        name: 'tts',
        model: NimModel.MAGPIE_TTS_MULTILINGUAL,
        selector: 'name=magpie-tts-multilingual,batch_size=8',
        slice: pool.wholeGpu(),
      },
    });
  }
}
