import { SelectorExpression } from './claims';
import { at, fieldsOf, listOf, ManifestDocument, Path, textOf } from './document';

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
  readonly path: Path;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The devices of `draResources[].claimCreationSpec`. */
export function claimedDevicesOf({ path, spec }: NimServiceView): ClaimedDevice[] {
  return listOf(spec.draResources).flatMap((resource, index) => listOf(at(resource, 'claimCreationSpec', 'devices')).map((device, number) => ({
    path: [...path, 'draResources', index, 'claimCreationSpec', 'devices', number], fields: fieldsOf(device),
  })));
}

/** Their CEL expressions. */
export function nimExpressionsOf(service: NimServiceView): SelectorExpression[] {
  return claimedDevicesOf(service).flatMap(({ path, fields }) => listOf(fields.celExpressions).flatMap((expression, index) =>
    (typeof expression !== 'string' ? [] : [{
      document: service.document, path: [...path, 'celExpressions', index], expression, deviceClass: textOf(fields.deviceClassName) ?? 'gpu.nvidia.com',
    }])));
}
