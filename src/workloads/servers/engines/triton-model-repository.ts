import { SecretKey } from '../model-server-props';
import { ServerVolume } from './server-engine';
import { checkName, checkProps, checkText, mapOf, needed, struct, TEXT } from '../../../props';

/** Where a server finds its models. */
interface RepositorySource {
  /** As `--model-repository` takes it. */
  readonly path: string;
  readonly volumes: ServerVolume[];
  readonly env: Record<string, string>;
  readonly secretEnv: Record<string, SecretKey>;
}

const MOUNT = '/models';

/** Object stores that Triton reads (triton-inference-server/server docs/user_guide/model_repository.md). */
const STORES = ['s3://', 'gs://', 'as://'];

/**
 * Where a Triton server finds its models.
 *
 * @example
 * const mounted = TritonModelRepository.claim('vision-models', 'production');
 * const stored = TritonModelRepository.objectStore('s3://models/production', { AWS_SECRET_ACCESS_KEY: { secret: 's3', key: 'secret-key' } });
 */
export class TritonModelRepository {
  /**
   * A claim that exists. It is mounted read-only, so several replicas may share it.
   * @param claimName its name
   * @param subPath the directory of it that is mounted; left out, all of it
   */
  public static claim(claimName: string, subPath?: string): TritonModelRepository {
    checkProps<{ claimName: string; subPath?: string }>(
      'TritonModelRepository.claim',
      { claimName, subPath },
      { claimName: needed(TEXT), subPath: TEXT },
    );
    checkName('TritonModelRepository.claim', 'claimName', claimName);
    checkText('TritonModelRepository.claim', 'subPath', subPath);
    const volume = { persistentVolumeClaim: { claimName } };
    return new TritonModelRepository({
      path: MOUNT,
      volumes: [{ name: 'models', mountPath: MOUNT, volume, subPath, readOnly: true }],
      env: {},
      secretEnv: {},
    });
  }

  /**
   * An object store. Models are copied from there at every start.
   * @param uri begins with `s3://`, `gs://` or `as://`
   * @param credentials variables from Secrets by which Triton gets in, such as `AWS_SECRET_ACCESS_KEY`
   */
  public static objectStore(uri: string, credentials: Record<string, SecretKey> = {}): TritonModelRepository {
    checkProps<{
      uri: string;
      credentials: Record<string, SecretKey>;
    }>('TritonModelRepository.objectStore', { uri, credentials }, {
      uri: needed(TEXT), credentials: needed(mapOf(struct<SecretKey>({ secret: needed(TEXT), key: needed(TEXT) }))),
    });
    if (!STORES.some(scheme => uri.startsWith(scheme) && uri.length > scheme.length) || /\s/.test(uri)) {
      throw new Error(`TritonModelRepository.objectStore: "${uri}" is no address of an object store; it begins `
        + `with ${STORES.join(', ')}`);
    }
    return new TritonModelRepository({ path: uri, volumes: [], env: {}, secretEnv: credentials });
  }

  private constructor(private readonly source: RepositorySource) {}

  /** @internal */
  public _toSource(): RepositorySource {
    return this.source;
  }
}
