import { READY_PATH } from './nim-probes';
import { NimModel } from '../models';

/** Where a NIM is reached inside the cluster. */
export class NimEndpoints {
  /**
   * @param place construct path, for messages
   * @param name of the Service
   * @param spec of the NIMService, from which the ports are
   */
  public static of(place: string, name: string, namespace: string | undefined, model: NimModel, spec: Record<string, unknown>): NimEndpoints {
    if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) {
      throw new Error(`${place}: "${name}" cannot be the name of a Service, which is a DNS label of at most 63 characters; give name`);
    }
    const { service } = spec.expose as { service: { port: number; grpcPort?: number } };
    return new NimEndpoints(place, model, namespace === undefined ? name : `${name}.${namespace}.svc`, service.port, service.grpcPort);
  }

  private constructor(
    private readonly place: string,
    private readonly model: NimModel,
    private readonly host: string,
    private readonly httpPort: number,
    private readonly grpcPort?: number,
  ) {}

  public get http(): string {
    return `http://${this.host}:${this.httpPort}`;
  }

  public get grpc(): string {
    if (this.grpcPort === undefined) { throw new Error(`${this.place}: ${this.model} has no gRPC interface; use httpEndpoint`); }
    return `${this.host}:${this.grpcPort}`;
  }

  public get health(): string {
    return `${this.http}${READY_PATH}`;
  }
}
