import { Chart, Testing } from 'cdk8s';
import { GpuNodes } from '../../src/allocation';
import { ClusterModel, ManifestDocument } from '../../src/cluster';
import { Gpu, GpuLayout } from '../../src/hardware';
import { NimModel } from '../../src/models';
import { GpuOperator } from '../../src/operator';
import { NimVoicePipeline } from '../../src/pipelines';
import { MigPartitionedGpu } from '../../src/pools';
import { GpuOperatorVersion } from '../../src/releases';
import { chartSvg } from '../../src/report';

/** The picture in docs/pictures.md: the voice pipeline of the README on three A100. */
export function voicePicture(): string {
  const model = new ClusterModel();
  Testing.synth(voiceChart())
    .forEach((manifest, index) => model.add(new ManifestDocument(manifest, 'voice.k8s.yaml', index + 1)));
  return chartSvg({ title: 'A voice pipeline on three A100', model, findings: [] });
}

function voiceChart(): Chart {
  const chart = new Chart(Testing.app(), 'voice', { namespace: 'voice' });
  const node = new MigPartitionedGpu(chart, 'support', {
    operator: new GpuOperator(chart, 'gpu-operator', { releases: { gpuOperator: GpuOperatorVersion.V26_7 } }),
    gpu: Gpu.A100_SXM4_80GB,
    nodes: GpuNodes.named(['gpu-node-1'], { gpusPerNode: 3 }),
    layouts: [GpuLayout.of({ '3g.40gb': 2 }), GpuLayout.whole(), GpuLayout.whole()],
  });
  new NimVoicePipeline(chart, 'voice', {
    asr: {
      name: 'asr',
      model: NimModel.PARAKEET_1_1B_CTC_EN_US,
      selector: 'mode=str,vad=silero',
      slice: node.slice('3g.40gb'),
    },
    tts: {
      name: 'tts',
      model: NimModel.MAGPIE_TTS_MULTILINGUAL,
      selector: 'name=magpie-tts-multilingual,batch_size=8',
      slice: node.slice('3g.40gb'),
    },
    llm: {
      name: 'llm',
      model: NimModel.LLAMA_3_1_8B_INSTRUCT,
      slice: node.wholeGpu(),
      serving: { contextLength: 16384, concurrency: 8 },
    },
  });
  return chart;
}
