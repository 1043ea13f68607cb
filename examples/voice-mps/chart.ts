import { Chart } from 'cdk8s';
import {
  DedicatedGpu, Gpu, GpuNodes, GpuOperator, GpuOperatorVersion, MpsSharedGpu, NimModel, NimVoicePipeline,
} from 'cdk8s-gpu';
import { Construct } from 'constructs';

/**
 * Experiment 2 with MPS instead of turns: recognition and synthesis run side by side on one GPU, each with half of it.
 */
export class VoiceMps extends Chart {
  public readonly voice: NimVoicePipeline;

  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'voice' });

    const operator = new GpuOperator(this, 'gpu-operator', { releases: { gpuOperator: GpuOperatorVersion.V26_7 } });
    const shared = new MpsSharedGpu(this, 'speech', {
      operator,
      gpu: Gpu.A100_SXM4_80GB,
      nodes: GpuNodes.named(['gpu-node-1'], { gpusPerNode: 1 }),
      replicas: 2,
      devicePlugin: { renameByDefault: true },
    });
    const whole = new DedicatedGpu(this, 'language', {
      operator,
      gpu: Gpu.A100_SXM4_80GB,
      nodes: GpuNodes.named(['gpu-node-2'], { gpusPerNode: 2 }),
    });

    // both speech stages warn [MPS-009]: see README.md before you run this
    this.voice = new NimVoicePipeline(this, 'voice', {
      asr: {
        name: 'asr',
        model: NimModel.PARAKEET_1_1B_CTC_EN_US,
        selector: 'mode=str,vad=silero',
        slice: shared.share(),
      },
      llm: {
        name: 'llm',
        model: NimModel.LLAMA_3_1_NEMOTRON_NANO_VL_8B_V1,
        slice: whole.wholeGpu(),
        serving: { contextLength: 16384, concurrency: 16 },
        acceptUncertainMemory: 'the vision tower is not counted; the language model leaves more than 20 '
          + 'GiB of the GPU free for it',
      },
      tts: {
        name: 'tts',
        model: NimModel.MAGPIE_TTS_MULTILINGUAL,
        selector: 'name=magpie-tts-multilingual,batch_size=8',
        slice: shared.share(),
      },
    });
  }
}
