import { NimAccessMode } from '../../nim';
import { checkName, checkProps, checkQuantity, checkText, given, mapOf, needed, oneOf, Shape, TEXT } from '../../props';

/** How a claim is made for the files of a model. */
export interface ModelClaimOptions {
  /**
   * The claim's size, as Kubernetes writes quantities.
   * @default - 1.25 times the bytes of the weights, in whole GiB
   */
  readonly size?: string;
  /**
   * The storage class.
   * @default - the cluster's default
   */
  readonly storageClass?: string;
  /**
   * Which nodes may mount it. Several replicas need a class that several nodes can mount.
   * @default - READ_WRITE_ONCE for one replica, READ_WRITE_MANY for several
   */
  readonly accessMode?: NimAccessMode;
  /**
   * Annotations of the claim.
   * @default - none
   */
  readonly annotations?: Record<string, string>;
}

/** What the volume of a cache depends on. */
export interface CacheContext {
  /** Name of the server. */
  readonly name: string;
  readonly severalReplicas: boolean;
  /** Bytes of the weights; undefined when not known. */
  readonly weightBytes?: number;
}

/** The volume of a cache, and the claim that is made for it. */
export interface CacheVolume {
  readonly volume: Record<string, unknown>;
  readonly subPath?: string;
  readonly claim?: {
    readonly name: string;
    readonly annotations?: Record<string, string>;
    readonly spec: Record<string, unknown>;
  };
}

const CLAIM: Shape<ModelClaimOptions> = {
  size: TEXT,
  storageClass: TEXT,
  accessMode: oneOf(NimAccessMode),
  annotations: mapOf(TEXT),
};

/** Room for the tokenizer, temporary files of a download and one more copy of a shard. */
const MORE_THAN_WEIGHTS = 1.25;

/**
 * Where a server keeps the files of its model.
 *
 * @example
 * const shared = ModelCache.newClaim({ storageClass: 'nfs', size: '200Gi' });
 * const there = ModelCache.existingClaim('models');
 */
export class ModelCache {
  /**
   * A claim of its own, into which the server downloads the model when it first starts.
   * @param options size and class
   */
  public static newClaim(options: ModelClaimOptions = {}): ModelCache {
    checkProps('ModelCache.newClaim', options, CLAIM);
    checkQuantity('ModelCache.newClaim', 'size', options.size);
    checkText('ModelCache.newClaim', 'storageClass', options.storageClass);
    return new ModelCache((place, { name, severalReplicas, weightBytes }) => {
      const claimName = `${name}-models`;
      const accessMode = options.accessMode
        ?? (severalReplicas ? NimAccessMode.READ_WRITE_MANY : NimAccessMode.READ_WRITE_ONCE);
      return {
        volume: { persistentVolumeClaim: { claimName } },
        claim: {
          name: claimName,
          annotations: options.annotations,
          spec: {
            accessModes: [accessMode],
            ...(options.storageClass !== undefined && { storageClassName: options.storageClass }),
            resources: {
              requests: { storage: options.size ?? sizeOf(place, 'ModelCache.newClaim({ size })', weightBytes) },
            },
          },
        },
      };
    });
  }

  /**
   * A claim that exists. The server looks for the model there first.
   * @param claimName its name
   * @param subPath the directory of it that is mounted; left out, all of it
   */
  public static existingClaim(claimName: string, subPath?: string): ModelCache {
    checkProps<{ claimName: string; subPath?: string }>(
      'ModelCache.existingClaim',
      { claimName, subPath },
      { claimName: needed(TEXT), subPath: TEXT },
    );
    checkName('ModelCache.existingClaim', 'claimName', claimName);
    checkText('ModelCache.existingClaim', 'subPath', subPath);
    return new ModelCache(() => ({ volume: { persistentVolumeClaim: { claimName } }, subPath }));
  }

  /**
   * The disk of the node: the model is downloaded at every start of a pod.
   * @param sizeLimit the most that it may take; left out, 1.25 times the bytes of the weights
   */
  public static emptyDir(sizeLimit?: string): ModelCache {
    checkProps<{ sizeLimit?: string }>('ModelCache.emptyDir', { sizeLimit }, { sizeLimit: TEXT });
    checkQuantity('ModelCache.emptyDir', 'sizeLimit', sizeLimit);
    return new ModelCache((place, {
      weightBytes,
    }) => ({
      volume: { emptyDir: { sizeLimit: sizeLimit ?? sizeOf(place, 'ModelCache.emptyDir(sizeLimit)', weightBytes) } },
    }));
  }

  private constructor(private readonly render: (place: string, context: CacheContext) => CacheVolume) {}

  /** @internal */
  public _toVolume(place: string, context: CacheContext): CacheVolume {
    return this.render(place, context);
  }
}

function sizeOf(place: string, how: string, weightBytes: number | undefined): string {
  if (weightBytes === undefined) {
    throw new Error(`${place}: how large the model's files are is not known; say it with ${how}`);
  }
  return `${Math.ceil(MORE_THAN_WEIGHTS * weightBytes / 2 ** 30)}Gi`;
}

/** `metadata` of a claim. */
export function claimMetadata({ name, annotations }: NonNullable<CacheVolume['claim']>): Record<string, unknown> {
  return { name, ...given({ annotations }, 'annotations') };
}
