package com.example.voice;

import com.example.cdk8sgpu.Gpu;
import com.example.cdk8sgpu.GpuLayout;
import com.example.cdk8sgpu.GpuNodes;
import com.example.cdk8sgpu.GpuNodesOptions;
import com.example.cdk8sgpu.GpuOperator;
import com.example.cdk8sgpu.GpuOperatorVersion;
import com.example.cdk8sgpu.GpuReleases;
import com.example.cdk8sgpu.GpuSlice;
import com.example.cdk8sgpu.LlmServingOptions;
import com.example.cdk8sgpu.MigPartitionedGpu;
import com.example.cdk8sgpu.NimModel;
import com.example.cdk8sgpu.NimPvcOptions;
import com.example.cdk8sgpu.NimRagPipeline;
import com.example.cdk8sgpu.NimServiceOptions;
import com.example.cdk8sgpu.NimStorage;
import java.util.List;
import java.util.Map;
import org.cdk8s.App;
import org.cdk8s.Chart;
import org.cdk8s.ChartProps;
import software.constructs.Construct;

/** Retrieval-augmented generation on MIG slices, in two sizes, each for a cluster of its own. */
public final class RagMig {
    /** Why a slice is trusted although no figure of the model's memory is published. */
    private static final String AS_NVIDIA_DOES =
        "NVIDIA places it on such a slice of this board: NVIDIA-AI-Blueprints/rag deploy/helm/mig-slicing";
    private static final String PROFILE_UNKNOWN =
        "which profile it picks on an H100 is not documented; measure it when it first runs, and give footprint";

    private RagMig() { }

    /** NVIDIA's own placement of its RAG blueprint on five H100s of one node. */
    static final class FiveBoards extends Chart {
        FiveBoards(final Construct scope, final String id) {
            super(scope, id, ChartProps.builder().namespace("rag").build());

            final GpuOperator operator = GpuOperator.Builder.create(this, "gpu-operator")
                .releases(GpuReleases.builder().gpuOperator(GpuOperatorVersion.V26_7).build()).build();
            final MigPartitionedGpu node = MigPartitionedGpu.Builder.create(this, "h100")
                .operator(operator)
                .gpu(Gpu.H100_SXM5_80_GB)
                .nodes(GpuNodes.named(List.of("gpu-node-1"), GpuNodesOptions.builder().gpusPerNode(5).build()))
                .layouts(List.of(
                    GpuLayout.whole(),
                    GpuLayout.whole(),
                    GpuLayout.of(Map.of("3g.40gb", 1, "1g.10gb", 4)),
                    GpuLayout.whole(),
                    GpuLayout.of(Map.of("3g.40gb", 1, "1g.20gb", 2))))
                .build();

            NimRagPipeline.Builder.create(this, "rag")
                .llm(NimServiceOptions.builder()
                    .name("llm")
                    .model(NimModel.NEMOTRON_3_SUPER_120_B_A12_B)
                    .slice(node.wholeGpu())
                    .serving(LlmServingOptions.builder().tensorParallel(2).build())
                    .storage(NimStorage.newPvc(NimPvcOptions.builder().size("300Gi").build())) // 120 billion parameters, at most 2 bytes each
                    .startupSeconds(7200) // and they come over the network first
                    .acceptUncertainMemory("its documentation asks for 160 GB over two GPUs, and these two have that")
                    .build())
                .embedding(trusted("embedding", NimModel.LLAMA_NEMOTRON_EMBED_VL_1_B, node.wholeGpu()))
                .reranker(trusted("reranker", NimModel.LLAMA_3_2_NV_RERANKQA_1_B_V2, node.slice("1g.20gb")))
                .ingestion(Map.of(
                    "ocr", trusted("ocr", NimModel.NEMOTRON_OCR, node.slice("3g.40gb")),
                    "page-elements", trusted("page-elements", NimModel.NEMOTRON_PAGE_ELEMENTS, node.slice("1g.10gb")),
                    "graphic-elements", trusted("graphic-elements", NimModel.NEMOTRON_GRAPHIC_ELEMENTS, node.slice("1g.10gb")),
                    "table-structure", trusted("table-structure", NimModel.NEMOTRON_TABLE_STRUCTURE, node.slice("1g.10gb"))))
                .build();
        }

        private static NimServiceOptions trusted(final String name, final NimModel model, final GpuSlice slice) {
            return NimServiceOptions.builder().name(name).model(model).slice(slice).acceptUncertainMemory(AS_NVIDIA_DOES).build();
        }
    }

    /** A small RAG on a single H100: an 8B language model and the three models around it. */
    static final class OneBoard extends Chart {
        OneBoard(final Construct scope, final String id) {
            super(scope, id, ChartProps.builder().namespace("rag").build());

            final GpuOperator operator = GpuOperator.Builder.create(this, "gpu-operator")
                .releases(GpuReleases.builder().gpuOperator(GpuOperatorVersion.V26_7).build()).build();
            final MigPartitionedGpu board = MigPartitionedGpu.Builder.create(this, "h100")
                .operator(operator)
                .gpu(Gpu.H100_SXM5_80_GB)
                .nodes(GpuNodes.named(List.of("gpu-node-1"), GpuNodesOptions.builder().gpusPerNode(1).build()))
                .layout(GpuLayout.of(Map.of("3g.40gb", 1, "1g.20gb", 1, "1g.10gb", 2)))
                .build();

            NimRagPipeline.Builder.create(this, "rag")
                .llm(NimServiceOptions.builder()
                    .name("llm")
                    .model(NimModel.LLAMA_3_1_8_B_INSTRUCT)
                    .imageTag("1.13.1") // earlier releases refuse MIG
                    .slice(board.slice("3g.40gb"))
                    .serving(LlmServingOptions.builder().contextLength(16384).concurrency(8).build())
                    .build())
                // the profile of the table takes 3.6 GB, TensorRT's took 25 GiB on an A100
                .embedding(NimServiceOptions.builder()
                    .name("embedding")
                    .model(NimModel.LLAMA_3_2_NV_EMBEDQA_1_B_V2)
                    .slice(board.slice("1g.20gb"))
                    .acceptUncertainMemory(PROFILE_UNKNOWN)
                    .build())
                .reranker(NimServiceOptions.builder()
                    .name("reranker")
                    .model(NimModel.LLAMA_3_2_NV_RERANKQA_1_B_V2)
                    .slice(board.slice("1g.10gb"))
                    .acceptUncertainMemory(PROFILE_UNKNOWN)
                    .build())
                .guardrails(Map.of("jailbreak-detect", NimServiceOptions.builder()
                    .name("jailbreak-detect")
                    .model(NimModel.NEMOGUARD_JAILBREAK_DETECT)
                    .slice(board.slice("1g.10gb"))
                    .acceptUncertainMemory("no figure is published; measure it when it first runs, and give footprint")
                    .build()))
                .build();
        }
    }

    public static void main(final String[] args) {
        final App app = new App();
        new FiveBoards(app, "five-boards");
        new OneBoard(app, "one-board");
        app.synth();
    }
}
