import { Chart } from 'cdk8s';
import {
  Gpu, GpuAllocation, GpuNodes, GpuOperator, GpuOperatorVersion, KubernetesVersion, NimModel, NimOperatorVersion,
  NimVoicePipeline, TimeSlicedGpu,
} from 'cdk8s-gpu';
import { Construct } from 'constructs';

/**
 * Recognition and synthesis take turns on one A100, the language model has the other to itself, on ONE node: what a
 * time-slicing config of the device plugin cannot say, because it shares every GPU of a node.
 */
export class DraExperimentTwo extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'voice' });

    const operator = new GpuOperator(this, 'gpu-operator', {
      releases: {
        gpuOperator: GpuOperatorVersion.V26_7,
        kubernetes: KubernetesVersion.V1_37,
        nimOperator: NimOperatorVersion.V3_1_2,
      },
      allocation: GpuAllocation.DRA,
    });
    const node = new TimeSlicedGpu(this, 'a100', {
      operator,
      gpu: Gpu.A100_SXM4_80GB,
      nodes: GpuNodes.named(['gpu-node-1'], { gpusPerNode: 2 }),
      replicas: 2,
    });

    // both name one claim, so they share its GPU; the third claims another
    const speech = node.share(undefined, { group: 'speech' });
    new NimVoicePipeline(this, 'voice', {
      asr: { name: 'asr', model: NimModel.PARAKEET_1_1B_CTC_EN_US, selector: 'mode=str,vad=silero', slice: speech },
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
        slice: speech,
      },
    });
  }
}
