import { NimService, writtenSpec } from '../../nim';
import { checkProps, Shape, TEXT } from '../../props';

/** Where a NIM that runs already is called. */
export interface NimEndpointOptions {
  /**
   * Base URL of the HTTP interface, without a path at its end: `http://llm.voice.svc:8000`.
   * @default - it has none, or nobody calls it
   */
  readonly url?: string;
  /**
   * Target of the gRPC interface, as `host:port`.
   * @default - it has none
   */
  readonly grpcTarget?: string;
  /**
   * URL that answers 200 when it is ready.
   * @default - `/v1/health/ready` below `url`, which every NIM answers
   */
  readonly healthUrl?: string;
}

const OPTIONS: Shape<NimEndpointOptions> = { url: TEXT, grpcTarget: TEXT, healthUrl: TEXT };

/**
 * How an application reaches a stage: a NIM of this app, or one that runs elsewhere.
 *
 * @example
 * const hosted = NimEndpoint.of({ url: 'https://integrate.example.com' });
 * const riva = NimEndpoint.of({ grpcTarget: 'asr.speech.svc:50051', healthUrl: 'http://asr.speech.svc:9000/v1/health/ready' });
 */
export class NimEndpoint {
  /**
   * A NIM that runs elsewhere.
   * @param options how it is called
   * @throws when it cannot be called that way
   */
  public static of(options: NimEndpointOptions): NimEndpoint {
    checkProps('NimEndpoint.of', options, OPTIONS);
    const { url, grpcTarget } = options;
    if (url === undefined && grpcTarget === undefined) {
      throw new Error('a NIM endpoint needs a url, a grpcTarget, or both');
    }
    if (url !== undefined) { checkUrl('url', url); }
    if (options.healthUrl !== undefined) { checkUrl('healthUrl', options.healthUrl); }
    if (grpcTarget !== undefined) { checkTarget(grpcTarget); }
    return new NimEndpoint(
      url,
      grpcTarget,
      options.healthUrl ?? (url === undefined ? undefined : `${url}/v1/health/ready`),
    );
  }

  /**
   * A NIM of this app, as other pods of the cluster reach it.
   * @param service the NIM
   */
  public static ofService(service: NimService): NimEndpoint {
    const hasGrpc = writtenSpec(service).service.grpcPort !== undefined;
    return new NimEndpoint(service.httpEndpoint, hasGrpc ? service.grpcTarget : undefined, service.healthUrl);
  }

  private constructor(
    /** Base URL of the HTTP interface, if there is one to call. */
    public readonly url: string | undefined,
    /** Target of the gRPC interface as `host:port`, if it has one. */
    public readonly grpcTarget: string | undefined,
    /** URL that answers 200 when it is ready, if known. */
    public readonly healthUrl: string | undefined,
  ) {}

  /**
   * Environment variables for the container that calls it: `<PREFIX>_URL`, `<PREFIX>_GRPC_TARGET` and
   * `<PREFIX>_HEALTH_URL`, each if there is one.
   * @param prefix such as `ASR`; letters, digits and `_`
   * @throws when the prefix cannot start a variable's name
   */
  public environment(prefix: string): Record<string, string> {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(prefix)) {
      throw new Error(`"${prefix}" cannot start the name of an environment variable; use letters, `
        + 'digits and _, no digit first');
    }
    return {
      ...(this.url !== undefined && { [`${prefix}_URL`]: this.url }),
      ...(this.grpcTarget !== undefined && { [`${prefix}_GRPC_TARGET`]: this.grpcTarget }),
      ...(this.healthUrl !== undefined && { [`${prefix}_HEALTH_URL`]: this.healthUrl }),
    };
  }
}

function checkUrl(what: string, text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // a name alone may be a token, so the text is not repeated
  if (url !== undefined && (url.username !== '' || url.password !== '')) {
    throw new Error(`${what} carries credentials, which must not stand in a manifest; leave them out and give `
      + 'the application a Secret');
  }
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new Error(`${what} "${text}" is no http or https URL, such as http://llm.voice.svc:8000`);
  }
  if (what === 'url' && text.endsWith('/')) {
    throw new Error(`${what} "${text}" ends in "/", and paths are added to it; leave that away`);
  }
}

function checkTarget(text: string): void {
  const [, port] = /^(?:[a-zA-Z0-9._-]+|\[[0-9a-fA-F:.]+\]):(\d+)$/.exec(text) ?? [];
  if (port === undefined || Number(port) < 1 || Number(port) > 65535) {
    throw new Error(`grpcTarget "${text}" is no host:port, such as asr.voice.svc:50051, without a scheme and `
      + 'with a port from 1 to 65535');
  }
}
