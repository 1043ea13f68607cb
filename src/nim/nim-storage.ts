import { NimCache } from './nim-cache';

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
}

/** Where a NIM keeps its model files. */
export class NimStorage {
  /**
   * A claim that the NIM Operator makes. The NIM downloads the model itself when it first starts.
   * @param options size and class
   */
  public static newPvc(options: NimPvcOptions = {}): NimStorage {
    return new NimStorage(context => {
      const accessMode = options.accessMode ?? (context.severalReplicas ? 'ReadWriteMany' : 'ReadWriteOnce');
      checkAccessMode(accessMode);
      return {
        pvc: {
          create: true,
          size: options.size ?? defaultPvcSize(context.diskGb),
          volumeAccessMode: accessMode,
          ...(options.storageClass !== undefined && { storageClass: options.storageClass }),
        },
      };
    });
  }

  /**
   * A claim that exists.
   * @param claimName its name
   */
  public static existingPvc(claimName: string): NimStorage {
    return new NimStorage(() => ({ pvc: { name: claimName } }));
  }

  /**
   * A NIMCache, which downloads the model before the NIM starts.
   * @param cache the cache
   * @param profile the profile to run; needed where the cache has several. Left out, the NIM chooses by the GPU it sees.
   */
  public static cache(cache: NimCache, profile?: string): NimStorage {
    return new NimStorage(() => ({ nimCache: { name: cache.name, ...(profile !== undefined && { profile }) } }));
  }

  /**
   * The node's disk: the model is downloaded at every start.
   * @param sizeLimit the most that it may take
   */
  public static emptyDir(sizeLimit?: string): NimStorage {
    return new NimStorage(() => ({ emptyDir: sizeLimit === undefined ? {} : { sizeLimit } }));
  }

  private constructor(private readonly render: (context: NimStorageContext) => Record<string, unknown>) {}

  /** @internal */
  public _toSpec(context: NimStorageContext): Record<string, unknown> {
    return this.render(context);
  }
}

/** What the default size and access mode depend on. */
export interface NimStorageContext {
  readonly diskGb?: number;
  readonly severalReplicas: boolean;
}

const ACCESS_MODES = ['ReadWriteOnce', 'ReadWriteMany', 'ReadOnlyMany', 'ReadWriteOncePod'];

/** @throws when Kubernetes has no such access mode: the claim would be refused, and neither CRD looks at it */
export function checkAccessMode(accessMode: string): void {
  if (!ACCESS_MODES.includes(accessMode)) {
    throw new Error(`accessMode "${accessMode}" is none of ${ACCESS_MODES.join(', ')}`);
  }
}

/** The size that the operator's samples use. */
const LEAST_PVC_GIB = 50;

/** A quarter more than the model's disk size, in whole GiB. */
export function defaultPvcSize(diskGb: number | undefined): string {
  const gib = diskGb === undefined ? 0 : Math.ceil(1.25 * diskGb * 1e9 / 2 ** 30);
  return `${Math.max(LEAST_PVC_GIB, gib)}Gi`;
}
