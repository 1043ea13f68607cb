import { Chart, Testing } from 'cdk8s';
import * as fc from 'fast-check';
import { parse } from 'yaml';
import { GpuNodes, SliceAccess } from '../../src/allocation';
import { ModelFootprint } from '../../src/fit';
import { Gpu, GpuLayout, GpuSliceKind } from '../../src/hardware';
import { survivesUnquoted } from '../../src/kubernetes/yaml/unquoted-value';
import { NimKind, NimModel } from '../../src/models';
import { NimCache, NimService, NimServiceProps, NimStorage } from '../../src/nim';
import { NimVoicePipeline } from '../../src/pipelines';
import { DedicatedGpu, GpuSlice, MigPartitionedGpu, TimeSlicedGpu } from '../../src/pools';
import { GpuChecks } from '../../src/synthesis';
import { clusterWith, manifestOf } from '../cluster';

const mig = new GpuSlice({
  access: SliceAccess.resource('nvidia.com/mig-3g.40gb'), kind: GpuSliceKind.MIG, pool: 'gpu/mig', gpu: Gpu.A100_SXM4_80GB, profile: '3g.40gb', capacity: 2,
});

/** `spec` of an ASR service with these options; its memory is out of the way. */
function specOf(props: Partial<NimServiceProps> = {}): any {
  const chart = Testing.chart();
  new NimService(chart, 'asr', { model: NimModel.PARAKEET_1_1B_CTC_EN_US, slice: mig, footprint: ModelFootprint.measured(1000), ...props });
  return manifestOf(chart, 'NIMService').spec;
}

test('the slice stands in requests and limits, with a zero for the GPU that the operator would add', () => {
  const resources = { 'nvidia.com/mig-3g.40gb': '1', 'nvidia.com/gpu': '0' };
  expect(specOf().resources).toEqual({ requests: resources, limits: resources });
});

test('a speech NIM listens on 9000 and 50051, and repeats neither in its environment', () => {
  expect(specOf().expose).toEqual({ service: { type: 'ClusterIP', port: 9000, grpcPort: 50051 } });
  expect(specOf({ selector: 'mode=str' }).env).toEqual([{ name: 'NIM_TAGS_SELECTOR', value: 'mode=str' }]);
  expect(() => specOf({ env: { NIM_HTTP_API_PORT: '9000' } })).toThrow(/NIM_HTTP_API_PORT is set by the NIM Operator/);
});

test('the first start may take an hour for speech, and the probe carries its own handler', () => {
  const { probe } = specOf().startupProbe;
  expect(probe.httpGet).toEqual({ path: '/v1/health/ready', port: 'api' });
  expect(probe.initialDelaySeconds + probe.periodSeconds * probe.failureThreshold).toBe(3630);
  expect(specOf({ model: NimModel.LLAMA_3_1_NEMOTRON_NANO_VL_8B_V1 }).startupProbe).toBeUndefined();
  expect(specOf({ startupSeconds: 90 }).startupProbe.probe.failureThreshold).toBe(6);
});

test('shared memory is limited where the documentation says how much it needs', () => {
  const limit = (model: NimModel, sharedMemory?: string) => specOf({ model, sharedMemory }).storage.sharedMemorySizeLimit;
  expect(limit(NimModel.PARAKEET_1_1B_CTC_EN_US)).toBe('8Gi');
  expect(limit(NimModel.MAGPIE_TTS_MULTILINGUAL)).toBe('16Gi');
  expect(limit(NimModel.LLAMA_3_1_NEMOTRON_NANO_VL_8B_V1)).toBeUndefined();
  expect(limit(NimModel.PARAKEET_1_1B_CTC_EN_US, '4Gi')).toBe('4Gi');
});

test('replicas are absent beside autoscaling', () => {
  const metrics = [{ type: 'Resource', resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 80 } } }];
  const spec = specOf({ autoscaling: { maxReplicas: 2, metrics }, containerResources: { memory: '16Gi' } });
  expect(spec.replicas).toBeUndefined();
  expect(spec.scale).toEqual({ enabled: true, hpa: { minReplicas: 1, maxReplicas: 2, metrics } });
  expect(() => specOf({ replicas: 1, autoscaling: { maxReplicas: 2, metrics } })).toThrow(/test\/asr: replicas and autoscaling exclude each other/);
});

test('no more replicas than the pool has slices, autoscaling included', () => {
  expect(() => specOf({ replicas: 3 }))
    .toThrow('up to 3 replicas need 3 of nvidia.com/mig-3g.40gb on NVIDIA-A100-SXM4-80GB, and pool gpu/mig has 2 [CAP-002]');
  expect(() => specOf({ autoscaling: { maxReplicas: 3, metrics: [] } })).toThrow(/CAP-002/);
});

test.each([-1, 0.5, NaN])('refuses %d replicas', replicas => {
  expect(() => specOf({ replicas })).toThrow(/replicas must be a whole number from 0/);
});

describe('node labels that change their type without quotes', () => {
  const on = (value: string) => specOf({
    slice: new GpuSlice({ access: SliceAccess.resource('nvidia.com/gpu'), kind: GpuSliceKind.WHOLE, pool: 'p', memoryMib: 16000, nodeSelector: { zone: 'a-1', dedicated: value } }),
  });

  test.each(['true', 'no', 'on', 'Y', '8', '017', '1_000', '0b11', '1.10', '1e3', '0x1F', '9.0', 'null', '~', '.5', '1.'])(
    '"%s" goes into the affinity', value => {
      const spec = on(value);
      expect(spec.nodeSelector).toEqual({ zone: 'a-1' });
      expect(spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms)
        .toEqual([{ matchExpressions: [{ key: 'dedicated', operator: 'In', values: [value] }] }]);
    });

  test.each(['', 'e2', '2024-01-01', '1.2.3', '8.0-a', 'support-8ae4db63', 'NVIDIA-A100-SXM4-80GB', 'success', 'mixed'])('"%s" may stay', value => {
    expect(on(value).nodeSelector).toEqual({ zone: 'a-1', dedicated: value });
  });

  test('nothing that YAML 1.1 or 1.2 reads as another type is left in the node selector', () => {
    const labelValue = fc.stringMatching(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,6}[A-Za-z0-9])?$/);
    fc.assert(fc.property(labelValue, value => {
      fc.pre(survivesUnquoted(value) && !/^[\d.]*e-?\d+$/i.test(value)); // the test's parser takes e2 and 1e999 for numbers, the operator's does not
      for (const version of ['1.1', '1.2'] as const) {
        const read = parse(`- ${value}`, { version })[0];
        expect(read instanceof Date || typeof read === 'string').toBe(true); // sigs.k8s.io/yaml leaves dates strings
      }
    }), { numRuns: 2000 });
  });
});

describe('storage', () => {
  test('is a claim that fits the model, made by the operator', () => {
    expect(specOf().storage.pvc).toEqual({ create: true, size: '50Gi', volumeAccessMode: 'ReadWriteOnce' });
    expect(specOf({ model: NimModel.LLAMA_3_3_NEMOTRON_SUPER_49B_V1_5 }).storage.pvc.size).toBe('292Gi');
  });

  test('is shared by several replicas', () => {
    expect(specOf({ replicas: 2 }).storage.pvc.volumeAccessMode).toBe('ReadWriteMany');
  });

  test('is exactly one of claim, cache and node disk', () => {
    const chart = Testing.chart();
    const cache = new NimCache(chart, 'cache', { model: NimModel.PARAKEET_1_1B_CTC_EN_US, name: 'parakeet' });
    const kinds = [NimStorage.newPvc(), NimStorage.existingPvc('models'), NimStorage.cache(cache, 'abc'), NimStorage.emptyDir('40Gi')]
      .map(storage => { const { sharedMemorySizeLimit: _, ...kind } = specOf({ storage }).storage; return kind; });
    expect(kinds.slice(1)).toEqual([{ pvc: { name: 'models' } }, { nimCache: { name: 'parakeet', profile: 'abc' } }, { emptyDir: { sizeLimit: '40Gi' } }]);
    expect(Object.keys(kinds[0])).toEqual(['pvc']);
  });

  test('refuses an access mode that does not exist', () => {
    expect(() => specOf({ storage: NimStorage.newPvc({ accessMode: 'RWX' as any }) })).toThrow(/"RWX" is none of ReadWriteOnce/);
  });
});

describe('secrets', () => {
  test('are named, never written', () => {
    const spec = specOf({ secretEnv: [{ name: 'HF_TOKEN', secret: 'hf', key: 'token' }] });
    expect(spec.env).toEqual([{ name: 'HF_TOKEN', valueFrom: { secretKeyRef: { name: 'hf', key: 'token' } } }]);
    expect(spec.authSecret).toBe('ngc-api-secret');
  });

  test.each(['NGC_API_KEY', 'HF_TOKEN', 'DB_PASSWORD'])('%s as a plain variable is refused', name => {
    expect(() => specOf({ env: { [name]: 'nvapi-123' } })).toThrow(new RegExp(`${name} looks like a secret.*use secretEnv`));
  });

  test('the refused value is not in the message', () => {
    expect(() => specOf({ env: { NGC_API_KEY: 'nvapi-123' } })).not.toThrow(/nvapi-123/);
  });
});

describe('the board', () => {
  test('must have the compute capability that the NIM asks for', () => {
    const v100 = new GpuSlice({ access: SliceAccess.resource('nvidia.com/gpu'), kind: GpuSliceKind.WHOLE, pool: 'p', gpu: Gpu.V100_SXM2_32GB });
    expect(() => specOf({ slice: v100 })).toThrow(/parakeet-1-1b-ctc-en-us needs compute capability 8.0 or later, V100 SXM2 32GB has 7.0/);
  });

  test('must not be cut by MIG for a release that refuses MIG', () => {
    const model = NimModel.LLAMA_3_1_8B_INSTRUCT;
    expect(() => specOf({ model, imageTag: '1.8.6' })).toThrow(/supports MIG from 1.13.0, the tag is 1.8.6/);
    expect(specOf({ model, imageTag: '1.13.1' }).image.tag).toBe('1.13.1');
    expect(specOf({ model, imageTag: 'latest' }).image.tag).toBe('latest');
  });
});

test('a digest behind the tag is kept, and the release is still read', () => {
  const digest = `@sha256:${'0a'.repeat(32)}`;
  const model = NimModel.LLAMA_3_1_8B_INSTRUCT;
  expect(specOf({ model, imageTag: `1.13.1${digest}` }).image).toMatchObject({ repository: model.image, tag: `1.13.1${digest}` });
  expect(() => specOf({ model, imageTag: `1.8.6${digest}` })).toThrow(/supports MIG from 1.13.0/);
});

test.each(['1.13.1 ', '', '1.13.1@sha256:0a', `@sha256:${'0a'.repeat(32)}`, 'a/b', '-1', '1.13.1@latest', `1.13.1@sha256:${'0A'.repeat(32)}`])('the tag "%s" is none', imageTag => {
  expect(() => specOf({ model: NimModel.LLAMA_3_1_8B_INSTRUCT, imageTag })).toThrow(/imageTag/);
});

test('an image without a known tag, or no known image, is refused with what to give', () => {
  expect(() => specOf({ model: NimModel.WHISPER_LARGE_V3 })).toThrow(/no tag of nvcr.io\/nim\/nvidia\/whisper-large-v3 is known.*give imageTag/);
  expect(() => specOf({ model: NimModel.QWEN3_8_27B })).toThrow(/the image of qwen3.8-27b is not known; describe it with NimModel.custom/);
});

test('overrides come last, map by map', () => {
  expect(specOf({ overrides: { expose: { service: { type: 'NodePort' } }, userID: 1001 } }))
    .toMatchObject({ expose: { service: { type: 'NodePort', port: 9000 } }, userID: 1001 });
});

test('a null in overrides takes a field out', () => {
  expect(specOf({ userId: 1001, overrides: { userID: null } })).not.toHaveProperty('userID');
});

test('overrides that the API server or the webhook would refuse are refused at once', () => {
  const scale = { enabled: true, hpa: { maxReplicas: 2 } };
  expect(() => specOf({ overrides: { scale } })).toThrow(/asr: overrides turn on scale, and the CRD refuses spec.replicas \(1\) beside it \[NIM-004\]; give autoscaling/);
  expect(() => specOf({ autoscaling: { maxReplicas: 2, metrics: [] }, overrides: { multiNode: { parallelism: { tensor: 2, pipeline: 1 } } } }))
    .toThrow(/spec.scale cannot be enabled beside spec.multiNode.*NIM-005/);
  expect(() => specOf({ overrides: { storage: { nimCache: { name: 'asr' } } } })).toThrow(/spec.storage has nimCache and pvc,.*NIM-040/);
  expect(() => specOf({ overrides: { spec: { image: {}, userID: 5 } } })).toThrow(/asr: overrides begin below spec; leave out the spec around image, userID$/);
  expect(specOf({ overrides: { scale: { enabled: false } } })).toMatchObject({ replicas: 1, scale: { enabled: false } });
});

test('an overridden port is the port of the endpoints', () => {
  const chart = Testing.chart();
  const serviceWith = (id: string, service: unknown) => new NimService(chart, id, {
    name: id, model: NimModel.PARAKEET_1_1B_CTC_EN_US, slice: mig, footprint: ModelFootprint.measured(1000), overrides: { expose: { service } },
  });
  const asr = serviceWith('asr', { port: 9100, grpcPort: 50151 });
  expect([asr.httpEndpoint, asr.grpcTarget]).toEqual(['http://asr:9100', 'asr:50151']);
  expect(() => serviceWith('none', { port: undefined })).toThrow(/none: overrides take away expose.service.port/);
});

test('a cache refuses an access mode that does not exist', () => {
  const cache = () => new NimCache(Testing.chart(), 'cache', { model: NimModel.PARAKEET_1_1B_CTC_EN_US, pvc: { accessMode: 'ReadWriteTwice' as any } });
  expect(cache).toThrow(/accessMode "ReadWriteTwice" is none of ReadWriteOnce, ReadWriteMany/);
});

test('overrides cannot carry a secret, and may name the Secret that holds it', () => {
  const refused = () => specOf({ overrides: { env: [{ name: 'HF_TOKEN', value: 'hf-not-to-be-seen' }] } });
  expect(refused).toThrow(/HF_TOKEN in overrides.env.0.value looks like a secret/);
  expect(refused).not.toThrow(/hf-not-to-be-seen/);
  const byReference = [{ name: 'HF_TOKEN', valueFrom: { secretKeyRef: { name: 'hf', key: 'token' } } }];
  expect(specOf({ overrides: { env: byReference } }).env).toEqual(byReference);
});

test('overrides cannot drop a variable that the memory check relies on', () => {
  const extra = { name: 'LOG_LEVEL', value: 'debug' };
  expect(() => specOf({ selector: 'mode=str', overrides: { env: [extra] } })).toThrow(/overrides replace env, and NIM_TAGS_SELECTOR would be lost/);
  const repeated = [{ name: 'NIM_TAGS_SELECTOR', value: 'mode=str' }, extra];
  expect(specOf({ selector: 'mode=str', overrides: { env: repeated } }).env).toEqual(repeated);
  expect(specOf({ overrides: { env: [extra] } }).env).toEqual([extra]);
});

test('endpoints carry the namespace', () => {
  const chart = new Chart(Testing.app(), 'c', { namespace: 'voice' });
  const asr = new NimService(chart, 'asr', { name: 'asr', model: NimModel.PARAKEET_1_1B_CTC_EN_US, slice: mig });
  expect([asr.httpEndpoint, asr.grpcTarget, asr.healthUrl])
    .toEqual(['http://asr.voice.svc:9000', 'asr.voice.svc:50051', 'http://asr.voice.svc:9000/v1/health/ready']);
  const llm = new NimService(chart, 'llm', { model: NimModel.LLAMA_3_1_8B_INSTRUCT, imageTag: '1.13.1', slice: mig, serving: { contextLength: 8192 } });
  expect(() => llm.grpcTarget).toThrow(/has no gRPC interface; use httpEndpoint/);
});

test('a name that cannot be a Service is refused', () => {
  expect(() => specOf({ name: 'my.asr' })).toThrow(/"my.asr" cannot be the name of a Service/);
});

describe('NimCache', () => {
  test('names image, secrets and profiles, and asks for no GPU', () => {
    const chart = Testing.chart();
    new NimCache(chart, 'cache', { model: NimModel.PARAKEET_1_1B_CTC_EN_US, profiles: ['abc'], nodeSelector: { 'node-role': 'cache' } });
    expect(manifestOf(chart, 'NIMCache').spec).toEqual({
      source: {
        ngc: {
          modelPuller: 'nvcr.io/nim/nvidia/parakeet-1-1b-ctc-en-us:1.5.0',
          authSecret: 'ngc-api-secret',
          pullSecret: 'ngc-secret',
          model: { profiles: ['abc'] },
        },
      },
      storage: { pvc: { create: true, size: '50Gi', volumeAccessMode: 'ReadWriteOnce' } },
      nodeSelector: { 'node-role': 'cache' },
    });
  });

  test('refuses "all" beside other profiles, and an empty list', () => {
    const cache = (profiles: string[]) => () => new NimCache(Testing.chart(), 'cache', { model: NimModel.PARAKEET_1_1B_CTC_EN_US, profiles });
    expect(cache(['all', 'abc'])).toThrow(/"all" must stand alone/);
    expect(cache([])).toThrow(/profiles is empty/);
  });
});

describe('NimVoicePipeline', () => {
  const own = NimModel.custom('own', { kind: NimKind.LLM, image: 'registry.example.com/own', tag: '1' });

  test('makes a service for each stage that it is given', () => {
    const { chart, operator } = clusterWith();
    const pool = new DedicatedGpu(chart, 'gpus', { operator, gpu: Gpu.A100_SXM4_80GB, nodes: GpuNodes.named(['a'], { gpusPerNode: 2 }) });
    const voice = new NimVoicePipeline(chart, 'voice', { asr: { model: NimModel.PARAKEET_1_1B_CTC_EN_US, slice: pool.wholeGpu() } });
    expect(voice.asr?.grpcTarget).toContain(':50051');
    expect(voice.llm).toBeUndefined();
  });

  test('refuses a model in the wrong stage, and no stage at all', () => {
    expect(() => new NimVoicePipeline(Testing.chart(), 'voice', { tts: { model: own, slice: mig } }))
      .toThrow(/test\/voice\/tts: own is of kind "llm"; this stage takes tts/);
    expect(() => new NimVoicePipeline(Testing.chart(), 'voice', {})).toThrow(/no stage/);
  });

  test('counts what its stages take from one pool together', () => {
    const { chart, operator } = clusterWith();
    const pool = new MigPartitionedGpu(chart, 'mig', {
      operator, gpu: Gpu.A100_SXM4_80GB, nodes: GpuNodes.named(['a'], { gpusPerNode: 1 }), layouts: [GpuLayout.of({ '3g.40gb': 1, '4g.40gb': 1 })],
    });
    expect(() => new NimVoicePipeline(chart, 'voice', {
      asr: { model: NimModel.PARAKEET_1_1B_CTC_EN_US, slice: pool.slice('3g.40gb') },
      tts: { model: NimModel.MAGPIE_TTS_MULTILINGUAL, slice: pool.slice('3g.40gb') },
    })).toThrow(/asr, tts need 2 of nvidia.com\/mig-3g.40gb on NVIDIA-A100-SXM4-80GB, and pool gpu\/mig has 1 \[CAP-002\]/);
  });
});

describe('memory', () => {
  const a100 = Gpu.A100_SXM4_80GB;
  const timeSliced = (replicas: number) => {
    const { chart, operator } = clusterWith();
    const pool = new TimeSlicedGpu(chart, 'ts', { operator, gpu: a100, nodes: GpuNodes.named(['a'], { gpusPerNode: 1 }), replicas });
    return { chart, slice: pool.share() };
  };

  test('that does not suffice is an error with the numbers and what fits', () => {
    const slice = new GpuSlice({ access: SliceAccess.resource('nvidia.com/mig-1g.18gb'), kind: GpuSliceKind.MIG, pool: 'p', gpu: Gpu.H200_SXM_141GB, profile: '1g.18gb' });
    const selector = 'name=magpie-tts-multilingual,batch_size=64';
    expect(() => new NimService(Testing.chart(), 'tts', { model: NimModel.MAGPIE_TTS_MULTILINGUAL, selector, slice })).toThrow(
      'test/tts: magpie-tts-multilingual needs at least 75.7 GiB; 1g.18gb on NVIDIA-H200 has 16.0 GiB. [MEM-001]\n' +
      '  Fits: selector name=magpie-tts-multilingual,batch_size=8 (15.0 GiB); slice 7g.141gb.');
  });

  test('that may not suffice is an error, until it is accepted with a reason that stands in the manifest', () => {
    const vlm = { model: NimModel.LLAMA_3_1_NEMOTRON_NANO_VL_8B_V1, slice: mig, serving: { contextLength: 8192 } };
    expect(() => new NimService(Testing.chart(), 'llm', vlm)).toThrow(/\[MEM-002\][^]*vision tower is not known[^]*acceptUncertainMemory/);
    const chart = Testing.chart();
    new NimService(chart, 'llm', { ...vlm, acceptUncertainMemory: 'measured in staging' });
    expect(manifestOf(chart, 'NIMService').metadata.annotations).toEqual({ 'cdk8s-gpu/accepted-uncertain-memory': 'measured in staging' });
  });

  test('as measured beats every estimate', () => {
    const vlm = { model: NimModel.LLAMA_3_1_NEMOTRON_NANO_VL_8B_V1, slice: mig };
    expect(() => new NimService(Testing.chart(), 'llm', { ...vlm, footprint: ModelFootprint.measured(30000) })).not.toThrow();
    expect(() => new NimService(Testing.chart(), 'llm', { ...vlm, footprint: ModelFootprint.measured(45000) })).toThrow(/MEM-001/);
  });

  test('of a pool without a board is not certain', () => {
    const slice = new GpuSlice({ access: SliceAccess.resource('nvidia.com/gpu'), kind: GpuSliceKind.WHOLE, pool: 'gpu/llm' });
    expect(() => new NimService(Testing.chart(), 'asr', { model: NimModel.PARAKEET_1_1B_CTC_EN_US, slice }))
      .toThrow(/pool gpu\/llm does not say its board. Give it a gpu/);
  });

  test('fraction and context of a language model are set from the numbers that were checked', () => {
    const { chart, slice } = timeSliced(2);
    const serving = { contextLength: 8192, concurrency: 4 };
    new NimService(chart, 'llm', { model: NimModel.LLAMA_3_1_8B_INSTRUCT, imageTag: '1.13.1', slice, serving });
    const env = Object.fromEntries(manifestOf(chart, 'NIMService').spec.env.map((each: any) => [each.name, each.value]));
    expect(env.NIM_MAX_MODEL_LEN).toBe('8192');
    expect(env.NIM_KVCACHE_PERCENT).toBe(env.NIM_GPU_MEM_FRACTION);
    expect(Number(env.NIM_KVCACHE_PERCENT)).toBeLessThan(0.5);
  });

  test('of tenants that take turns is added up: the largest that may meet must fit together', () => {
    const { chart, slice } = timeSliced(2);
    for (const [id, mib] of [['a', 30000], ['b', 45000]] as const) {
      new NimService(chart, id, { model: NimModel.PARAKEET_1_1B_CTC_EN_US, slice, footprint: ModelFootprint.measured(mib) });
    }
    expect(() => Testing.synth(chart)).not.toThrow();
  });

  test('of tenants that take turns and are too many for one device is an error at each that takes more than its part', () => {
    const { chart, slice } = timeSliced(3);
    for (const [id, mib] of [['a', 30000], ['b', 45000], ['c', 20000]] as const) {
      const footprint = ModelFootprint.measured(mib);
      new NimService(chart, id, { name: id, model: NimModel.PARAKEET_1_1B_CTC_EN_US, slice, footprint });
    }
    const refused = GpuChecks.of(chart).errors.map(({ rule, name }) => `${rule} ${name}`);
    expect(refused).toEqual(['MEM-001 a', 'MEM-001 b']);
    expect(() => Testing.synth(chart)).toThrow(/MEM-001/);
  });
});
