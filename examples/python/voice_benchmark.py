"""The reference experiment and the run that it lacks: dedicated, time-slicing, MIG, and the freed GPU put to work, each on its own node."""
from cdk8s import App, Chart
from cdk8s_gpu import (
    BenchmarkLoad, BenchmarkPlacementSource, BenchmarkStage, BenchmarkStrategy, BenchmarkTargets, Gpu, GpuDashboards, GpuNodes, GpuOperator,
    GpuOperatorVersion, GpuReleases, LlmServingOptions, NimModel, NimServiceSettings, VoiceBenchmarkArm, VoiceBenchmarkArms,
    VoicePipelineBenchmark,
)
from constructs import Construct


def arm(strategy: BenchmarkStrategy, node: str) -> VoiceBenchmarkArm:
    return VoiceBenchmarkArm(strategy=strategy, nodes=GpuNodes.named([node], gpus_per_node=3))


class VoiceBenchmark(Chart):
    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id, namespace="bench")

        operator = GpuOperator(self, "gpu-operator", releases=GpuReleases(gpu_operator=GpuOperatorVersion.V26_7))
        arms = VoiceBenchmarkArms(
            self, "arms",
            operator=operator,
            gpu=Gpu.from_product_label("NVIDIA-A100-SXM4-80GB"),
            arms=[
                arm(BenchmarkStrategy.DEDICATED, "gpu-node-1"),
                arm(BenchmarkStrategy.TIME_SLICING, "gpu-node-2"),
                arm(BenchmarkStrategy.MIG, "gpu-node-3"),
                arm(BenchmarkStrategy.REINVEST, "gpu-node-4"),
            ],
            asr=NimServiceSettings(model=NimModel.of("parakeet-1-1b-ctc-en-us"), selector="mode=str,vad=silero"),
            llm=NimServiceSettings(
                model=NimModel.of("llama-3.1-8b-instruct"), serving=LlmServingOptions(context_length=16384, concurrency=16),
            ),
            tts=NimServiceSettings(model=NimModel.of("magpie-tts-multilingual"), selector="name=magpie-tts-multilingual,batch_size=8"),
        )

        VoicePipelineBenchmark(
            self, "benchmark",
            arms=arms.arms,
            loads=[*BenchmarkLoad.reference(), *BenchmarkLoad.sweep(BenchmarkStage.TTS, [2, 4, 8, 16])],
            targets=BenchmarkTargets(first_audio_ms=1500, underruns=0),
            placement=BenchmarkPlacementSource(prometheus="http://prometheus.monitoring.svc:9090"),
            results_claim="benchmark-results",
        )

        GpuDashboards(self, "dashboards", rule_labels={"release": "kube-prometheus-stack"})


app = App()
VoiceBenchmark(app, "voice-benchmark")
app.synth()
