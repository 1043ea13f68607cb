// Answers what the structured allocator of Kubernetes decides. Reads one JSON a line,
// {"slices": [ResourceSlice...], "classes": [DeviceClass...], "steps": [{"claim": ResourceClaim} or {"release": "name"}...]}, and writes for each
// step the names of the devices that the claim got on the one node, none when it has to wait, or null for a release.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	v1 "k8s.io/api/core/v1"
	resourceapi "k8s.io/api/resource/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/dynamic-resource-allocation/cel"
	"k8s.io/dynamic-resource-allocation/structured"
)

type classes []*resourceapi.DeviceClass

func (c classes) List() ([]*resourceapi.DeviceClass, error) { return c, nil }

func (c classes) Get(name string) (*resourceapi.DeviceClass, error) {
	for _, each := range c {
		if each.Name == name {
			return each, nil
		}
	}
	return nil, fmt.Errorf("no class %s", name)
}

type history struct {
	Slices  []*resourceapi.ResourceSlice `json:"slices"`
	Classes classes                      `json:"classes"`
	Steps   []struct {
		Claim   *resourceapi.ResourceClaim `json:"claim"`
		Release string                     `json:"release"`
	} `json:"steps"`
}

var features = structured.Features{PartitionableDevices: true, PrioritizedList: true, AdminAccess: true, DeviceTaints: true}

func decide(h history, cache *cel.Cache) ([][]string, error) {
	node := &v1.Node{ObjectMeta: metav1.ObjectMeta{Name: *h.Slices[1].Spec.NodeName}}
	held := map[string][]structured.DeviceID{}
	answers := [][]string{}
	for _, step := range h.Steps {
		if step.Release != "" {
			delete(held, step.Release)
			answers = append(answers, nil)
			continue
		}
		allocated := sets.New[structured.DeviceID]()
		for _, ids := range held {
			allocated.Insert(ids...)
		}
		state := structured.AllocatedState{
			AllocatedDevices:         allocated,
			AllocatedSharedDeviceIDs: sets.New[structured.SharedDeviceID](),
			AggregatedCapacity:       structured.NewConsumedCapacityCollection(),
		}
		allocator, err := structured.NewAllocator(context.Background(), features, state, h.Classes, h.Slices, cache)
		if err != nil {
			return nil, err
		}
		results, err := allocator.Allocate(context.Background(), node, []*resourceapi.ResourceClaim{step.Claim})
		if err != nil {
			return nil, err
		}
		names := []string{}
		for _, result := range results {
			for _, device := range result.Devices.Results {
				names = append(names, device.Device)
				held[step.Claim.Name] = append(held[step.Claim.Name], structured.MakeDeviceID(device.Driver, device.Pool, device.Device))
			}
		}
		answers = append(answers, names)
	}
	return answers, nil
}

func main() {
	cache := cel.NewCache(100, cel.Features{})
	decoder := json.NewDecoder(bufio.NewReader(os.Stdin))
	encoder := json.NewEncoder(os.Stdout)
	for {
		var h history
		if err := decoder.Decode(&h); err == io.EOF {
			return
		} else if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		answers, err := decide(h, cache)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		if err := encoder.Encode(answers); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}
