"""Recognition, language model and synthesis on an A100 each: the baseline that the other topologies are compared with."""
from cdk8s import App, Chart
from cdk8s_gpu import (
    DedicatedGpu, Gpu, GpuNodes, GpuOperator, GpuOperatorVersion, GpuReleases, LlmServingOptions, NimModel, NimServiceOptions,
    NimVoicePipeline,
)
from constructs import Construct


class VoiceDedicated(Chart):
    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id, namespace="voice")

        operator = GpuOperator(self, "gpu-operator", releases=GpuReleases(gpu_operator=GpuOperatorVersion.V26_7))
        pool = DedicatedGpu(
            self, "a100",
            operator=operator,
            gpu=Gpu.from_product_label("NVIDIA-A100-SXM4-80GB"),
            nodes=GpuNodes.named(["gpu-node-1"], gpus_per_node=3),
        )

        NimVoicePipeline(
            self, "voice",
            asr=NimServiceOptions(
                name="asr",
                model=NimModel.of("parakeet-1-1b-ctc-en-us"),
                selector="mode=str,vad=silero",
                slice=pool.whole_gpu(),
            ),
            llm=NimServiceOptions(
                name="llm",
                model=NimModel.of("llama-3.1-nemotron-nano-vl-8b-v1"),
                slice=pool.whole_gpu(),
                serving=LlmServingOptions(context_length=16384, concurrency=16),
                accept_uncertain_memory="the vision tower is not counted; the language model leaves more than 20 GiB of the GPU free for it",
            ),
            tts=NimServiceOptions(
                name="tts",
                model=NimModel.of("magpie-tts-multilingual"),
                selector="name=magpie-tts-multilingual,batch_size=8",
                slice=pool.whole_gpu(),
            ),
        )


app = App()
VoiceDedicated(app, "voice-dedicated")
app.synth()
