import { Chart, Testing } from 'cdk8s';
import { DraAccess, GpuAllocation, GpuNodes } from '../../src/allocation';
import { ModelFootprint } from '../../src/fit';
import { Gpu, GpuLayout } from '../../src/hardware';
import { LlmArchitecture, Precision } from '../../src/models';
import { NimAccessMode } from '../../src/nim';
import { GpuOperatorProps } from '../../src/operator';
import { DedicatedGpu, GpuSlice, MigPartitionedGpu, MpsSharedGpu, TimeSlicedGpu } from '../../src/pools';
import { GpuOperatorVersion, KubernetesVersion } from '../../src/releases';
import { GpuChecks } from '../../src/synthesis';
import {
  LlmServerProps, ModelCache, ModelServer, NimCaller, ServerMonitor, ServerRollout, ServerScaling, SglangServer, TritonModelRepository,
  TritonServer, VllmServer, VllmServerProps,
} from '../../src/workloads';
import { clusterWith } from '../cluster';
import { beyondRestricted } from '../security/pod-profiles';

const LLAMA = LlmArchitecture.of('meta-llama/Llama-3.1-8B-Instruct');
const small = { contextLength: 8192, concurrency: 2 };

interface Setting { readonly chart: Chart; readonly slice: GpuSlice }

/** An application in a namespace of its own, and a slice of a pool of the cluster. */
function setting(kind: string, props: Partial<GpuOperatorProps> = {}): Setting {
  const { app, chart, operator } = clusterWith(props);
  const nodes = GpuNodes.named(['a'], { gpusPerNode: 4 });
  const gpu = Gpu.A100_SXM4_80GB;
  const slices: Record<string, () => GpuSlice> = {
    'whole': () => new DedicatedGpu(chart, 'pool', { operator, gpu, nodes }).wholeGpu(),
    'MIG': () => new MigPartitionedGpu(chart, 'pool', { operator, gpu, nodes, layout: GpuLayout.of({ '3g.40gb': 2 }) }).slice('3g.40gb'),
    'MPS': () => new MpsSharedGpu(chart, 'pool', { operator, gpu, nodes, replicas: 2 }).share(),
    'time-sliced': () => new TimeSlicedGpu(chart, 'pool', { operator, gpu, nodes, replicas: 2 }).share(),
  };
  return { chart: new Chart(app, 'app', { namespace: 'team' }), slice: slices[kind]() };
}

const serve: Record<string, (chart: Chart, props: Partial<LlmServerProps> & Setting) => ModelServer> = {
  vLLM: (chart, { slice, ...props }) => new VllmServer(chart, 'llm', { model: LLAMA, version: '0.31.0', serving: small, ...without(props), slice }),
  SGLang: (chart, { slice, ...props }) => new SglangServer(chart, 'llm', { model: LLAMA, version: '0.5.23', serving: small, ...without(props), slice }),
  Triton: (chart, { slice }) => new TritonServer(chart, 'llm', {
    version: '26.10', slice, modelRepository: TritonModelRepository.claim('models'), footprint: ModelFootprint.measured(9000),
  }),
};

function without({ chart: _, ...props }: any): any {
  return props;
}

function written(chart: Chart, kind: string): any {
  return Testing.synth(chart).find((each: any) => each.kind === kind);
}

/** The value behind a flag. */
function flag(chart: Chart, name: string): string | undefined {
  const { args } = written(chart, 'Deployment').spec.template.spec.containers[0];
  return args.includes(name) ? args[args.indexOf(name) + 1] : undefined;
}

const kubernetes = KubernetesVersion.V1_37;
const releases = { gpuOperator: GpuOperatorVersion.V26_7, kubernetes };
const BACK_ENDS: [string, Partial<GpuOperatorProps>][] = [
  ['the device plugin', {}],
  ['DRA by resources', { releases, allocation: GpuAllocation.DRA }],
  ['DRA by claims', { releases, allocation: GpuAllocation.DRA, dra: { access: DraAccess.CLAIM } }],
];

describe.each(BACK_ENDS)('under %s', (_, props) => {
  const cases = Object.keys(serve).flatMap(engine => ['whole', 'MIG', 'MPS', 'time-sliced'].map(kind => [engine, kind] as const));

  test.each(cases)('%s on a %s slice: no rule finds anything, and the pod passes the restricted profile', (engine, kind) => {
    const { chart, slice } = setting(kind, props);
    const server = serve[engine](chart, { chart, slice });
    const found = GpuChecks.of(chart).findings.filter(({ constructPath }) => constructPath?.startsWith('app/'));
    expect(found.map(({ rule, message }) => `${rule} ${message}`)).toEqual([]);
    expect(GpuChecks.of(chart).errors).toEqual([]);
    const pod = written(chart, 'Deployment').spec.template.spec;
    expect(beyondRestricted(pod)).toEqual([]);
    expect(pod).toMatchObject({ enableServiceLinks: false, automountServiceAccountToken: false, nodeSelector: slice.nodeSelector });
    const service = written(chart, 'Service');
    expect(service.spec.selector).toEqual(server.podLabels);
    const ports = pod.containers[0].ports.map(({ name }: any) => name);
    expect(service.spec.ports.map(({ targetPort }: any) => targetPort)).toEqual(ports);
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) { expect(pod.containers[0][probe].httpGet.port).toBe('http'); }
    expect(pod.volumes.map((each: any) => each.name)).not.toContain('shm');
  });
});

describe('the memory of the engine', () => {
  test('is what the check counted with, on a slice', () => {
    const { chart, slice } = setting('MIG');
    serve.vLLM(chart, { chart, slice });
    expect([flag(chart, '--gpu-memory-utilization'), flag(chart, '--max-model-len'), flag(chart, '--kv-cache-memory-bytes')]).toEqual(['0.92', '8192', undefined]);
    expect(written(chart, 'Deployment').metadata.annotations).toMatchObject({ 'cdk8s-gpu/model': LLAMA.id, 'cdk8s-gpu/serving': expect.stringContaining('engineVersion=0.31.0') });
  });

  test.each(['MPS', 'time-sliced'])('is a smaller fraction and a size of the pool on a %s share, which the engine does not see the end of', kind => {
    const { chart, slice } = setting(kind);
    serve.vLLM(chart, { chart, slice });
    expect(Number(flag(chart, '--gpu-memory-utilization'))).toBeLessThanOrEqual(0.5);
    expect(Number(flag(chart, '--kv-cache-memory-bytes'))).toBeGreaterThan(2 * 8192 * 131072);
    const other = setting(kind);
    serve.SGLang(other.chart, other);
    expect(Number(flag(other.chart, '--mem-fraction-static'))).toBeLessThanOrEqual(0.5);
    expect(Number(flag(other.chart, '--max-total-tokens'))).toBeGreaterThan(2 * 8192);
  });

  test('has no flag that the release does not know', () => {
    const { chart, slice } = setting('MPS');
    serve.vLLM(chart, { chart, slice, version: '0.10.1' });
    expect(flag(chart, '--kv-cache-memory-bytes')).toBeUndefined();
    expect(Number(flag(chart, '--gpu-memory-utilization'))).toBeLessThanOrEqual(0.5);
  });

  test('must hold the model', () => {
    const { chart, slice } = setting('MIG');
    expect(() => serve.vLLM(chart, { chart, slice, model: LlmArchitecture.of('meta-llama/Llama-3.1-70B-Instruct') }))
      .toThrow(/^app\/llm: meta-llama\/Llama-3.1-70B-Instruct needs at least .* GiB; 3g.40gb on NVIDIA-A100-SXM4-80GB has at most 36.7 GiB for it. \[MEM-001\]/);
    expect(() => new TritonServer(setting('MIG').chart, 'x', { version: '26.10', slice, modelRepository: TritonModelRepository.claim('m') }))
      .toThrow(/app\/x: what the models of a Triton server take is not known here\n.*ModelFootprint.measured/);
    expect(() => new TritonServer(setting('MIG').chart, 'x', { version: '26.10', slice, modelRepository: TritonModelRepository.claim('m'), footprint: ModelFootprint.measured(90000) }))
      .toThrow(/MEM-001/);
  });

  test('is left alone where it was measured', () => {
    const { chart, slice } = setting('MIG');
    serve.vLLM(chart, { chart, slice, footprint: ModelFootprint.measured(20000) });
    expect([flag(chart, '--gpu-memory-utilization'), flag(chart, '--max-model-len')]).toEqual([undefined, '8192']);
    expect(written(chart, 'Deployment').metadata.annotations).toEqual({ 'cdk8s-gpu/memory-mib': '20000' });
  });

  test('of two that take turns on one claimed device is added up', () => {
    const { chart, slice } = setting('time-sliced', BACK_ENDS[2][1]);
    const footprint = ModelFootprint.measured(50000);
    for (const id of ['a', 'b']) { new TritonServer(chart, id, { version: '26.10', slice, modelRepository: TritonModelRepository.claim(id), footprint }); }
    expect(() => Testing.synth(chart) && chart.node.root.node.validate().forEach(error => { throw new Error(error); }))
      .toThrow(/app\/a \(50000 MiB\), app\/b \(50000 MiB\) may meet on one .*MEM-001/);
  });
});

describe('several GPUs', () => {
  const tp = { ...small, tensorParallel: 2 };

  test.each(BACK_ENDS)('are asked for under %s, with shared memory between them', (_, props) => {
    const { chart, slice } = setting('whole', props);
    serve.vLLM(chart, { chart, slice, serving: tp });
    const pod = written(chart, 'Deployment').spec.template.spec;
    expect(flag(chart, '--tensor-parallel-size')).toBe('2');
    expect(pod.volumes).toContainEqual({ name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: '8Gi' } });
    expect(pod.containers[0].volumeMounts).toContainEqual({ name: 'shm', mountPath: '/dev/shm' });
    const { limits, claims } = pod.containers[0].resources;
    expect(claims === undefined ? limits['nvidia.com/gpu'] : claims).toEqual(claims === undefined ? '2' : [{ name: 'gpu', request: 'gpu' }]);
    expect(GpuChecks.of(chart).errors).toEqual([]);
  });

  test('cannot be slices, nor be more than the pool has', () => {
    const mig = setting('MIG');
    expect(() => serve.vLLM(mig.chart, { ...mig, serving: tp })).toThrow(/a process sees one MIG device, so layers cannot be spread over 2/);
    const whole = setting('whole');
    expect(() => serve.vLLM(whole.chart, { ...whole, serving: tp, replicas: 3 })).toThrow(/up to 3 replicas need 6 of nvidia.com\/gpu on .* has 4 \[CAP-002\]/);
  });
});

describe('a start', () => {
  const seconds = (props: Partial<LlmServerProps>) => {
    const { chart, slice } = setting('MIG');
    const server = serve.vLLM(chart, { chart, slice, ...props });
    const { spec } = written(chart, 'Deployment');
    const { failureThreshold, periodSeconds } = spec.template.spec.containers[0].startupProbe;
    return { probe: failureThreshold * periodSeconds, deadline: spec.progressDeadlineSeconds, decisions: server.decisions.join(' ') };
  };

  test('may take as long as the weights need at the stated speed, and the engine after that', () => {
    const usual = seconds({});
    expect(usual.decisions).toMatch(/A start may take 744 s: 129 s for 16.1 GB at 125 MB\/s, and 615 s for the rest/);
    expect(usual.probe).toBe(750);
    expect(seconds({ downloadMegabytesPerSecond: 12.5 }).probe).toBe(1900);
    expect(seconds({ startupSeconds: 100 })).toMatchObject({ probe: 100, deadline: 700 });
    expect(usual.deadline).toBeGreaterThan(usual.probe);
  });

  test('of a model whose size is not known must be said', () => {
    const unknown = LlmArchitecture.of('nvidia/Llama-3.1-Nemotron-Nano-4B-v1.1');
    expect(() => seconds({ model: unknown, acceptUncertainMemory: 'tried' })).toThrow(/the size of .* is not known, so neither is how long a start may take; give startupSeconds/);
    expect(() => seconds({ model: unknown, acceptUncertainMemory: 'tried', startupSeconds: 60 })).toThrow(/how large the model's files are is not known; say it with ModelCache.newClaim/);
    expect(seconds({ model: unknown, acceptUncertainMemory: 'tried', startupSeconds: 60, cache: ModelCache.emptyDir('50Gi') }).probe).toBe(60);
  });
});

describe('the files of the model', () => {
  const claim = (props: Partial<LlmServerProps>) => {
    const { chart, slice } = setting('MIG');
    serve.vLLM(chart, { chart, slice, ...props });
    const { volumes, containers: [{ volumeMounts }] } = written(chart, 'Deployment').spec.template.spec;
    return { claim: written(chart, 'PersistentVolumeClaim')?.spec, volume: volumes[0], mount: volumeMounts[0] };
  };

  test('have a claim of their own by default, as large as they need', () => {
    expect(claim({}).claim).toEqual({ accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '19Gi' } } });
    expect(claim({ replicas: 2 }).claim.accessModes).toEqual(['ReadWriteMany']);
    expect(claim({ cache: ModelCache.newClaim({ size: '80Gi', storageClass: 'fast', accessMode: NimAccessMode.READ_WRITE_ONCE_POD }) }).claim)
      .toEqual({ accessModes: ['ReadWriteOncePod'], storageClassName: 'fast', resources: { requests: { storage: '80Gi' } } });
  });

  test('are where somebody says', () => {
    expect(claim({ cache: ModelCache.existingClaim('models', 'llama') })).toEqual({
      claim: undefined, volume: { name: 'models', persistentVolumeClaim: { claimName: 'models' } }, mount: { name: 'models', mountPath: '/models', subPath: 'llama' },
    });
    expect(claim({ cache: ModelCache.emptyDir() }).volume).toEqual({ name: 'models', emptyDir: { sizeLimit: '19Gi' } });
  });
});

describe('replicas', () => {
  const deployed = (props: Partial<VllmServerProps>) => {
    const { chart, slice } = setting('MIG');
    serve.vLLM(chart, { chart, slice, ...props });
    return { chart, spec: written(chart, 'Deployment').spec };
  };

  test('are replaced without a slice more, unless somebody has one', () => {
    expect(deployed({}).spec.strategy).toEqual({ type: 'Recreate' });
    expect(deployed({ replicas: 8 }).spec.strategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } });
    expect(deployed({ replicas: 7, rollout: ServerRollout.SURGE }).spec.strategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } });
    expect(() => deployed({ replicas: 8, rollout: ServerRollout.SURGE })).toThrow(/rollout SURGE needs 9 slices at an update, and the pool has 8 \[CAP-004\]/);
  });

  test('follow the queue by KEDA', () => {
    const { chart, spec } = deployed({ name: 'llm', scaling: ServerScaling.keda({ prometheus: 'http://p:9090', maxReplicas: 8, waitingPerReplica: 2.5, authentication: 'prom' }) });
    expect(spec.replicas).toBeUndefined();
    expect(written(chart, 'ScaledObject').spec).toEqual({
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'llm' },
      minReplicaCount: 1,
      maxReplicaCount: 8,
      advanced: { horizontalPodAutoscalerConfig: { behavior: { scaleDown: { stabilizationWindowSeconds: 744 } } } },
      triggers: [{
        type: 'prometheus',
        metadata: { serverAddress: 'http://p:9090', query: 'sum(vllm:num_requests_waiting{namespace="team",pod=~"llm-[a-z0-9]+-[a-z0-9]+"})', threshold: '2.5' },
        authenticationRef: { name: 'prom' },
      }],
    });
    expect(GpuChecks.of(chart).errors).toEqual([]);
  });

  test('follow the queue by a HorizontalPodAutoscaler', () => {
    const { chart } = deployed({ scaling: ServerScaling.hpa({ maxReplicas: 3, minReplicas: 2, waitingPerReplica: 0.5, scaleDownAfterSeconds: 60 }) });
    expect(written(chart, 'HorizontalPodAutoscaler').spec).toMatchObject({
      minReplicas: 2,
      maxReplicas: 3,
      behavior: { scaleDown: { stabilizationWindowSeconds: 60 } },
      metrics: [{ type: 'Pods', pods: { metric: { name: 'vllm_num_requests_waiting' }, target: { type: 'AverageValue', averageValue: '500m' } } }],
    });
  });

  test.each<[string, Partial<VllmServerProps> | (() => unknown), RegExp]>([
    ['beside scaling', { replicas: 1, scaling: ServerScaling.hpa({ maxReplicas: 2, waitingPerReplica: 1 }) }, /replicas and scaling both say how many there are/],
    ['of more than the pool has', { scaling: ServerScaling.hpa({ maxReplicas: 9, waitingPerReplica: 1 }) }, /up to 9 replicas need 9 of .* has 8 \[CAP-002\]/],
    ['from none', () => ServerScaling.keda({ prometheus: 'http://p', minReplicas: 0, maxReplicas: 2, waitingPerReplica: 1 }), /minReplicas 0 cannot be: with no replica nobody has a queue/],
    ['from more than to', () => ServerScaling.hpa({ minReplicas: 3, maxReplicas: 2, waitingPerReplica: 1 }), /from 3 to 2 replicas is not possible/],
    ['by a queue of none', () => ServerScaling.hpa({ maxReplicas: 2, waitingPerReplica: 0 }), /waitingPerReplica must be a number above 0/],
    ['by a password', () => ServerScaling.keda({ prometheus: 'http://a:b@p', maxReplicas: 2, waitingPerReplica: 1 }), /credentials|secret/],
    ['by an object of another making', { scaling: { maxReplicas: 2 } as never }, /scaling is an object of another kind; give a ServerScaling, such as ServerScaling\.keda/],
    ['without a release', { version: undefined as never }, /version is missing; give the release that is in the image, such as 0\.31\.0 of vLLM/],
    ['by no Prometheus', () => ServerScaling.keda({ maxReplicas: 2, waitingPerReplica: 1 } as never), /prometheus is missing; give the address of Prometheus, such as http/],
    ['by no address', () => ServerScaling.keda({ prometheus: 'p:9090', maxReplicas: 2, waitingPerReplica: 1 }), /"p:9090" is no http or https URL/],
  ])('are refused %s', (_, props, message) => {
    expect(() => (typeof props === 'function' ? props() : deployed(props))).toThrow(message);
  });

  test('that KEDA adds count in what a pool must hold', () => {
    const { chart, slice } = setting('MIG');
    serve.vLLM(chart, { chart, slice, scaling: ServerScaling.keda({ prometheus: 'http://p', maxReplicas: 5, waitingPerReplica: 1 }) });
    new VllmServer(chart, 'other', { model: LLAMA, version: '0.31.0', serving: small, slice, replicas: 4 });
    expect(GpuChecks.of(chart).errors.map(({ rule, message }) => `${rule} ${message}`)).toEqual([expect.stringMatching(/CAP-002 .* 9 are asked for/)]);
  });
});

describe('metrics and callers', () => {
  test.each([['ServiceMonitor', ServerMonitor.service({ labels: { release: 'kps' }, interval: '30s' }), 'endpoints'], ['PodMonitor', ServerMonitor.pods(), 'podMetricsEndpoints']])(
    'a %s scrapes the port that has the metrics', (kind, metrics, list) => {
      const { chart, slice } = setting('MIG');
      const server = new TritonServer(chart, 'tri', { version: '26.10', slice, modelRepository: TritonModelRepository.objectStore('s3://m/x'), footprint: ModelFootprint.measured(9000), metrics });
      const monitor = written(chart, kind);
      expect(monitor.spec.selector.matchLabels).toEqual(server.podLabels);
      expect(monitor.spec[list]).toEqual([{ port: 'metrics', path: '/metrics', ...(kind === 'ServiceMonitor' && { interval: '30s' }) }]);
      expect(written(chart, 'Service').metadata.labels).toMatchObject(server.podLabels);
    });

  test('callers reach the ports, the monitor the metrics, and nobody else gets in', () => {
    const { chart, slice } = setting('MIG');
    new TritonServer(chart, 'tri', {
      version: '26.10',
      slice,
      modelRepository: TritonModelRepository.claim('m'),
      footprint: ModelFootprint.measured(9000),
      callers: [NimCaller.pods({ app: 'a' })],
      monitor: NimCaller.namespace('monitoring'),
    });
    expect(written(chart, 'NetworkPolicy').spec.ingress.map(({ ports }: any) => ports.map(({ port }: any) => port))).toEqual([[8000, 8001], [8002]]);
  });

  test.each<[Partial<VllmServerProps>, RegExp]>([
    [{ callers: [] }, /app\/llm: callers is empty, so nobody could call/],
    [{ monitor: NimCaller.namespace('m') }, /app\/llm: monitor is let in beside callers, and there are none/],
  ])('%j is refused', (props, message) => {
    const { chart, slice } = setting('MIG');
    expect(() => serve.vLLM(chart, { chart, slice, ...props })).toThrow(message);
  });
});

describe('what a person may say', () => {
  const args = (engine: string, props: Partial<LlmServerProps>) => {
    const { chart, slice } = setting('whole');
    serve[engine](chart, { chart, slice, ...props });
    return written(chart, 'Deployment').spec.template.spec.containers[0].args.join(' ');
  };

  test('becomes the flags of the engine', () => {
    const lora = { loraSlots: 2, loraRank: 32 };
    const serving = { contextLength: 4096, maxNumSeqs: 8, maxNumBatchedTokens: 2048, eager: true, precision: Precision.FP8, fraction: 0.8, ...lora };
    expect(args('vLLM', { serving, source: undefined, servedName: 'llama', args: ['--trust-remote-code'] })).toBe(
      'meta-llama/Llama-3.1-8B-Instruct --port 8000 --served-model-name llama --max-model-len 4096 --gpu-memory-utilization 0.8 --max-num-seqs 8 --max-num-batched-tokens 2048 '
      + '--enforce-eager --quantization fp8 --enable-lora --max-loras 2 --max-lora-rank 32 --trust-remote-code');
    expect(args('SGLang', { serving })).toMatch(/--context-length 4096 --mem-fraction-static 0.8 --max-running-requests 8 --chunked-prefill-size 2048 --disable-cuda-graph --quantization fp8/);
  });

  test('may be another checkpoint, which says its own precision', () => {
    const serving = { ...small, precision: Precision.INT4 };
    expect(args('vLLM', { serving, source: 'own/llama-awq' })).toMatch(/^own\/llama-awq --port 8000 --served-model-name meta-llama\/Llama-3.1-8B-Instruct (?!.*quantization)/);
    expect(() => args('vLLM', { serving })).toThrow(/vLLM cannot make int4 of the bf16 checkpoint of .* as it loads it; give source/);
  });

  test.each<[Partial<LlmServerProps>, RegExp]>([
    [{ args: ['--max-model-len=5'] }, /args has --max-model-len, which is written from the props already/],
    [{ args: ['--max_model_len', '5'] }, /args has --max-model-len/],
    [{ version: 'latest' }, /version "latest" is no release; give its numbers/],
    [{ image: 'vllm/vllm-openai' }, /image "vllm\/vllm-openai" has neither a tag nor a digest/],
    [{ userId: 0 }, /userId 0 is root.*SEC-002/],
    [{ labels: { app: 'x' } }, /the label app is the one by which/],
    [{ name: '9llm' }, /"9llm" cannot be the name of a server/],
    [{ serving: { engineVersion: '0.19.0' } }, /serving.engineVersion is 0.19.0, and version says which release runs/],
    [{ serving: { loraSlots: 1, loraRank: 24 } }, /serving.loraRank is 24, and vLLM takes 1, 8, 16, 32, 64, 128, 256, 320, 512; give 32, into which/],
    [{ env: { HF_TOKEN: 'x' } }, /HF_TOKEN/],
    [{ sharedMemory: 'much' }, /sharedMemory "much" is no quantity/],
    [{ source: '--model' }, /source "--model" is no name of a model/],
    [{ huggingFaceToken: { secret: '', key: 'token' } }, /huggingFaceToken.secret is empty/],
    [{ downloadMegabytesPerSecond: 0 }, /downloadMegabytesPerSecond must be a number above 0/],
  ])('%j is refused', (props, message) => {
    expect(() => args('vLLM', props)).toThrow(message);
  });

  test('sharedMemory is not for MPS shares, whose daemon has its own there', () => {
    const { chart, slice } = setting('MPS');
    expect(() => serve.vLLM(chart, { chart, slice, sharedMemory: '1Gi' })).toThrow(/MPS-006/);
  });

  test('a contrary node selector is refused, with the path of the server', () => {
    const { chart, slice } = setting('MIG');
    serve.vLLM(chart, { chart, slice, nodeSelector: { 'nvidia.com/mig.config': 'other' } });
    expect(() => Testing.synth(chart)).toThrow(/ app\/llm: the pod selects nodes with nvidia.com\/mig.config=other/);
  });
});
