"""A language model by vLLM on MIG slices of one A100, as many as its queue asks for, and recognition on a slice of the other: a voice pipeline."""
from cdk8s import App, Chart
from cdk8s_gpu import (
    Gpu, GpuLayout, GpuNodes, GpuOperator, GpuOperatorVersion, GpuReleases, LlmArchitecture, LlmServingOptions, MigPartitionedGpu, NimCaller,
    NimModel, NimServiceOptions, NimVoicePipeline, SecretKey, ServerMonitor, ServerScaling, VllmServer,
)
from constructs import Construct


class VllmOnASlice(Chart):
    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id, namespace="voice")

        operator = GpuOperator(self, "gpu-operator", releases=GpuReleases(gpu_operator=GpuOperatorVersion.V26_7))
        node = MigPartitionedGpu(
            self, "a100",
            operator=operator,
            gpu=Gpu.from_product_label("NVIDIA-A100-SXM4-80GB"),
            nodes=GpuNodes.named(["gpu-node-1"], gpus_per_node=2),
            layout=GpuLayout.of({"3g.40gb": 2}),
        )

        llm = VllmServer(
            self, "llm",
            name="llm",
            model=LlmArchitecture.of("meta-llama/Llama-3.1-8B-Instruct"),
            version="0.31.0",
            slice=node.slice("3g.40gb"),
            serving=LlmServingOptions(context_length=16384, concurrency=8),
            hugging_face_token=SecretKey(secret="hugging-face", key="token"),
            scaling=ServerScaling.keda(prometheus="http://prometheus-operated.monitoring.svc:9090", max_replicas=2, waiting_per_replica=5),
            metrics=ServerMonitor.service(labels={"release": "kube-prometheus-stack"}),
        )

        NimVoicePipeline(
            self, "voice",
            asr=NimServiceOptions(
                name="asr", model=NimModel.of("parakeet-1-1b-ctc-en-us"), selector="mode=str,vad=silero", slice=node.slice("3g.40gb"),
            ),
            llm_server=llm,
            callers=[NimCaller.pods({"app": "voice-agent"})],
            monitor=NimCaller.namespace("monitoring"),
        )


app = App()
VllmOnASlice(app, "vllm-on-a-slice")
app.synth()
