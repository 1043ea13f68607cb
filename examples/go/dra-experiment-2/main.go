// Recognition and synthesis take turns on one A100, the language model has the other to itself, on one node: by Dynamic Resource Allocation.
package main

import (
	gpu "example.com/cdk8s-gpu-go/cdk8sgpu"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"
)

func main() {
	defer jsii.Close()

	app := cdk8s.NewApp(nil)
	chart := cdk8s.NewChart(app, jsii.String("dra-experiment-2"), &cdk8s.ChartProps{Namespace: jsii.String("voice")})

	operator := gpu.NewGpuOperator(chart, jsii.String("gpu-operator"), &gpu.GpuOperatorProps{
		Releases: &gpu.GpuReleases{
			GpuOperator: gpu.GpuOperatorVersion_V26_7(),
			Kubernetes:  gpu.KubernetesVersion_V1_37(),
			NimOperator: gpu.NimOperatorVersion_V3_1_2(),
		},
		Allocation: gpu.GpuAllocation_DRA,
	})
	node := gpu.NewTimeSlicedGpu(chart, jsii.String("a100"), &gpu.TimeSlicedGpuProps{
		Operator: operator,
		Gpu:      gpu.Gpu_A100_SXM4_80GB(),
		Nodes:    gpu.GpuNodes_Named(jsii.Strings("gpu-node-1"), &gpu.GpuNodesOptions{GpusPerNode: jsii.Number(2)}),
		Replicas: jsii.Number(2),
	})

	// both name one claim, so they share its GPU; the third claims another
	speech := node.Share(nil, &gpu.GpuShareOptions{Group: jsii.String("speech")})
	gpu.NewNimVoicePipeline(chart, jsii.String("voice"), &gpu.NimVoicePipelineProps{
		Asr: &gpu.NimServiceOptions{
			Name:     jsii.String("asr"),
			Model:    gpu.NimModel_PARAKEET_1_1B_CTC_EN_US(),
			Selector: jsii.String("mode=str,vad=silero"),
			Slice:    speech,
		},
		Llm: &gpu.NimServiceOptions{
			Name:    jsii.String("llm"),
			Model:   gpu.NimModel_LLAMA_3_1_NEMOTRON_NANO_VL_8B_V1(),
			Slice:   node.WholeGpu(),
			Serving: &gpu.LlmServingOptions{ContextLength: jsii.Number(16384), Concurrency: jsii.Number(16)},
			AcceptUncertainMemory: jsii.String(
				"the vision tower is not counted; the language model leaves more than 20 GiB of the GPU free for it"),
		},
		Tts: &gpu.NimServiceOptions{
			Name:     jsii.String("tts"),
			Model:    gpu.NimModel_MAGPIE_TTS_MULTILINGUAL(),
			Selector: jsii.String("name=magpie-tts-multilingual,batch_size=8"),
			Slice:    speech,
		},
	})

	app.Synth()
}
