import { Construct } from 'constructs';
import { NimEndpoint } from './endpoint';
import { chooseProfile } from './profile-choice';
import { demandOf, isSame, NimStagePlacement, placeStages } from './stage-placement';
import { nimStage, serverStage, StageService } from './stage-service';
import { NimKind } from '../../models';
import { NIM_STAGE, NimService, NimServiceOptions, NimSpread, VERSION } from '../../nim';
import { listOf, made, oneOf, Shape, struct, TEXT } from '../../props';
import { NimOperatorVersion } from '../../releases';
import { CALLER, callerPolicy, checkCallers, ModelServer, NimCaller } from '../../workloads';

/** What the stages of a pipeline have in common. */
export interface NimStagesProps {
  /**
   * Name of the Secret with the key `NGC_API_KEY`.
   * @default 'ngc-api-secret'
   */
  readonly authSecret?: string;
  /**
   * Names of the Secrets that pull images.
   * @default ['ngc-secret']
   */
  readonly pullSecrets?: string[];
  /**
   * The release of the NIM Operator in the cluster, for stages that do not say it themselves: a field that it does not
   * know is an error.
   * @default - as the GpuOperator of the cluster says; else any field that this library knows
   */
  readonly nimOperator?: NimOperatorVersion;
  /**
   * Who may call the stages. Each stage gets a NetworkPolicy that lets these to its HTTP and gRPC ports and nobody else
   * in; it needs a network plugin that enforces NetworkPolicies.
   * @default - no NetworkPolicy: the whole cluster may call
   */
  readonly callers?: NimCaller[];
  /**
   * Who may read the stages' metrics, beside `callers`: it is let to the port with the metrics, which is the HTTP port
   * and, where a NIM has one, the metrics port.
   * @default - nobody but the callers
   */
  readonly monitor?: NimCaller;
  /**
   * Where the stages run, seen from each other. Stages that run elsewhere do not count.
   * @default NimStagePlacement.ANYWHERE
   */
  readonly placement?: NimStagePlacement;
}

/** A stage as it was asked for. */
export interface Stage {
  /** Its name: the construct id, and what messages call it. */
  readonly name: string;
  /** The property that runs it, for messages. */
  readonly property: string;
  readonly kinds: NimKind[];
  readonly options?: NimServiceOptions;
  /** The server of this app that runs it. */
  readonly server?: ModelServer;
  /** Where it runs already. */
  readonly endpoint?: NimEndpoint;
}

/** The stages of a pipeline: NIMs and servers of this app, and those that run elsewhere. */
export class PipelineStages {
  public readonly services = new Map<string, NimService>();
  /** Of every stage that there is and that KServe does not run, in the order of the stages. */
  public readonly endpoints = new Map<string, NimEndpoint>();
  public readonly decisions: string[] = [];

  /**
   * Makes a NIM for each stage that runs here.
   * @throws when a stage is given twice, has a model of another kind, or the stages do not fit their pools together
   */
  constructor(scope: Construct, stages: Stage[], props: NimStagesProps) {
    const path = scope.node.path;
    if (stages.every(stage =>
      stage.options === undefined && stage.server === undefined && stage.endpoint === undefined)) {
      throw new Error(`${path}: the pipeline has no stage; give `
        + `${orOf([...new Set(stages.map(stage => stage.property))])}`);
    }
    const running: StageService[] = [];
    for (const stage of stages) {
      check(path, stage, props.placement);
      if (stage.endpoint !== undefined) { this.endpoints.set(stage.name, stage.endpoint); }
      const service = this.run(scope, stage, props);
      if (service === undefined) { continue; }
      // a server may run several stages; it takes its slice once
      if (!running.some(({ construct }) => construct === service.construct)) { running.push(service); }
      if (service.endpoint !== undefined) { this.endpoints.set(stage.name, service.endpoint); }
    }
    checkCapacity(path, running);
    placeStages(path, props.placement ?? NimStagePlacement.ANYWHERE, running);
    this.letIn(scope, running, props);
  }

  /** Variables for the application: those of each stage, with its name as prefix. */
  public environment(): Record<string, string> {
    return Object.assign(
      {},
      ...[...this.endpoints].map(([name, endpoint]) =>
        endpoint.environment(name.toUpperCase().replace(/[^A-Z0-9]/g, '_'))),
    );
  }

  /** What runs a stage here; undefined for one that runs elsewhere. */
  private run(
    scope: Construct,
    { name, options: asked, server }: Stage,
    props: NimStagesProps,
  ): StageService | undefined {
    if (server !== undefined) { return serverStage(name, server); }
    if (asked === undefined) { return undefined; }
    const { options, decision } = chooseProfile(name, asked);
    const { authSecret, pullSecrets, nimOperator } = props;
    const service = new NimService(scope, name, {
      authSecret,
      pullSecrets,
      ...options,
      nimOperator: options.nimOperator ?? nimOperator,
    });
    if (decision !== undefined) { this.decisions.push(decision); }
    this.services.set(name, service);
    const stage = nimStage(name, service);
    if (stage.endpoint === undefined) {
      this.decisions.push(`${name}: KServe names its host, so it has no endpoint here; read status.url of the `
        + `InferenceService ${service.name}`);
    }
    return stage;
  }

  private letIn(scope: Construct, services: StageService[], { callers, monitor }: NimStagesProps): void {
    checkCallers(scope.node.path, { callers, monitor });
    if (callers === undefined) { return; }
    for (const service of services) {
      const { name, ports, metricsPorts, spansNodes: amongThemselves, exposedBy } = service;
      callerPolicy(scope, `${name}-callers`, {
        labels: service.labels(),
        callers,
        monitor,
        ports,
        metricsPorts,
        amongThemselves,
      });
      if (exposedBy !== undefined) {
        this.decisions.push(`${name}: it is exposed through ${exposedBy === 'ingress' ? 'an' : 'a'} ${exposedBy} `
          + 'and has a NetworkPolicy; name the pods of the gateway or ingress controller among the callers, or nothing '
          + 'gets through');
      }
    }
  }
}

function check(
  path: string,
  { name, kinds, options, server, endpoint }: Stage,
  placement: NimStagePlacement | undefined,
): void {
  if (server !== undefined && (options !== undefined || endpoint !== undefined)) {
    throw new Error(`${path}/${name}: the stage is given as a server and as `
      + `${options === undefined ? 'an endpoint that exists' : 'a NIM'}; give one of them`);
  }
  if (options === undefined) { return; }
  if (endpoint !== undefined) {
    throw new Error(`${path}/${name}: the stage is given as a NIM and as an endpoint that exists; give one of them`);
  }
  if (!kinds.includes(options.model.kind)) {
    throw new Error(`${path}/${name}: ${options.model} is of kind "${options.model.kind}"; this `
      + `stage takes ${orOf(kinds)}`);
  }
  if (placement === NimStagePlacement.ONE_NODE && options.spreadOverNodes === NimSpread.REQUIRED) {
    throw new Error(`${path}/${name}: the stages are to be on one node, and the replicas of this one on different `
      + 'nodes; leave out placement or spreadOverNodes');
  }
}

/** Stages that take the same kind of slice must all find one, all their replicas included. */
function checkCapacity(path: string, services: StageService[]): void {
  for (const { slice } of services) {
    const rivals = services.filter(other => isSame(other.slice, slice));
    const needed = demandOf(rivals, slice);
    if (slice.capacity !== undefined && needed > slice.capacity) {
      throw new Error(`${path}: ${rivals.map(({ name }) => name).join(', ')} need ${needed} of ${slice}, and pool `
        + `${slice.pool} has ${slice.capacity} [CAP-002]; ask for fewer, or cut or add more`);
    }
  }
}

function orOf(words: string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words[words.length - 1]}`;
}
export const SERVER = made('a server of models, such as a VllmServer', 'podLabels');
export const ENDPOINT = made(
  'a NimEndpoint, such as NimEndpoint.of({ url: \'http://llm.voice.svc:8000\' })',
  'environment',
);
export const STAGE = struct(NIM_STAGE);
export const STAGES: Shape<NimStagesProps> = {
  authSecret: TEXT,
  pullSecrets: listOf(TEXT),
  callers: listOf(CALLER),
  monitor: CALLER,
  placement: oneOf(NimStagePlacement),
  nimOperator: VERSION,
};
