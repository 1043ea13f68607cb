package com.example.voice;

import com.example.cdk8sgpu.Gpu;
import com.example.cdk8sgpu.GpuAllocation;
import com.example.cdk8sgpu.GpuAttachOptions;
import com.example.cdk8sgpu.GpuLayout;
import com.example.cdk8sgpu.GpuNodes;
import com.example.cdk8sgpu.GpuNodesOptions;
import com.example.cdk8sgpu.GpuOperator;
import com.example.cdk8sgpu.GpuOperatorVersion;
import com.example.cdk8sgpu.GpuReleases;
import com.example.cdk8sgpu.GpuSlice;
import com.example.cdk8sgpu.KubernetesVersion;
import com.example.cdk8sgpu.MigPartitionedGpu;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.cdk8s.App;
import org.cdk8s.Chart;
import org.cdk8s.ChartProps;
import org.cdk8s.plus28.k8s.Capabilities;
import org.cdk8s.plus28.k8s.Container;
import org.cdk8s.plus28.k8s.DeploymentSpec;
import org.cdk8s.plus28.k8s.DeploymentStrategy;
import org.cdk8s.plus28.k8s.KubeDeployment;
import org.cdk8s.plus28.k8s.LabelSelector;
import org.cdk8s.plus28.k8s.ObjectMeta;
import org.cdk8s.plus28.k8s.PodSpec;
import org.cdk8s.plus28.k8s.PodTemplateSpec;
import org.cdk8s.plus28.k8s.SeccompProfile;
import org.cdk8s.plus28.k8s.SecurityContext;
import software.constructs.Construct;

/** H100s that NVIDIA's DRA driver cuts as claims come: by resource for pods that are as they were, by claim for what only a claim can say. */
public class DraDynamicMig extends Chart {
    public DraDynamicMig(final Construct scope, final String id) {
        super(scope, id, ChartProps.builder().namespace("inference").build());

        final GpuOperator operator = GpuOperator.Builder.create(this, "gpu-operator")
            .releases(GpuReleases.builder().gpuOperator(GpuOperatorVersion.V26_7).kubernetes(KubernetesVersion.V1_37).build())
            .allocation(GpuAllocation.DRA)
            .build();
        final MigPartitionedGpu pool = MigPartitionedGpu.Builder.create(this, "h100")
            .operator(operator)
            .gpu(Gpu.H100_SXM5_80_GB)
            .nodes(GpuNodes.named(List.of("h100-1"), GpuNodesOptions.builder().gpusPerNode(2).build()))
            .layout(GpuLayout.of(Map.of("3g.40gb", 1, "2g.20gb", 1, "1g.20gb", 1)))
            .build();

        // as with the device plugin: nvidia.com/mig-3g.40gb, which a DeviceClass stands for
        pool.slice("3g.40gb").attachTo(deployment("reranker", "reranker"));
        // the smaller of two that is free
        pool.firstAvailable(List.of("2g.20gb", "3g.40gb")).attachTo(deployment("translator", "translator"));
        // two slices of one board, so that they share its memory bandwidth and no other board is touched
        final KubeDeployment speech = deployment("speech", "asr", "tts");
        final List<GpuSlice> slices = pool.onOneBoard(List.of("1g.20gb", "2g.20gb"));
        slices.get(0).attachTo(speech, GpuAttachOptions.builder().containers(List.of("asr")).build());
        slices.get(1).attachTo(speech, GpuAttachOptions.builder().containers(List.of("tts")).build());
    }

    private KubeDeployment deployment(final String name, final String... containers) {
        final Map<String, String> labels = Map.of("app", name);
        return KubeDeployment.Builder.create(this, name)
            .metadata(ObjectMeta.builder().name(name).build())
            .spec(DeploymentSpec.builder()
                .selector(LabelSelector.builder().matchLabels(labels).build())
                .strategy(DeploymentStrategy.builder().type("Recreate").build())
                .template(PodTemplateSpec.builder()
                    .metadata(ObjectMeta.builder().labels(labels).build())
                    .spec(PodSpec.builder()
                        .automountServiceAccountToken(false)
                        .containers(Stream.of(containers).map(DraDynamicMig::container).toList())
                        .build())
                    .build())
                .build())
            .build();
    }

    private static Container container(final String name) {
        return Container.builder()
            .name(name)
            .image("registry.example.com/" + name + ":1.0.0")
            .securityContext(SecurityContext.builder()
                .allowPrivilegeEscalation(false)
                .capabilities(Capabilities.builder().drop(List.of("ALL")).build())
                .runAsNonRoot(true)
                .runAsUser(1000)
                .seccompProfile(SeccompProfile.builder().type("RuntimeDefault").build())
                .build())
            .build();
    }

    public static void main(final String[] args) {
        final App app = new App();
        new DraDynamicMig(app, "dra-dynamic-mig");
        app.synth();
    }
}
