// Recognition and synthesis share one A100 in time, the language model has one to itself; two ways, each for a cluster of its own.
package main

import (
	gpu "example.com/cdk8s-gpu-go/cdk8sgpu"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"
)

// The stages as they are in both ways, each on the slice that it is given.
func pipeline(chart cdk8s.Chart, asr, llm, tts gpu.GpuSlice) {
	gpu.NewNimVoicePipeline(chart, jsii.String("voice"), &gpu.NimVoicePipelineProps{
		Asr: &gpu.NimServiceOptions{
			Name:     jsii.String("asr"),
			Model:    gpu.NimModel_PARAKEET_1_1B_CTC_EN_US(),
			Selector: jsii.String("mode=str,vad=silero"),
			Slice:    asr,
		},
		Llm: &gpu.NimServiceOptions{
			Name:    jsii.String("llm"),
			Model:   gpu.NimModel_LLAMA_3_1_NEMOTRON_NANO_VL_8B_V1(),
			Slice:   llm,
			Serving: &gpu.LlmServingOptions{ContextLength: jsii.Number(16384), Concurrency: jsii.Number(16)},
			AcceptUncertainMemory: jsii.String(
				"the vision tower is not counted; the language model leaves more than 20 GiB of the GPU free for it"),
		},
		Tts: &gpu.NimServiceOptions{
			Name:     jsii.String("tts"),
			Model:    gpu.NimModel_MAGPIE_TTS_MULTILINGUAL(),
			Selector: jsii.String("name=magpie-tts-multilingual,batch_size=8"),
			Slice:    tts,
		},
	})
}

func releases() *gpu.GpuOperatorProps {
	return &gpu.GpuOperatorProps{Releases: &gpu.GpuReleases{GpuOperator: gpu.GpuOperatorVersion_V26_7()}}
}

// One node whose GPU is shared, another whose GPUs are not.
func twoPools(app cdk8s.App, a100 gpu.Gpu) {
	chart := cdk8s.NewChart(app, jsii.String("two-pools"), &cdk8s.ChartProps{Namespace: jsii.String("voice")})
	operator := gpu.NewGpuOperator(chart, jsii.String("gpu-operator"), releases())
	shared := gpu.NewTimeSlicedGpu(chart, jsii.String("speech"), &gpu.TimeSlicedGpuProps{
		Operator:     operator,
		Gpu:          a100,
		Nodes:        gpu.GpuNodes_Named(jsii.Strings("gpu-node-1"), &gpu.GpuNodesOptions{GpusPerNode: jsii.Number(1)}),
		Replicas:     jsii.Number(2),
		DevicePlugin: &gpu.DevicePluginSharing{RenameByDefault: jsii.Bool(true)},
	})
	whole := gpu.NewDedicatedGpu(chart, jsii.String("language"), &gpu.DedicatedGpuProps{
		Operator: operator,
		Gpu:      a100,
		Nodes:    gpu.GpuNodes_Named(jsii.Strings("gpu-node-2"), &gpu.GpuNodesOptions{GpusPerNode: jsii.Number(2)}),
	})
	pipeline(chart, shared.Share(nil, nil), whole.WholeGpu(), shared.Share(nil, nil))
}

// GPU 0 is one MIG device that two containers take turns on, GPUs 1 and 2 stay whole.
func oneNode(app cdk8s.App, a100 gpu.Gpu) {
	chart := cdk8s.NewChart(app, jsii.String("one-node"), &cdk8s.ChartProps{Namespace: jsii.String("voice")})
	operator := gpu.NewGpuOperator(chart, jsii.String("gpu-operator"), releases())
	pool := gpu.NewTimeSlicedGpu(chart, jsii.String("a100"), &gpu.TimeSlicedGpuProps{
		Operator: operator,
		Gpu:      a100,
		Nodes:    gpu.GpuNodes_Named(jsii.Strings("gpu-node-1"), &gpu.GpuNodesOptions{GpusPerNode: jsii.Number(3)}),
		Layouts: &[]gpu.GpuLayout{
			gpu.GpuLayout_Of(&map[string]*float64{"7g.80gb": jsii.Number(1)}),
			gpu.GpuLayout_Whole(),
			gpu.GpuLayout_Whole(),
		},
		Replicas: jsii.Number(2),
	})
	share := jsii.String("7g.80gb")
	pipeline(chart, pool.Share(share, nil), pool.WholeGpu(), pool.Share(share, nil))
}

func main() {
	defer jsii.Close()

	app := cdk8s.NewApp(nil)
	a100 := gpu.Gpu_FromProductLabel(jsii.String("NVIDIA-A100-SXM4-80GB"))
	twoPools(app, a100)
	oneNode(app, a100)
	app.Synth()
}
