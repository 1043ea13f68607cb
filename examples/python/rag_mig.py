"""Retrieval-augmented generation on MIG slices, in two sizes, each for a cluster of its own."""
from cdk8s import App, Chart
from cdk8s_gpu import (
    Gpu, GpuLayout, GpuNodes, GpuOperator, GpuOperatorVersion, GpuReleases, LlmServingOptions, MigPartitionedGpu, NimModel, NimRagPipeline,
    NimServiceOptions, NimStorage,
)
from constructs import Construct

H100 = Gpu.of("h100-sxm5-80gb")

# why a slice is trusted although no figure of the model's memory is published
AS_NVIDIA_DOES = "NVIDIA places it on such a slice of this board: NVIDIA-AI-Blueprints/rag deploy/helm/mig-slicing"
PROFILE_UNKNOWN = "which profile it picks on an H100 is not documented; measure it when it first runs, and give footprint"


class FiveBoards(Chart):
    """NVIDIA's own placement of its RAG blueprint on five H100s of one node."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id, namespace="rag")

        operator = GpuOperator(self, "gpu-operator", releases=GpuReleases(gpu_operator=GpuOperatorVersion.V26_7))
        node = MigPartitionedGpu(
            self, "h100",
            operator=operator,
            gpu=H100,
            nodes=GpuNodes.named(["gpu-node-1"], gpus_per_node=5),
            layouts=[
                GpuLayout.whole(),
                GpuLayout.whole(),
                GpuLayout.of({"3g.40gb": 1, "1g.10gb": 4}),
                GpuLayout.whole(),
                GpuLayout.of({"3g.40gb": 1, "1g.20gb": 2}),
            ],
        )

        def small(name: str, model: str) -> NimServiceOptions:
            return NimServiceOptions(
                name=name, model=NimModel.of(model), slice=node.slice("1g.10gb"), accept_uncertain_memory=AS_NVIDIA_DOES,
            )

        NimRagPipeline(
            self, "rag",
            llm=NimServiceOptions(
                name="llm",
                model=NimModel.of("nemotron-3-super-120b-a12b"),
                slice=node.whole_gpu(),
                serving=LlmServingOptions(tensor_parallel=2),
                storage=NimStorage.new_pvc(size="300Gi"),  # 120 billion parameters, at most 2 bytes each
                startup_seconds=7200,  # and they come over the network first
                accept_uncertain_memory="its documentation asks for 160 GB over two GPUs, and these two have that",
            ),
            embedding=NimServiceOptions(
                name="embedding",
                model=NimModel.of("llama-nemotron-embed-vl-1b"),
                slice=node.whole_gpu(),
                accept_uncertain_memory=AS_NVIDIA_DOES,
            ),
            reranker=NimServiceOptions(
                name="reranker",
                model=NimModel.of("llama-3.2-nv-rerankqa-1b-v2"),
                slice=node.slice("1g.20gb"),
                accept_uncertain_memory=AS_NVIDIA_DOES,
            ),
            ingestion={
                "ocr": NimServiceOptions(
                    name="ocr",
                    model=NimModel.of("nemotron-ocr"),
                    slice=node.slice("3g.40gb"),
                    accept_uncertain_memory=AS_NVIDIA_DOES,
                ),
                "page-elements": small("page-elements", "nemotron-page-elements"),
                "graphic-elements": small("graphic-elements", "nemotron-graphic-elements"),
                "table-structure": small("table-structure", "nemotron-table-structure"),
            },
        )


class OneBoard(Chart):
    """A small RAG on a single H100: an 8B language model and the three models around it."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id, namespace="rag")

        operator = GpuOperator(self, "gpu-operator", releases=GpuReleases(gpu_operator=GpuOperatorVersion.V26_7))
        board = MigPartitionedGpu(
            self, "h100",
            operator=operator,
            gpu=H100,
            nodes=GpuNodes.named(["gpu-node-1"], gpus_per_node=1),
            layout=GpuLayout.of({"3g.40gb": 1, "1g.20gb": 1, "1g.10gb": 2}),
        )

        NimRagPipeline(
            self, "rag",
            llm=NimServiceOptions(
                name="llm",
                model=NimModel.of("llama-3.1-8b-instruct"),
                image_tag="1.13.1",  # earlier releases refuse MIG
                slice=board.slice("3g.40gb"),
                serving=LlmServingOptions(context_length=16384, concurrency=8),
            ),
            # the profile of the table takes 3.6 GB, TensorRT's took 25 GiB on an A100
            embedding=NimServiceOptions(
                name="embedding",
                model=NimModel.of("llama-3.2-nv-embedqa-1b-v2"),
                slice=board.slice("1g.20gb"),
                accept_uncertain_memory=PROFILE_UNKNOWN,
            ),
            reranker=NimServiceOptions(
                name="reranker",
                model=NimModel.of("llama-3.2-nv-rerankqa-1b-v2"),
                slice=board.slice("1g.10gb"),
                accept_uncertain_memory=PROFILE_UNKNOWN,
            ),
            guardrails={
                "jailbreak-detect": NimServiceOptions(
                    name="jailbreak-detect",
                    model=NimModel.of("nemoguard-jailbreak-detect"),
                    slice=board.slice("1g.10gb"),
                    accept_uncertain_memory="no figure is published; measure it when it first runs, and give footprint",
                ),
            },
        )


app = App()
FiveBoards(app, "five-boards")
OneBoard(app, "one-board")
app.synth()
