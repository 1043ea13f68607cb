// Program gpu-operator answers questions about a copy of NVIDIA's gpu-operator, with its own types and its own chart.
// It reads JSON lines and writes one for each; its argument is the folder of the module.
//
//	decode  api/nvidia/v1 and v1alpha1: an object is read as strictly as an API server does with fieldValidation=Strict
//	render  deployments/gpu-operator, through Helm's engine: the objects of a release, or why there is none
//	crds    the CustomResourceDefinitions of the chart and of its subcharts
//	values  the chart's own values
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	policy "github.com/NVIDIA/gpu-operator/api/nvidia/v1"
	driver "github.com/NVIDIA/gpu-operator/api/nvidia/v1alpha1"
	"helm.sh/helm/v3/pkg/chart/loader"
	strict "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// Question is one line of input.
type Question struct {
	Ask string `json:"ask"`
	// Object is what to decode.
	Object json.RawMessage `json:"object,omitempty"`
	// Values of a release, and the namespace that it goes to.
	Values    map[string]any `json:"values,omitempty"`
	Namespace string         `json:"namespace,omitempty"`
}

// Answer is one line of output, in the order of the input.
type Answer struct {
	Error     string          `json:"error,omitempty"`
	Documents []Document      `json:"documents,omitempty"`
	Values    json.RawMessage `json:"values,omitempty"`
}

// Document is an object as the chart writes it, and as it is read.
type Document struct {
	File   string          `json:"file"`
	Text   string          `json:"text"`
	Object json.RawMessage `json:"object"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	if len(os.Args) != 2 {
		return fmt.Errorf("usage: %s FOLDER, the folder of the gpu-operator module", os.Args[0])
	}
	folder := filepath.Join(os.Args[1], "deployments", "gpu-operator")
	decoder, output := json.NewDecoder(bufio.NewReader(os.Stdin)), bufio.NewWriter(os.Stdout)
	defer output.Flush()
	encoder := json.NewEncoder(output)
	for decoder.More() {
		var question Question
		if err := decoder.Decode(&question); err != nil {
			return err
		}
		answer, err := answerOf(question, folder)
		if err != nil {
			answer = Answer{Error: err.Error()}
		}
		if err := encoder.Encode(answer); err != nil {
			return err
		}
	}
	return nil
}

func answerOf(question Question, folder string) (Answer, error) {
	switch question.Ask {
	case "decode":
		return Answer{}, decode(question.Object)
	case "render":
		documents, err := render(folder, question.Values, question.Namespace)
		return Answer{Documents: documents}, err
	case "crds":
		documents, err := definitions(folder)
		return Answer{Documents: documents}, err
	case "values":
		chart, err := loader.Load(folder)
		if err != nil {
			return Answer{}, err
		}
		values, err := json.Marshal(chart.Values)
		return Answer{Values: values}, err
	default:
		return Answer{}, fmt.Errorf("no answer to %q", question.Ask)
	}
}

// decode refuses unknown and repeated fields, as the API server does.
func decode(object []byte) error {
	var kind struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
	}
	if err := json.Unmarshal(object, &kind); err != nil {
		return err
	}
	var into any
	switch kind.APIVersion + " " + kind.Kind {
	case "nvidia.com/v1 ClusterPolicy":
		into = &policy.ClusterPolicy{}
	case "nvidia.com/v1alpha1 NVIDIADriver":
		into = &driver.NVIDIADriver{}
	default:
		return fmt.Errorf("no type for %s %s", kind.APIVersion, kind.Kind)
	}
	problems, err := strict.UnmarshalStrict(object, into)
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		return problems[0]
	}
	return nil
}

func documentOf(file, text string) (Document, error) {
	object, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		return Document{}, fmt.Errorf("%s: %w", file, err)
	}
	return Document{File: file, Text: text, Object: object}, nil
}
