// The reference experiment and the run that it lacks: dedicated, time-slicing, MIG, and the freed GPU put to work, each on its own node.
package main

import (
	gpu "example.com/cdk8s-gpu-go/cdk8sgpu"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"
)

func arm(strategy gpu.BenchmarkStrategy, node string) *gpu.VoiceBenchmarkArm {
	return &gpu.VoiceBenchmarkArm{
		Strategy: strategy,
		Nodes:    gpu.GpuNodes_Named(jsii.Strings(node), &gpu.GpuNodesOptions{GpusPerNode: jsii.Number(3)}),
	}
}

func main() {
	defer jsii.Close()

	app := cdk8s.NewApp(nil)
	chart := cdk8s.NewChart(app, jsii.String("voice-benchmark"), &cdk8s.ChartProps{Namespace: jsii.String("bench")})

	operator := gpu.NewGpuOperator(chart, jsii.String("gpu-operator"), &gpu.GpuOperatorProps{
		Releases: &gpu.GpuReleases{GpuOperator: gpu.GpuOperatorVersion_V26_7()},
	})
	arms := gpu.NewVoiceBenchmarkArms(chart, jsii.String("arms"), &gpu.VoiceBenchmarkArmsProps{
		Operator: operator,
		Gpu:      gpu.Gpu_A100_SXM4_80GB(),
		Arms: &[]*gpu.VoiceBenchmarkArm{
			arm(gpu.BenchmarkStrategy_DEDICATED, "gpu-node-1"),
			arm(gpu.BenchmarkStrategy_TIME_SLICING, "gpu-node-2"),
			arm(gpu.BenchmarkStrategy_MIG, "gpu-node-3"),
			arm(gpu.BenchmarkStrategy_REINVEST, "gpu-node-4"),
		},
		Asr: &gpu.NimServiceSettings{
			Model:    gpu.NimModel_PARAKEET_1_1B_CTC_EN_US(),
			Selector: jsii.String("mode=str,vad=silero"),
		},
		Llm: &gpu.NimServiceSettings{
			Model:   gpu.NimModel_LLAMA_3_1_8B_INSTRUCT(),
			Serving: &gpu.LlmServingOptions{ContextLength: jsii.Number(16384), Concurrency: jsii.Number(16)},
		},
		Tts: &gpu.NimServiceSettings{
			Model:    gpu.NimModel_MAGPIE_TTS_MULTILINGUAL(),
			Selector: jsii.String("name=magpie-tts-multilingual,batch_size=8"),
		},
	})

	loads := append(*gpu.BenchmarkLoad_Reference(),
		*gpu.BenchmarkLoad_Sweep(gpu.BenchmarkStage_TTS, jsii.Numbers(2, 4, 8, 16), nil)...)
	gpu.NewVoicePipelineBenchmark(chart, jsii.String("benchmark"), &gpu.VoicePipelineBenchmarkProps{
		Arms:         arms.Arms(),
		Loads:        &loads,
		Targets:      &gpu.BenchmarkTargets{FirstAudioMs: jsii.Number(1500), Underruns: jsii.Number(0)},
		Placement:    &gpu.BenchmarkPlacementSource{Prometheus: jsii.String("http://prometheus.monitoring.svc:9090")},
		ResultsClaim: jsii.String("benchmark-results"),
	})

	gpu.NewGpuDashboards(chart, jsii.String("dashboards"), &gpu.GpuDashboardsProps{
		RuleLabels: &map[string]*string{"release": jsii.String("kube-prometheus-stack")},
	})

	app.Synth()
}
