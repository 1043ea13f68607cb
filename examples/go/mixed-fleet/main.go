// One operator, five pools: MIG on A100 and on H200, time-slicing on L4, MPS on L40S, whole H100s.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	gpu "example.com/cdk8s-gpu-go/cdk8sgpu"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"
	kplus "github.com/cdk8s-team/cdk8s-plus-go/cdk8splus28/v2"
)

// A workload of your own, here of cdk8s-plus; the slice brings resources, node selector and tolerations.
func deployment(chart cdk8s.Chart, name string, slice gpu.GpuSlice) {
	deployment := kplus.NewDeployment(chart, jsii.String(name), &kplus.DeploymentProps{
		Metadata: &cdk8s.ApiObjectMetadata{Name: jsii.String(name)},
		Replicas: jsii.Number(1),
		Containers: &[]*kplus.ContainerProps{{
			Name:            jsii.String(name),
			Image:           jsii.String("registry.example.com/" + name + ":1.0.0"),
			SecurityContext: &kplus.ContainerSecurityContextProps{User: jsii.Number(1000)},
		}},
	})
	slice.AttachTo(deployment, nil)
}

func main() {
	defer jsii.Close()

	app := cdk8s.NewApp(nil)
	chart := cdk8s.NewChart(app, jsii.String("mixed-fleet"), &cdk8s.ChartProps{Namespace: jsii.String("inference")})

	// MIG and MPS together: the strategy must be unset in the policy, which only a merge patch or Helm values can say
	operator := gpu.NewGpuOperator(chart, jsii.String("gpu-operator"), &gpu.GpuOperatorProps{
		Releases:      &gpu.GpuReleases{GpuOperator: gpu.GpuOperatorVersion_V26_7()},
		ClusterPolicy: gpu.ClusterPolicy_MergePatch(nil),
	})

	a100 := gpu.NewMigPartitionedGpu(chart, jsii.String("a100"), &gpu.MigPartitionedGpuProps{
		Operator: operator,
		Gpu:      gpu.Gpu_A100_SXM4_80GB(),
		Nodes:    gpu.GpuNodes_Named(jsii.Strings("a100-1", "a100-2"), &gpu.GpuNodesOptions{GpusPerNode: jsii.Number(8)}),
		Layout: gpu.GpuLayout_Of(&map[string]*float64{
			"3g.40gb": jsii.Number(1),
			"2g.20gb": jsii.Number(1),
			"1g.10gb": jsii.Number(2),
		}),
	})
	h200 := gpu.NewMigPartitionedGpu(chart, jsii.String("h200"), &gpu.MigPartitionedGpuProps{
		Operator: operator,
		Gpu:      gpu.Gpu_H200_SXM_141GB(),
		Nodes:    gpu.GpuNodes_WithBoard(nil), // also nodes that come later
		Layout:   gpu.GpuLayout_Of(&map[string]*float64{"1g.18gb": jsii.Number(7)}),
	})
	l4 := gpu.NewTimeSlicedGpu(chart, jsii.String("l4"), &gpu.TimeSlicedGpuProps{
		Operator: operator,
		Gpu:      gpu.Gpu_L4(),
		Nodes: gpu.GpuNodes_Labeled(
			&map[string]*string{"cloud.example.com/pool": jsii.String("l4")},
			&gpu.GpuNodesOptions{GpusPerNode: jsii.Number(1), Count: jsii.Number(4)}),
		Replicas:     jsii.Number(4),
		DevicePlugin: &gpu.DevicePluginSharing{RenameByDefault: jsii.Bool(true)},
	})
	l40s := gpu.NewMpsSharedGpu(chart, jsii.String("l40s"), &gpu.MpsSharedGpuProps{
		Operator: operator,
		Gpu:      gpu.Gpu_L40S(),
		Nodes: gpu.GpuNodes_Named(jsii.Strings("l40s-1"), &gpu.GpuNodesOptions{
			GpusPerNode: jsii.Number(4),
			Taints: &[]*gpu.GpuTaint{{
				Key:    jsii.String("team"),
				Value:  jsii.String("search"),
				Effect: gpu.GpuTaintEffect_NO_SCHEDULE,
			}},
		}),
		Replicas: jsii.Number(8),
	})
	h100 := gpu.NewDedicatedGpu(chart, jsii.String("h100"), &gpu.DedicatedGpuProps{
		Operator: operator,
		Gpu:      gpu.Gpu_H100_SXM5_80GB(),
		Nodes:    gpu.GpuNodes_Named(jsii.Strings("h100-1"), &gpu.GpuNodesOptions{GpusPerNode: jsii.Number(8)}),
	})

	deployment(chart, "guardrail", a100.Slice(jsii.String("1g.10gb"), nil))
	deployment(chart, "reranker", a100.Slice(jsii.String("2g.20gb"), nil))
	deployment(chart, "translator", h200.Slice(jsii.String("1g.18gb"), nil))
	deployment(chart, "notebook", l4.Share(nil, nil))
	deployment(chart, "embedder", l40s.Share(nil))
	deployment(chart, "trainer", h100.WholeGpu())

	app.Synth()

	// the policy's settings, for: kubectl patch clusterpolicy cluster-policy --type merge --patch-file cluster-policy.patch.yaml
	patch := filepath.Join(*app.Outdir(), "cluster-policy.patch.yaml")
	if err := os.WriteFile(patch, []byte(*operator.RenderMergePatch()), 0o644); err != nil {
		panic(err)
	}
	for _, decision := range *operator.Decisions() {
		fmt.Printf("  %s\n", *decision)
	}
}
