import { ApiObject } from 'cdk8s';
import { NimService } from './nim-service';

/** Ports of the Service, which are those of the container too. */
interface WrittenService {
  readonly port: number;
  readonly grpcPort?: number;
  readonly metricsPort?: number;
}

/** What a NIMService says in the end, its overrides included. */
export interface WrittenSpec {
  readonly service: WrittenService;
  readonly resources?: { readonly limits?: Record<string, unknown>; readonly requests?: Record<string, unknown> };
  readonly replicas?: number;
  readonly scale?: { readonly enabled?: boolean; readonly hpa?: { readonly maxReplicas?: number } };
  readonly affinity?: Record<string, Record<string, unknown>>;
  readonly multiNode?: unknown;
  readonly inferencePlatform?: string;
  readonly expose: { readonly router?: unknown; readonly ingress?: { readonly enabled?: boolean } };
}

/** The object that a NIM service writes. */
export function objectOf(service: NimService): ApiObject {
  return ApiObject.of(service);
}

/** What a NIM service writes into `spec`. */
export function writtenSpec(service: NimService): WrittenSpec {
  const { spec } = objectOf(service).toJson() as { spec: WrittenSpec & { expose: { service: WrittenService } } };
  return { ...spec, service: spec.expose.service };
}

/** The most pods that it may have at once, updates apart: the operator's Deployment has no surge. */
export function mostReplicasOf(spec: WrittenSpec): number {
  return spec.scale?.enabled === true ? spec.scale.hpa?.maxReplicas ?? 1 : spec.replicas ?? 1;
}
