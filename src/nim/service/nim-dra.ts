import { SEMVER } from '../../kubernetes';
import { checkText, checkWhole, FLAG, given, listOf, needed, NUMBER, struct, TEXT } from '../../props';

/** What an attribute of a device must be. Exactly one of the values. */
export interface NimDeviceAttribute {
  /** The attribute, such as `profile` or `productName`. At most 64 characters. */
  readonly key: string;
  /**
   * `Equal`, `NotEqual`, `GreaterThan`, `GreaterThanOrEqual`, `LessThan` or `LessThanOrEqual`; of text and booleans the
   * first two.
   * @default 'Equal'
   */
  readonly op?: string;
  /**
   * A text, at most 64 characters.
   * @default - another value is given
   */
  readonly stringValue?: string;
  /**
   * A whole number.
   * @default - another value is given
   */
  readonly intValue?: number;
  /**
   * A boolean.
   * @default - another value is given
   */
  readonly boolValue?: boolean;
  /**
   * A semantic version, such as `570.0.0`.
   * @default - another value is given
   */
  readonly versionValue?: string;
}

/** What a capacity of a device must be. */
export interface NimDeviceCapacity {
  /** The capacity, such as `memory`. At most 64 characters. */
  readonly key: string;
  /**
   * As for an attribute.
   * @default 'Equal'
   */
  readonly op?: string;
  /** The quantity as Kubernetes prints it: `40Gi`, not `40960Mi`. */
  readonly value: string;
}

/** Devices that a claim asks for. */
export interface NimClaimDevice {
  /** Name of the request: a DNS label. */
  readonly name: string;
  /**
   * How many.
   * @default 1
   */
  readonly count?: number;
  /**
   * The device class; `mig.nvidia.com` for a slice.
   * @default 'gpu.nvidia.com'
   */
  readonly deviceClassName?: string;
  /**
   * The driver.
   * @default 'gpu.nvidia.com'
   */
  readonly driverName?: string;
  /**
   * Attributes. Not with `celExpressions`.
   * @default - any
   */
  readonly attributeSelectors?: NimDeviceAttribute[];
  /**
   * Capacities. Not with `celExpressions`.
   * @default - any
   */
  readonly capacitySelectors?: NimDeviceCapacity[];
  /**
   * CEL expressions over `device`. Each on one line.
   * @default - none
   */
  readonly celExpressions?: string[];
}

/** A claim that the operator makes for each pod. */
export interface NimClaimCreation {
  /** What it asks for. */
  readonly devices: NimClaimDevice[];
  /**
   * Beginning of its name, at most 16 characters.
   * @default - the operator's own
   */
  readonly generateName?: string;
}

/**
 * A GPU by Dynamic Resource Allocation instead of the device plugin. Exactly one of the first three. It can never be
 * added, changed or removed afterwards. Kubernetes 1.34 and later (1.33 with NIM Operator 3.0).
 */
export interface NimDraResource {
  /**
   * A ResourceClaim that exists. All pods share it, so not with several replicas.
   * @default - one of the others is given
   */
  readonly resourceClaimName?: string;
  /**
   * A ResourceClaimTemplate that exists.
   * @default - one of the others is given
   */
  readonly resourceClaimTemplateName?: string;
  /**
   * A claim that the operator makes.
   * @default - one of the others is given
   */
  readonly claimCreationSpec?: NimClaimCreation;
  /**
   * The requests of the claim that the container gets.
   * @default - all
   */
  readonly requests?: string[];
}

const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
/** Characters that YAML takes for something else at the beginning of a value without quotes. */
const YAML_INDICATOR = /^[!"'[{&*|>%@`]/;

/**
 * `draResources` of a NIMService. Empty lists are left out: the operator's own write drops them, and the CRD takes that
 * for a change.
 */
export function toDraResources(
  place: string,
  resources: NimDraResource[] | undefined,
  severalPods: boolean,
): Record<string, unknown> {
  if (resources === undefined) { return {}; }
  if (resources.length === 0) {
    throw new Error(`${place}: draResources is empty, which the operator's own write takes for a `
      + 'change [NIM-127]; leave it out');
  }
  const names = resources.map(({ resourceClaimName }) => resourceClaimName).filter(name => name !== undefined);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) {
    throw new Error(`${place}: draResources names the claim ${twice} twice [NIM-115]; name it `
      + 'once, with all its requests');
  }
  return {
    draResources: resources.map((resource, index) =>
      toResource(`${place}: draResources[${index}]`, resource, severalPods)),
  };
}

function toResource(place: string, resource: NimDraResource, severalPods: boolean): Record<string, unknown> {
  const sources = ([
    'resourceClaimName', 'resourceClaimTemplateName', 'claimCreationSpec',
  ] as const).filter(key => resource[key] !== undefined);
  if (sources.length !== 1) {
    throw new Error(`${place} has ${sources.length === 0 ? 'none' : sources.join(' and ')} of resourceClaimName, `
      + 'resourceClaimTemplateName and claimCreationSpec [NIM-110]; give exactly one');
  }
  checkText(place, 'resourceClaimName', resource.resourceClaimName);
  checkText(place, 'resourceClaimTemplateName', resource.resourceClaimTemplateName);
  if (resource.resourceClaimName !== undefined && severalPods) {
    throw new Error(`${place} names one claim for several replicas, which the operator's webhook refuses [NIM-114]; `
      + 'give resourceClaimTemplateName or claimCreationSpec');
  }
  const claim = resource.claimCreationSpec;
  if (claim?.generateName !== undefined && (claim.generateName.length < 1 || claim.generateName.length > 16)) {
    throw new Error(`${place}: generateName "${claim.generateName}" must have 1 to 16 characters [NIM-124]; `
      + 'give a shorter one, or leave it out');
  }
  if (claim !== undefined && claim.devices.length === 0) {
    throw new Error(`${place}: claimCreationSpec has no device [NIM-116]; give one`);
  }
  return {
    ...given(resource, 'resourceClaimName', 'resourceClaimTemplateName'),
    ...(claim !== undefined && {
      claimCreationSpec: {
        ...given(claim, 'generateName'),
        devices: claim.devices.map(device => toDevice(`${place}: device "${device.name}"`, device)),
      },
    }),
    ...(resource.requests !== undefined && resource.requests.length > 0 && { requests: resource.requests }),
  };
}

function toDevice(place: string, device: NimClaimDevice): Record<string, unknown> {
  const { attributeSelectors = [], capacitySelectors = [], celExpressions = [] } = device;
  if (!DNS_LABEL.test(device.name)) {
    throw new Error(`${place}: its name becomes that of a request, which is a DNS label [NIM-117]; give one of at `
      + 'most 63 small letters, digits and "-"');
  }
  checkWhole(place, 'count', device.count, 1);
  if (celExpressions.length > 0 && attributeSelectors.length + capacitySelectors.length > 0) {
    throw new Error(`${place} has celExpressions beside selectors, and the API server refuses both together `
      + '[NIM-119]; give one of them');
  }
  const keys = [...attributeSelectors, ...capacitySelectors].map(({ key }) => key);
  const twice = keys.find((key, index) => keys.indexOf(key) < index);
  if (twice !== undefined) {
    throw new Error(`${place} selects by ${twice} twice, which the operator's webhook refuses [NIM-123]; use `
      + 'celExpressions for a range');
  }
  for (const expression of celExpressions) { checkExpression(place, expression); }
  const lists = {
    attributeSelectors: attributeSelectors.map(selector => toAttribute(place, selector)),
    capacitySelectors: capacitySelectors.map(({ key, op, value }) => ({ key, op: op ?? 'Equal', value })),
    celExpressions,
  };
  return {
    name: device.name,
    count: device.count ?? 1,
    deviceClassName: device.deviceClassName ?? 'gpu.nvidia.com',
    driverName: device.driverName ?? 'gpu.nvidia.com',
    ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)),
  };
}

/** The operator needs exactly one value: without, it fails (k8s-nim-operator PR 872). */
function toAttribute(place: string, selector: NimDeviceAttribute): Record<string, unknown> {
  const value = given(selector, 'boolValue', 'intValue', 'stringValue', 'versionValue');
  const [kind, ...more] = Object.keys(value);
  if (kind === undefined || more.length > 0) {
    throw new Error(`${place}: attribute ${selector.key} has `
      + `${kind === undefined ? 'no value' : `${1 + more.length} values`} [NIM-120]; give exactly one of boolValue, `
      + 'intValue, stringValue and versionValue');
  }
  const op = selector.op ?? 'Equal';
  if ((kind === 'boolValue' || kind === 'stringValue') && op !== 'Equal' && op !== 'NotEqual') {
    throw new Error(`${place}: attribute ${selector.key} compares ${kind} by ${op} [NIM-121]; a text or `
      + 'boolean takes Equal or NotEqual');
  }
  checkWhole(place, `attribute ${selector.key}`, selector.intValue, -(2 ** 31));
  if (selector.versionValue !== undefined && !SEMVER.test(selector.versionValue)) {
    throw new Error(`${place}: attribute ${selector.key} has the version "${selector.versionValue}", which is no `
      + 'semantic version [NIM-122]; give one such as 570.0.0');
  }
  return { key: selector.key, op, value };
}

/** The operator prints expressions without quotes into YAML (k8s-nim-operator manifests). */
function checkExpression(place: string, expression: string): void {
  if (expression.trim() === ''
    || /[\r\n]/.test(expression)
    || YAML_INDICATOR.test(expression)
    || expression.includes(': ')
    || expression.includes(' #')) {
    throw new Error(`${place}: the CEL expression ${JSON.stringify(expression)} does not survive the operator's `
      + 'template, which prints it without quotes [NIM-125]: '
      + 'one line, no ": " and no " #" in it, and no quote, bracket or other YAML sign at its '
      + 'beginning; put it in parentheses');
  }
}
export const CLAIM_DEVICE = struct<NimClaimDevice>({
  name: needed(TEXT),
  count: NUMBER,
  deviceClassName: TEXT,
  driverName: TEXT,
  attributeSelectors: listOf(struct<NimDeviceAttribute>({
    key: needed(TEXT), op: TEXT, stringValue: TEXT, intValue: NUMBER, boolValue: FLAG, versionValue: TEXT,
  })),
  capacitySelectors: listOf(struct<NimDeviceCapacity>({ key: needed(TEXT), op: TEXT, value: needed(TEXT) })),
  celExpressions: listOf(TEXT),
});
export const CLAIMS = listOf(struct<NimDraResource>({
  resourceClaimName: TEXT,
  resourceClaimTemplateName: TEXT,
  claimCreationSpec: struct<NimClaimCreation>({ devices: needed(listOf(CLAIM_DEVICE)), generateName: TEXT }),
  requests: listOf(TEXT),
}));
