import { ApiObject, Testing } from 'cdk8s';
import { ALL_PLACES, objectOfKind, PlaceOfKind } from './object-of-kind';
import { SliceAccess } from '../../src/allocation';
import { ClusterModel, ManifestDocument } from '../../src/cluster';
import { GpuSliceKind } from '../../src/hardware';
import { at, Fields, podTemplatesOf } from '../../src/kubernetes';
import { GpuSlice } from '../../src/pools';

/** An object with one container that asks for a GPU, at a place of its kind. */
function objectWith(entry: PlaceOfKind, resources: Fields = { limits: { 'nvidia.com/gpu': 1 } }): Fields {
  return objectOfKind(entry, entry.kind === 'TrainJob' ? { resourcesPerNode: resources } : { resources });
}

const slice = new GpuSlice({
  access: SliceAccess.resource('nvidia.com/gpu'),
  kind: GpuSliceKind.WHOLE,
  pool: 'gpu/whole',
  nodeSelector: { pool: 'a' },
  tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }],
});

describe('each place where a kind has pods', () => {
  test.each(ALL_PLACES)('%s is read', (_, entry) => {
    const model = new ClusterModel();
    model.add(new ManifestDocument(objectWith(entry), 'a.yaml', 1));
    expect(model.workloads.map(({ containers, byShape }) => [containers[0].name, containers[0].limits, byShape])).toEqual([['main', { 'nvidia.com/gpu': 1 }, false]]);
  });

  test.each(ALL_PLACES.filter(([, { place }]) => place.readOnly === undefined))('%s gets a slice, its node selector and its toleration', (_, entry) => {
    const chart = Testing.chart();
    const { apiVersion, kind, ...rest } = objectWith(entry, {}) as any;
    slice.attachTo(new ApiObject(chart, 'w', { apiVersion, kind, ...rest }));
    const [manifest] = Testing.synth(chart);
    const [{ path, containers }] = podTemplatesOf(manifest);
    expect(at(manifest, ...containers[0].path, 'resources')).toEqual({ limits: { 'nvidia.com/gpu': '1' }, requests: { 'nvidia.com/gpu': '1' } });
    expect(at(manifest, ...path)).toMatchObject({ nodeSelector: { pool: 'a' }, tolerations: [{ key: 'nvidia.com/gpu' }] });
  });
});

const pod = (name: string, more: Fields = {}) => ({ spec: { containers: [{ name, image: 'example.com/image:1' }], ...more } });

/** The containers of a manifest that have a GPU once the slice is attached. */
function attached(manifest: any, containers?: string[]): string[] {
  const chart = Testing.chart();
  slice.attachTo(new ApiObject(chart, 'w', manifest), { containers });
  const [written] = Testing.synth(chart);
  return podTemplatesOf(written).flatMap(each => each.containers).filter(({ path }) => at(written, ...path, 'resources', 'limits', 'nvidia.com/gpu') === '1').map(({ name }) => name);
}

describe('which pods of an object get a slice', () => {
  const ray = { apiVersion: 'ray.io/v1', kind: 'RayCluster', spec: { headGroupSpec: { template: pod('head') }, workerGroupSpecs: [{ template: pod('a') }, { template: pod('b') }] } };
  const group = { leaderTemplate: pod('leader'), workerTemplate: pod('worker') };

  test.each([
    ['a LeaderWorkerSet: leader and workers', { apiVersion: 'leaderworkerset.x-k8s.io/v1', kind: 'LeaderWorkerSet', spec: { leaderWorkerTemplate: group } }, ['leader', 'worker']],
    ['a RayCluster: the workers of every group', ray, ['a', 'b']],
    ['a RayCluster of a head alone: the head', { ...ray, spec: { headGroupSpec: ray.spec.headGroupSpec } }, ['head']],
    ['an MPIJob: the workers', { apiVersion: 'kubeflow.org/v2beta1', kind: 'MPIJob', spec: { mpiReplicaSpecs: { Launcher: { template: pod('launcher') }, Worker: { template: pod('worker') } } } }, ['worker']],
    ['an InferenceService: the model', { apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService', spec: { predictor: { model: { modelFormat: { name: 'huggingface' } } } } }, ['kserve-container']],
    ['a kind that is not known: by its shape', { apiVersion: 'example.com/v1', kind: 'Thing', spec: { parts: [{ template: pod('part') }] } }, ['part']],
  ])('%s', (_, manifest, expected) => {
    expect(attached(manifest)).toEqual(expected);
  });

  test('those whose container is named', () => {
    expect(attached(ray, ['head'])).toEqual(['head']);
  });

  test('none where no container has the name', () => {
    expect(() => attached(ray, ['tail'])).toThrow('the pod has no container "tail"; it has a, b, head');
  });

  test('none of a TrainJob, and the reason is said', () => {
    expect(() => attached({ apiVersion: 'trainer.kubeflow.org/v1alpha1', kind: 'TrainJob', spec: { trainer: { image: 'x' } } }))
      .toThrow('TrainJob: a TrainJob selects its nodes through its runtime; attach the slice to the TrainingRuntime');
  });
});

describe('the most pods of a place', () => {
  test.each([
    ['Deployment', { replicas: 3, template: pod('c') }, [3]],
    ['Deployment', { template: pod('c') }, [1]],
    ['LeaderWorkerSet', { replicas: 2, leaderWorkerTemplate: { size: 4, leaderTemplate: pod('l'), workerTemplate: pod('w') } }, [2, 6]],
    ['LeaderWorkerSet', { replicas: 2, leaderWorkerTemplate: { size: 4, workerTemplate: pod('w') } }, [8]],
    ['RayCluster', { headGroupSpec: { template: pod('h') }, workerGroupSpecs: [{ replicas: 2, numOfHosts: 2, template: pod('w') }] }, [4, 1]],
    ['RayService', { rayClusterConfig: { enableInTreeAutoscaling: true, workerGroupSpecs: [{ replicas: 1, maxReplicas: 5, template: pod('w') }] } }, [5]],
    ['RayJob', { rayClusterSpec: { workerGroupSpecs: [{ replicas: 2, template: pod('w') }] } }, [undefined]],
    ['InferenceService', { predictor: { maxReplicas: 3, model: {} } }, [3]],
    ['InferenceService', { predictor: { maxReplicas: 0, model: {} } }, [undefined]],
    ['LLMInferenceService', { replicas: 2, template: pod('c').spec, prefill: { replicas: 3, template: pod('c').spec } }, [2, 3]],
    ['Job', { template: pod('c') }, [undefined]],
    ['DaemonSet', { template: pod('c') }, [undefined]],
  ])('%s %j', (kind, spec, expected) => {
    expect(podTemplatesOf({ apiVersion: 'example.com/v1', kind, spec }).map(({ mostPods }) => mostPods)).toEqual(expected);
  });

  test('of a ServingRuntime is none, because services take pods from it', () => {
    expect(podTemplatesOf({ apiVersion: 'serving.kserve.io/v1alpha1', kind: 'ServingRuntime', spec: pod('c').spec }).map(each => each.mostPods)).toEqual([0]);
  });
});

test('kinds of other groups are not taken for those of the table', () => {
  expect(podTemplatesOf({ apiVersion: 'v1', kind: 'Service', spec: { selector: { a: 'b' } } })).toEqual([]);
  expect(podTemplatesOf({ apiVersion: 'example.com/v1', kind: 'Workflow', spec: { templates: [{ container: { image: 'x' } }] } })).toEqual([]);
});

test('a key that every object inherits is no pod', () => {
  expect(podTemplatesOf({ apiVersion: 'v1', kind: 'toString', spec: {} })).toEqual([]);
  expect(podTemplatesOf({ apiVersion: 'v1', kind: 'Pod', spec: { containers: [null, 'x', { resources: null }] } })).toHaveLength(1);
});

test('a workflow without its own node selection takes that of the whole', () => {
  const model = new ClusterModel();
  const templates = [{ name: 'a', container: { image: 'x', resources: { limits: { 'nvidia.com/gpu': 1 } } } }];
  model.add(new ManifestDocument({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Workflow', metadata: { name: 'w' }, spec: { nodeSelector: { a: 'b' }, templates } }, 'a.yaml', 1));
  expect(model.workloads.map(({ nodeSelector, containers }) => [nodeSelector, containers[0].name])).toEqual([[{ a: 'b' }, 'main']]);
});
