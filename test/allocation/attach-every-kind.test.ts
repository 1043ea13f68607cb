import { ApiObject, Chart, Testing } from 'cdk8s';
import { DraAccess, GpuAllocation, GpuNodes } from '../../src/allocation';
import { Gpu, GpuLayout } from '../../src/hardware';
import { at, Fields, podTemplatesOf } from '../../src/kubernetes';
import { GpuOperatorProps } from '../../src/operator';
import { DedicatedGpu, GpuSlice, MigPartitionedGpu } from '../../src/pools';
import { GpuOperatorVersion, KubernetesVersion } from '../../src/releases';
import { clusterWith } from '../cluster';
import { ALL_PLACES, objectOfKind, PlaceOfKind } from '../kubernetes/object-of-kind';

const releases = { gpuOperator: GpuOperatorVersion.V26_7, kubernetes: KubernetesVersion.V1_37 };

/** The ways by which pods get at devices. */
const BACK_ENDS: [string, Partial<GpuOperatorProps>][] = [
  ['the device plugin', { releases }],
  ['DRA by resources', { releases, allocation: GpuAllocation.DRA, dra: { access: DraAccess.EXTENDED_RESOURCE } }],
  ['DRA by claims', { releases, allocation: GpuAllocation.DRA, dra: { access: DraAccess.CLAIM } }],
];

const writable = ALL_PLACES.filter(([, { place }]) => place.readOnly === undefined);
const table = BACK_ENDS.flatMap(([backEnd, props]) => writable.map(([title, entry]) => [backEnd, title, props, entry] as const));

/** Two pools on two nodes: one cut by MIG, one whole. */
function pools(props: Partial<GpuOperatorProps>): { chart: Chart; mig: GpuSlice; whole: GpuSlice } {
  const { chart, operator } = clusterWith(props);
  const cut = new MigPartitionedGpu(chart, 'cut', { operator, gpu: Gpu.H100_SXM5_80GB, nodes: GpuNodes.named(['a'], { gpusPerNode: 8 }), layout: GpuLayout.of({ '3g.40gb': 2 }) });
  const uncut = new DedicatedGpu(chart, 'uncut', { operator, gpu: Gpu.H100_SXM5_80GB, nodes: GpuNodes.named(['b'], { gpusPerNode: 8 }) });
  return { chart, mig: cut.slice('3g.40gb'), whole: uncut.wholeGpu() };
}

function objectIn(chart: Chart, manifest: Fields): ApiObject {
  return new ApiObject(chart, 'w', manifest as any);
}

/** The pod and the container that got something, with the claim templates beside them. */
function written(chart: Chart): { pod: any; container: any; templates: any[] } {
  const manifests = Testing.synth(chart);
  const object = manifests.find(({ metadata }: any) => metadata?.name === 'x');
  const [{ path, containers }] = podTemplatesOf(object);
  return {
    pod: at(object, ...path), container: at(object, ...containers[0].path), templates: manifests.filter(({ kind }: any) => kind === 'ResourceClaimTemplate'),
  };
}

/** What a container got: a resource and how many, or a claim that the pod names and a template with so many devices. */
function devicesOf({ pod, container, templates }: ReturnType<typeof written>): Fields {
  const { limits, requests, claims } = container.resources;
  if (claims === undefined) { return { limits, equal: JSON.stringify(limits) === JSON.stringify(requests) }; }
  const [{ name, resourceClaimTemplateName }] = pod.resourceClaims;
  const template = templates.find(({ metadata }) => metadata.name === resourceClaimTemplateName);
  const [request] = template.spec.spec.devices.requests;
  return { claimed: claims.length === 1 && claims[0].name === name && claims[0].request === request.name, ...request.exactly };
}

describe.each(table)('%s: %s', (_, __, props, entry) => {
  const byClaims = props.dra?.access === DraAccess.CLAIM;
  const isOutside = byClaims && entry.isClusterScoped === true;

  test(isOutside ? 'takes no claim, because its pods come in any namespace' : 'gets a MIG slice with its place', () => {
    const { chart, mig } = pools(props);
    const object = objectIn(chart, objectOfKind(entry, {}));
    if (isOutside) {
      expect(() => mig.attachTo(object)).toThrow(new RegExp(`gpu/w: a ${entry.kind} has pods in any namespace, and claim template cut-.* is of one; use the kind that has`));
      return;
    }
    mig.attachTo(object);
    const result = written(chart);
    expect(devicesOf(result)).toEqual(byClaims
      ? { claimed: true, deviceClassName: 'mig.nvidia.com', selectors: [{ cel: { expression: expect.stringContaining('3g.40gb') } }] }
      : { limits: { 'nvidia.com/mig-3g.40gb': '1' }, equal: true });
    expect(result.pod.nodeSelector).toMatchObject(mig.nodeSelector);
    expect(result.pod.tolerations).toEqual(mig.tolerations);
  });

  if (isOutside) { return; }

  test('gets several whole GPUs beside what a person set', () => {
    const { chart, whole } = pools(props);
    const own = {
      nodeSelector: { zone: 'east' },
      tolerations: [{ key: 'team', operator: 'Exists' }],
      affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'disk', operator: 'In', values: ['nvme'] }] }] } } },
    };
    whole.attachTo(objectIn(chart, objectOfKind(entry, { resources: { limits: { memory: '8Gi' } } }, own)), { count: 4 });
    const result = written(chart);
    expect(result.pod).toMatchObject({ affinity: own.affinity, nodeSelector: { zone: 'east', ...whole.nodeSelector }, tolerations: [...own.tolerations, ...whole.tolerations] });
    expect(result.container.resources.limits).toMatchObject({ memory: '8Gi' });
    expect(devicesOf(result)).toMatchObject(byClaims ? { claimed: true, deviceClassName: 'gpu.nvidia.com', count: 4 } : { limits: { 'nvidia.com/gpu': '4' } });
  });

  test.each<[string, (slice: GpuSlice) => Fields, RegExp]>([
    ['node selector', ({ nodeSelector }) => ({ nodeSelector: { [Object.keys(nodeSelector)[0]]: 'another' } }), /the pod selects nodes with .*=another, but the slice of gpu\/cut is on nodes/],
    ['node affinity', ({ nodeSelector }) => ({
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: Object.keys(nodeSelector)[0], operator: 'In', values: ['another'] }] }] },
        },
      },
    }), /requires a node affinity with .* In another, but the slice of gpu\/cut is on nodes with .*; change that affinity, or attach with placement: false/],
  ])('is refused with a contrary %s, unless it is not placed', (___, contrary, message) => {
    const make = (placement: boolean) => {
      const { chart, mig } = pools(props);
      mig.attachTo(objectIn(chart, objectOfKind(entry, {}, contrary(mig))), { placement });
      return () => written(chart);
    };
    expect(make(true)).toThrow(message);
    expect(devicesOf(make(false)())).toBeDefined();
  });
});

describe('a required node affinity', () => {
  const attach = (...terms: Fields[][]) => () => {
    const { chart, mig } = pools({ releases });
    const [key, value] = Object.entries(mig.nodeSelector)[0];
    const filled = (expression: Fields) => ({ key, ...expression, ...(expression.values !== undefined && { values: (expression.values as string[]).map(each => each.replace('MINE', value)) }) });
    const nodeSelectorTerms = terms.map(term => ({ matchExpressions: term.map(filled) }));
    const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } };
    mig.attachTo(objectIn(chart, objectOfKind({ kind: 'Deployment', place: { spec: 'spec.template.spec', pods: () => 1 } } as PlaceOfKind, {}, { affinity })));
    return written(chart).pod;
  };
  const contrary = /requires a node affinity/;

  test('is kept when one of its terms can hold together with the slice', () => {
    expect(attach([{ operator: 'In', values: ['another'] }], [{ operator: 'In', values: ['MINE', 'another'] }])).not.toThrow();
    expect(attach([{ operator: 'Exists' }])).not.toThrow();
    expect(attach([{ key: 'zone', operator: 'DoesNotExist' }])).not.toThrow();
    expect(attach()).not.toThrow();
  });

  test('is refused when none can', () => {
    expect(attach([{ operator: 'In', values: ['another'] }], [{ operator: 'NotIn', values: ['MINE'] }])).toThrow(contrary);
    expect(attach([{ operator: 'DoesNotExist' }])).toThrow(/ DoesNotExist, but the slice/);
    expect(attach([{ key: 'zone', operator: 'Exists' }, { operator: 'NotIn', values: ['MINE'] }])).toThrow(contrary);
  });
});

const readOnly = ALL_PLACES.filter(([, { place }]) => place.readOnly !== undefined);

test.each(readOnly)('%s takes no slice, and says what to do instead', (_, entry) => {
  const { chart, mig } = pools({ releases });
  mig.attachTo(objectIn(chart, objectOfKind(entry, {})));
  expect(() => Testing.synth(chart)).toThrow(`${entry.kind}: ${entry.place.readOnly}`);
});
