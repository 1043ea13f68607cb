package com.example.voice;

import com.example.cdk8sgpu.DedicatedGpu;
import com.example.cdk8sgpu.Gpu;
import com.example.cdk8sgpu.GpuNodes;
import com.example.cdk8sgpu.GpuNodesOptions;
import com.example.cdk8sgpu.GpuOperator;
import com.example.cdk8sgpu.GpuOperatorVersion;
import com.example.cdk8sgpu.GpuReleases;
import com.example.cdk8sgpu.LlmServingOptions;
import com.example.cdk8sgpu.NimModel;
import com.example.cdk8sgpu.NimServiceOptions;
import com.example.cdk8sgpu.NimVoicePipeline;
import java.util.List;
import org.cdk8s.App;
import org.cdk8s.Chart;
import org.cdk8s.ChartProps;
import software.constructs.Construct;

/** Recognition, language model and synthesis on an A100 each: the baseline that the other topologies are compared with. */
public class VoiceDedicated extends Chart {
    public VoiceDedicated(final Construct scope, final String id) {
        super(scope, id, ChartProps.builder().namespace("voice").build());

        final GpuOperator operator = GpuOperator.Builder.create(this, "gpu-operator")
            .releases(GpuReleases.builder().gpuOperator(GpuOperatorVersion.V26_7).build()).build();
        final DedicatedGpu pool = DedicatedGpu.Builder.create(this, "a100")
            .operator(operator)
            .gpu(Gpu.A100_SXM4_80_GB)
            .nodes(GpuNodes.named(List.of("gpu-node-1"), GpuNodesOptions.builder().gpusPerNode(3).build()))
            .build();

        NimVoicePipeline.Builder.create(this, "voice")
            .asr(NimServiceOptions.builder()
                .name("asr")
                .model(NimModel.PARAKEET_1_1_B_CTC_EN_US)
                .selector("mode=str,vad=silero")
                .slice(pool.wholeGpu())
                .build())
            .llm(NimServiceOptions.builder()
                .name("llm")
                .model(NimModel.LLAMA_3_1_NEMOTRON_NANO_VL_8_B_V1)
                .slice(pool.wholeGpu())
                .serving(LlmServingOptions.builder().contextLength(16384).concurrency(16).build())
                .acceptUncertainMemory("the vision tower is not counted; the language model leaves more than 20 GiB of the GPU free for it")
                .build())
            .tts(NimServiceOptions.builder()
                .name("tts")
                .model(NimModel.MAGPIE_TTS_MULTILINGUAL)
                .selector("name=magpie-tts-multilingual,batch_size=8")
                .slice(pool.wholeGpu())
                .build())
            .build();
    }

    public static void main(final String[] args) {
        final App app = new App();
        new VoiceDedicated(app, "voice-dedicated");
        app.synth();
    }
}
