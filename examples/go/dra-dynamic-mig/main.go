// H100s that NVIDIA's DRA driver cuts as claims come: by resource for pods that are as they were, by claim for what only a claim can say.
package main

import (
	gpu "example.com/cdk8s-gpu-go/cdk8sgpu"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"
	"github.com/cdk8s-team/cdk8s-plus-go/cdk8splus28/v2/k8s"
)

func container(name string) *k8s.Container {
	return &k8s.Container{
		Name:  jsii.String(name),
		Image: jsii.String("registry.example.com/" + name + ":1.0.0"),
		SecurityContext: &k8s.SecurityContext{
			AllowPrivilegeEscalation: jsii.Bool(false),
			Capabilities:             &k8s.Capabilities{Drop: jsii.Strings("ALL")},
			RunAsNonRoot:             jsii.Bool(true),
			RunAsUser:                jsii.Number(1000),
			SeccompProfile:           &k8s.SeccompProfile{Type: jsii.String("RuntimeDefault")},
		},
	}
}

func deployment(chart cdk8s.Chart, name string, containers ...*k8s.Container) k8s.KubeDeployment {
	labels := &map[string]*string{"app": jsii.String(name)}
	return k8s.NewKubeDeployment(chart, jsii.String(name), &k8s.KubeDeploymentProps{
		Metadata: &k8s.ObjectMeta{Name: jsii.String(name)},
		Spec: &k8s.DeploymentSpec{
			Selector: &k8s.LabelSelector{MatchLabels: labels},
			Strategy: &k8s.DeploymentStrategy{Type: jsii.String("Recreate")},
			Template: &k8s.PodTemplateSpec{
				Metadata: &k8s.ObjectMeta{Labels: labels},
				Spec: &k8s.PodSpec{
					AutomountServiceAccountToken: jsii.Bool(false),
					Containers:                   &containers,
				},
			},
		},
	})
}

func main() {
	defer jsii.Close()

	app := cdk8s.NewApp(nil)
	chart := cdk8s.NewChart(app, jsii.String("dra-dynamic-mig"), &cdk8s.ChartProps{Namespace: jsii.String("inference")})

	operator := gpu.NewGpuOperator(chart, jsii.String("gpu-operator"), &gpu.GpuOperatorProps{
		Releases: &gpu.GpuReleases{
			GpuOperator: gpu.GpuOperatorVersion_V26_7(),
			Kubernetes:  gpu.KubernetesVersion_V1_37(),
		},
		Allocation: gpu.GpuAllocation_DRA,
	})
	pool := gpu.NewMigPartitionedGpu(chart, jsii.String("h100"), &gpu.MigPartitionedGpuProps{
		Operator: operator,
		Gpu:      gpu.Gpu_H100_SXM5_80GB(),
		Nodes:    gpu.GpuNodes_Named(jsii.Strings("h100-1"), &gpu.GpuNodesOptions{GpusPerNode: jsii.Number(2)}),
		Layout: gpu.GpuLayout_Of(&map[string]*float64{
			"3g.40gb": jsii.Number(1),
			"2g.20gb": jsii.Number(1),
			"1g.20gb": jsii.Number(1),
		}),
	})

	// as with the device plugin: nvidia.com/mig-3g.40gb, which a DeviceClass stands for
	pool.Slice(jsii.String("3g.40gb"), nil).AttachTo(deployment(chart, "reranker", container("reranker")), nil)
	// the smaller of two that is free
	pool.FirstAvailable(jsii.Strings("2g.20gb", "3g.40gb")).AttachTo(deployment(chart, "translator", container("translator")), nil)
	// two slices of one board, so that they share its memory bandwidth and no other board is touched
	speech := deployment(chart, "speech", container("asr"), container("tts"))
	slices := *pool.OnOneBoard(jsii.Strings("1g.20gb", "2g.20gb"))
	slices[0].AttachTo(speech, &gpu.GpuAttachOptions{Containers: jsii.Strings("asr")})
	slices[1].AttachTo(speech, &gpu.GpuAttachOptions{Containers: jsii.Strings("tts")})

	app.Synth()
}
