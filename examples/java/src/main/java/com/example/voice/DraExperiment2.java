package com.example.voice;

import com.example.cdk8sgpu.Gpu;
import com.example.cdk8sgpu.GpuAllocation;
import com.example.cdk8sgpu.GpuNodes;
import com.example.cdk8sgpu.GpuNodesOptions;
import com.example.cdk8sgpu.GpuOperator;
import com.example.cdk8sgpu.GpuOperatorVersion;
import com.example.cdk8sgpu.GpuReleases;
import com.example.cdk8sgpu.GpuShareOptions;
import com.example.cdk8sgpu.GpuSlice;
import com.example.cdk8sgpu.KubernetesVersion;
import com.example.cdk8sgpu.LlmServingOptions;
import com.example.cdk8sgpu.NimModel;
import com.example.cdk8sgpu.NimOperatorVersion;
import com.example.cdk8sgpu.NimServiceOptions;
import com.example.cdk8sgpu.NimVoicePipeline;
import com.example.cdk8sgpu.TimeSlicedGpu;
import java.util.List;
import org.cdk8s.App;
import org.cdk8s.Chart;
import org.cdk8s.ChartProps;
import software.constructs.Construct;

/** Recognition and synthesis take turns on one A100, the language model has the other to itself, on one node: by Dynamic Resource Allocation. */
public class DraExperiment2 extends Chart {
    public DraExperiment2(final Construct scope, final String id) {
        super(scope, id, ChartProps.builder().namespace("voice").build());

        final GpuOperator operator = GpuOperator.Builder.create(this, "gpu-operator")
            .releases(GpuReleases.builder()
                .gpuOperator(GpuOperatorVersion.V26_7)
                .kubernetes(KubernetesVersion.V1_37)
                .nimOperator(NimOperatorVersion.V3_1_2)
                .build())
            .allocation(GpuAllocation.DRA)
            .build();
        final TimeSlicedGpu node = TimeSlicedGpu.Builder.create(this, "a100")
            .operator(operator)
            .gpu(Gpu.A100_SXM4_80_GB)
            .nodes(GpuNodes.named(List.of("gpu-node-1"), GpuNodesOptions.builder().gpusPerNode(2).build()))
            .replicas(2)
            .build();

        // both name one claim, so they share its GPU; the third claims another
        final GpuSlice speech = node.share(null, GpuShareOptions.builder().group("speech").build());
        NimVoicePipeline.Builder.create(this, "voice")
            .asr(NimServiceOptions.builder()
                .name("asr")
                .model(NimModel.PARAKEET_1_1_B_CTC_EN_US)
                .selector("mode=str,vad=silero")
                .slice(speech)
                .build())
            .llm(NimServiceOptions.builder()
                .name("llm")
                .model(NimModel.LLAMA_3_1_NEMOTRON_NANO_VL_8_B_V1)
                .slice(node.wholeGpu())
                .serving(LlmServingOptions.builder().contextLength(16384).concurrency(16).build())
                .acceptUncertainMemory("the vision tower is not counted; the language model leaves more than 20 GiB of the GPU free for it")
                .build())
            .tts(NimServiceOptions.builder()
                .name("tts")
                .model(NimModel.MAGPIE_TTS_MULTILINGUAL)
                .selector("name=magpie-tts-multilingual,batch_size=8")
                .slice(speech)
                .build())
            .build();
    }

    public static void main(final String[] args) {
        final App app = new App();
        new DraExperiment2(app, "dra-experiment-2");
        app.synth();
    }
}
