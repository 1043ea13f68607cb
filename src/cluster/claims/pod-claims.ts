import { deviceInWords } from './claim-words';
import { GPU_DRIVER } from './gpu-device';
import {
  at, DeviceFacts, deviceSelector, DeviceSelector, Fields, fieldsOf, isFields, isTemplated, listOf,
  quantityOf, textOf,
} from '../../kubernetes';
import { ClaimView } from '../model/claims';
import { ClusterModel } from '../model/cluster-model';
import { ManifestDocument } from '../model/document';
import { groupedBy } from '../model/grouped-by';
import { ClaimedDevice, claimedDevicesOf, expressionsOfDevice, NimServiceView } from '../model/nim-service';
import { GpuContainer, Workload } from '../model/workload';

/** One way to meet a request: `exactly`, or an alternative of `firstAvailable`. */
export interface RequestWay {
  /** As constraints name it: `gpu`, or `gpu/large`. */
  readonly name: string;
  readonly selectors: readonly DeviceSelector[];
  /** What it asks for, in words. */
  readonly words: string;
  /** What it selects, as text: equal for what selects the same. */
  readonly key: string;
  readonly count: number | 'all';
  /** Whether it looks at devices that others have, and takes none. */
  readonly adminAccess: boolean;
  /** What it asks of each device's capacity, by `domain/name`. */
  readonly capacity: ReadonlyMap<string, number>;
  readonly tolerations: readonly Readonly<Fields>[];
}

/** One request of a claim. */
export interface ClaimedRequest {
  readonly name: string;
  /** In the order in which they are tried. */
  readonly ways: readonly RequestWay[];
  /** The containers that it is for. */
  readonly containers: readonly GpuContainer[];
}

/** A claim for GPUs that each pod of a workload has, or shares. */
export interface PodClaim {
  /** `namespace/name` of a claim that pods share; undefined for one that each pod gets. */
  readonly shared?: string;
  /** What the pod calls it. */
  readonly name?: string;
  /** The resource that the scheduler makes it for; undefined for a claim that the pod names. */
  readonly resource?: string;
  readonly requests: readonly ClaimedRequest[];
  readonly constraints: readonly Readonly<Fields>[];
  /** How it is shared by those who name it. */
  readonly strategy?: string;
}

/**
 * The claims of one pod of a workload for GPUs and MIG devices; undefined where the manifests do not have a claim, a
 * template or a class that it names. Requests for devices of other drivers are left out.
 */
export function podClaims(model: ClusterModel, workload: Workload): readonly PodClaim[] | undefined {
  const known = model.once(podClaims, () => new Map<Workload, readonly PodClaim[] | undefined>());
  if (!known.has(workload)) {
    const claims = [...claimsOfPod(model, workload), ...claimsOfResources(model, workload)];
    const isWhole = claims.every((each): each is PodClaim => each !== undefined);
    known.set(workload, isWhole ? claims.filter(({ requests }) => requests.length > 0) : undefined);
  }
  return known.get(workload);
}

/** Whether a workload has claims for GPUs or MIG devices, as far as the manifests say what it claims. */
export function claimsGpus(model: ClusterModel, workload: Workload): boolean {
  return (podClaims(model, workload) ?? []).length > 0;
}

/** Whether a workload names claims or templates, or has claims made. */
export function hasClaims({ document, path }: Workload): boolean {
  return ['resourceClaims', 'draResources'].some(key => listOf(at(document.value, ...path, key)).length > 0);
}

function claimsOfPod(model: ClusterModel, workload: Workload): (PodClaim | undefined)[] {
  const { document, path } = workload;
  const isNim = document.kind.startsWith('NIM');
  const named = listOf(at(document.value, ...path, isNim ? 'draResources' : 'resourceClaims'));
  return named.flatMap((each, index) => {
    const made = at(each, 'claimCreationSpec');
    if (isFields(made)) { return [madeByNim(model, workload, index)]; }
    const [template, claim] = ['resourceClaimTemplateName', 'resourceClaimName'].map(key => textOf(at(each, key)));
    const name = template ?? claim;
    if (name === undefined || isTemplated(name)) { return [undefined]; }
    const view = claimNamed(model, template === undefined ? 'ResourceClaim' : 'ResourceClaimTemplate', document, name);
    if (view === undefined) { return [undefined]; }
    const containersOf = (request: string) =>
      (isNim ? workload.containers : usersOf(workload, textOf(at(each, 'name')), request));
    const plain = claimOf(model, view.requests, containersOf);
    return [plain && {
      ...plain,
      name: textOf(at(each, 'name')),
      shared: template === undefined ? keyOf(document, name) : undefined,
      constraints: listOf(view.devices.constraints).map(fieldsOf),
      strategy: view.configs.map(({ parameters }) => textOf(at(parameters, 'sharing', 'strategy'))).find(Boolean),
    }];
  });
}

/** The containers of a pod that use a request of one of its claims; all where none says that it does. */
function usersOf(
  { document, containers }: Workload,
  claim: string | undefined,
  request: string,
): readonly GpuContainer[] {
  const users = containers.filter(({ path }) => listOf(at(document.value, ...path, 'resources', 'claims')).some(each =>
    at(each, 'name') === claim && [undefined, '', request].includes(textOf(at(each, 'request')))));
  return users.length > 0 ? users : containers.slice(0, 1);
}

function claimNamed(model: ClusterModel, kind: string, user: ManifestDocument, name: string): ClaimView | undefined {
  const byName = model.once(claimNamed, () => new Map(model.claims.map(each =>
    [`${each.document.kind} ${keyOf(each.document, each.document.name)}`, each])));
  return byName.get(`${kind} ${keyOf(user, name)}`);
}

const keyOf = ({ namespace }: ManifestDocument, name: string) => `${namespace ?? ''}/${name}`;

interface NamedFields { readonly name: string; readonly fields: Readonly<Fields> }

function claimOf(
  model: ClusterModel,
  requests: readonly NamedFields[],
  containersOf: (request: string) => readonly GpuContainer[],
): PodClaim | undefined {
  const byRequest = new Map<string, (RequestWay | undefined)[]>();
  for (const { name, fields } of requests) {
    const request = name.split('/')[0];
    byRequest.set(request, byRequest.get(request) ?? []);
    byRequest.get(request)!.push(...wayOf(model, name, fields));
  }
  const claimed = [...byRequest].filter(([, ways]) => ways.length > 0);
  if (claimed.some(([, ways]) => ways.includes(undefined))) { return undefined; }
  return {
    requests: claimed.map(([name, ways]) => ({ name, ways: ways as RequestWay[], containers: containersOf(name) })),
    constraints: [],
  };
}

/** None for devices of another driver, undefined for a class of which nothing is known. */
function wayOf(model: ClusterModel, name: string, fields: Readonly<Fields>): (RequestWay | undefined)[] {
  const className = textOf(fields.deviceClassName);
  const ofClass = className === undefined ? undefined : expressionsOfClass(model, className);
  if (ofClass === undefined) { return [undefined]; }
  if (!isForGpus(ofClass)) { return []; }
  const own = listOf(fields.selectors).map(each => textOf(at(each, 'cel', 'expression')) ?? '');
  const expressions = [...ofClass, ...own];
  const capacity = Object.entries(fieldsOf(at(fields.capacity, 'requests'))).map(([key, amount]) =>
    [key.includes('/') ? key : `${GPU_DRIVER}/${key}`, quantityOf(amount)] as const);
  if (expressions.some(isTemplated) || capacity.some(([, amount]) => amount === undefined)) { return [undefined]; }
  return [{
    name,
    words: deviceInWords(fields),
    selectors: expressions.map(deviceSelector),
    key: JSON.stringify([expressions, fields.tolerations, capacity.map(([key]) => key)]),
    count: fields.allocationMode === 'All' ? 'all' : typeof fields.count === 'number' ? Math.max(1, fields.count) : 1,
    adminAccess: fields.adminAccess === true,
    capacity: new Map(capacity as [string, number][]),
    tolerations: listOf(fields.tolerations).map(fieldsOf),
  }];
}

/** The classes that the driver brings (dra-driver-nvidia-gpu deployments/helm, templates/deviceclass-*.yaml). */
const OWN_CLASSES: Readonly<Record<string, readonly string[]>> = {
  'gpu.nvidia.com': [`device.driver == '${GPU_DRIVER}' && device.attributes['${GPU_DRIVER}'].type == 'gpu'`],
  'mig.nvidia.com': [`device.driver == '${GPU_DRIVER}' && device.attributes['${GPU_DRIVER}'].type == 'mig'`],
  'vfio.gpu.nvidia.com': [`device.driver == '${GPU_DRIVER}' && device.attributes['${GPU_DRIVER}'].type == 'vfio'`],
  'compute-domain-daemon.nvidia.com': ["device.driver == 'compute-domain.nvidia.com'"],
  'compute-domain-default-channel.nvidia.com': ["device.driver == 'compute-domain.nvidia.com'"],
};

function expressionsOfClass(model: ClusterModel, name: string): readonly string[] | undefined {
  const classes = model.once(expressionsOfClass, () => new Map(model.ofKind('DeviceClass').map(each =>
    [each.name, listOf(each.spec.selectors).map(selector => textOf(at(selector, 'cel', 'expression')) ?? '')])));
  return classes.get(name) ?? (Object.hasOwn(OWN_CLASSES, name) ? OWN_CLASSES[name] : undefined);
}

/** Whether a GPU or a MIG device of this driver may be of a class. */
function isForGpus(expressions: readonly string[]): boolean {
  return (['gpu', 'mig'] as const).some(type => {
    const device: DeviceFacts = {
      driver: GPU_DRIVER,
      attributes: new Map([[`${GPU_DRIVER}/type`, type]]),
      capacity: new Map(),
      allowMultipleAllocations: false,
      isPartlyKnown: true,
    };
    return expressions.every(each => deviceSelector(each)(device) !== false);
  });
}

/** What the NIM Operator claims for each pod of a NIMService (k8s-nim-operator internal/shared resourceclaims.go). */
function madeByNim(model: ClusterModel, { document, path, containers }: Workload, index: number): PodClaim | undefined {
  const service = servicesOf(model).get(document)?.get(path.join());
  if (service === undefined) { return undefined; }
  const requests = (service.devices.get(index) ?? []).map(device => {
    const selectors = expressionsOfDevice(service.service, device).map(({ expression }) => ({ cel: { expression } }));
    return {
      name: textOf(device.fields.name) ?? '',
      fields: { deviceClassName: GPU_DRIVER, ...device.fields, selectors },
    };
  });
  return claimOf(model, requests, () => containers);
}

/** A NIMService with the devices that each entry of its `draResources` has claimed. */
interface Claiming { readonly service: NimServiceView; readonly devices: ReadonlyMap<number, readonly ClaimedDevice[]> }

/** By document, and by where in it the service stands. */
function servicesOf(model: ClusterModel): ReadonlyMap<ManifestDocument, ReadonlyMap<string, Claiming>> {
  return model.once(servicesOf, () => {
    const services = new Map<ManifestDocument, Map<string, Claiming>>();
    for (const service of model.nimServices) {
      const ofDocument = services.get(service.document) ?? new Map<string, Claiming>();
      const devices = groupedBy(claimedDevicesOf(service), device => device.entry);
      services.set(service.document, ofDocument.set(service.path.join(), { service, devices }));
    }
    return services;
  });
}

const IMPLICIT = 'deviceclass.resource.kubernetes.io/';

/** The claims that the scheduler makes for resources that a DeviceClass stands for (KEP-5004). */
function claimsOfResources(model: ClusterModel, { containers }: Workload): (PodClaim | undefined)[] {
  const classes = classesByResource(model);
  return containers.flatMap(container => {
    const asked = Object.entries({ ...container.requests, ...container.limits });
    return asked.flatMap(([resource, count]) => {
      const name = resource.startsWith(IMPLICIT) ? resource.slice(IMPLICIT.length) : classes.get(resource);
      const number = quantityOf(count) ?? 0;
      if (name === undefined || !Number.isInteger(number) || number < 1) { return []; }
      const ways = wayOf(model, resource, { deviceClassName: name, count: number });
      if (ways.length === 0) { return []; }
      return ways[0] === undefined
        ? [undefined]
        : [{
          resource,
          requests: [{ name: resource, ways: [{ ...ways[0], words: resource }], containers: [container] }],
          constraints: [],
        }];
    });
  });
}

/** Of several classes for a resource the newest counts, and of those made at one time the first by name. */
function classesByResource(model: ClusterModel): ReadonlyMap<string, string> {
  return model.once(classesByResource, () => {
    const madeAt = ({ value }: ManifestDocument) => textOf(at(value, 'metadata', 'creationTimestamp')) ?? '';
    const classes = [...model.ofKind('DeviceClass')].sort((a, b) =>
      (madeAt(a) === madeAt(b) ? (a.name < b.name ? 1 : -1) : madeAt(a) < madeAt(b) ? -1 : 1));
    return new Map(classes.flatMap(({ name, spec }) => {
      const resource = textOf(spec.extendedResourceName);
      return resource === undefined ? [] : [[resource, name] as const];
    }));
  });
}
