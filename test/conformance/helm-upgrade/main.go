// Program helm-upgrade writes one object to an API server as Helm 3 and Helm 4 do: what helm install and helm upgrade call for each
// object of a release. Arguments: the server's address, a file with a token, the server's certificate. It reads JSON lines and answers each.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"k8s.io/cli-runtime/pkg/genericclioptions"

	three "helm.sh/helm/v3/pkg/kube"
	four "helm.sh/helm/v4/pkg/kube"
)

// Step is one line of input. Without Old it is an installation, else an upgrade from Old to New.
type Step struct {
	Helm int             `json:"helm"`
	Old  json.RawMessage `json:"old,omitempty"`
	New  json.RawMessage `json:"new"`
	// ServerSide and ForceConflicts are for Helm 4: what it does by default to a release that it installed itself, and --force-conflicts.
	ServerSide     bool `json:"serverSide,omitempty"`
	ForceConflicts bool `json:"forceConflicts,omitempty"`
}

// Answer is one line of output.
type Answer struct {
	Error string `json:"error,omitempty"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	if len(os.Args) != 4 {
		return fmt.Errorf("usage: %s SERVER TOKENFILE CERTIFICATE", os.Args[0])
	}
	token, err := os.ReadFile(os.Args[2])
	if err != nil {
		return err
	}
	flags := genericclioptions.NewConfigFlags(false)
	bearer := strings.TrimSpace(string(token))
	flags.APIServer, flags.BearerToken, flags.CAFile = &os.Args[1], &bearer, &os.Args[3]
	// cmd/helm sets it
	three.ManagedFieldsManager, four.ManagedFieldsManager = "helm", "helm"

	decoder, encoder := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for decoder.More() {
		var step Step
		if err := decoder.Decode(&step); err != nil {
			return err
		}
		var answer Answer
		if err := write(flags, step); err != nil {
			answer.Error = err.Error()
		}
		if err := encoder.Encode(answer); err != nil {
			return err
		}
	}
	return nil
}

func write(flags *genericclioptions.ConfigFlags, step Step) error {
	switch step.Helm {
	case 3:
		return withThree(three.New(flags), step)
	case 4:
		return withFour(four.New(flags), step)
	default:
		return fmt.Errorf("no Helm %d", step.Helm)
	}
}

// withThree is pkg/action of Helm 3: KubeClient.Create, and KubeClient.Update without --force.
func withThree(client *three.Client, step Step) error {
	target, err := client.Build(bytes.NewReader(step.New), true)
	if err != nil {
		return err
	}
	if step.Old == nil {
		_, err = client.Create(target)
		return err
	}
	current, err := client.Build(bytes.NewReader(step.Old), false)
	if err != nil {
		return err
	}
	_, err = client.Update(current, target, false)
	return err
}

// withFour is pkg/action of Helm 4.
func withFour(client *four.Client, step Step) error {
	target, err := client.Build(bytes.NewReader(step.New), true)
	if err != nil {
		return err
	}
	if step.Old == nil {
		_, err = client.Create(target, four.ClientCreateOptionServerSideApply(step.ServerSide, false))
		return err
	}
	current, err := client.Build(bytes.NewReader(step.Old), false)
	if err != nil {
		return err
	}
	_, err = client.Update(current, target, four.ClientUpdateOptionServerSideApply(step.ServerSide, step.ForceConflicts))
	return err
}
