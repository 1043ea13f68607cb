import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { ApiObject, App, Chart, Cron, JsonPatch, Testing } from 'cdk8s';
import * as kplus28 from 'cdk8s-plus-28';
import * as kplus34 from 'cdk8s-plus-34';
import { Construct, IConstruct } from 'constructs';
import { GpuNodes, SliceAccess } from '../../src/allocation';
import { Gpu, GpuSliceKind } from '../../src/hardware';
import { DedicatedGpu, GpuSlice } from '../../src/pools';
import { clusterWith, plainDeployment } from '../cluster';

const slice = new GpuSlice({
  access: SliceAccess.resource('nvidia.com/mig-3g.40gb'),
  kind: GpuSliceKind.MIG,
  pool: 'gpu/mig',
  nodeSelector: { 'nvidia.com/mig.config': 'mig-12345678' },
  tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }],
});

function synth(chart: Chart): any {
  return Testing.synth(chart)[0];
}

function podSpec(manifest: any): any {
  return manifest.kind === 'Pod' ? manifest.spec : manifest.kind === 'CronJob' ? manifest.spec.jobTemplate.spec.template.spec : manifest.spec.template.spec;
}

const container = { name: 'main', image: 'example.com/image:1' };
const schedule = Cron.hourly();
const workloads: [string, (chart: Chart) => IConstruct][] = [
  ['a plain Deployment', chart => plainDeployment(chart, 'w')],
  ['a plain Pod', chart => new ApiObject(chart, 'w', { apiVersion: 'v1', kind: 'Pod', spec: { containers: [container] } })],
  ...[['28', kplus28], ['34', kplus34]].flatMap(([version, module]) => {
    const kplus = module as typeof kplus28;
    return [
      [`Pod of cdk8s-plus-${version}`, (chart: Chart) => new kplus.Pod(chart, 'w', { containers: [container] })],
      [`Deployment of cdk8s-plus-${version}`, (chart: Chart) => new kplus.Deployment(chart, 'w', { containers: [container] })],
      [`StatefulSet of cdk8s-plus-${version}`, (chart: Chart) => new kplus.StatefulSet(chart, 'w', {
        containers: [container], service: new kplus.Service(chart, 's', { ports: [{ port: 1 }] }),
      })],
      [`DaemonSet of cdk8s-plus-${version}`, (chart: Chart) => new kplus.DaemonSet(chart, 'w', { containers: [container] })],
      [`Job of cdk8s-plus-${version}`, (chart: Chart) => new kplus.Job(chart, 'w', { containers: [container] })],
      [`CronJob of cdk8s-plus-${version}`, (chart: Chart) => new kplus.CronJob(chart, 'w', { containers: [container], schedule })],
    ] as [string, (chart: Chart) => IConstruct][];
  }),
];

test.each(workloads)('gives the slice to %s: resources, node selector and toleration', (_, make) => {
  const chart = Testing.chart();
  slice.attachTo(make(chart));
  const manifest = Testing.synth(chart).find((each: any) => each.kind !== 'Service');
  const pod = podSpec(manifest);
  expect(pod.containers[0].resources.limits['nvidia.com/mig-3g.40gb']).toBe('1');
  expect(pod.containers[0].resources.requests['nvidia.com/mig-3g.40gb']).toBe('1');
  expect(pod.nodeSelector).toEqual({ 'nvidia.com/mig.config': 'mig-12345678' });
  expect(pod.tolerations).toEqual([{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }]);
});

test.each(workloads)('gives the slice to %s when Python, Java or Go render it, which jsii asks of its class', (_, make) => {
  const chart = Testing.chart();
  const object = ApiObject.of(make(chart));
  slice.attachTo(object);
  const render = (object.constructor.prototype as ApiObject).toJson;
  expect(render.call(object)).toEqual(object.toJson());
});

test.each(workloads)('gives a claim to %s: the pod names it, the container takes a part of it', (_, make) => {
  const chart = Testing.chart();
  GpuSlice.ofClaimTemplate('speech', { kind: GpuSliceKind.MIG, request: 'asr' }).attachTo(make(chart));
  const pod = podSpec(Testing.synth(chart).find((each: any) => each.kind !== 'Service'));
  expect(pod.resourceClaims).toEqual([{ name: 'gpu', resourceClaimTemplateName: 'speech' }]);
  expect(pod.containers[0].resources.claims).toEqual([{ name: 'gpu', request: 'asr' }]);
});

// the reason for attachTo: cdk8s#2172, cdk8s#2163
test.each([['28', kplus28.Deployment], ['34', kplus34.Deployment]])('a JSON patch on cdk8s-plus-%s loses the GPU without an error', (_, Deployment: any) => {
  const chart = Testing.chart();
  const deployment = new Deployment(chart, 'w', { containers: [container] });
  ApiObject.of(deployment).addJsonPatch(JsonPatch.add('/spec/template/spec/containers/0/resources/limits/nvidia.com~1gpu', 1));
  expect(podSpec(synth(chart)).containers[0].resources.limits['nvidia.com/gpu']).toBeUndefined();
});

test('keeps what the container already asks for', () => {
  const chart = Testing.chart();
  const deployment = new kplus28.Deployment(chart, 'w', { containers: [{ ...container, resources: { cpu: { limit: kplus28.Cpu.units(4) } } }] });
  slice.attachTo(deployment);
  expect(podSpec(synth(chart)).containers[0].resources.limits).toEqual({ 'cpu': '4', 'nvidia.com/mig-3g.40gb': '1' });
});

test('without placement the pod is not bound to the pool', () => {
  const chart = Testing.chart();
  slice.attachTo(plainDeployment(chart, 'w'), { placement: false });
  expect(Object.keys(podSpec(synth(chart)))).toEqual(['containers']);
});

test('does not repeat a toleration that the pod has', () => {
  const chart = Testing.chart();
  slice.attachTo(plainDeployment(chart, 'w', { tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists' }] }));
  expect(podSpec(synth(chart)).tolerations).toHaveLength(1);
});

describe('refuses, with the construct path,', () => {
  const two = { containers: [{ name: 'a', image: 'a' }, { name: 'b', image: 'b' }] };

  test('a pod with several containers and no name', () => {
    const chart = Testing.chart();
    slice.attachTo(plainDeployment(chart, 'w', two));
    expect(() => synth(chart)).toThrow(/test\/w: the pod has 2 containers \(a, b\); say which one gets the GPU/);
  });

  test('a container that is not there', () => {
    const chart = Testing.chart();
    slice.attachTo(plainDeployment(chart, 'w', two), { containers: ['c'] });
    expect(() => synth(chart)).toThrow(/no container "c"; it has a, b/);
  });

  test('a second GPU resource in one container', () => {
    const chart = Testing.chart();
    slice.attachTo(plainDeployment(chart, 'w', { containers: [{ ...container, resources: { limits: { 'nvidia.com/gpu': 1 } } }] }));
    expect(() => synth(chart)).toThrow(/container "main" already asks for nvidia.com\/gpu: 1.*POD-001/);
  });

  test('what is no amount and no text, in words', () => {
    const odd = { toString: 'x', valueOf: 'y' };
    const asking = Testing.chart();
    slice.attachTo(plainDeployment(asking, 'w', { containers: [{ ...container, resources: { limits: { 'nvidia.com/gpu': odd } } }] }));
    expect(() => synth(asking)).toThrow(/already asks for nvidia.com\/gpu: {"toString":"x","valueOf":"y"}, and would get/);
    const selecting = Testing.chart();
    slice.attachTo(plainDeployment(selecting, 'w', { nodeSelector: { 'nvidia.com/mig.config': odd } }));
    expect(() => synth(selecting)).toThrow(/nvidia.com\/mig.config={"toString":"x","valueOf":"y"}, but the slice/);
  });

  test('nothing of another resource, which is no second GPU', () => {
    for (const none of [0, '0', null]) {
      const chart = Testing.chart();
      slice.attachTo(plainDeployment(chart, 'w', { containers: [{ ...container, resources: { limits: { 'nvidia.com/gpu': none } } }] }));
      expect(podSpec(synth(chart)).containers[0].resources.limits['nvidia.com/mig-3g.40gb']).toBe('1');
    }
  });

  test('a contrary node selector', () => {
    const chart = Testing.chart();
    slice.attachTo(plainDeployment(chart, 'w', { nodeSelector: { 'nvidia.com/mig.config': 'other' } }));
    expect(() => synth(chart)).toThrow(/selects nodes with nvidia.com\/mig.config=other, but the slice of gpu\/mig is on nodes with/);
  });

  test('a construct without a Kubernetes object', () => {
    const chart = Testing.chart();
    expect(() => slice.attachTo(new Construct(chart, 'w'))).toThrow(/test\/w: a GPU slice can be attached to a construct that renders a pod/);
  });

  test('an object without containers', () => {
    const chart = Testing.chart();
    slice.attachTo(new ApiObject(chart, 'w', { apiVersion: 'v1', kind: 'ConfigMap' }));
    expect(() => synth(chart)).toThrow(/ConfigMap has no containers/);
  });
});

test('a container may have a zero of another GPU resource', () => {
  const chart = Testing.chart();
  slice.attachTo(plainDeployment(chart, 'w', { containers: [{ ...container, resources: { limits: { 'nvidia.com/gpu': '0' } } }] }));
  expect(podSpec(synth(chart)).containers[0].resources.limits).toEqual({ 'nvidia.com/gpu': '0', 'nvidia.com/mig-3g.40gb': '1' });
});

test('what cannot be attached leaves the manifests of an earlier synth as they were, in every chart', () => {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'attach-'));
  const synthesize = (image: string, containers?: string[]) => {
    const app = new App({ outdir });
    plainDeployment(new Chart(app, 'first'), 'other', { containers: [{ name: 'main', image }] });
    slice.attachTo(plainDeployment(new Chart(app, 'second'), 'w'), { containers });
    app.synth();
  };
  const files = () => fs.readdirSync(outdir).sort().map(name => fs.readFileSync(path.join(outdir, name), 'utf8'));
  synthesize('example.com/image:1');
  const before = files();
  expect(() => synthesize('example.com/image:2', ['missing'])).toThrow(/no container "missing"/);
  expect(before).toHaveLength(2);
  expect(files()).toEqual(before);
  fs.rmSync(outdir, { recursive: true });
});

describe('a slice that a claim gives access to', () => {
  const gpu = Gpu.A100_SXM4_80GB;
  const ofTemplate = GpuSlice.ofClaimTemplate('speech', { kind: GpuSliceKind.MIG, gpu, profile: '3g.40gb', request: 'asr' });

  test('knows its memory from board and profile', () => {
    expect(ofTemplate).toMatchObject({ memoryMib: 40192, pool: 'claim template speech, request asr' });
    expect(String(ofTemplate)).toBe('claim template speech, request asr on NVIDIA-A100-SXM4-80GB');
    expect(ofTemplate.resources).toEqual({});
    expect(GpuSlice.ofClaim('shared', { kind: GpuSliceKind.TIME_SLICED, gpu, replicas: 2 })).toMatchObject({ memoryMib: 81920, memoryIsShared: true });
    expect(GpuSlice.ofClaim('shared', { kind: GpuSliceKind.MPS, gpu, replicas: 2 }).memoryMib).toBeUndefined();
  });

  test('is claimed by the pod once, and asked for by each container', () => {
    const chart = Testing.chart();
    const containers = ['asr', 'tts'].map(name => ({ name, image: 'example.com/image:1' }));
    const workload = plainDeployment(chart, 'w', { containers, resourceClaims: [{ name: 'gpu', resourceClaimName: 'network-card' }] });
    ofTemplate.attachTo(workload, { containers: ['asr'] });
    GpuSlice.ofClaimTemplate('speech', { kind: GpuSliceKind.MIG, request: 'tts' }).attachTo(workload, { containers: ['tts'] });
    const pod = podSpec(synth(chart));
    expect(pod.resourceClaims).toEqual([{ name: 'gpu', resourceClaimName: 'network-card' }, { name: 'gpu-2', resourceClaimTemplateName: 'speech' }]);
    expect(pod.containers.map(({ resources }: any) => resources)).toEqual([{ claims: [{ name: 'gpu-2', request: 'asr' }] }, { claims: [{ name: 'gpu-2', request: 'tts' }] }]);
    expect(pod.nodeSelector).toBeUndefined();
  });

  test('is refused beside a resource of the device plugin', () => {
    const chart = Testing.chart();
    const workload = plainDeployment(chart, 'w', { containers: [{ ...container, resources: { limits: { 'nvidia.com/gpu': 1 } } }] });
    ofTemplate.attachTo(workload);
    expect(() => Testing.synth(chart)).toThrow(/already asks for nvidia.com\/gpu: 1, and would get claim template speech, request asr beside it.*POD-001/);
  });

  test.each(['', 'Speech', '-a', 'a'.repeat(254)])('is not named "%s"', name => {
    expect(() => GpuSlice.ofClaim(name, { kind: GpuSliceKind.WHOLE })).toThrow(/is not the name of a ResourceClaim/);
  });
});

describe('count', () => {
  const whole = new GpuSlice({ access: SliceAccess.resource('nvidia.com/gpu'), kind: GpuSliceKind.WHOLE, pool: 'gpu/whole' });

  test('gives a container several whole GPUs', () => {
    const chart = Testing.chart();
    whole.attachTo(plainDeployment(chart, 'w'), { count: 4 });
    expect(podSpec(synth(chart)).containers[0].resources).toEqual({ limits: { 'nvidia.com/gpu': '4' }, requests: { 'nvidia.com/gpu': '4' } });
  });

  test('is refused for slices and for claims, with the reason', () => {
    const workload = plainDeployment(Testing.chart(), 'w');
    expect(() => slice.attachTo(workload, { count: 2 })).toThrow(/2 GPUs a pod need whole GPUs, and nvidia.com\/mig-3g.40gb is a slice: a process sees one of them/);
    expect(() => GpuSlice.ofClaim('c', { kind: GpuSliceKind.WHOLE }).attachTo(workload, { count: 2 })).toThrow(/how many devices a claim has stands in the claim/);
    expect(() => whole.attachTo(workload, { count: 0.5 })).toThrow(/count must be a whole number from 1, got 0.5/);
  });
});

test('a slice of a pool in another App is refused', () => {
  const { chart, operator } = clusterWith();
  const pool = new DedicatedGpu(chart, 'llm', { operator, nodes: GpuNodes.named(['a']) });
  expect(() => pool.wholeGpu().attachTo(plainDeployment(Testing.chart(), 'w'))).toThrow(/its slice is of pool gpu\/llm in another App/);
});

test('no containers at all is a mistake, and not a pod without a GPU', () => {
  const chart = Testing.chart();
  expect(() => slice.attachTo(plainDeployment(chart, 'w'), { containers: [] })).toThrow(/containers is empty, so no container would get the slice/);
});
