"""Recognition and synthesis run side by side on one A100 through MPS, each with half of it; the language model has one to itself."""
from cdk8s import App, Chart
from cdk8s_gpu import (
    DedicatedGpu, DevicePluginSharing, Gpu, GpuNodes, GpuOperator, GpuOperatorVersion, GpuReleases, LlmServingOptions, MpsSharedGpu,
    NimModel, NimServiceOptions, NimVoicePipeline,
)
from constructs import Construct

A100 = Gpu.from_product_label("NVIDIA-A100-SXM4-80GB")


class VoiceMps(Chart):
    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id, namespace="voice")

        operator = GpuOperator(self, "gpu-operator", releases=GpuReleases(gpu_operator=GpuOperatorVersion.V26_7))
        shared = MpsSharedGpu(
            self, "speech",
            operator=operator,
            gpu=A100,
            nodes=GpuNodes.named(["gpu-node-1"], gpus_per_node=1),
            replicas=2,
            device_plugin=DevicePluginSharing(rename_by_default=True),
        )
        whole = DedicatedGpu(
            self, "language",
            operator=operator,
            gpu=A100,
            nodes=GpuNodes.named(["gpu-node-2"], gpus_per_node=2),
        )

        # both speech stages warn [MPS-009]: see README.md of voice-mps before you run this
        NimVoicePipeline(
            self, "voice",
            asr=NimServiceOptions(
                name="asr",
                model=NimModel.of("parakeet-1-1b-ctc-en-us"),
                selector="mode=str,vad=silero",
                slice=shared.share(),
            ),
            llm=NimServiceOptions(
                name="llm",
                model=NimModel.of("llama-3.1-nemotron-nano-vl-8b-v1"),
                slice=whole.whole_gpu(),
                serving=LlmServingOptions(context_length=16384, concurrency=16),
                accept_uncertain_memory="the vision tower is not counted; the language model leaves more than 20 GiB of the GPU free for it",
            ),
            tts=NimServiceOptions(
                name="tts",
                model=NimModel.of("magpie-tts-multilingual"),
                selector="name=magpie-tts-multilingual,batch_size=8",
                slice=shared.share(),
            ),
        )


app = App()
VoiceMps(app, "voice-mps")
app.synth()  # prints the warning
