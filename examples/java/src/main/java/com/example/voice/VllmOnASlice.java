package com.example.voice;

import com.example.cdk8sgpu.Gpu;
import com.example.cdk8sgpu.GpuLayout;
import com.example.cdk8sgpu.GpuNodes;
import com.example.cdk8sgpu.GpuNodesOptions;
import com.example.cdk8sgpu.GpuOperator;
import com.example.cdk8sgpu.GpuOperatorVersion;
import com.example.cdk8sgpu.GpuReleases;
import com.example.cdk8sgpu.KedaScalingOptions;
import com.example.cdk8sgpu.LlmArchitecture;
import com.example.cdk8sgpu.LlmServingOptions;
import com.example.cdk8sgpu.MigPartitionedGpu;
import com.example.cdk8sgpu.NimCaller;
import com.example.cdk8sgpu.NimModel;
import com.example.cdk8sgpu.NimServiceOptions;
import com.example.cdk8sgpu.NimVoicePipeline;
import com.example.cdk8sgpu.SecretKey;
import com.example.cdk8sgpu.ServerMonitor;
import com.example.cdk8sgpu.ServerMonitorOptions;
import com.example.cdk8sgpu.ServerScaling;
import com.example.cdk8sgpu.VllmServer;
import java.util.List;
import java.util.Map;
import org.cdk8s.App;
import org.cdk8s.Chart;
import org.cdk8s.ChartProps;
import software.constructs.Construct;

/** A language model by vLLM on MIG slices of one A100, as many as its queue asks for, and recognition on a slice of the other: a voice pipeline. */
public class VllmOnASlice extends Chart {
    public VllmOnASlice(final Construct scope, final String id) {
        super(scope, id, ChartProps.builder().namespace("voice").build());

        final GpuOperator operator = GpuOperator.Builder.create(this, "gpu-operator")
            .releases(GpuReleases.builder().gpuOperator(GpuOperatorVersion.V26_7).build()).build();
        final MigPartitionedGpu node = MigPartitionedGpu.Builder.create(this, "a100")
            .operator(operator)
            .gpu(Gpu.A100_SXM4_80_GB)
            .nodes(GpuNodes.named(List.of("gpu-node-1"), GpuNodesOptions.builder().gpusPerNode(2).build()))
            .layout(GpuLayout.of(Map.of("3g.40gb", 2)))
            .build();

        final VllmServer llm = VllmServer.Builder.create(this, "llm")
            .name("llm")
            .model(LlmArchitecture.of("meta-llama/Llama-3.1-8B-Instruct"))
            .version("0.31.0")
            .slice(node.slice("3g.40gb"))
            .serving(LlmServingOptions.builder().contextLength(16384).concurrency(8).build())
            .huggingFaceToken(SecretKey.builder().secret("hugging-face").key("token").build())
            .scaling(ServerScaling.keda(KedaScalingOptions.builder()
                .prometheus("http://prometheus-operated.monitoring.svc:9090").maxReplicas(2).waitingPerReplica(5).build()))
            .metrics(ServerMonitor.service(ServerMonitorOptions.builder().labels(Map.of("release", "kube-prometheus-stack")).build()))
            .build();

        NimVoicePipeline.Builder.create(this, "voice")
            .asr(NimServiceOptions.builder()
                .name("asr")
                .model(NimModel.PARAKEET_1_1_B_CTC_EN_US)
                .selector("mode=str,vad=silero")
                .slice(node.slice("3g.40gb"))
                .build())
            .llmServer(llm)
            .callers(List.of(NimCaller.pods(Map.of("app", "voice-agent"))))
            .monitor(NimCaller.namespace("monitoring"))
            .build();
    }

    public static void main(final String[] args) {
        final App app = new App();
        new VllmOnASlice(app, "vllm-on-a-slice");
        app.synth();
    }
}
