"""Recognition and synthesis take turns on one A100, the language model has the other to itself, on one node: by Dynamic Resource Allocation."""
from cdk8s import App, Chart
from cdk8s_gpu import (
    Gpu, GpuAllocation, GpuNodes, GpuOperator, GpuOperatorVersion, GpuReleases, KubernetesVersion, LlmServingOptions, NimModel,
    NimOperatorVersion, NimServiceOptions, NimVoicePipeline, TimeSlicedGpu,
)
from constructs import Construct


class DraExperimentTwo(Chart):
    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id, namespace="voice")

        operator = GpuOperator(
            self, "gpu-operator",
            releases=GpuReleases(
                gpu_operator=GpuOperatorVersion.V26_7, kubernetes=KubernetesVersion.V1_37, nim_operator=NimOperatorVersion.V3_1_2,
            ),
            allocation=GpuAllocation.DRA,
        )
        node = TimeSlicedGpu(
            self, "a100",
            operator=operator,
            gpu=Gpu.from_product_label("NVIDIA-A100-SXM4-80GB"),
            nodes=GpuNodes.named(["gpu-node-1"], gpus_per_node=2),
            replicas=2,
        )

        # both name one claim, so they share its GPU; the third claims another
        speech = node.share(group="speech")
        NimVoicePipeline(
            self, "voice",
            asr=NimServiceOptions(
                name="asr", model=NimModel.of("parakeet-1-1b-ctc-en-us"), selector="mode=str,vad=silero", slice=speech,
            ),
            llm=NimServiceOptions(
                name="llm",
                model=NimModel.of("llama-3.1-nemotron-nano-vl-8b-v1"),
                slice=node.whole_gpu(),
                serving=LlmServingOptions(context_length=16384, concurrency=16),
                accept_uncertain_memory="the vision tower is not counted; the language model leaves more than 20 GiB of the GPU free for it",
            ),
            tts=NimServiceOptions(
                name="tts", model=NimModel.of("magpie-tts-multilingual"), selector="name=magpie-tts-multilingual,batch_size=8", slice=speech,
            ),
        )


app = App()
DraExperimentTwo(app, "dra-experiment-2")
app.synth()
