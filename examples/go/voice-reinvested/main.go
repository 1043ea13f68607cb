// As voice-mig, and a second language model on the GPU that it freed.
package main

import (
	"fmt"

	gpu "example.com/cdk8s-gpu-go/cdk8sgpu"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"
)

func main() {
	defer jsii.Close()

	app := cdk8s.NewApp(nil)
	chart := cdk8s.NewChart(app, jsii.String("voice-reinvested"), &cdk8s.ChartProps{Namespace: jsii.String("voice")})

	operator := gpu.NewGpuOperator(chart, jsii.String("gpu-operator"), &gpu.GpuOperatorProps{
		Releases: &gpu.GpuReleases{GpuOperator: gpu.GpuOperatorVersion_V26_7()},
	})
	node := gpu.NewMigPartitionedGpu(chart, jsii.String("support"), &gpu.MigPartitionedGpuProps{
		Operator: operator,
		Gpu:      gpu.Gpu_A100_SXM4_80GB(),
		Nodes:    gpu.GpuNodes_Named(jsii.Strings("gpu-node-1"), &gpu.GpuNodesOptions{GpusPerNode: jsii.Number(3)}),
		Layouts: &[]gpu.GpuLayout{
			gpu.GpuLayout_Of(&map[string]*float64{"3g.40gb": jsii.Number(2)}),
			gpu.GpuLayout_Whole(),
			gpu.GpuLayout_Whole(),
		},
	})

	// no selectors: the pipeline takes the best that surely fits the slice, and says which
	voice := gpu.NewNimVoicePipeline(chart, jsii.String("voice"), &gpu.NimVoicePipelineProps{
		Asr: &gpu.NimServiceOptions{
			Name:  jsii.String("asr"),
			Model: gpu.NimModel_PARAKEET_1_1B_CTC_EN_US(),
			Slice: node.Slice(jsii.String("3g.40gb"), nil),
		},
		Llm: &gpu.NimServiceOptions{
			Name:     jsii.String("llm"),
			Model:    gpu.NimModel_LLAMA_3_1_NEMOTRON_NANO_VL_8B_V1(),
			Slice:    node.WholeGpu(),
			Replicas: jsii.Number(2),
			Serving:  &gpu.LlmServingOptions{ContextLength: jsii.Number(16384), Concurrency: jsii.Number(16)},
			AcceptUncertainMemory: jsii.String(
				"the vision tower is not counted; the language model leaves more than 20 GiB of the GPU free for it"),
		},
		Tts: &gpu.NimServiceOptions{
			Name:  jsii.String("tts"),
			Model: gpu.NimModel_MAGPIE_TTS_MULTILINGUAL(),
			Slice: node.Slice(jsii.String("3g.40gb"), nil),
		},
		Placement: gpu.NimStagePlacement_ONE_NODE,
		Callers:   &[]gpu.NimCaller{gpu.NimCaller_Pods(&map[string]*string{"app": jsii.String("voice-agent")})},
		Monitor: gpu.NimCaller_PodsOfNamespace(
			jsii.String("monitoring"), &map[string]*string{"app.kubernetes.io/name": jsii.String("prometheus")}),
	})

	app.Synth()

	for _, decision := range *voice.Decisions() {
		fmt.Printf("  %s\n", *decision)
	}
}
