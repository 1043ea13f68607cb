"""As voice-mig, and a second language model on the GPU that it freed."""
from cdk8s import App, Chart
from cdk8s_gpu import (
    Gpu, GpuLayout, GpuNodes, GpuOperator, GpuOperatorVersion, GpuReleases, LlmServingOptions, MigPartitionedGpu, NimCaller, NimModel,
    NimServiceOptions, NimStagePlacement, NimVoicePipeline,
)
from constructs import Construct


class VoiceReinvested(Chart):
    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id, namespace="voice")

        operator = GpuOperator(self, "gpu-operator", releases=GpuReleases(gpu_operator=GpuOperatorVersion.V26_7))
        node = MigPartitionedGpu(
            self, "support",
            operator=operator,
            gpu=Gpu.from_product_label("NVIDIA-A100-SXM4-80GB"),
            nodes=GpuNodes.named(["gpu-node-1"], gpus_per_node=3),
            layouts=[GpuLayout.of({"3g.40gb": 2}), GpuLayout.whole(), GpuLayout.whole()],
        )

        self.voice = NimVoicePipeline(
            self, "voice",
            # no selectors: the pipeline takes the best that surely fits the slice, and says which
            asr=NimServiceOptions(name="asr", model=NimModel.of("parakeet-1-1b-ctc-en-us"), slice=node.slice("3g.40gb")),
            llm=NimServiceOptions(
                name="llm",
                model=NimModel.of("llama-3.1-nemotron-nano-vl-8b-v1"),
                slice=node.whole_gpu(),
                replicas=2,
                serving=LlmServingOptions(context_length=16384, concurrency=16),
                accept_uncertain_memory="the vision tower is not counted; the language model leaves more than 20 GiB of the GPU free for it",
            ),
            tts=NimServiceOptions(name="tts", model=NimModel.of("magpie-tts-multilingual"), slice=node.slice("3g.40gb")),
            placement=NimStagePlacement.ONE_NODE,
            callers=[NimCaller.pods({"app": "voice-agent"})],
            monitor=NimCaller.pods_of_namespace("monitoring", {"app.kubernetes.io/name": "prometheus"}),
        )


app = App()
chart = VoiceReinvested(app, "voice-reinvested")
app.synth()

for decision in chart.voice.decisions:
    print(f"  {decision}")
