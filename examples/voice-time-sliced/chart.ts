import { Chart } from 'cdk8s';
import {
  DedicatedGpu, Gpu, GpuLayout, GpuNodes, GpuOperator, GpuOperatorVersion, NimModel, NimServiceOptions,
  NimVoicePipeline, TimeSlicedGpu,
} from 'cdk8s-gpu';
import { Construct } from 'constructs';

const asr = { name: 'asr', model: NimModel.PARAKEET_1_1B_CTC_EN_US, selector: 'mode=str,vad=silero' };
const llm = {
  name: 'llm',
  model: NimModel.LLAMA_3_1_NEMOTRON_NANO_VL_8B_V1,
  serving: { contextLength: 16384, concurrency: 16 },
  acceptUncertainMemory: 'the vision tower is not counted; the language model leaves more than 20 '
    + 'GiB of the GPU free for it',
};
const tts = {
  name: 'tts',
  model: NimModel.MAGPIE_TTS_MULTILINGUAL,
  selector: 'name=magpie-tts-multilingual,batch_size=8',
};

/** The stages as they are in both ways. */
function pipeline(
  scope: Construct,
  stages: { asr: NimServiceOptions; llm: NimServiceOptions; tts: NimServiceOptions },
) {
  return new NimVoicePipeline(scope, 'voice', stages);
}

/** Experiment 2, the way with two pools: one node whose GPU is shared, another whose GPUs are not. */
export class TwoPools extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'voice' });

    const operator = new GpuOperator(this, 'gpu-operator', { releases: { gpuOperator: GpuOperatorVersion.V26_7 } });
    const shared = new TimeSlicedGpu(this, 'speech', {
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
    pipeline(this, {
      asr: { ...asr, slice: shared.share() },
      llm: { ...llm, slice: whole.wholeGpu() },
      tts: { ...tts, slice: shared.share() },
    });
  }
}

/**
 * Experiment 2, the way on one node: GPU 0 is one MIG device that two containers take turns on, GPUs 1 and 2 stay
 * whole.
 */
export class OneNode extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'voice' });

    const operator = new GpuOperator(this, 'gpu-operator', { releases: { gpuOperator: GpuOperatorVersion.V26_7 } });
    const pool = new TimeSlicedGpu(this, 'a100', {
      operator,
      gpu: Gpu.A100_SXM4_80GB,
      nodes: GpuNodes.named(['gpu-node-1'], { gpusPerNode: 3 }),
      layouts: [GpuLayout.of({ '7g.80gb': 1 }), GpuLayout.whole(), GpuLayout.whole()],
      replicas: 2,
    });
    pipeline(this, {
      asr: { ...asr, slice: pool.share('7g.80gb') },
      llm: { ...llm, slice: pool.wholeGpu() },
      tts: { ...tts, slice: pool.share('7g.80gb') },
    });
  }
}
