import { Chart } from 'cdk8s';
import {
  BenchmarkLoad, BenchmarkStage, BenchmarkStrategy, Gpu, GpuDashboards, GpuNodes, GpuOperator, GpuOperatorVersion,
  NimModel, VoiceBenchmarkArms, VoicePipelineBenchmark,
} from 'cdk8s-gpu';
import { Construct } from 'constructs';

/**
 * The reference experiment, and the run that it lacks: dedicated, time-slicing, MIG, and the freed GPU put to work,
 * each on a node of its own.
 */
export class VoiceBenchmark extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'bench' });
    const operator = new GpuOperator(this, 'gpu-operator', { releases: { gpuOperator: GpuOperatorVersion.V26_7 } });
    const node = (name: string) => GpuNodes.named([name], { gpusPerNode: 3 });

    const { arms } = new VoiceBenchmarkArms(this, 'arms', {
      operator,
      gpu: Gpu.A100_SXM4_80GB,
      arms: [
        { strategy: BenchmarkStrategy.DEDICATED, nodes: node('gpu-node-1') },
        { strategy: BenchmarkStrategy.TIME_SLICING, nodes: node('gpu-node-2') },
        { strategy: BenchmarkStrategy.MIG, nodes: node('gpu-node-3') },
        { strategy: BenchmarkStrategy.REINVEST, nodes: node('gpu-node-4') },
      ],
      asr: { model: NimModel.PARAKEET_1_1B_CTC_EN_US, selector: 'mode=str,vad=silero' },
      llm: { model: NimModel.LLAMA_3_1_8B_INSTRUCT, serving: { contextLength: 16384, concurrency: 16 } },
      tts: { model: NimModel.MAGPIE_TTS_MULTILINGUAL, selector: 'name=magpie-tts-multilingual,batch_size=8' },
    });

    new VoicePipelineBenchmark(this, 'benchmark', {
      arms,
      loads: [...BenchmarkLoad.reference(), ...BenchmarkLoad.sweep(BenchmarkStage.TTS, [2, 4, 8, 16])],
      targets: { firstAudioMs: 1500, underruns: 0 },
      placement: { prometheus: 'http://prometheus.monitoring.svc:9090' },
      resultsClaim: 'benchmark-results',
    });

    new GpuDashboards(this, 'dashboards', { ruleLabels: { release: 'kube-prometheus-stack' } });
  }
}
