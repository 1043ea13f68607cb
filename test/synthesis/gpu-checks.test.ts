import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import { GpuNodes } from '../../src/allocation';
import { Gpu, GpuLayout } from '../../src/hardware';
import { GpuOperator } from '../../src/operator';
import { MigPartitionedGpu } from '../../src/pools';
import { GpuChecks, GpuFindingSeverity } from '../../src/synthesis';
import { plainDeployment, RELEASES } from '../cluster';

let outdir: string;
let printed: jest.SpyInstance;

beforeEach(() => {
  outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'gpu-checks-'));
  printed = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
});

afterEach(() => {
  fs.rmSync(outdir, { recursive: true });
  printed.mockRestore();
});

/** An app whose only fault is what a person wrote. */
function appWith(resources: Record<string, unknown>, charts: number = 1): { app: App; deployment: ApiObject } {
  const app = new App({ outdir });
  const first = new Chart(app, 'gpu');
  new GpuOperator(first, 'gpu-operator', RELEASES);
  const deployment = plainDeployment(first, 'w', { containers: [{ name: 'main', image: 'example.com/image:1', resources }] });
  for (let i = 1; i < charts; i++) { plainDeployment(new Chart(app, `chart-${i}`), 'other'); }
  return { app, deployment };
}

const HALF_A_GPU = { limits: { 'nvidia.com/gpu': '0.5' }, requests: { 'nvidia.com/gpu': '0.5' } }; // POD-010
const TWO_SLICES = { limits: { 'nvidia.com/mig-1g.10gb': '2' } }; // POD-002

function written(): string[] {
  return fs.readdirSync(outdir);
}

function stderr(): string {
  return printed.mock.calls.map(([text]) => String(text)).join('');
}

test('an error stops synthesis before anything is written, and names construct, rule and way out', () => {
  const { app } = appWith(HALF_A_GPU);
  expect(() => app.synth()).toThrow(/gpu\/w \(Deployment gpu-w-\w+ spec\.template\.spec\.containers\.0\.resources\.limits\.nvidia\.com\/gpu\): .*0\.5.*\[POD-010\]\. Fix: share the GPU/);
  expect(written()).toEqual([]);
});

test('a warning is printed once, whatever the number of charts and of syntheses', () => {
  const { app } = appWith(TWO_SLICES, 5);
  app.synth();
  app.synthYaml();
  expect(stderr().match(/warning: gpu\/w .*POD-002/g)).toHaveLength(1);
  expect(written()).toHaveLength(5);
});

test.each(['synth', 'synthYaml'])('a warning is printed when Python, Java or Go call %s, which jsii takes from the class', method => {
  const { app } = appWith(TWO_SLICES, 5);
  (app.constructor.prototype as Record<string, () => void>)[method].call(app);
  expect(stderr().match(/warning: gpu\/w .*POD-002/g)).toHaveLength(1);
});

test('an object is rendered for the rules once in a synthesis of many charts', () => {
  const renders = (charts: number) => {
    const { app, deployment } = appWith({}, charts);
    const render = jest.spyOn(deployment, 'toJson');
    app.synthYaml();
    return render.mock.calls.length;
  };
  expect(renders(40)).toBe(renders(1));
});

test('what changes between two syntheses in one turn is seen', () => {
  const { app } = appWith({});
  app.synth();
  plainDeployment(app.charts[0], 'late', { containers: [{ name: 'main', image: 'example.com/image:1', resources: HALF_A_GPU }] });
  expect(() => app.synth()).toThrow(/gpu\/late .*POD-010/);
  expect(() => app.charts[0].toJson()).toThrow(/gpu\/late .*POD-010/);
});

test('findings say what a test wants to know', () => {
  const { app } = appWith(HALF_A_GPU);
  expect(GpuChecks.of(app).errors).toEqual([expect.objectContaining({
    rule: 'POD-010', severity: GpuFindingSeverity.ERROR, constructPath: 'gpu/w', kind: 'Deployment', path: 'spec.template.spec.containers.0.resources.limits.nvidia.com/gpu',
  })]);
});

test('an accepted finding stops nothing, and its reason stands in the manifest and in the findings', () => {
  const { app, deployment } = appWith(HALF_A_GPU);
  GpuChecks.acknowledge(deployment, 'POD-010', 'a scheduler of ours takes fractions');
  app.synth();
  expect(deployment.toJson().metadata.annotations).toEqual({ 'cdk8s-gpu/acknowledge': 'POD-010: a scheduler of ours takes fractions' });
  expect(GpuChecks.of(app).errors).toEqual([]);
  expect(GpuChecks.of(app).findings).toContainEqual(expect.objectContaining({ rule: 'POD-010', acknowledged: 'a scheduler of ours takes fractions' }));
});

test('two acknowledgements on one object stand beside each other, and the later reason for one rule replaces the first', () => {
  const { deployment } = appWith({});
  GpuChecks.acknowledge(deployment, 'POD-010', 'first');
  GpuChecks.acknowledge(deployment, 'POD-002', 'second');
  GpuChecks.acknowledge(deployment, 'POD-010', 'third');
  expect(deployment.toJson().metadata.annotations['cdk8s-gpu/acknowledge']).toBe('POD-002: second; POD-010: third');
});

test.each([
  ['an unknown rule', 'POD-999', 'meant', /no rule "POD-999"/],
  ['an empty reason', 'POD-010', ' ', /the reason to accept POD-010 must say something/],
  ['a reason with the separator in it', 'POD-010', 'a; b', /without a semicolon/],
])('%s is refused', (_, rule, reason, message) => {
  const { deployment } = appWith({});
  expect(() => GpuChecks.acknowledge(deployment, rule, reason)).toThrow(message);
});

test('nothing can be accepted where nothing is written', () => {
  const chart = new Chart(new App({ outdir }), 'empty');
  expect(() => GpuChecks.acknowledge(chart, 'POD-010', 'meant')).toThrow(/empty: POD-010 cannot be accepted here: the construct writes no object/);
});

test('an app without a construct of ours is checked when it asks for it', () => {
  const app = new App({ outdir });
  plainDeployment(new Chart(app, 'plain'), 'w', { containers: [{ name: 'main', image: 'example.com/image:1', resources: HALF_A_GPU }] });
  app.synth();
  GpuChecks.enable(app);
  expect(() => app.synth()).toThrow(/POD-010/);
});

test('a workload with a slice is rendered once a synthesis, and written as it was checked', () => {
  const app = new App({ outdir });
  const chart = new Chart(app, 'gpu');
  const slice = new MigPartitionedGpu(chart, 'support', {
    operator: new GpuOperator(chart, 'gpu-operator', RELEASES), gpu: Gpu.H100_SXM5_80GB, nodes: GpuNodes.named(['node-1']), layout: GpuLayout.of({ '1g.10gb': 7 }),
  }).slice('1g.10gb');
  const deployment = plainDeployment(chart, 'w');
  const rendered = jest.fn(deployment.toJson.bind(deployment));
  deployment.toJson = rendered;
  slice.attachTo(deployment);
  app.synth();
  expect(rendered).toHaveBeenCalledTimes(1);
  expect(fs.readFileSync(path.join(outdir, 'gpu.k8s.yaml'), 'utf8')).toContain('nvidia.com/mig-1g.10gb');
  deployment.addJsonPatch(JsonPatch.replace('/spec/replicas', 7)); // what a later synthesis writes is rendered anew
  app.synth();
  expect(rendered).toHaveBeenCalledTimes(2);
  expect(fs.readFileSync(path.join(outdir, 'gpu.k8s.yaml'), 'utf8')).toContain('replicas: 7');
});

test('a chart for each cluster is checked as a cluster of its own', () => {
  const app = new App({ outdir });
  for (const name of ['east', 'west']) {
    const chart = new Chart(app, name);
    const operator = new GpuOperator(chart, 'gpu-operator', RELEASES);
    const pool = new MigPartitionedGpu(chart, 'support', {
      operator, gpu: Gpu.H100_SXM5_80GB, nodes: GpuNodes.named(['node-1']), layout: GpuLayout.of({ '1g.10gb': 7 }),
    });
    // the workload has a chart of its own, which shows its cluster by the slice alone
    pool.slice('1g.10gb').attachTo(plainDeployment(new Chart(app, `${name}-apps`), 'w'));
  }
  expect(GpuChecks.of(app).errors).toEqual([]);
  app.synth();
});

test('an object that cannot be rendered is told once, with its construct', () => {
  const { app } = appWith({});
  const chart = new Chart(app, 'bad');
  new MigPartitionedGpu(chart, 'support', {
    operator: new GpuOperator(chart, 'gpu-operator', RELEASES), gpu: Gpu.H100_SXM5_80GB, nodes: GpuNodes.named(['node-2']), layout: GpuLayout.of({ '1g.10gb': 7 }),
  }).slice('1g.10gb').attachTo(new ApiObject(chart, 'w', { apiVersion: 'example.com/v1', kind: 'Unknown' }));
  expect(() => app.synth()).toThrow(/bad\/w: Unknown has no containers/);
  expect(() => GpuChecks.of(app)).toThrow(/bad\/w: Unknown has no containers/);
});
