// Two H100 that two teams share: a quota of slices for each, a queue for one of them, and what it serves.
package main

import (
	gpu "example.com/cdk8s-gpu-go/cdk8sgpu"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"
)

func main() {
	defer jsii.Close()

	app := cdk8s.NewApp(nil)
	chart := cdk8s.NewChart(app, jsii.String("team-quotas"), &cdk8s.ChartProps{Namespace: jsii.String("research")})

	operator := gpu.NewGpuOperator(chart, jsii.String("gpu-operator"), &gpu.GpuOperatorProps{
		Releases: &gpu.GpuReleases{GpuOperator: gpu.GpuOperatorVersion_V26_7(), Kueue: gpu.KueueVersion_V0_17()},
	})
	node := gpu.NewMigPartitionedGpu(chart, jsii.String("h100"), &gpu.MigPartitionedGpuProps{
		Operator: operator,
		Gpu:      gpu.Gpu_Of(jsii.String("h100-sxm5-80gb")),
		Nodes:    gpu.GpuNodes_Named(jsii.Strings("gpu-node-1"), &gpu.GpuNodesOptions{GpusPerNode: jsii.Number(2)}),
		Layouts: &[]gpu.GpuLayout{
			gpu.GpuLayout_Of(&map[string]*float64{"3g.40gb": jsii.Number(2)}),
			gpu.GpuLayout_Of(&map[string]*float64{"1g.10gb": jsii.Number(7)}),
		},
	})
	half := node.Slice(jsii.String("3g.40gb"), nil)
	seventh := node.Slice(jsii.String("1g.10gb"), nil)

	queue := gpu.NewGpuQueue(chart, jsii.String("queue"), &gpu.GpuQueueProps{
		Name:   jsii.String("research"),
		Quotas: &[]*gpu.GpuQueueQuota{{Slice: half, Count: jsii.Number(2)}, {Slice: seventh, Count: jsii.Number(3)}},
	})
	research := gpu.NewGpuTeam(chart, jsii.String("research"), &gpu.GpuTeamProps{
		Namespace:   jsii.String("research"),
		PodSecurity: gpu.PodSecurityLevel_RESTRICTED,
		Allowances:  &[]*gpu.GpuAllowance{{Slice: half, Count: jsii.Number(2)}, {Slice: seventh, Count: jsii.Number(3)}},
		Queue:       queue,
	})
	gpu.NewGpuTeam(chart, jsii.String("product"), &gpu.GpuTeamProps{
		Namespace:   jsii.String("product"),
		PodSecurity: gpu.PodSecurityLevel_RESTRICTED,
		Allowances:  &[]*gpu.GpuAllowance{{Slice: half, Count: jsii.Number(0)}, {Slice: seventh, Count: jsii.Number(4)}},
		Callers:     &[]gpu.NimCaller{gpu.NimCaller_Namespace(jsii.String("gateway"))},
	})

	server := gpu.NewVllmServer(chart, jsii.String("llm"), &gpu.VllmServerProps{
		Name:    jsii.String("llm"),
		Model:   gpu.LlmArchitecture_Of(jsii.String("Qwen/Qwen3-8B")),
		Version: jsii.String("0.31.0"),
		Slice:   half,
		Serving: &gpu.LlmServingOptions{ContextLength: jsii.Number(16384), Concurrency: jsii.Number(4)},
	})
	research.Submit(server) // it starts when Kueue admits it

	app.Synth()
}
