// Recognition and synthesis run side by side on one A100 through MPS, each with half of it; the language model has one to itself.
package main

import (
	gpu "example.com/cdk8s-gpu-go/cdk8sgpu"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"
)

func main() {
	defer jsii.Close()

	app := cdk8s.NewApp(nil)
	chart := cdk8s.NewChart(app, jsii.String("voice-mps"), &cdk8s.ChartProps{Namespace: jsii.String("voice")})

	operator := gpu.NewGpuOperator(chart, jsii.String("gpu-operator"), &gpu.GpuOperatorProps{
		Releases: &gpu.GpuReleases{GpuOperator: gpu.GpuOperatorVersion_V26_7()},
	})
	shared := gpu.NewMpsSharedGpu(chart, jsii.String("speech"), &gpu.MpsSharedGpuProps{
		Operator:     operator,
		Gpu:          gpu.Gpu_A100_SXM4_80GB(),
		Nodes:        gpu.GpuNodes_Named(jsii.Strings("gpu-node-1"), &gpu.GpuNodesOptions{GpusPerNode: jsii.Number(1)}),
		Replicas:     jsii.Number(2),
		DevicePlugin: &gpu.DevicePluginSharing{RenameByDefault: jsii.Bool(true)},
	})
	whole := gpu.NewDedicatedGpu(chart, jsii.String("language"), &gpu.DedicatedGpuProps{
		Operator: operator,
		Gpu:      gpu.Gpu_A100_SXM4_80GB(),
		Nodes:    gpu.GpuNodes_Named(jsii.Strings("gpu-node-2"), &gpu.GpuNodesOptions{GpusPerNode: jsii.Number(2)}),
	})

	// both speech stages warn [MPS-009]: see README.md of voice-mps before you run this
	gpu.NewNimVoicePipeline(chart, jsii.String("voice"), &gpu.NimVoicePipelineProps{
		Asr: &gpu.NimServiceOptions{
			Name:     jsii.String("asr"),
			Model:    gpu.NimModel_PARAKEET_1_1B_CTC_EN_US(),
			Selector: jsii.String("mode=str,vad=silero"),
			Slice:    shared.Share(nil),
		},
		Llm: &gpu.NimServiceOptions{
			Name:    jsii.String("llm"),
			Model:   gpu.NimModel_LLAMA_3_1_NEMOTRON_NANO_VL_8B_V1(),
			Slice:   whole.WholeGpu(),
			Serving: &gpu.LlmServingOptions{ContextLength: jsii.Number(16384), Concurrency: jsii.Number(16)},
			AcceptUncertainMemory: jsii.String(
				"the vision tower is not counted; the language model leaves more than 20 GiB of the GPU free for it"),
		},
		Tts: &gpu.NimServiceOptions{
			Name:     jsii.String("tts"),
			Model:    gpu.NimModel_MAGPIE_TTS_MULTILINGUAL(),
			Selector: jsii.String("name=magpie-tts-multilingual,batch_size=8"),
			Slice:    shared.Share(nil),
		},
	})

	app.Synth() // prints the warning
}
