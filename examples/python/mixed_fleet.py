"""One operator, five pools: MIG on A100 and on H200, time-slicing on L4, MPS on L40S, whole H100s."""
from pathlib import Path

import cdk8s_plus_28 as kplus
from cdk8s import ApiObjectMetadata, App, Chart
from cdk8s_gpu import (
    ClusterPolicy, DedicatedGpu, DevicePluginSharing, Gpu, GpuLayout, GpuNodes, GpuOperator, GpuOperatorVersion, GpuReleases, GpuSlice,
    GpuTaint, GpuTaintEffect, MigPartitionedGpu, MpsSharedGpu, TimeSlicedGpu,
)
from constructs import Construct


class MixedFleet(Chart):
    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id, namespace="inference")

        # MIG and MPS together: the strategy must be unset in the policy, which only a merge patch or Helm values can say
        self.operator = operator = GpuOperator(
            self, "gpu-operator",
            releases=GpuReleases(gpu_operator=GpuOperatorVersion.V26_7),
            cluster_policy=ClusterPolicy.merge_patch(),
        )

        a100 = MigPartitionedGpu(
            self, "a100",
            operator=operator,
            gpu=Gpu.of("a100-sxm4-80gb"),
            nodes=GpuNodes.named(["a100-1", "a100-2"], gpus_per_node=8),
            layout=GpuLayout.of({"3g.40gb": 1, "2g.20gb": 1, "1g.10gb": 2}),
        )
        h200 = MigPartitionedGpu(
            self, "h200",
            operator=operator,
            gpu=Gpu.of("h200-sxm-141gb"),
            nodes=GpuNodes.with_board(),  # also nodes that come later
            layout=GpuLayout.of({"1g.18gb": 7}),
        )
        l4 = TimeSlicedGpu(
            self, "l4",
            operator=operator,
            gpu=Gpu.of("l4"),
            nodes=GpuNodes.labeled({"cloud.example.com/pool": "l4"}, gpus_per_node=1, count=4),
            replicas=4,
            device_plugin=DevicePluginSharing(rename_by_default=True),
        )
        l40s = MpsSharedGpu(
            self, "l40s",
            operator=operator,
            gpu=Gpu.of("l40s"),
            nodes=GpuNodes.named(
                ["l40s-1"], gpus_per_node=4, taints=[GpuTaint(key="team", value="search", effect=GpuTaintEffect.NO_SCHEDULE)],
            ),
            replicas=8,
        )
        h100 = DedicatedGpu(
            self, "h100",
            operator=operator,
            gpu=Gpu.of("h100-sxm5-80gb"),
            nodes=GpuNodes.named(["h100-1"], gpus_per_node=8),
        )

        self.deployment("guardrail", a100.slice("1g.10gb"))
        self.deployment("reranker", a100.slice("2g.20gb"))
        self.deployment("translator", h200.slice("1g.18gb"))
        self.deployment("notebook", l4.share())
        self.deployment("embedder", l40s.share())
        self.deployment("trainer", h100.whole_gpu())

    def deployment(self, name: str, slice: GpuSlice) -> None:
        """A workload of your own, here of cdk8s-plus; the slice brings resources, node selector and tolerations."""
        deployment = kplus.Deployment(
            self, name,
            metadata=ApiObjectMetadata(name=name),
            replicas=1,
            containers=[kplus.ContainerProps(
                name=name,
                image=f"registry.example.com/{name}:1.0.0",
                security_context=kplus.ContainerSecurityContextProps(user=1000),
            )],
        )
        slice.attach_to(deployment)


app = App()
chart = MixedFleet(app, "mixed-fleet")
app.synth()

# the policy's settings, for: kubectl patch clusterpolicy cluster-policy --type merge --patch-file cluster-policy.patch.yaml
Path(app.outdir, "cluster-policy.patch.yaml").write_text(chart.operator.render_merge_patch())
for decision in chart.operator.decisions:
    print(f"  {decision}")
