"""Recognition and synthesis share one A100 in time, the language model has one to itself; two ways, each for a cluster of its own."""
from cdk8s import App, Chart
from cdk8s_gpu import (
    DedicatedGpu, DevicePluginSharing, Gpu, GpuLayout, GpuNodes, GpuOperator, GpuOperatorVersion, GpuReleases, GpuSlice, LlmServingOptions,
    NimModel, NimServiceOptions, NimVoicePipeline, TimeSlicedGpu,
)
from constructs import Construct

A100 = Gpu.from_product_label("NVIDIA-A100-SXM4-80GB")


def pipeline(scope: Construct, *, asr: GpuSlice, llm: GpuSlice, tts: GpuSlice) -> None:
    """The stages as they are in both ways, each on the slice that it is given."""
    NimVoicePipeline(
        scope, "voice",
        asr=NimServiceOptions(name="asr", model=NimModel.of("parakeet-1-1b-ctc-en-us"), selector="mode=str,vad=silero", slice=asr),
        llm=NimServiceOptions(
            name="llm",
            model=NimModel.of("llama-3.1-nemotron-nano-vl-8b-v1"),
            slice=llm,
            serving=LlmServingOptions(context_length=16384, concurrency=16),
            accept_uncertain_memory="the vision tower is not counted; the language model leaves more than 20 GiB of the GPU free for it",
        ),
        tts=NimServiceOptions(
            name="tts", model=NimModel.of("magpie-tts-multilingual"), selector="name=magpie-tts-multilingual,batch_size=8", slice=tts,
        ),
    )


class TwoPools(Chart):
    """One node whose GPU is shared, another whose GPUs are not."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id, namespace="voice")

        operator = GpuOperator(self, "gpu-operator", releases=GpuReleases(gpu_operator=GpuOperatorVersion.V26_7))
        shared = TimeSlicedGpu(
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
        pipeline(self, asr=shared.share(), llm=whole.whole_gpu(), tts=shared.share())


class OneNode(Chart):
    """GPU 0 is one MIG device that two containers take turns on, GPUs 1 and 2 stay whole."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id, namespace="voice")

        operator = GpuOperator(self, "gpu-operator", releases=GpuReleases(gpu_operator=GpuOperatorVersion.V26_7))
        pool = TimeSlicedGpu(
            self, "a100",
            operator=operator,
            gpu=A100,
            nodes=GpuNodes.named(["gpu-node-1"], gpus_per_node=3),
            layouts=[GpuLayout.of({"7g.80gb": 1}), GpuLayout.whole(), GpuLayout.whole()],
            replicas=2,
        )
        pipeline(self, asr=pool.share("7g.80gb"), llm=pool.whole_gpu(), tts=pool.share("7g.80gb"))


app = App()
TwoPools(app, "two-pools")
OneNode(app, "one-node")
app.synth()
