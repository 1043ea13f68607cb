import { Chart } from 'cdk8s';
import {
  Gpu, GpuLayout, GpuNodes, GpuOperator, GpuOperatorVersion, MigPartitionedGpu, NimCaller, NimModel, NimStagePlacement,
  NimVoicePipeline,
} from 'cdk8s-gpu';
import { Construct } from 'constructs';

/** Experiment 4, the one that is missing: as experiment 3, and a second language model on the GPU that it freed. */
export class VoiceReinvested extends Chart {
  public readonly voice: NimVoicePipeline;

  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'voice' });

    const operator = new GpuOperator(this, 'gpu-operator', { releases: { gpuOperator: GpuOperatorVersion.V26_7 } });
    const node = new MigPartitionedGpu(this, 'support', {
      operator,
      gpu: Gpu.A100_SXM4_80GB,
      nodes: GpuNodes.named(['gpu-node-1'], { gpusPerNode: 3 }),
      layouts: [GpuLayout.of({ '3g.40gb': 2 }), GpuLayout.whole(), GpuLayout.whole()],
    });

    this.voice = new NimVoicePipeline(this, 'voice', {
      // no selectors: the pipeline takes the best that surely fits the slice, and says which
      asr: { name: 'asr', model: NimModel.PARAKEET_1_1B_CTC_EN_US, slice: node.slice('3g.40gb') },
      llm: {
        name: 'llm',
        model: NimModel.LLAMA_3_1_NEMOTRON_NANO_VL_8B_V1,
        slice: node.wholeGpu(),
        replicas: 2,
        serving: { contextLength: 16384, concurrency: 16 },
        acceptUncertainMemory: 'the vision tower is not counted; the language model leaves more than 20 '
          + 'GiB of the GPU free for it',
      },
      tts: { name: 'tts', model: NimModel.MAGPIE_TTS_MULTILINGUAL, slice: node.slice('3g.40gb') },
      placement: NimStagePlacement.ONE_NODE,
      callers: [NimCaller.pods({ app: 'voice-agent' })],
      monitor: NimCaller.podsOfNamespace('monitoring', { 'app.kubernetes.io/name': 'prometheus' }),
    });
  }
}
