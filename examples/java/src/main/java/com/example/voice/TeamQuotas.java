package com.example.voice;

import com.example.cdk8sgpu.Gpu;
import com.example.cdk8sgpu.GpuAllowance;
import com.example.cdk8sgpu.GpuLayout;
import com.example.cdk8sgpu.GpuNodes;
import com.example.cdk8sgpu.GpuNodesOptions;
import com.example.cdk8sgpu.GpuOperator;
import com.example.cdk8sgpu.GpuOperatorVersion;
import com.example.cdk8sgpu.GpuQueue;
import com.example.cdk8sgpu.GpuQueueQuota;
import com.example.cdk8sgpu.GpuReleases;
import com.example.cdk8sgpu.GpuSlice;
import com.example.cdk8sgpu.GpuTeam;
import com.example.cdk8sgpu.KueueVersion;
import com.example.cdk8sgpu.LlmArchitecture;
import com.example.cdk8sgpu.LlmServingOptions;
import com.example.cdk8sgpu.MigPartitionedGpu;
import com.example.cdk8sgpu.NimCaller;
import com.example.cdk8sgpu.PodSecurityLevel;
import com.example.cdk8sgpu.VllmServer;
import java.util.List;
import java.util.Map;
import org.cdk8s.App;
import org.cdk8s.Chart;
import org.cdk8s.ChartProps;
import software.constructs.Construct;

/** Two H100 that two teams share: a quota of slices for each, a queue for one of them, and what it serves. */
public class TeamQuotas extends Chart {
    public TeamQuotas(final Construct scope, final String id) {
        super(scope, id, ChartProps.builder().namespace("research").build());

        final GpuOperator operator = GpuOperator.Builder.create(this, "gpu-operator")
            .releases(GpuReleases.builder().gpuOperator(GpuOperatorVersion.V26_7).kueue(KueueVersion.V0_17).build()).build();
        final MigPartitionedGpu node = MigPartitionedGpu.Builder.create(this, "h100")
            .operator(operator)
            .gpu(Gpu.of("h100-sxm5-80gb"))
            .nodes(GpuNodes.named(List.of("gpu-node-1"), GpuNodesOptions.builder().gpusPerNode(2).build()))
            .layouts(List.of(GpuLayout.of(Map.of("3g.40gb", 2)), GpuLayout.of(Map.of("1g.10gb", 7))))
            .build();
        final GpuSlice half = node.slice("3g.40gb");
        final GpuSlice seventh = node.slice("1g.10gb");

        final GpuQueue queue = GpuQueue.Builder.create(this, "queue")
            .name("research")
            .quotas(List.of(
                GpuQueueQuota.builder().slice(half).count(2).build(),
                GpuQueueQuota.builder().slice(seventh).count(3).build()))
            .build();
        final GpuTeam research = GpuTeam.Builder.create(this, "research")
            .namespace("research")
            .podSecurity(PodSecurityLevel.RESTRICTED)
            .allowances(List.of(allowance(half, 2), allowance(seventh, 3)))
            .queue(queue)
            .build();
        GpuTeam.Builder.create(this, "product")
            .namespace("product")
            .podSecurity(PodSecurityLevel.RESTRICTED)
            .allowances(List.of(allowance(half, 0), allowance(seventh, 4)))
            .callers(List.of(NimCaller.namespace("gateway")))
            .build();

        final VllmServer server = VllmServer.Builder.create(this, "llm")
            .name("llm")
            .model(LlmArchitecture.of("Qwen/Qwen3-8B"))
            .version("0.31.0")
            .slice(half)
            .serving(LlmServingOptions.builder().contextLength(16384).concurrency(4).build())
            .build();
        research.submit(server); // it starts when Kueue admits it
    }

    private static GpuAllowance allowance(final GpuSlice slice, final int count) {
        return GpuAllowance.builder().slice(slice).count(count).build();
    }

    public static void main(final String[] args) {
        final App app = new App();
        new TeamQuotas(app, "team-quotas");
        app.synth();
    }
}
