package com.example.voice;

import com.example.cdk8sgpu.ClusterPolicy;
import com.example.cdk8sgpu.DedicatedGpu;
import com.example.cdk8sgpu.DevicePluginSharing;
import com.example.cdk8sgpu.Gpu;
import com.example.cdk8sgpu.GpuLayout;
import com.example.cdk8sgpu.GpuNodes;
import com.example.cdk8sgpu.GpuNodesOptions;
import com.example.cdk8sgpu.GpuOperator;
import com.example.cdk8sgpu.GpuOperatorVersion;
import com.example.cdk8sgpu.GpuReleases;
import com.example.cdk8sgpu.GpuSlice;
import com.example.cdk8sgpu.GpuTaint;
import com.example.cdk8sgpu.GpuTaintEffect;
import com.example.cdk8sgpu.MigPartitionedGpu;
import com.example.cdk8sgpu.MpsSharedGpu;
import com.example.cdk8sgpu.TimeSlicedGpu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.cdk8s.ApiObjectMetadata;
import org.cdk8s.App;
import org.cdk8s.Chart;
import org.cdk8s.ChartProps;
import org.cdk8s.plus28.ContainerProps;
import org.cdk8s.plus28.ContainerSecurityContextProps;
import org.cdk8s.plus28.Deployment;
import software.constructs.Construct;

/** One operator, five pools: MIG on A100 and on H200, time-slicing on L4, MPS on L40S, whole H100s. */
public class MixedFleet extends Chart {
    private final GpuOperator operator;

    public MixedFleet(final Construct scope, final String id) {
        super(scope, id, ChartProps.builder().namespace("inference").build());

        // MIG and MPS together: the strategy must be unset in the policy, which only a merge patch or Helm values can say
        this.operator = GpuOperator.Builder.create(this, "gpu-operator")
            .releases(GpuReleases.builder().gpuOperator(GpuOperatorVersion.V26_7).build())
            .clusterPolicy(ClusterPolicy.mergePatch())
            .build();

        final MigPartitionedGpu a100 = MigPartitionedGpu.Builder.create(this, "a100")
            .operator(this.operator)
            .gpu(Gpu.A100_SXM4_80_GB)
            .nodes(GpuNodes.named(List.of("a100-1", "a100-2"), GpuNodesOptions.builder().gpusPerNode(8).build()))
            .layout(GpuLayout.of(Map.of("3g.40gb", 1, "2g.20gb", 1, "1g.10gb", 2)))
            .build();
        final MigPartitionedGpu h200 = MigPartitionedGpu.Builder.create(this, "h200")
            .operator(this.operator)
            .gpu(Gpu.H200_SXM_141_GB)
            .nodes(GpuNodes.withBoard()) // also nodes that come later
            .layout(GpuLayout.of(Map.of("1g.18gb", 7)))
            .build();
        final TimeSlicedGpu l4 = TimeSlicedGpu.Builder.create(this, "l4")
            .operator(this.operator)
            .gpu(Gpu.L4)
            .nodes(GpuNodes.labeled(Map.of("cloud.example.com/pool", "l4"), GpuNodesOptions.builder().gpusPerNode(1).count(4).build()))
            .replicas(4)
            .devicePlugin(DevicePluginSharing.builder().renameByDefault(true).build())
            .build();
        final MpsSharedGpu l40s = MpsSharedGpu.Builder.create(this, "l40s")
            .operator(this.operator)
            .gpu(Gpu.L40_S)
            .nodes(GpuNodes.named(List.of("l40s-1"), GpuNodesOptions.builder()
                .gpusPerNode(4)
                .taints(List.of(GpuTaint.builder().key("team").value("search").effect(GpuTaintEffect.NO_SCHEDULE).build()))
                .build()))
            .replicas(8)
            .build();
        final DedicatedGpu h100 = DedicatedGpu.Builder.create(this, "h100")
            .operator(this.operator)
            .gpu(Gpu.H100_SXM5_80_GB)
            .nodes(GpuNodes.named(List.of("h100-1"), GpuNodesOptions.builder().gpusPerNode(8).build()))
            .build();

        deployment("guardrail", a100.slice("1g.10gb"));
        deployment("reranker", a100.slice("2g.20gb"));
        deployment("translator", h200.slice("1g.18gb"));
        deployment("notebook", l4.share());
        deployment("embedder", l40s.share());
        deployment("trainer", h100.wholeGpu());
    }

    /** A workload of your own, here of cdk8s-plus; the slice brings resources, node selector and tolerations. */
    private void deployment(final String name, final GpuSlice slice) {
        final Deployment deployment = Deployment.Builder.create(this, name)
            .metadata(ApiObjectMetadata.builder().name(name).build())
            .replicas(1)
            .containers(List.of(ContainerProps.builder()
                .name(name)
                .image("registry.example.com/" + name + ":1.0.0")
                .securityContext(ContainerSecurityContextProps.builder().user(1000).build())
                .build()))
            .build();
        slice.attachTo(deployment);
    }

    public static void main(final String[] args) throws IOException {
        final App app = new App();
        final MixedFleet chart = new MixedFleet(app, "mixed-fleet");
        app.synth();

        // the policy's settings, for: kubectl patch clusterpolicy cluster-policy --type merge --patch-file cluster-policy.patch.yaml
        Files.writeString(Path.of(app.getOutdir(), "cluster-policy.patch.yaml"), chart.operator.renderMergePatch());
        chart.operator.getDecisions().forEach(decision -> System.out.println("  " + decision));
    }
}
