package main

import (
	"sort"
	"strings"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"helm.sh/helm/v3/pkg/releaseutil"
)

// kubernetes is the version that the chart is told.
const kubernetes = "v1.34.2"

// render does what helm template does: subcharts by their conditions, defaults below the values given, the engine, then one document at a time.
func render(folder string, values map[string]any, namespace string) ([]Document, error) {
	// dependencies are taken out of a chart in place, so each release has a chart of its own
	chart, err := loader.Load(folder)
	if err != nil {
		return nil, err
	}
	if err := chartutil.ProcessDependencies(chart, values); err != nil {
		return nil, err
	}
	version, err := chartutil.ParseKubeVersion(kubernetes)
	if err != nil {
		return nil, err
	}
	capabilities := *chartutil.DefaultCapabilities
	capabilities.KubeVersion = *version
	release := chartutil.ReleaseOptions{Name: "gpu-operator", Namespace: namespace, Revision: 1, IsInstall: true}
	merged, err := chartutil.ToRenderValues(chart, values, release, &capabilities)
	if err != nil {
		return nil, err
	}
	rendered, err := engine.Render(chart, merged)
	if err != nil {
		return nil, err
	}
	files := make([]string, 0, len(rendered))
	for file := range rendered {
		if !strings.HasSuffix(file, "NOTES.txt") {
			files = append(files, file)
		}
	}
	sort.Strings(files)
	return documentsOf(files, func(file string) string { return rendered[file] })
}

// definitions are what helm install creates before anything else.
func definitions(folder string) ([]Document, error) {
	chart, err := loader.Load(folder)
	if err != nil {
		return nil, err
	}
	var files []string
	texts := map[string]string{}
	for _, each := range chart.CRDObjects() {
		files = append(files, each.Filename)
		texts[each.Filename] = string(each.File.Data)
	}
	return documentsOf(files, func(file string) string { return texts[file] })
}

func documentsOf(files []string, textOf func(string) string) ([]Document, error) {
	var documents []Document
	for _, file := range files {
		manifests := releaseutil.SplitManifests(textOf(file))
		names := make([]string, 0, len(manifests))
		for name := range manifests {
			names = append(names, name)
		}
		sort.Sort(releaseutil.BySplitManifestsOrder(names))
		for _, name := range names {
			document, err := documentOf(file, manifests[name])
			if err != nil {
				return nil, err
			}
			if string(document.Object) != "null" {
				documents = append(documents, document)
			}
		}
	}
	return documents, nil
}
