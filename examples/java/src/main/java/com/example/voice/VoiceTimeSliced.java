package com.example.voice;

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
import com.example.cdk8sgpu.LlmServingOptions;
import com.example.cdk8sgpu.NimModel;
import com.example.cdk8sgpu.NimServiceOptions;
import com.example.cdk8sgpu.NimVoicePipeline;
import com.example.cdk8sgpu.TimeSlicedGpu;
import java.util.List;
import java.util.Map;
import org.cdk8s.App;
import org.cdk8s.Chart;
import org.cdk8s.ChartProps;
import software.constructs.Construct;

/** Recognition and synthesis share one A100 in time, the language model has one to itself; two ways, each for a cluster of its own. */
public final class VoiceTimeSliced {
    private VoiceTimeSliced() { }

    /** The stages as they are in both ways, each on the slice that it is given. */
    private static void pipeline(final Construct scope, final GpuSlice asr, final GpuSlice llm, final GpuSlice tts) {
        NimVoicePipeline.Builder.create(scope, "voice")
            .asr(NimServiceOptions.builder()
                .name("asr")
                .model(NimModel.PARAKEET_1_1_B_CTC_EN_US)
                .selector("mode=str,vad=silero")
                .slice(asr)
                .build())
            .llm(NimServiceOptions.builder()
                .name("llm")
                .model(NimModel.LLAMA_3_1_NEMOTRON_NANO_VL_8_B_V1)
                .slice(llm)
                .serving(LlmServingOptions.builder().contextLength(16384).concurrency(16).build())
                .acceptUncertainMemory("the vision tower is not counted; the language model leaves more than 20 GiB of the GPU free for it")
                .build())
            .tts(NimServiceOptions.builder()
                .name("tts")
                .model(NimModel.MAGPIE_TTS_MULTILINGUAL)
                .selector("name=magpie-tts-multilingual,batch_size=8")
                .slice(tts)
                .build())
            .build();
    }

    /** One node whose GPU is shared, another whose GPUs are not. */
    static final class TwoPools extends Chart {
        TwoPools(final Construct scope, final String id, final Gpu gpu) {
            super(scope, id, ChartProps.builder().namespace("voice").build());

            final GpuOperator operator = GpuOperator.Builder.create(this, "gpu-operator")
                .releases(GpuReleases.builder().gpuOperator(GpuOperatorVersion.V26_7).build()).build();
            final TimeSlicedGpu shared = TimeSlicedGpu.Builder.create(this, "speech")
                .operator(operator)
                .gpu(gpu)
                .nodes(GpuNodes.named(List.of("gpu-node-1"), GpuNodesOptions.builder().gpusPerNode(1).build()))
                .replicas(2)
                .devicePlugin(DevicePluginSharing.builder().renameByDefault(true).build())
                .build();
            final DedicatedGpu whole = DedicatedGpu.Builder.create(this, "language")
                .operator(operator)
                .gpu(gpu)
                .nodes(GpuNodes.named(List.of("gpu-node-2"), GpuNodesOptions.builder().gpusPerNode(2).build()))
                .build();
            pipeline(this, shared.share(), whole.wholeGpu(), shared.share());
        }
    }

    /** GPU 0 is one MIG device that two containers take turns on, GPUs 1 and 2 stay whole. */
    static final class OneNode extends Chart {
        OneNode(final Construct scope, final String id, final Gpu gpu) {
            super(scope, id, ChartProps.builder().namespace("voice").build());

            final GpuOperator operator = GpuOperator.Builder.create(this, "gpu-operator")
                .releases(GpuReleases.builder().gpuOperator(GpuOperatorVersion.V26_7).build()).build();
            final TimeSlicedGpu pool = TimeSlicedGpu.Builder.create(this, "a100")
                .operator(operator)
                .gpu(gpu)
                .nodes(GpuNodes.named(List.of("gpu-node-1"), GpuNodesOptions.builder().gpusPerNode(3).build()))
                .layouts(List.of(GpuLayout.of(Map.of("7g.80gb", 1)), GpuLayout.whole(), GpuLayout.whole()))
                .replicas(2)
                .build();
            pipeline(this, pool.share("7g.80gb"), pool.wholeGpu(), pool.share("7g.80gb"));
        }
    }

    public static void main(final String[] args) {
        final App app = new App();
        final Gpu gpu = Gpu.fromProductLabel("NVIDIA-A100-SXM4-80GB");
        new TwoPools(app, "two-pools", gpu);
        new OneNode(app, "one-node", gpu);
        app.synth();
    }
}
