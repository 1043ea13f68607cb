import { weightBytesOf } from '../../fit';
import { survivesUnquoted } from '../../kubernetes';
import { NimModel } from '../../models';
import { checkQuantity, checkText, given, mapOf, Shape, TEXT } from '../../props';

/** Which nodes may mount a claim, and how (core/v1 PersistentVolumeAccessMode). */
export enum NimAccessMode {
  /** One node, to read and write; as many pods there as want. */
  READ_WRITE_ONCE = 'ReadWriteOnce',
  /** Several nodes, to read and write. */
  READ_WRITE_MANY = 'ReadWriteMany',
  /** Several nodes, to read. */
  READ_ONLY_MANY = 'ReadOnlyMany',
  /** One pod. */
  READ_WRITE_ONCE_POD = 'ReadWriteOncePod',
}

/** How a claim is made for a NIM's model files. */
export interface NimPvcOptions {
  /**
   * The claim's size, as Kubernetes writes quantities.
   * @default - 1.25 times the model's disk size, or the bytes of its weights in 16 bit, whichever is known and more; at
   * least 50Gi
   */
  readonly size?: string;
  /**
   * The storage class.
   * @default - the cluster's default
   */
  readonly storageClass?: string;
  /**
   * Which nodes may mount it. More than one replica needs a class that can be mounted by several nodes.
   * @default - READ_WRITE_ONCE for one replica, READ_WRITE_MANY for several
   */
  readonly accessMode?: NimAccessMode;
  /**
   * Name of the claim.
   * @default - `<name of the object>-pvc`
   */
  readonly name?: string;
  /**
   * Directory of the claim that is mounted.
   * @default - all of it
   */
  readonly subPath?: string;
  /**
   * Annotations of the claim.
   * @default - none
   */
  readonly annotations?: Record<string, string>;
}

export const NIM_PVC: Shape<NimPvcOptions> = {
  size: TEXT, storageClass: TEXT, accessMode: TEXT, name: TEXT, subPath: TEXT, annotations: mapOf(TEXT),
};

/** What the default size and access mode depend on. */
export interface NimPvcContext {
  readonly model: NimModel;
  readonly severalReplicas: boolean;
}

/** @throws when Kubernetes has no such access mode: the claim would be refused, and neither CRD looks at it */
function checkAccessMode(place: string, accessMode: string): void {
  const modes: string[] = Object.values(NimAccessMode);
  if (!modes.includes(accessMode)) {
    throw new Error(`${place}: pvc.accessMode "${accessMode}" is none of ${modes.join(', ')} `
      + '[NIM-044]; give one of them');
  }
}

/**
 * `storage.pvc` of a claim that the operator makes: nobody but us looks whether it has a size and an access mode
 * (NIM-042, NIM-043, NIM-151).
 */
export function newPvcFields(place: string, options: NimPvcOptions, context: NimPvcContext): Record<string, unknown> {
  const accessMode = options.accessMode
    ?? (context.severalReplicas ? NimAccessMode.READ_WRITE_MANY : NimAccessMode.READ_WRITE_ONCE);
  checkAccessMode(place, accessMode);
  checkQuantity(place, 'pvc.size', options.size, 'NIM-042');
  for (const key of ['storageClass', 'name', 'subPath'] as const) { checkText(place, `pvc.${key}`, options[key]); }
  checkSubPath(place, options.subPath);
  return {
    create: true,
    size: options.size ?? defaultPvcSize(context.model),
    volumeAccessMode: accessMode,
    ...given(options, 'storageClass', 'name', 'subPath', 'annotations'),
  };
}

/** `storage.pvc` of a claim that exists. */
export function existingPvcFields(
  place: string,
  claimName: string,
  subPath: string | undefined,
): Record<string, unknown> {
  checkText(place, 'the name of an existing claim', claimName);
  checkText(place, 'pvc.subPath', subPath);
  checkSubPath(place, subPath);
  return { name: claimName, ...(subPath !== undefined && { subPath }) };
}

/** The operator prints it without quotes. */
function checkSubPath(place: string, subPath: string | undefined): void {
  if (subPath !== undefined && !survivesUnquoted(subPath)) {
    throw new Error(`${place}: pvc.subPath "${subPath}" is printed without quotes by the operator and is then no `
      + 'string [NIM-032]; begin it with a letter');
  }
}

/** The size that the operator's samples use. */
const LEAST_PVC_GIB = 50;

/**
 * A quarter more than the model's disk size or its weights as published, in whole GiB. A NIM downloads one profile;
 * which one is its own choice, so the largest counts.
 */
export function defaultPvcSize(model: NimModel): string {
  const bytes = Math.max((model.diskGb ?? 0) * 1e9, weightBytesOf(model) ?? 0);
  return `${Math.max(LEAST_PVC_GIB, Math.ceil(1.25 * bytes / 2 ** 30))}Gi`;
}
