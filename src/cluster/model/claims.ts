import { ManifestDocument } from './document';
import { at, Fields, fieldsOf, isFields, isTemplated, listOf, Path, plainText, textOf } from '../../kubernetes';

/** What one request of a claim asks for: `exactly`, or an alternative of `firstAvailable`. */
export interface DeviceRequest {
  readonly path: Path;
  /** As constraints and configs refer to it: `gpu`, or `gpu/large` for an alternative. */
  readonly name: string;
  readonly fields: Readonly<Fields>;
}

/** A setting for the driver, of a claim or a DeviceClass. */
export interface OpaqueConfig {
  readonly path: Path;
  /** The requests that it is for; empty is all. */
  readonly requests: string[];
  readonly driver?: string;
  readonly parameters: unknown;
}

/** A ResourceClaim or ResourceClaimTemplate. */
export interface ClaimView {
  readonly document: ManifestDocument;
  /** Of `devices`. */
  readonly path: Path;
  readonly devices: Readonly<Fields>;
  /** Of the API: `v1`, `v1beta2`, `v1beta1`. */
  readonly version: string;
  /**
   * Whether a request names its class directly, not inside `exactly`: so in v1alpha3 and v1beta1 (k8s.io/api/resource).
   */
  readonly isFlat: boolean;
  readonly requests: DeviceRequest[];
  readonly configs: OpaqueConfig[];
}

/** A CEL expression, and where it stands. */
export interface SelectorExpression {
  readonly document: ManifestDocument;
  readonly path: Path;
  readonly expression: string;
  /** The class that the expression adds to; undefined in a DeviceClass. */
  readonly deviceClass?: string;
}

/** The claim of a document; undefined when it is none of DRA's. */
export function claimOf(document: ManifestDocument): ClaimView | undefined {
  const [group, version = ''] = document.apiVersion.split('/');
  if (group !== 'resource.k8s.io') { return undefined; }
  const path: Path | undefined = document.kind === 'ResourceClaim' ? ['spec', 'devices']
    : document.kind === 'ResourceClaimTemplate' ? ['spec', 'spec', 'devices'] : undefined;
  if (path === undefined) { return undefined; }
  const devices = fieldsOf(at(document.value, ...path));
  const isFlat = version === 'v1alpha3' || version === 'v1beta1';
  const requests = listOf(devices.requests).flatMap((request, index) =>
    requestsIn(request, [...path, 'requests', index], isFlat));
  return {
    document,
    path,
    devices,
    version,
    isFlat,
    requests,
    configs: configsIn(devices.config, [...path, 'config']),
  };
}

function requestsIn(request: unknown, path: Path, isFlat: boolean): DeviceRequest[] {
  const name = textOf(at(request, 'name')) ?? '';
  const alternatives = listOf(at(request, 'firstAvailable')).map((each, index) => ({
    path: [...path, 'firstAvailable', index], name: `${name}/${textOf(at(each, 'name')) ?? ''}`, fields: fieldsOf(each),
  }));
  if (alternatives.length > 0) { return alternatives; }
  return isFlat
    ? [{ path, name, fields: fieldsOf(request) }]
    : [{ path: [...path, 'exactly'], name, fields: fieldsOf(at(request, 'exactly')) }];
}

/** The settings in a list of `config`. */
export function configsIn(config: unknown, path: Path): OpaqueConfig[] {
  return listOf(config).flatMap((each, index) => (!isFields(at(each, 'opaque')) ? [] : [{
    path: [...path, index],
    requests: listOf(at(each, 'requests')).map(plainText),
    driver: textOf(at(each, 'opaque', 'driver')),
    parameters: at(each, 'opaque', 'parameters'),
  }]));
}

/** The CEL expressions in a list of `selectors`. */
export function expressionsIn(
  document: ManifestDocument,
  selectors: unknown,
  path: Path,
  deviceClass?: string,
): SelectorExpression[] {
  return listOf(selectors).flatMap((selector, index) => {
    const expression = textOf(at(selector, 'cel', 'expression'));
    return expression === undefined || isTemplated(expression)
      ? []
      : [{ document, path: [...path, index, 'cel', 'expression'], expression, deviceClass }];
  });
}
