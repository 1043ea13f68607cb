// What a cluster has many of, one kind at a time. Each gives the work of `count` of it; the text is made before.
'use strict';

const pod = (name, more = {}) => JSON.stringify({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'ml' },
  spec: { containers: [{ name: 'main', image: 'registry.example.com/train:1', resources: { limits: { 'nvidia.com/gpu': 1 } }, ...more }] },
});
const node = name => JSON.stringify({
  apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { 'nvidia.com/gpu.product': 'NVIDIA-H100-80GB-HBM3', 'nvidia.com/gpu.count': '8', 'nvidia.com/mig.config': 'all-1g.10gb' } },
  status: { allocatable: { 'nvidia.com/mig-1g.10gb': '56' } },
});
const layouts = count => JSON.stringify({
  apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'layouts', namespace: 'gpu-operator' },
  data: { 'config.yaml': `version: v1\nmig-configs:\n${Array.from({ length: count }, (_, index) => `  layout-${index}:\n  - {devices: all, mig-enabled: true, mig-devices: {"1g.10gb": 7}}\n`).join('')}` },
});
const sharing = count => JSON.stringify({
  apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'sharing', namespace: 'gpu-operator' },
  data: Object.fromEntries(Array.from({ length: count }, (_, index) => [`config-${index}`, 'version: v1\nsharing: {timeSlicing: {resources: [{name: nvidia.com/gpu, replicas: 4}]}}\n'])),
});
const claim = name => [
  { apiVersion: 'resource.k8s.io/v1', kind: 'ResourceClaimTemplate', metadata: { name, namespace: 'ml' }, spec: { spec: { devices: { requests: [{ name: 'gpu', exactly: { deviceClassName: 'mig.nvidia.com' } }] } } } },
  { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'ml' }, spec: { resourceClaims: [{ name: 'gpu', resourceClaimTemplateName: name }], containers: [{ name: 'main', image: 'registry.example.com/train:1', resources: { claims: [{ name: 'gpu' }] } }] } },
].map(each => JSON.stringify(each)).join('\n---\n');
const secret = name => JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'ml' }, stringData: { NGC_API_KEY: `nvapi-${name}${'x'.repeat(60)}` } });

const many = (count, make) => Array.from({ length: count }, (_, index) => make(`object-${index}`));
const documents = make => (count, lint) => { const text = many(count, make).join('\n---\n'); return () => lint(text); };
const texts = make => (count, lint) => { const text = make(count); return () => lint(text); };

/** A program with pools and a workload on each. */
function synthesized(count) {
  const { App, ApiObject, Chart } = require('cdk8s');
  const gpu = require('..');
  return () => {
    const app = new App();
    const chart = new Chart(app, 'gpu');
    const operator = new gpu.GpuOperator(chart, 'gpu-operator', { releases: { gpuOperator: gpu.GpuOperatorVersion.V26_7 } });
    for (let index = 0; index < count; index++) {
      new gpu.MigPartitionedGpu(chart, `pool-${index}`, {
        operator, gpu: gpu.Gpu.H100_SXM5_80GB, nodes: gpu.GpuNodes.named([`node-${index}`]), layout: gpu.GpuLayout.of({ '1g.10gb': 7 }),
      }).slice('1g.10gb').attachTo(new ApiObject(chart, `workload-${index}`, JSON.parse(pod(`workload-${index}`, { resources: {} }))));
    }
    app.synthYaml();
  };
}

exports.GROWING = {
  'pools of a program': { least: 25, work: count => synthesized(count) },
  'nodes': { least: 250, work: documents(node) },
  'pods that ask for GPUs': { least: 250, work: documents(pod) },
  'pods with claims': { least: 125, work: documents(claim) },
  'layouts of one mig-parted file': { least: 250, work: texts(layouts) },
  'configs of one device-plugin ConfigMap': { least: 125, work: texts(sharing) },
  'Secrets': { least: 250, work: documents(secret) },
  'secrets in one pod': { least: 50, work: texts(count => pod('p', { env: many(count, name => ({ name: `KEY_${name}_TOKEN`, value: `nvapi-${name}${'x'.repeat(60)}` })) })) },
  'items of a List': { least: 250, work: texts(count => JSON.stringify({ apiVersion: 'v1', kind: 'List', items: many(count, name => JSON.parse(pod(name))) })) },
  'items of a List in YAML': { least: 250, work: texts(count => require('yaml').stringify({ apiVersion: 'v1', kind: 'List', items: many(count, name => JSON.parse(pod(name))) })) },
  'findings': { least: 250, work: documents(name => pod(name, { resources: { limits: { 'nvidia.com/gpu': '1.5' } } })) },
  'variables of one container': { least: 500, work: texts(count => pod('p', { env: many(count, name => ({ name, value: 'a' })) })) },
  'containers of one pod': { least: 50, work: texts(count => JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: many(count, name => JSON.parse(pod('p', { name })).spec.containers[0]) } })) },
  'Deployments of one Service': { least: 125, work: documents(name => [
    { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'ml' }, spec: { selector: { app: name }, ports: [{ port: 80 }] } },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: 'ml' }, spec: { selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: JSON.parse(pod(name)).spec } } },
  ].map(each => JSON.stringify(each)).join('\n---\n')) },
  'lines without anything behind a template': { least: 50_000, work: texts(count => `a: {{ x }}${'\n'.repeat(count)}b: 1\n`) },
  'anchors with an alias each': { least: 500, work: texts(count => `apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n${many(count, name => `    a-${name}: &${name} v\n    b-${name}: *${name}\n`).join('')}`) },
  'letters of a host name': { least: 10_000, work: texts(count => JSON.stringify({ apiVersion: 'apps.nvidia.com/v1alpha1', kind: 'NIMService', metadata: { name: 'a' }, spec: { expose: { router: { hostDomainName: 'a-'.repeat(count / 2) } } } })) },
  'letters of one text': { least: 250_000, work: texts(count => pod('p', { args: ['a b=c: {d} '.repeat(count / 10)] })) },
};
