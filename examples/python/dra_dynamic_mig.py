"""H100s that NVIDIA's DRA driver cuts as claims come: by resource for pods that are as they were, by claim for what only a claim can say."""
from cdk8s import ApiObject, App, Chart
from cdk8s_gpu import (
    Gpu, GpuAllocation, GpuLayout, GpuNodes, GpuOperator, GpuOperatorVersion, GpuReleases, KubernetesVersion, MigPartitionedGpu,
)
from cdk8s_plus_28 import k8s  # or what "cdk8s import k8s" writes
from constructs import Construct

RESTRICTED = k8s.SecurityContext(
    allow_privilege_escalation=False,
    capabilities=k8s.Capabilities(drop=["ALL"]),
    run_as_non_root=True,
    run_as_user=1000,
    seccomp_profile=k8s.SeccompProfile(type="RuntimeDefault"),
)


class DraDynamicMig(Chart):
    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id, namespace="inference")

        operator = GpuOperator(
            self, "gpu-operator",
            releases=GpuReleases(gpu_operator=GpuOperatorVersion.V26_7, kubernetes=KubernetesVersion.V1_37),
            allocation=GpuAllocation.DRA,
        )
        pool = MigPartitionedGpu(
            self, "h100",
            operator=operator,
            gpu=Gpu.of("h100-sxm5-80gb"),
            nodes=GpuNodes.named(["h100-1"], gpus_per_node=2),
            layout=GpuLayout.of({"3g.40gb": 1, "2g.20gb": 1, "1g.20gb": 1}),
        )

        # as with the device plugin: nvidia.com/mig-3g.40gb, which a DeviceClass stands for
        pool.slice("3g.40gb").attach_to(self.deployment("reranker", ["reranker"]))
        # the smaller of two that is free
        pool.first_available(["2g.20gb", "3g.40gb"]).attach_to(self.deployment("translator", ["translator"]))
        # two slices of one board, so that they share its memory bandwidth and no other board is touched
        speech = self.deployment("speech", ["asr", "tts"])
        asr, tts = pool.on_one_board(["1g.20gb", "2g.20gb"])
        asr.attach_to(speech, containers=["asr"])
        tts.attach_to(speech, containers=["tts"])

    def deployment(self, name: str, containers: list[str]) -> ApiObject:
        labels = {"app": name}
        return k8s.KubeDeployment(
            self, name,
            metadata=k8s.ObjectMeta(name=name),
            spec=k8s.DeploymentSpec(
                selector=k8s.LabelSelector(match_labels=labels),
                strategy=k8s.DeploymentStrategy(type="Recreate"),
                template=k8s.PodTemplateSpec(
                    metadata=k8s.ObjectMeta(labels=labels),
                    spec=k8s.PodSpec(
                        automount_service_account_token=False,
                        containers=[
                            k8s.Container(
                                name=container, image=f"registry.example.com/{container}:1.0.0", security_context=RESTRICTED,
                            )
                            for container in containers
                        ],
                    ),
                ),
            ),
        )


app = App()
DraDynamicMig(app, "dra-dynamic-mig")
app.synth()
