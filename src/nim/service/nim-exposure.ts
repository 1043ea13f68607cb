import { CONTAINER, NimContainer, toContainer } from './nim-container';
import { HOST_DOMAIN } from '../../kubernetes';
import { NimModel } from '../../models';
import { ANY, checkPort, checkText, FLAG, given, listOf, mapOf, needed, NUMBER, struct, TEXT } from '../../props';

/** The Service in front of a NIM. Its name is that of the NIM service. */
export interface NimExposedService {
  /**
   * `ClusterIP`, `NodePort` or `LoadBalancer`.
   * @default 'ClusterIP'
   */
  readonly type?: string;
  /**
   * HTTP port. The operator tells the NIM to listen there.
   * @default - the model's own: 9000 for speech and translation, 8000 for everything else
   */
  readonly port?: number;
  /**
   * gRPC port.
   * @default - the model's own: 50051 for speech and translation, none for everything else
   */
  readonly grpcPort?: number;
  /**
   * Port of the metrics, for NIMs that have one of their own.
   * @default - the model's own
   */
  readonly metricsPort?: number;
  /**
   * Annotations of the Service.
   * @default - none
   */
  readonly annotations?: Record<string, string>;
  /**
   * Labels of the Service. NIM Operator 3.1.2 and later.
   * @default - none
   */
  readonly labels?: Record<string, string>;
}

/** An Ingress in front of a NIM. */
export interface NimRouterIngress {
  /** The ingress class. */
  readonly ingressClass: string;
  /**
   * Name of the Secret with the certificate.
   * @default - no TLS
   */
  readonly tlsSecretName?: string;
}

/** Routes of a Gateway to a NIM. */
export interface NimRouterGateway {
  /** Name of the Gateway. */
  readonly name: string;
  /** Namespace of the Gateway. */
  readonly namespace: string;
  /**
   * Whether an HTTPRoute is made.
   * @default true
   */
  readonly httpRoutesEnabled?: boolean;
  /**
   * Whether a GRPCRoute is made. Needs a gRPC port.
   * @default false
   */
  readonly grpcRoutesEnabled?: boolean;
  /**
   * Where the routes lead instead of the Service, as a `backendRef` of the Gateway API.
   * @default - the Service
   */
  readonly backendRef?: Record<string, any>;
}

/** A key of a ConfigMap. */
export interface NimConfigMapKey {
  /** Name of the ConfigMap. */
  readonly name: string;
  /** The key. */
  readonly key: string;
}

/** The endpoint picker of the Gateway API inference extension, which routes a request by the load of the replicas. */
export interface NimEppConfig {
  /** Its container. */
  readonly containerSpec: NimContainer;
  /**
   * Its configuration, in a ConfigMap. Not with `config`.
   * @default - none
   */
  readonly configMapRef?: NimConfigMapKey;
  /**
   * Its configuration, an `EndpointPickerConfig`. Not with `configMapRef`.
   * @default - none
   */
  readonly config?: Record<string, any>;
  /**
   * Ports of the container, as in Kubernetes.
   * @default - none
   */
  readonly ports?: any[];
  /**
   * Its start-up probe, as in Kubernetes.
   * @default - none
   */
  readonly startupProbe?: Record<string, any>;
  /**
   * Its readiness probe, as in Kubernetes.
   * @default - none
   */
  readonly readinessProbe?: Record<string, any>;
  /**
   * Its liveness probe, as in Kubernetes.
   * @default - none
   */
  readonly livenessProbe?: Record<string, any>;
}

/** How a NIM is reached from outside of the cluster: by an Ingress or by a Gateway. NIM Operator 3.1 and later. */
export interface NimRouter {
  /** The domain: the host is `<name>.<namespace>.<hostDomainName>`. At most 63 characters, lower case. */
  readonly hostDomainName: string;
  /**
   * Annotations of the Ingress or of the routes.
   * @default - none
   */
  readonly annotations?: Record<string, string>;
  /**
   * An Ingress. Not with `gateway`.
   * @default - none
   */
  readonly ingress?: NimRouterIngress;
  /**
   * Routes of a Gateway. Not with `ingress`.
   * @default - none
   */
  readonly gateway?: NimRouterGateway;
  /**
   * An endpoint picker.
   * @default - none
   */
  readonly eppConfig?: NimEppConfig;
}

/** How a NIM is reached. */
export interface NimExposure {
  /**
   * The Service.
   * @default - of type ClusterIP, with the ports of the model
   */
  readonly service?: NimExposedService;
  /**
   * What is in front of the Service.
   * @default - nothing
   */
  readonly router?: NimRouter;
}

/**
 * `expose` of a NIMService. The port is written although it has a default, which the API server applies only to an
 * object that is there.
 */
export function toExpose(place: string, model: NimModel, exposure: NimExposure | undefined): Record<string, unknown> {
  const asked = exposure?.service ?? {};
  for (const port of ['port', 'grpcPort', 'metricsPort'] as const) {
    checkPort(place, `expose.service.${port}`, asked[port]);
  }
  const ports = {
    port: asked.port ?? model.httpPort,
    grpcPort: asked.grpcPort ?? model.grpcPort,
    metricsPort: asked.metricsPort ?? model.metricsPort,
  };
  return {
    service: {
      type: asked.type ?? 'ClusterIP',
      ...given(ports, 'port', 'grpcPort', 'metricsPort'),
      ...given(asked, 'annotations', 'labels'),
    },
    ...(exposure?.router !== undefined && { router: toRouter(place, exposure.router, ports.grpcPort) }),
  };
}

function toRouter(place: string, router: NimRouter, grpcPort: number | undefined): Record<string, unknown> {
  const { hostDomainName, ingress, gateway, eppConfig } = router;
  if (hostDomainName.length > 63 || !HOST_DOMAIN.test(hostDomainName)) {
    throw new Error(`${place}: hostDomainName "${hostDomainName}" is no domain that the CRD takes [NIM-072]; give `
      + 'one of at most 63 small letters, digits and "-", with letters alone after the last dot');
  }
  if (ingress !== undefined && gateway !== undefined) {
    throw new Error(`${place}: router has an ingress and a gateway, and the API server refuses both `
      + 'together [NIM-070]; give one');
  }
  checkText(place, 'expose.router.ingress.ingressClass', ingress?.ingressClass);
  checkText(place, 'expose.router.gateway.name', gateway?.name);
  checkText(place, 'expose.router.gateway.namespace', gateway?.namespace);
  if (gateway?.grpcRoutesEnabled === true && grpcPort === undefined) {
    throw new Error(`${place}: grpcRoutesEnabled without a gRPC port makes a GRPCRoute without rules [NIM-073]; `
      + 'give expose.service.grpcPort');
  }
  return {
    ...given(router, 'hostDomainName', 'annotations'),
    ...(ingress !== undefined && { ingress: given(ingress, 'ingressClass', 'tlsSecretName') }),
    ...(gateway !== undefined
      && { gateway: given(gateway, 'name', 'namespace', 'httpRoutesEnabled', 'grpcRoutesEnabled', 'backendRef') }),
    ...(eppConfig !== undefined && { eppConfig: toEppConfig(place, eppConfig) }),
  };
}

function toEppConfig(place: string, epp: NimEppConfig): Record<string, unknown> {
  if (epp.configMapRef !== undefined && epp.config !== undefined) {
    throw new Error(`${place}: eppConfig has configMapRef and config, and the API server refuses both `
      + 'together [NIM-080]; give one');
  }
  return {
    containerSpec: toContainer(`${place}: eppConfig.containerSpec`, epp.containerSpec),
    ...(epp.configMapRef !== undefined && { configMapRef: given(epp.configMapRef, 'name', 'key') }),
    ...given(epp, 'config', 'ports', 'startupProbe', 'readinessProbe', 'livenessProbe'),
  };
}
export const PICKER = struct<NimEppConfig>({
  containerSpec: needed(CONTAINER),
  configMapRef: struct<NimConfigMapKey>({ name: needed(TEXT), key: needed(TEXT) }),
  config: mapOf(ANY),
  ports: listOf(mapOf(ANY)),
  startupProbe: mapOf(ANY),
  readinessProbe: mapOf(ANY),
  livenessProbe: mapOf(ANY),
});
export const EXPOSURE = struct<NimExposure>({
  service: struct<NimExposedService>({
    type: TEXT, port: NUMBER, grpcPort: NUMBER, metricsPort: NUMBER, annotations: mapOf(TEXT), labels: mapOf(TEXT),
  }),
  router: struct<NimRouter>({
    hostDomainName: needed(TEXT),
    annotations: mapOf(TEXT),
    ingress: struct<NimRouterIngress>({ ingressClass: needed(TEXT), tlsSecretName: TEXT }),
    gateway: struct<NimRouterGateway>({
      name: needed(TEXT),
      namespace: needed(TEXT),
      httpRoutesEnabled: FLAG,
      grpcRoutesEnabled: FLAG,
      backendRef: mapOf(ANY),
    }),
    eppConfig: PICKER,
  }),
});
