"""Two H100 that two teams share: a quota of slices for each, a queue for one of them, and what it serves."""
from cdk8s import App, Chart
from cdk8s_gpu import (
    Gpu, GpuAllowance, GpuLayout, GpuNodes, GpuOperator, GpuOperatorVersion, GpuQueue, GpuQueueQuota, GpuReleases, GpuTeam, KueueVersion,
    LlmArchitecture, LlmServingOptions, MigPartitionedGpu, NimCaller, PodSecurityLevel, VllmServer,
)
from constructs import Construct


class TeamQuotas(Chart):
    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id, namespace="research")

        operator = GpuOperator(
            self, "gpu-operator", releases=GpuReleases(gpu_operator=GpuOperatorVersion.V26_7, kueue=KueueVersion.V0_17),
        )
        node = MigPartitionedGpu(
            self, "h100",
            operator=operator,
            gpu=Gpu.of("h100-sxm5-80gb"),
            nodes=GpuNodes.named(["gpu-node-1"], gpus_per_node=2),
            layouts=[GpuLayout.of({"3g.40gb": 2}), GpuLayout.of({"1g.10gb": 7})],
        )
        half = node.slice("3g.40gb")
        seventh = node.slice("1g.10gb")

        queue = GpuQueue(
            self, "queue", name="research", quotas=[GpuQueueQuota(slice=half, count=2), GpuQueueQuota(slice=seventh, count=3)],
        )
        research = GpuTeam(
            self, "research",
            namespace="research",
            pod_security=PodSecurityLevel.RESTRICTED,
            allowances=[GpuAllowance(slice=half, count=2), GpuAllowance(slice=seventh, count=3)],
            queue=queue,
        )
        GpuTeam(
            self, "product",
            namespace="product",
            pod_security=PodSecurityLevel.RESTRICTED,
            allowances=[GpuAllowance(slice=half, count=0), GpuAllowance(slice=seventh, count=4)],
            callers=[NimCaller.namespace("gateway")],
        )

        server = VllmServer(
            self, "llm",
            name="llm",
            model=LlmArchitecture.of("Qwen/Qwen3-8B"),
            version="0.31.0",
            slice=half,
            serving=LlmServingOptions(context_length=16384, concurrency=4),
        )
        research.submit(server)  # it starts when Kueue admits it


app = App()
TeamQuotas(app, "team-quotas")
app.synth()
