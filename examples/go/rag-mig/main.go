// Retrieval-augmented generation on MIG slices, in two sizes, each for a cluster of its own.
package main

import (
	gpu "example.com/cdk8s-gpu-go/cdk8sgpu"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"
)

// Why a slice is trusted although no figure of the model's memory is published.
const (
	asNvidiaDoes   = "NVIDIA places it on such a slice of this board: NVIDIA-AI-Blueprints/rag deploy/helm/mig-slicing"
	profileUnknown = "which profile it picks on an H100 is not documented; measure it when it first runs, and give footprint"
	noFigure       = "no figure is published; measure it when it first runs, and give footprint"
)

func trusted(name string, model gpu.NimModel, slice gpu.GpuSlice, why string) *gpu.NimServiceOptions {
	return &gpu.NimServiceOptions{Name: jsii.String(name), Model: model, Slice: slice, AcceptUncertainMemory: jsii.String(why)}
}

func newChart(app cdk8s.App, id string) (cdk8s.Chart, gpu.GpuOperator) {
	chart := cdk8s.NewChart(app, jsii.String(id), &cdk8s.ChartProps{Namespace: jsii.String("rag")})
	return chart, gpu.NewGpuOperator(chart, jsii.String("gpu-operator"), &gpu.GpuOperatorProps{
		Releases: &gpu.GpuReleases{GpuOperator: gpu.GpuOperatorVersion_V26_7()},
	})
}

// NVIDIA's own placement of its RAG blueprint on five H100s of one node.
func fiveBoards(app cdk8s.App) {
	chart, operator := newChart(app, "five-boards")
	node := gpu.NewMigPartitionedGpu(chart, jsii.String("h100"), &gpu.MigPartitionedGpuProps{
		Operator: operator,
		Gpu:      gpu.Gpu_H100_SXM5_80GB(),
		Nodes:    gpu.GpuNodes_Named(jsii.Strings("gpu-node-1"), &gpu.GpuNodesOptions{GpusPerNode: jsii.Number(5)}),
		Layouts: &[]gpu.GpuLayout{
			gpu.GpuLayout_Whole(),
			gpu.GpuLayout_Whole(),
			gpu.GpuLayout_Of(&map[string]*float64{"3g.40gb": jsii.Number(1), "1g.10gb": jsii.Number(4)}),
			gpu.GpuLayout_Whole(),
			gpu.GpuLayout_Of(&map[string]*float64{"3g.40gb": jsii.Number(1), "1g.20gb": jsii.Number(2)}),
		},
	})
	slice := func(profile string) gpu.GpuSlice { return node.Slice(jsii.String(profile), nil) }

	gpu.NewNimRagPipeline(chart, jsii.String("rag"), &gpu.NimRagPipelineProps{
		Llm: &gpu.NimServiceOptions{
			Name:           jsii.String("llm"),
			Model:          gpu.NimModel_NEMOTRON_3_SUPER_120B_A12B(),
			Slice:          node.WholeGpu(),
			Serving:        &gpu.LlmServingOptions{TensorParallel: jsii.Number(2)},
			Storage:        gpu.NimStorage_NewPvc(&gpu.NimPvcOptions{Size: jsii.String("300Gi")}), // 120 billion parameters, at most 2 bytes each
			StartupSeconds: jsii.Number(7200),                                                     // and they come over the network first
			AcceptUncertainMemory: jsii.String(
				"its documentation asks for 160 GB over two GPUs, and these two have that"),
		},
		Embedding: trusted("embedding", gpu.NimModel_LLAMA_NEMOTRON_EMBED_VL_1B(), node.WholeGpu(), asNvidiaDoes),
		Reranker:  trusted("reranker", gpu.NimModel_LLAMA_3_2_NV_RERANKQA_1B_V2(), slice("1g.20gb"), asNvidiaDoes),
		Ingestion: &map[string]*gpu.NimServiceOptions{
			"ocr":              trusted("ocr", gpu.NimModel_NEMOTRON_OCR(), slice("3g.40gb"), asNvidiaDoes),
			"page-elements":    trusted("page-elements", gpu.NimModel_NEMOTRON_PAGE_ELEMENTS(), slice("1g.10gb"), asNvidiaDoes),
			"graphic-elements": trusted("graphic-elements", gpu.NimModel_NEMOTRON_GRAPHIC_ELEMENTS(), slice("1g.10gb"), asNvidiaDoes),
			"table-structure":  trusted("table-structure", gpu.NimModel_NEMOTRON_TABLE_STRUCTURE(), slice("1g.10gb"), asNvidiaDoes),
		},
	})
}

// A small RAG on a single H100: an 8B language model and the three models around it.
func oneBoard(app cdk8s.App) {
	chart, operator := newChart(app, "one-board")
	board := gpu.NewMigPartitionedGpu(chart, jsii.String("h100"), &gpu.MigPartitionedGpuProps{
		Operator: operator,
		Gpu:      gpu.Gpu_H100_SXM5_80GB(),
		Nodes:    gpu.GpuNodes_Named(jsii.Strings("gpu-node-1"), &gpu.GpuNodesOptions{GpusPerNode: jsii.Number(1)}),
		Layout: gpu.GpuLayout_Of(&map[string]*float64{
			"3g.40gb": jsii.Number(1),
			"1g.20gb": jsii.Number(1),
			"1g.10gb": jsii.Number(2),
		}),
	})
	slice := func(profile string) gpu.GpuSlice { return board.Slice(jsii.String(profile), nil) }

	gpu.NewNimRagPipeline(chart, jsii.String("rag"), &gpu.NimRagPipelineProps{
		Llm: &gpu.NimServiceOptions{
			Name:     jsii.String("llm"),
			Model:    gpu.NimModel_LLAMA_3_1_8B_INSTRUCT(),
			ImageTag: jsii.String("1.13.1"), // earlier releases refuse MIG
			Slice:    slice("3g.40gb"),
			Serving:  &gpu.LlmServingOptions{ContextLength: jsii.Number(16384), Concurrency: jsii.Number(8)},
		},
		// the profile of the table takes 3.6 GB, TensorRT's took 25 GiB on an A100
		Embedding: trusted("embedding", gpu.NimModel_LLAMA_3_2_NV_EMBEDQA_1B_V2(), slice("1g.20gb"), profileUnknown),
		Reranker:  trusted("reranker", gpu.NimModel_LLAMA_3_2_NV_RERANKQA_1B_V2(), slice("1g.10gb"), profileUnknown),
		Guardrails: &map[string]*gpu.NimServiceOptions{
			"jailbreak-detect": trusted("jailbreak-detect", gpu.NimModel_NEMOGUARD_JAILBREAK_DETECT(), slice("1g.10gb"), noFigure),
		},
	})
}

func main() {
	defer jsii.Close()

	app := cdk8s.NewApp(nil)
	fiveBoards(app)
	oneBoard(app)
	app.Synth()
}
