// Program conformance reads cases as JSON lines and answers each with the verdict of upstream's own parser.
//
//	profile        go-nvlib pkg/nvlib/device: AssertValidMigProfileFormat and MigProfileInfo.Matches
//	device-plugin  k8s-device-plugin api/config/v1: NewConfig and AssertChannelIDsValid, as the plugin itself calls them
//	unquoted       sigs.k8s.io/yaml, which the NIM Operator reads its rendered templates with
//	yaml           sigs.k8s.io/yaml, which kubectl, mig-parted and the device plugin read files with
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/NVIDIA/go-nvlib/pkg/nvlib/device"
	"github.com/NVIDIA/go-nvml/pkg/nvml"
	plugin "github.com/NVIDIA/k8s-device-plugin/api/config/v1"
	"github.com/urfave/cli/v2"
	"sigs.k8s.io/yaml"
)

// Case is one line of input.
type Case struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
	// Ours is how the library took a profile name apart; absent when the library refused it.
	Ours *Fields `json:"ours,omitempty"`
}

// Fields of a MIG profile name.
type Fields struct {
	Compute    int      `json:"compute"`
	Instance   int      `json:"instance"`
	Gb         int      `json:"gb"`
	Attributes []string `json:"attributes"`
	Negative   bool     `json:"negative"`
	Canonical  string   `json:"canonical"`
}

// Verdict is one line of output, in the order of the input.
type Verdict struct {
	Accepted bool   `json:"accepted"`
	Message  string `json:"message,omitempty"`
	// Differs says in which way upstream takes the name apart differently.
	Differs string `json:"differs,omitempty"`
	// Value is what a YAML text says.
	Value json.RawMessage `json:"value,omitempty"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	folder, err := os.MkdirTemp("", "conformance")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)

	profiles := device.New(nvml.New())
	input := bufio.NewReader(os.Stdin)
	output := bufio.NewWriter(os.Stdout)
	defer output.Flush()
	decoder, encoder := json.NewDecoder(input), json.NewEncoder(output)
	for decoder.More() {
		var each Case
		if err := decoder.Decode(&each); err != nil {
			return err
		}
		var verdict Verdict
		switch each.Kind {
		case "profile":
			verdict = readProfile(profiles, each)
		case "device-plugin":
			verdict = readDevicePluginConfig(filepath.Join(folder, "config.yaml"), each.Text)
		case "unquoted":
			verdict = readUnquoted(each.Text)
		case "yaml":
			verdict = readYaml(each.Text)
		default:
			return fmt.Errorf("no parser for %q", each.Kind)
		}
		if err := encoder.Encode(verdict); err != nil {
			return err
		}
	}
	return nil
}

func readProfile(profiles device.Interface, each Case) Verdict {
	if err := profiles.AssertValidMigProfileFormat(each.Text); err != nil {
		return Verdict{Message: err.Error()}
	}
	verdict := Verdict{Accepted: true}
	if each.Ours == nil {
		return verdict
	}
	info := device.MigProfileInfo{C: each.Ours.Compute, G: each.Ours.Instance, GB: each.Ours.Gb}
	if each.Ours.Negative {
		info.NegAttributes = append([]string(nil), each.Ours.Attributes...)
	} else {
		info.Attributes = append([]string(nil), each.Ours.Attributes...)
	}
	// Matches sorts the attributes in place, so the name is printed first
	printed := info.String()
	if printed != each.Ours.Canonical {
		verdict.Differs = fmt.Sprintf("prints %q, the library %q", printed, each.Ours.Canonical)
	} else if !info.Matches(each.Text) {
		verdict.Differs = "takes the name apart differently"
	}
	return verdict
}

func readDevicePluginConfig(file, text string) Verdict {
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return Verdict{Message: err.Error()}
	}
	set := flag.NewFlagSet("plugin", flag.ContinueOnError)
	set.String("config-file", file, "")
	config, err := plugin.NewConfig(cli.NewContext(cli.NewApp(), set, nil), nil)
	if err != nil {
		return Verdict{Message: err.Error()}
	}
	// the plugin's next step after reading the file
	if err := plugin.AssertChannelIDsValid(config.Imex.ChannelIDs); err != nil {
		return Verdict{Message: err.Error()}
	}
	return Verdict{Accepted: true}
}

// readUnquoted accepts a value that is the same string after it was printed without quotes; null counts as the empty string.
func readUnquoted(text string) Verdict {
	var read map[string]any
	if err := yaml.Unmarshal([]byte("key: "+text+"\n"), &read); err != nil {
		return Verdict{Message: err.Error()}
	}
	value, isString := read["key"].(string)
	if !isString && !(read["key"] == nil && text == "") {
		return Verdict{Message: fmt.Sprintf("is read as %T", read["key"])}
	}
	return Verdict{Accepted: value == text}
}

func readYaml(text string) Verdict {
	value, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		return Verdict{Message: err.Error()}
	}
	return Verdict{Accepted: true, Value: value}
}
