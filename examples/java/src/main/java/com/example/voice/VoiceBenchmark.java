package com.example.voice;

import com.example.cdk8sgpu.BenchmarkLoad;
import com.example.cdk8sgpu.BenchmarkPlacementSource;
import com.example.cdk8sgpu.BenchmarkStage;
import com.example.cdk8sgpu.BenchmarkStrategy;
import com.example.cdk8sgpu.BenchmarkTargets;
import com.example.cdk8sgpu.Gpu;
import com.example.cdk8sgpu.GpuDashboards;
import com.example.cdk8sgpu.GpuNodes;
import com.example.cdk8sgpu.GpuNodesOptions;
import com.example.cdk8sgpu.GpuOperator;
import com.example.cdk8sgpu.GpuOperatorVersion;
import com.example.cdk8sgpu.GpuReleases;
import com.example.cdk8sgpu.LlmServingOptions;
import com.example.cdk8sgpu.NimModel;
import com.example.cdk8sgpu.NimServiceSettings;
import com.example.cdk8sgpu.VoiceBenchmarkArm;
import com.example.cdk8sgpu.VoiceBenchmarkArms;
import com.example.cdk8sgpu.VoicePipelineBenchmark;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cdk8s.App;
import org.cdk8s.Chart;
import org.cdk8s.ChartProps;
import software.constructs.Construct;

/** The reference experiment and the run that it lacks: dedicated, time-slicing, MIG, and the freed GPU put to work, each on its own node. */
public class VoiceBenchmark extends Chart {
    public VoiceBenchmark(final Construct scope, final String id) {
        super(scope, id, ChartProps.builder().namespace("bench").build());

        final GpuOperator operator = GpuOperator.Builder.create(this, "gpu-operator")
            .releases(GpuReleases.builder().gpuOperator(GpuOperatorVersion.V26_7).build()).build();
        final VoiceBenchmarkArms arms = VoiceBenchmarkArms.Builder.create(this, "arms")
            .operator(operator)
            .gpu(Gpu.A100_SXM4_80_GB)
            .arms(List.of(
                arm(BenchmarkStrategy.DEDICATED, "gpu-node-1"),
                arm(BenchmarkStrategy.TIME_SLICING, "gpu-node-2"),
                arm(BenchmarkStrategy.MIG, "gpu-node-3"),
                arm(BenchmarkStrategy.REINVEST, "gpu-node-4")))
            .asr(NimServiceSettings.builder().model(NimModel.PARAKEET_1_1_B_CTC_EN_US).selector("mode=str,vad=silero").build())
            .llm(NimServiceSettings.builder()
                .model(NimModel.LLAMA_3_1_8_B_INSTRUCT)
                .serving(LlmServingOptions.builder().contextLength(16384).concurrency(16).build())
                .build())
            .tts(NimServiceSettings.builder()
                .model(NimModel.MAGPIE_TTS_MULTILINGUAL)
                .selector("name=magpie-tts-multilingual,batch_size=8")
                .build())
            .build();

        final List<BenchmarkLoad> loads = new ArrayList<>(BenchmarkLoad.reference());
        loads.addAll(BenchmarkLoad.sweep(BenchmarkStage.TTS, List.of(2, 4, 8, 16)));
        VoicePipelineBenchmark.Builder.create(this, "benchmark")
            .arms(arms.getArms())
            .loads(loads)
            .targets(BenchmarkTargets.builder().firstAudioMs(1500).underruns(0).build())
            .placement(BenchmarkPlacementSource.builder().prometheus("http://prometheus.monitoring.svc:9090").build())
            .resultsClaim("benchmark-results")
            .build();

        GpuDashboards.Builder.create(this, "dashboards").ruleLabels(Map.of("release", "kube-prometheus-stack")).build();
    }

    private static VoiceBenchmarkArm arm(final BenchmarkStrategy strategy, final String node) {
        return VoiceBenchmarkArm.builder()
            .strategy(strategy)
            .nodes(GpuNodes.named(List.of(node), GpuNodesOptions.builder().gpusPerNode(3).build()))
            .build();
    }

    public static void main(final String[] args) {
        final App app = new App();
        new VoiceBenchmark(app, "voice-benchmark");
        app.synth();
    }
}
