import type { NimCache } from './nim-cache';
import { checkName, checkQuantity, checkText, given } from './prop-checks';
import { NimModel } from '../models';
import { checkProps, mapOf, Shape, TEXT } from './shapes/shape';
import { survivesUnquoted } from '../rules/values/yaml-safe-value';
import { refuseSecrets } from '../secrets';

/** How a claim is made for a NIM's model files. */
export interface NimPvcOptions {
  /**
   * The claim's size, as Kubernetes writes quantities.
   * @default - 1.25 times the model's disk size where it is known, and at least 50Gi
   */
  readonly size?: string;
  /**
   * The storage class.
   * @default - the cluster's default
   */
  readonly storageClass?: string;
  /**
   * `ReadWriteOnce`, `ReadWriteMany`, `ReadOnlyMany` or `ReadWriteOncePod`. More than one replica needs a class that
   * can be mounted by several nodes.
   * @default - ReadWriteOnce for one replica, ReadWriteMany for several
   */
  readonly accessMode?: string;
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

/** Where a NIM keeps its model files. */
export class NimStorage {
  /**
   * A claim that the NIM Operator makes. The NIM downloads the model itself when it first starts.
   * @param options size and class
   */
  public static newPvc(options: NimPvcOptions = {}): NimStorage {
    checkProps('NimStorage.newPvc', options, NIM_PVC);
    return new NimStorage((place, context) => ({ pvc: newPvcFields(place, options, context) }));
  }

  /**
   * A claim that exists.
   * @param claimName its name
   * @param subPath the directory of it that is mounted; left out, all of it
   */
  public static existingPvc(claimName: string, subPath?: string): NimStorage {
    refuseSecrets('NimStorage.existingPvc', { claimName, subPath });
    checkName('NimStorage.existingPvc', 'claimName', claimName);
    return new NimStorage(place => ({ pvc: existingPvcFields(place, claimName, subPath) }));
  }

  /**
   * A NIMCache, which downloads the model before the NIM starts.
   * @param cache the cache
   * @param profile the profile to run; needed where the cache has several. Left out, the NIM chooses by the GPU it sees.
   */
  public static cache(cache: NimCache, profile?: string): NimStorage {
    refuseSecrets('NimStorage.cache', { profile });
    return new NimStorage((place, { model }) => {
      if (cache.model.image !== model.image) {
        throw new Error(`${place}: storage is the cache ${cache.name} of ${cache.model}, and this is ${model}; give the cache of this model`);
      }
      return { nimCache: { name: cache.name, ...(profile !== undefined && { profile }) } };
    });
  }

  /**
   * A NIMCache that this app does not make.
   * @param name its name; it must be in the namespace of the NIM
   * @param profile the profile to run
   */
  public static cacheNamed(name: string, profile?: string): NimStorage {
    refuseSecrets('NimStorage.cacheNamed', { name, profile });
    checkName('NimStorage.cacheNamed', 'name', name);
    checkText('NimStorage.cacheNamed', 'profile', profile);
    return new NimStorage(() => ({ nimCache: { name, ...(profile !== undefined && { profile }) } }));
  }

  /**
   * A directory of the node: what one pod downloads, the next one on the same node finds. The pods leave the baseline pod security
   * profile: a namespace that enforces it, or the restricted one, turns them away (SEC-003).
   * @param directory absolute path
   */
  public static hostPath(directory: string): NimStorage {
    refuseSecrets('NimStorage.hostPath', { directory });
    if (typeof directory !== 'string' || !directory.startsWith('/') || !survivesUnquoted(directory)) {
      throw new Error(`NimStorage.hostPath: "${String(directory)}" is no absolute path; give one such as /var/models`);
    }
    return new NimStorage(() => ({ hostPath: directory }));
  }

  /**
   * The node's disk: the model is downloaded at every start. NIM Operator 3.0.2 and later.
   * @param sizeLimit the most that it may take
   */
  public static emptyDir(sizeLimit?: string): NimStorage {
    refuseSecrets('NimStorage.emptyDir', { sizeLimit });
    checkQuantity('NimStorage.emptyDir', 'sizeLimit', sizeLimit);
    return new NimStorage(() => ({ emptyDir: sizeLimit === undefined ? {} : { sizeLimit } }));
  }

  private constructor(private readonly render: (place: string, context: NimStorageContext) => Record<string, unknown>) {}

  /** @internal */
  public _toSpec(place: string, context: NimStorageContext): Record<string, unknown> {
    return this.render(place, context);
  }
}

/** What the default size and access mode depend on. */
export interface NimStorageContext {
  readonly model: NimModel;
  readonly severalReplicas: boolean;
}

const ACCESS_MODES = ['ReadWriteOnce', 'ReadWriteMany', 'ReadOnlyMany', 'ReadWriteOncePod'];

/** @throws when Kubernetes has no such access mode: the claim would be refused, and neither CRD looks at it */
function checkAccessMode(place: string, accessMode: string): void {
  if (!ACCESS_MODES.includes(accessMode)) {
    throw new Error(`${place}: pvc.accessMode "${accessMode}" is none of ${ACCESS_MODES.join(', ')} [NIM-044]; give one of them`);
  }
}

/** `storage.pvc` of a claim that the operator makes: nobody but us looks whether it has a size and an access mode (NIM-042, NIM-043, NIM-151). */
export function newPvcFields(place: string, options: NimPvcOptions, context: NimStorageContext): Record<string, unknown> {
  const accessMode = options.accessMode ?? (context.severalReplicas ? 'ReadWriteMany' : 'ReadWriteOnce');
  checkAccessMode(place, accessMode);
  checkQuantity(place, 'pvc.size', options.size, 'NIM-042');
  for (const key of ['storageClass', 'name', 'subPath'] as const) { checkText(place, `pvc.${key}`, options[key]); }
  checkSubPath(place, options.subPath);
  return {
    create: true,
    size: options.size ?? defaultPvcSize(context.model.diskGb),
    volumeAccessMode: accessMode,
    ...given(options, 'storageClass', 'name', 'subPath', 'annotations'),
  };
}

/** `storage.pvc` of a claim that exists. */
export function existingPvcFields(place: string, claimName: string, subPath: string | undefined): Record<string, unknown> {
  checkText(place, 'the name of an existing claim', claimName);
  checkText(place, 'pvc.subPath', subPath);
  checkSubPath(place, subPath);
  return { name: claimName, ...(subPath !== undefined && { subPath }) };
}

/** The operator prints it without quotes. */
function checkSubPath(place: string, subPath: string | undefined): void {
  if (subPath !== undefined && !survivesUnquoted(subPath)) {
    throw new Error(`${place}: pvc.subPath "${subPath}" is printed without quotes by the operator and is then no string [NIM-032]; begin it with a letter`);
  }
}

/** The size that the operator's samples use. */
const LEAST_PVC_GIB = 50;

/** A quarter more than the model's disk size, in whole GiB. */
export function defaultPvcSize(diskGb: number | undefined): string {
  const gib = diskGb === undefined ? 0 : Math.ceil(1.25 * diskGb * 1e9 / 2 ** 30);
  return `${Math.max(LEAST_PVC_GIB, gib)}Gi`;
}
