"""Recognition and synthesis on two MIG slices of one A100, the language model on a whole one, the third free."""
from cdk8s import App, Chart
from cdk8s_gpu import (
    Gpu, GpuLayout, GpuNodes, GpuOperator, GpuOperatorVersion, GpuReleases, LlmServingOptions, MigPartitionedGpu, NimModel, NimServiceOptions,
    NimVoicePipeline,
)
from constructs import Construct


class VoiceMig(Chart):
    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id, namespace="voice")

        operator = GpuOperator(self, "gpu-operator", releases=GpuReleases(gpu_operator=GpuOperatorVersion.V26_7))
        node = MigPartitionedGpu(
            self, "support",
            operator=operator,
            gpu=Gpu.from_product_label("NVIDIA-A100-SXM4-80GB"),  # or Gpu.A100_SXM4_80_GB
            nodes=GpuNodes.named(["gpu-node-1"], gpus_per_node=3),
            layouts=[GpuLayout.of({"3g.40gb": 2}), GpuLayout.whole(), GpuLayout.whole()],
        )

        NimVoicePipeline(
            self, "voice",
            asr=NimServiceOptions(
                name="asr",
                model=NimModel.of("parakeet-1-1b-ctc-en-us"),  # or NimModel.PARAKEET_1_1_B_CTC_EN_US
                selector="mode=str,vad=silero",
                slice=node.slice("3g.40gb"),
            ),
            llm=NimServiceOptions(
                name="llm",
                model=NimModel.of("llama-3.1-nemotron-nano-vl-8b-v1"),
                slice=node.whole_gpu(),
                serving=LlmServingOptions(context_length=16384, concurrency=16),
                accept_uncertain_memory="the vision tower is not counted; the language model leaves more than 20 GiB of the GPU free for it",
            ),
            tts=NimServiceOptions(
                name="tts",
                model=NimModel.of("magpie-tts-multilingual"),
                selector="name=magpie-tts-multilingual,batch_size=8",
                slice=node.slice("3g.40gb"),
            ),
        )


app = App()
VoiceMig(app, "voice-mig")
app.synth()
