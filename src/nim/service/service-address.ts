import { READY_PATH } from './nim-probes';
import { NimModel } from '../../models';

/** Where a NIM is reached inside the cluster. */
export class ServiceAddress {
  /**
   * @param place construct path, for messages
   * @param name of the Service
   * @param spec of the NIMService, from which the ports are
   */
  public static of(
    place: string,
    name: string,
    namespace: string | undefined,
    model: NimModel,
    spec: Record<string, unknown>,
  ): ServiceAddress {
    if (!/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) {
      throw new Error(`${place}: "${name}" cannot be the name of a Service, which begins with a letter and has at `
        + 'most 63 small letters, digits and "-"; give name');
    }
    const { service } = spec.expose as { service: { port: number; grpcPort?: number } };
    const host = spec.inferencePlatform === 'kserve'
      ? undefined
      : namespace === undefined
        ? name
        : `${name}.${namespace}.svc`;
    return new ServiceAddress(place, model, host, service.port, service.grpcPort);
  }

  private constructor(
    private readonly place: string,
    private readonly model: NimModel,
    private readonly knownHost: string | undefined,
    private readonly httpPort: number,
    private readonly grpcPort?: number,
  ) {}

  private get host(): string {
    if (this.knownHost === undefined) {
      throw new Error(`${this.place}: KServe names the Service and its host itself; read `
        + 'status.url of the InferenceService');
    }
    return this.knownHost;
  }

  public get http(): string {
    return `http://${this.host}:${this.httpPort}`;
  }

  public get grpc(): string {
    if (this.grpcPort === undefined) {
      throw new Error(`${this.place}: ${this.model} has no gRPC interface; use httpEndpoint`);
    }
    return `${this.host}:${this.grpcPort}`;
  }

  public get health(): string {
    return `${this.http}${READY_PATH}`;
  }
}
