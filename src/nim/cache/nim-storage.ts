import type { NimCache } from './nim-cache';
import { existingPvcFields, newPvcFields, NIM_PVC, NimPvcContext, NimPvcOptions } from './nim-pvc';
import { survivesUnquoted } from '../../kubernetes';
import { checkName, checkProps, checkQuantity, checkText, made, needed, TEXT } from '../../props';

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
    checkProps<{ claimName: string; subPath?: string }>(
      'NimStorage.existingPvc',
      { claimName, subPath },
      { claimName: needed(TEXT), subPath: TEXT },
    );
    checkName('NimStorage.existingPvc', 'claimName', claimName);
    return new NimStorage(place => ({ pvc: existingPvcFields(place, claimName, subPath) }));
  }

  /**
   * A NIMCache, which downloads the model before the NIM starts.
   * @param cache the cache
   * @param profile the profile to run; needed where the cache has several. Left out, the NIM chooses by the GPU it
   * sees.
   */
  public static cache(cache: NimCache, profile?: string): NimStorage {
    checkProps<{ cache: NimCache; profile?: string }>(
      'NimStorage.cache',
      { cache, profile },
      { cache: needed(made('a NimCache', 'model')), profile: TEXT },
    );
    return new NimStorage((place, { model }) => {
      if (cache.model.image !== model.image) {
        throw new Error(`${place}: storage is the cache ${cache.name} of ${cache.model}, and this is ${model}; `
          + 'give the cache of this model');
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
    checkProps<{ name: string; profile?: string }>(
      'NimStorage.cacheNamed',
      { name, profile },
      { name: needed(TEXT), profile: TEXT },
    );
    checkName('NimStorage.cacheNamed', 'name', name);
    checkText('NimStorage.cacheNamed', 'profile', profile);
    return new NimStorage(() => ({ nimCache: { name, ...(profile !== undefined && { profile }) } }));
  }

  /**
   * A directory of the node: what one pod downloads, the next one on the same node finds. The pods leave the baseline
   * pod security profile: a namespace that enforces it, or the restricted one, turns them away (SEC-003).
   * @param directory absolute path
   */
  public static hostPath(directory: string): NimStorage {
    checkProps('NimStorage.hostPath', { directory }, { directory: needed(TEXT) });
    if (!directory.startsWith('/') || !survivesUnquoted(directory)) {
      throw new Error(`NimStorage.hostPath: "${directory}" is no absolute path; give one such as /var/models`);
    }
    return new NimStorage(() => ({ hostPath: directory }));
  }

  /**
   * The node's disk: the model is downloaded at every start. NIM Operator 3.0.2 and later.
   * @param sizeLimit the most that it may take
   */
  public static emptyDir(sizeLimit?: string): NimStorage {
    checkProps<{ sizeLimit?: string }>('NimStorage.emptyDir', { sizeLimit }, { sizeLimit: TEXT });
    checkQuantity('NimStorage.emptyDir', 'sizeLimit', sizeLimit);
    return new NimStorage(() => ({ emptyDir: sizeLimit === undefined ? {} : { sizeLimit } }));
  }

  private constructor(private readonly render: (place: string, context: NimPvcContext) => Record<string, unknown>) {}

  /** @internal */
  public _toSpec(place: string, context: NimPvcContext): Record<string, unknown> {
    return this.render(place, context);
  }
}
