import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { at } from '../kubernetes';
import { checkPort, checkProps, FLAG, listOf, needed, NUMBER, Shape, struct, TEXT } from '../props';
import { NimOperatorVersion } from '../releases';
import { AppChecks } from '../synthesis';
import { VERSION } from './common-prop-types';
import { addDisruptionBudget } from './service/nim-disruption-budget';
import { NIM_SERVICE } from './service/nim-service-prop-types';
import { NimServiceProps } from './service/nim-service-props';
import { ServiceAddress } from './service/service-address';
import { checkKnownFields } from './spec/crd-fields';
import { nimAnnotations } from './spec/nim-annotations';
import { memoryAnnotations, nimServiceSpec } from './spec/nim-service-spec';
import { withRelease } from './spec/with-release';

/** What a service of a pipeline needs of another: its address comes by an environment variable. */
export interface NimPipelineDependency {
  /** Name of the other service. */
  readonly name: string;
  /** The variable. */
  readonly envName: string;
  /**
   * Its value.
   * @default - `http://<name>:<port>`
   */
  readonly envValue?: string;
  /**
   * Port of the other service.
   * @default - its HTTP port, when it is in the same pipeline
   */
  readonly port?: number;
}

/** A service of a pipeline. */
export interface NimPipelineService {
  /** Name of the NIMService that the operator makes. No other NIMService of the namespace may have it. */
  readonly name: string;
  /** What it is. A `name` in it must be the same. */
  readonly service: NimServiceProps;
  /**
   * Whether it runs. The operator deletes the service of one that does not.
   * @default true
   */
  readonly enabled?: boolean;
  /**
   * What it needs of the others.
   * @default - nothing
   */
  readonly dependencies?: NimPipelineDependency[];
}

/** NIMs in one object. */
export interface NimPipelineProps {
  /** The services. */
  readonly services: NimPipelineService[];
  /**
   * The release of the NIM Operator in the cluster: a field that it does not know is an error.
   * @default - as the GpuOperator of the cluster says; else any field that this library knows
   */
  readonly nimOperator?: NimOperatorVersion;
  /**
   * Name of the object.
   * @default - made from the construct path
   */
  readonly name?: string;
}

/**
 * A NIMPipeline: several NIMServices in one object.
 *
 * Prefer `NimService` for each. Since NIM Operator 3.1.0 an edited pipeline does not reach services that exist already
 * (k8s-nim-operator internal/controller/nimpipeline_controller.go, PR 756): only creation and deletion work. A service
 * of its own has none of this, and is validated by the operator's webhook besides.
 *
 * @example
 * const embedding: NimPipelineService = {
 *   name: 'embedding',
 *   service: { model: NimModel.LLAMA_3_2_NV_EMBEDQA_1B_V2, slice: pool.slice('3g.40gb') },
 * };
 * const llm: NimPipelineService = {
 *   name: 'llm',
 *   service: { model: NimModel.LLAMA_3_1_8B_INSTRUCT, imageTag: '1.13.1', slice: pool.slice('3g.40gb'), serving: { contextLength: 8192 } },
 *   dependencies: [{ name: 'embedding', envName: 'EMBEDDING_URL' }],
 * };
 * const rag = new NimPipeline(chart, 'rag', { services: [embedding, llm] });
 * rag.httpEndpointOf('llm');
 */
export class NimPipeline extends Construct {
  /** Name of the object. */
  public readonly name: string;

  private readonly endpoints = new Map<string, ServiceAddress>();

  constructor(scope: Construct, id: string, asked: NimPipelineProps) {
    super(scope, id);
    const place = this.node.path;
    checkProps(place, asked, NIM_PIPELINE);
    const props = withRelease(this, asked);
    AppChecks.of(this).generated.add(this);
    if (props.services.length === 0) { throw new Error(`${place}: the pipeline has no service; give one`); }
    const spec: Record<string, unknown> = {};
    const object = new ApiObject(this, 'Resource', {
      apiVersion: 'apps.nvidia.com/v1alpha1',
      kind: 'NIMPipeline',
      metadata: {
        ...(props.name !== undefined && { name: props.name }),
        ...nimAnnotations(
          { nimOperator: props.nimOperator, acceptUncertainMemory: reasonsOf(props.services) },
          memoryOf(place, props.services),
        ),
      },
      spec,
    });
    this.name = object.name;
    const services = props.services.map(service => ({
      service,
      spec: this.specOf(service, props.nimOperator, object.metadata.namespace),
    }));
    Object.assign(spec, {
      services: services.map(({ service, spec: serviceSpec }) => ({
        name: service.name,
        enabled: service.enabled ?? true, // left out, the operator takes it for false (NIM-170)
        spec: serviceSpec,
        ...dependenciesOf(
          `${place}: ${service.name}`,
          service,
          serviceSpec,
          new Map(services.map(each => [each.service.name, each.spec])),
        ),
      })),
    });
    checkKnownFields(place, 'NIMPipeline', props.nimOperator, spec);
  }

  /**
   * Base URL of the HTTP interface of a service inside the cluster.
   * @param serviceName its name
   * @throws when there is no such service
   */
  public httpEndpointOf(serviceName: string): string {
    return this.endpointsOf(serviceName).http;
  }

  /**
   * Target of the gRPC interface of a service inside the cluster.
   * @param serviceName its name
   * @throws when there is no such service, or it has no gRPC interface
   */
  public grpcTargetOf(serviceName: string): string {
    return this.endpointsOf(serviceName).grpc;
  }

  private endpointsOf(serviceName: string): ServiceAddress {
    const endpoints = this.endpoints.get(serviceName);
    if (endpoints === undefined) {
      throw new Error(`${this.node.path}: there is no service "${serviceName}"; there are `
        + `${[...this.endpoints.keys()].join(', ')}`);
    }
    return endpoints;
  }

  /** A service has a construct of its own, so that messages name it and its slice counts as used. */
  private specOf(
    { name, service, enabled }: NimPipelineService, release: NimOperatorVersion | undefined,
    namespace: string | undefined,
  ): Record<string, unknown> {
    const place = this.node.path;
    if (this.endpoints.has(name)) {
      throw new Error(`${place}: ${name} is in the pipeline twice, and both would write the same NIMService `
        + '[NIM-172]; give each a name of its own');
    }
    if (!/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) {
      throw new Error(`${place}: "${name}" cannot be the name of a Service, which begins with a letter and has at `
        + 'most 63 small letters, digits and "-" [NIM-171]; give another');
    }
    if (service.name !== undefined && service.name !== name) {
      throw new Error(`${place}: service ${name} is called ${service.name} in its own props; leave name out there`);
    }
    if (service.nimOperator !== undefined && service.nimOperator.version !== release?.version) {
      throw new Error(`${place}: service ${name} is for NIM Operator ${service.nimOperator}; one release reads the `
        + 'whole pipeline, so give nimOperator to the pipeline');
    }
    const construct = new Construct(this, name);
    const spec = nimServiceSpec(construct, name, { ...service, nimOperator: release }, enabled !== false);
    const pool = service.slice?.pool;
    if (pool !== undefined) { AppChecks.of(this).poolOfUser.set(this, pool); }
    this.endpoints.set(name, ServiceAddress.of(construct.node.path, name, namespace, service.model, spec));
    if (enabled !== false) { addDisruptionBudget(construct, name, service.disruptionBudget); }
    return spec;
  }
}

/** Only a name and a value together reach the pod (k8s-nim-operator nimpipeline_controller.go injectDependencies). */
function dependenciesOf(
  place: string, { dependencies, name }: NimPipelineService, spec: Record<string, unknown>,
  specs: Map<string, Record<string, unknown>>,
): Record<string, unknown> {
  if (dependencies === undefined || dependencies.length === 0) { return {}; }
  const taken = (Array.isArray(spec.env) ? spec.env as unknown[] : []).map(each => at(each, 'name'));
  return {
    dependencies: dependencies.map(dependency => {
      if (dependency.name === name) { throw new Error(`${place} depends on itself; remove the dependency`); }
      const other = specs.get(dependency.name)?.expose as { service: { port: number } } | undefined;
      const port = dependency.port ?? other?.service.port;
      checkPort(place, `the port of ${dependency.name}`, port);
      if (port === undefined) {
        throw new Error(`${place} depends on ${dependency.name}, which is not in the pipeline `
          + `(${[...specs.keys()].join(', ')}): give its port, or correct the name`);
      }
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(dependency.envName)) {
        throw new Error(`${place}: "${dependency.envName}" cannot be the name of a variable; only envName and `
          + 'envValue together reach the pod [NIM-175]');
      }
      if (dependency.envValue?.trim() === '') {
        throw new Error(`${place}: envValue of ${dependency.envName} is empty, and does not reach the `
          + 'pod [NIM-175]; leave it out');
      }
      if (taken.includes(dependency.envName)) {
        throw new Error(`${place}: ${dependency.envName} is in env and in dependencies; give it once`);
      }
      return {
        name: dependency.name,
        port,
        envName: dependency.envName,
        envValue: dependency.envValue ?? `http://${dependency.name}:${port}`,
      };
    }),
  };
}

/** Of each service, under its name. */
function memoryOf(place: string, services: NimPipelineService[]): Record<string, string> {
  const all = Object.assign(
    {},
    ...services.map(({ name, service }) => memoryAnnotations(service, name)),
  ) as Record<string, string>;
  const long = Object.keys(all).find(key => key.replace(/^.*\//, '').length > 63);
  if (long !== undefined) {
    throw new Error(`${place}: the annotation ${long} is longer than Kubernetes takes; give the service a name `
      + 'of at most 50 characters');
  }
  return all;
}

/** The annotation is of the object, so it holds for all its services. */
function reasonsOf(services: NimPipelineService[]): string | undefined {
  const reasons = services.filter(({ service }) => service.acceptUncertainMemory !== undefined)
    .map(({ name, service }) => `${name}: ${service.acceptUncertainMemory}`);
  return reasons.length === 0 ? undefined : reasons.join('; ');
}
export const NIM_PIPELINE: Shape<NimPipelineProps> = {
  services: needed(listOf(struct<NimPipelineService>({
    name: needed(TEXT),
    service: needed(struct(NIM_SERVICE)),
    enabled: FLAG,
    dependencies: listOf(struct<NimPipelineDependency>({
      name: needed(TEXT),
      envName: needed(TEXT),
      envValue: TEXT,
      port: NUMBER,
    })),
  }))),
  nimOperator: VERSION,
  name: TEXT,
};
