// A language model by vLLM on MIG slices of one A100, as many as its queue asks for, and recognition on a slice of the other: a voice pipeline.
package main

import (
	gpu "example.com/cdk8s-gpu-go/cdk8sgpu"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"
)

func main() {
	defer jsii.Close()

	app := cdk8s.NewApp(nil)
	chart := cdk8s.NewChart(app, jsii.String("vllm-on-a-slice"), &cdk8s.ChartProps{Namespace: jsii.String("voice")})

	operator := gpu.NewGpuOperator(chart, jsii.String("gpu-operator"), &gpu.GpuOperatorProps{
		Releases: &gpu.GpuReleases{GpuOperator: gpu.GpuOperatorVersion_V26_7()},
	})
	node := gpu.NewMigPartitionedGpu(chart, jsii.String("a100"), &gpu.MigPartitionedGpuProps{
		Operator: operator,
		Gpu:      gpu.Gpu_A100_SXM4_80GB(),
		Nodes:    gpu.GpuNodes_Named(jsii.Strings("gpu-node-1"), &gpu.GpuNodesOptions{GpusPerNode: jsii.Number(2)}),
		Layout:   gpu.GpuLayout_Of(&map[string]*float64{"3g.40gb": jsii.Number(2)}),
	})

	llm := gpu.NewVllmServer(chart, jsii.String("llm"), &gpu.VllmServerProps{
		Name:             jsii.String("llm"),
		Model:            gpu.LlmArchitecture_Of(jsii.String("meta-llama/Llama-3.1-8B-Instruct")),
		Version:          jsii.String("0.31.0"),
		Slice:            node.Slice(jsii.String("3g.40gb"), nil),
		Serving:          &gpu.LlmServingOptions{ContextLength: jsii.Number(16384), Concurrency: jsii.Number(8)},
		HuggingFaceToken: &gpu.SecretKey{Secret: jsii.String("hugging-face"), Key: jsii.String("token")},
		Scaling: gpu.ServerScaling_Keda(&gpu.KedaScalingOptions{
			Prometheus:        jsii.String("http://prometheus-operated.monitoring.svc:9090"),
			MaxReplicas:       jsii.Number(2),
			WaitingPerReplica: jsii.Number(5),
		}),
		Metrics: gpu.ServerMonitor_Service(&gpu.ServerMonitorOptions{
			Labels: &map[string]*string{"release": jsii.String("kube-prometheus-stack")},
		}),
	})

	gpu.NewNimVoicePipeline(chart, jsii.String("voice"), &gpu.NimVoicePipelineProps{
		Asr: &gpu.NimServiceOptions{
			Name:     jsii.String("asr"),
			Model:    gpu.NimModel_PARAKEET_1_1B_CTC_EN_US(),
			Selector: jsii.String("mode=str,vad=silero"),
			Slice:    node.Slice(jsii.String("3g.40gb"), nil),
		},
		LlmServer: llm,
		Callers:   &[]gpu.NimCaller{gpu.NimCaller_Pods(&map[string]*string{"app": jsii.String("voice-agent")})},
		Monitor:   gpu.NimCaller_Namespace(jsii.String("monitoring")),
	})

	app.Synth()
}
