package com.example.voice;

import com.example.cdk8sgpu.Gpu;
import com.example.cdk8sgpu.GpuLayout;
import com.example.cdk8sgpu.GpuNodes;
import com.example.cdk8sgpu.GpuNodesOptions;
import com.example.cdk8sgpu.GpuOperator;
import com.example.cdk8sgpu.GpuOperatorVersion;
import com.example.cdk8sgpu.GpuReleases;
import com.example.cdk8sgpu.LlmServingOptions;
import com.example.cdk8sgpu.MigPartitionedGpu;
import com.example.cdk8sgpu.NimCaller;
import com.example.cdk8sgpu.NimModel;
import com.example.cdk8sgpu.NimServiceOptions;
import com.example.cdk8sgpu.NimStagePlacement;
import com.example.cdk8sgpu.NimVoicePipeline;
import java.util.List;
import java.util.Map;
import org.cdk8s.App;
import org.cdk8s.Chart;
import org.cdk8s.ChartProps;
import software.constructs.Construct;

/** As VoiceMig, and a second language model on the GPU that it freed. */
public class VoiceReinvested extends Chart {
    private final NimVoicePipeline voice;

    public VoiceReinvested(final Construct scope, final String id) {
        super(scope, id, ChartProps.builder().namespace("voice").build());

        final GpuOperator operator = GpuOperator.Builder.create(this, "gpu-operator")
            .releases(GpuReleases.builder().gpuOperator(GpuOperatorVersion.V26_7).build()).build();
        final MigPartitionedGpu node = MigPartitionedGpu.Builder.create(this, "support")
            .operator(operator)
            .gpu(Gpu.A100_SXM4_80_GB)
            .nodes(GpuNodes.named(List.of("gpu-node-1"), GpuNodesOptions.builder().gpusPerNode(3).build()))
            .layouts(List.of(GpuLayout.of(Map.of("3g.40gb", 2)), GpuLayout.whole(), GpuLayout.whole()))
            .build();

        // no selectors: the pipeline takes the best that surely fits the slice, and says which
        this.voice = NimVoicePipeline.Builder.create(this, "voice")
            .asr(NimServiceOptions.builder()
                .name("asr")
                .model(NimModel.PARAKEET_1_1_B_CTC_EN_US)
                .slice(node.slice("3g.40gb"))
                .build())
            .llm(NimServiceOptions.builder()
                .name("llm")
                .model(NimModel.LLAMA_3_1_NEMOTRON_NANO_VL_8_B_V1)
                .slice(node.wholeGpu())
                .replicas(2)
                .serving(LlmServingOptions.builder().contextLength(16384).concurrency(16).build())
                .acceptUncertainMemory("the vision tower is not counted; the language model leaves more than 20 GiB of the GPU free for it")
                .build())
            .tts(NimServiceOptions.builder()
                .name("tts")
                .model(NimModel.MAGPIE_TTS_MULTILINGUAL)
                .slice(node.slice("3g.40gb"))
                .build())
            .placement(NimStagePlacement.ONE_NODE)
            .callers(List.of(NimCaller.pods(Map.of("app", "voice-agent"))))
            .monitor(NimCaller.podsOfNamespace("monitoring", Map.of("app.kubernetes.io/name", "prometheus")))
            .build();
    }

    public static void main(final String[] args) {
        final App app = new App();
        final VoiceReinvested chart = new VoiceReinvested(app, "voice-reinvested");
        app.synth();

        chart.voice.getDecisions().forEach(decision -> System.out.println("  " + decision));
    }
}
