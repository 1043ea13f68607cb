import { SelectorExpression } from './claims';
import { ManifestDocument } from './document';
import { at, Fields, fieldsOf, isTemplated, listOf, Path, plainText, textOf } from '../../kubernetes';

/** A NIMService: an object of its own, or one of the services of a NIMPipeline. */
export interface NimServiceView {
  readonly document: ManifestDocument;
  /** Of its `spec`. */
  readonly path: Path;
  readonly spec: Readonly<Record<string, unknown>>;
  /** Of the object, or the one that the pipeline gives it. */
  readonly name: string;
  readonly inPipeline: boolean;
  /** Whether its pipeline says that it is not to be made. */
  readonly disabled: boolean;
}

/** The services of a NIMService or NIMPipeline. */
export function nimServicesOf(document: ManifestDocument): NimServiceView[] {
  if (document.kind === 'NIMService') {
    return [{ document, path: ['spec'], spec: document.spec, name: document.name, inPipeline: false, disabled: false }];
  }
  if (document.kind !== 'NIMPipeline') { return []; }
  return listOf(document.spec.services).map((service, index) => ({
    document,
    path: ['spec', 'services', index, 'spec'],
    spec: fieldsOf(at(service, 'spec')),
    name: textOf(at(service, 'name')) ?? '',
    inPipeline: true,
    disabled: at(service, 'enabled') === false,
  }));
}

/** A device that a NIMService has claimed for it. */
export interface ClaimedDevice {
  /** Number of the entry of `draResources` that says it. */
  readonly entry: number;
  readonly path: Path;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The devices of `draResources[].claimCreationSpec`. */
export function claimedDevicesOf({ path, spec }: NimServiceView): ClaimedDevice[] {
  return listOf(spec.draResources).flatMap((resource, entry) =>
    listOf(at(resource, 'claimCreationSpec', 'devices')).map((device, number) => ({
      entry,
      path: [...path, 'draResources', entry, 'claimCreationSpec', 'devices', number],
      fields: fieldsOf(device),
    })));
}

/** Their CEL expressions, and those that the operator makes of their selectors. */
export function nimExpressionsOf(service: NimServiceView): SelectorExpression[] {
  return claimedDevicesOf(service).flatMap(device => expressionsOfDevice(service, device));
}

/** The same of one device. */
export function expressionsOfDevice(
  { document }: NimServiceView,
  { path, fields }: ClaimedDevice,
): SelectorExpression[] {
  const deviceClass = textOf(fields.deviceClassName) ?? 'gpu.nvidia.com';
  const driver = textOf(fields.driverName) ?? 'gpu.nvidia.com';
  const written = listOf(fields.celExpressions).map((each, index) => ({
    path: [...path, 'celExpressions', index],
    expression: textOf(each),
  }));
  const made = (['attributes', 'capacity'] as const).flatMap(map => {
    const list = map === 'attributes' ? 'attributeSelectors' : 'capacitySelectors';
    return listOf(fields[list]).map((each, index) => ({
      path: [...path, list, index],
      expression: expressionOf(fieldsOf(each), map, driver),
    }));
  });
  return [...written, ...made].flatMap(({ expression, ...place }) =>
    (expression === undefined || isTemplated(expression)
      ? []
      : [{ document, path: place.path, expression, deviceClass }]));
}

const OPERATORS: Readonly<Record<string, string>> = {
  Equal: '==',
  NotEqual: '!=',
  GreaterThan: '>',
  GreaterThanOrEqual: '>=',
  LessThan: '<',
  LessThanOrEqual: '<=',
};

/**
 * As the operator compares what a selector names with its value (k8s-nim-operator api/apps/v1alpha1 dra_types.go
 * GetCELExpression).
 */
function expressionOf(
  { key, op, value }: Readonly<Fields>,
  map: 'attributes' | 'capacity',
  driver: string,
): string | undefined {
  const [name, domain = driver] = plainText(key).split('/').reverse();
  const operator = textOf(at(OPERATORS, textOf(op) ?? 'Equal'));
  if (operator === undefined || textOf(key) === undefined || value === undefined) { return undefined; }
  const field = `device.${map}[${JSON.stringify(domain)}].${name}`;
  if (map === 'capacity') { return `${field}.compareTo(quantity(${JSON.stringify(plainText(value))})) ${operator} 0`; }
  const version = at(value, 'versionValue');
  const plain = at(value, 'stringValue') ?? at(value, 'intValue') ?? at(value, 'boolValue');
  return version !== undefined
    ? `${field}.compareTo(semver(${JSON.stringify(version)})) ${operator} 0`
    : `${field} ${operator} ${JSON.stringify(plain)}`;
}
