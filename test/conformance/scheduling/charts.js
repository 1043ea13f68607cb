// Small clusters written with the library, for what no example shows.
'use strict';
const { App, ApiObject, Chart } = require('cdk8s');
const {
  DedicatedGpu, Gpu, GpuLayout, GpuNodes, GpuOperator, GpuOperatorVersion, MigPartitionedGpu, MigStrategy, NimModel, NimPipeline, NimService, NimVoicePipeline,
  NodeLabelForm,
} = require('../../../lib');

function manifestsWith(build) {
  const chart = new Chart(new App(), 'scheduling', { namespace: 'inference' });
  build(chart, operator => new GpuOperator(chart, 'gpu-operator', { releases: { gpuOperator: GpuOperatorVersion.V26_7 }, ...operator }));
  return chart.toJson();
}

const wholeGpus = (chart, operator, nodes, gpusPerNode) =>
  new DedicatedGpu(chart, 'a100', { operator, gpu: Gpu.A100_SXM4_80GB, nodes: GpuNodes.named(nodes, { gpusPerNode }) });

/** A voice pipeline of three stages, a whole GPU each. */
function voicePipeline(nodes, gpusPerNode, placement) {
  return manifestsWith((chart, operatorWith) => {
    const slice = wholeGpus(chart, operatorWith(), nodes, gpusPerNode).wholeGpu();
    new NimVoicePipeline(chart, 'voice', {
      asr: { name: 'asr', model: NimModel.PARAKEET_1_1B_CTC_EN_US, slice },
      llm: { name: 'llm', model: NimModel.LLAMA_3_1_8B_INSTRUCT, imageTag: '1.13.1', slice, serving: { contextLength: 8192 } },
      tts: { name: 'tts', model: NimModel.MAGPIE_TTS_MULTILINGUAL, slice },
      ...(placement !== undefined && { placement }),
    });
  });
}

/** One NIM on whole GPUs. */
function speechService(nodes, gpusPerNode, props) {
  return manifestsWith((chart, operatorWith) => {
    const slice = wholeGpus(chart, operatorWith(), nodes, gpusPerNode).wholeGpu();
    new NimService(chart, 'asr', { name: 'asr', model: NimModel.PARAKEET_1_1B_CTC_EN_US, slice, ...props });
  });
}

/** A NIMPipeline of two services on a whole GPU each, and of one that does not run. */
function servicesOfPipeline(nodes, gpusPerNode) {
  return manifestsWith((chart, operatorWith) => {
    const slice = wholeGpus(chart, operatorWith(), nodes, gpusPerNode).wholeGpu();
    const service = (name, enabled) => ({ name, enabled, service: { model: NimModel.PARAKEET_1_1B_CTC_EN_US, slice } });
    new NimPipeline(chart, 'speech', { name: 'speech', services: [service('one', true), service('two', true), service('off', false)] });
  });
}

/** Strategy single: each slice is an `nvidia.com/gpu`; the labels stand in partial Node objects. */
function uniformSlices(nodes, replicas, maxReplicas) {
  return manifestsWith((chart, operatorWith) => {
    const pool = new MigPartitionedGpu(chart, 'a100', {
      operator: operatorWith({ migStrategy: MigStrategy.SINGLE, nodeLabels: NodeLabelForm.NODE_OBJECTS }),
      gpu: Gpu.A100_SXM4_80GB, nodes: GpuNodes.named(nodes, { gpusPerNode: 2 }), layout: GpuLayout.of({ '1g.10gb': 7 }),
    });
    const workload = new ApiObject(chart, 'worker', {
      apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'worker' },
      spec: {
        replicas, selector: { matchLabels: { app: 'worker' } },
        template: { metadata: { labels: { app: 'worker' } }, spec: { containers: [{ name: 'main', image: 'registry.example.com/worker:1.0.0' }] } },
      },
    });
    pool.slice('1g.10gb').attachTo(workload);
    if (maxReplicas === undefined) { return; }
    new ApiObject(chart, 'scaler', {
      apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'worker' },
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'worker' }, maxReplicas },
    });
  });
}

module.exports = { servicesOfPipeline, speechService, uniformSlices, voicePipeline };
