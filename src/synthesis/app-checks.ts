import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { Author, ClusterModel, DeviceUser, isRead, ManifestDocument } from '../cluster';
import type { Versions } from '../releases';
import { Finding, runRules, Severity } from '../rules';
import { hideSecrets } from '../secrets';
import { aroundMethod } from './around-method';
import { clustersOf, Memberships, operatorAround, strays } from './clusters';
import { GpuFinding, GpuFindingSeverity } from './gpu-finding';

/** What rendering and checking an app gave. */
interface Outcome {
  readonly findings: GpuFinding[];
  /** Objects that could not be rendered. */
  readonly failures: string[];
  readonly clusters: CheckedCluster[];
}

/** What the objects of one cluster say, and what the rules found in them. */
export interface CheckedCluster {
  readonly model: ClusterModel;
  readonly found: readonly Finding[];
}

/**
 * The one thing that this library puts on the root of a construct tree; two copies of this version of the package share
 * it.
 */
const KEY = Symbol.for('cdk8s-gpu.app-checks.v1');

/**
 * The rules over all manifests of an app.
 *
 * cdk8s validates an app once for every chart and once more, all in one `synth()`. The manifests are rendered and
 * checked once in it: during `synth()` and `synthYaml()`, and only then, the outcome is kept.
 */
export class AppChecks implements Memberships {
  /** The checks of the app that a construct is in. */
  public static of(scope: IConstruct): AppChecks {
    const root = scope.node.root as IConstruct & { [KEY]?: AppChecks };
    if (root[KEY] === undefined) { Object.defineProperty(root, KEY, { value: new AppChecks(root) }); }
    return root[KEY]!;
  }

  public readonly operators: IConstruct[] = [];
  public readonly operatorOfPool = new Map<string, IConstruct>();
  public readonly poolOfUser = new Map<IConstruct, string>();
  /** What this library generates: these constructs and all that is under them. */
  public readonly generated = new Set<IConstruct>();
  /** Objects that must be rendered whatever their kind, because rendering is what shows whether they are right. */
  public readonly rendered = new Set<IConstruct>();
  /** What a person must do beside applying the manifests, as it is known at synthesis. */
  public readonly actions: (() => string[])[] = [];
  /** Who takes devices that no manifest counts. */
  public readonly deviceUsers: DeviceUser[] = [];
  /** The releases of each operator's cluster. */
  public readonly releasesOf = new Map<IConstruct, Versions>();
  public releases: Versions = {};

  private synthesizing = false;
  private kept?: Outcome;
  private readonly checked = new Map<IConstruct, unknown>();
  private readonly listeners: ((clusters: readonly CheckedCluster[]) => void)[] = [];
  private readonly printed = new Set<string>();
  private readonly sharedValues = new Map<string, unknown>();

  private constructor(private readonly root: IConstruct) {
    root.node.addValidation({ validate: () => this.validate() });
    this.keepDuring('synth');
    this.keepDuring('synthYaml');
  }

  /** Notes the operator of a cluster. */
  public addOperator(operator: IConstruct): void {
    this.operators.push(operator);
    this.generated.add(operator);
  }

  /** Something that another room keeps for the whole app, made at the first call. */
  public shared<T>(name: string, make: () => T): T {
    if (!this.sharedValues.has(name)) { this.sharedValues.set(name, make()); }
    return this.sharedValues.get(name) as T;
  }

  /**
   * The releases of the cluster that a construct is in: that of its slice's pool, else that of the operator around it.
   */
  public releasesFor(construct: IConstruct, pool?: string): Versions {
    const operator = (pool === undefined ? undefined : this.operatorOfPool.get(pool))
      ?? operatorAround(construct, this);
    return (operator === undefined ? undefined : this.releasesOf.get(operator)) ?? {};
  }

  /** Calls back once the manifests of the app are written. */
  public afterSynth(listener: (clusters: readonly CheckedCluster[]) => void): void {
    this.listeners.push(listener);
  }

  /** Renders and checks the app as it is now. */
  public run(least: Severity = 'info'): Outcome {
    const findings: GpuFinding[] = [];
    const failures: string[] = strays(this);
    const clusters: CheckedCluster[] = [];
    for (const { operator, objects } of clustersOf(this.root.node.findAll().filter(isApiObject), this)) {
      const model = new ClusterModel({
        ...(operator !== undefined && this.releasesOf.get(operator)),
        ...this.releases,
      });
      objects.forEach((object, index) => {
        const path = object.node.path;
        try {
          const isRendered = isRead(object.kind, object.apiVersion) || this.rendered.has(object);
          const document = new ManifestDocument(
            isRendered ? this.render(object) : identityOf(object),
            path,
            index + 1,
            this.authorOf(object),
            path,
          );
          if (isRendered) { model.add(document); } else { model.addName(document); }
        } catch (error) {
          failures.push(hideSecrets((error as Error).message));
        }
      });
      model.deviceUsers.push(...this.deviceUsers);
      const found = runRules(model, least);
      findings.push(...found.map(asGpuFinding));
      clusters.push({ model, found });
    }
    return { findings, failures, clusters };
  }

  /**
   * What was rendered for the rules and is still to be written: undefined outside of a synthesis, and after it was
   * taken once. So what is written is what was checked, and is not rendered again.
   */
  public takeChecked(object: IConstruct): unknown {
    const manifest = this.checked.get(object);
    this.checked.delete(object);
    return manifest;
  }

  /** Of objects that look here before they render, the manifest is kept for them. */
  private render(object: ApiObject): Record<string, unknown> {
    const manifest = object.toJson() as Record<string, unknown>;
    if (this.synthesizing && this.rendered.has(object)) { this.checked.set(object, manifest); }
    return manifest;
  }

  private validate(): string[] {
    const {
      findings,
      failures,
    } = this.synthesizing
      ? this.kept ??= this.run(this.listeners.length > 0 ? 'info' : 'warning')
      : this.run('warning');
    const open = findings.filter(finding => finding.acknowledged === undefined);
    const errors = open.filter(finding => finding.severity === GpuFindingSeverity.ERROR);
    if (this.synthesizing) {
      this.print('warning', open.filter(finding => finding.severity === GpuFindingSeverity.WARNING).map(inWords));
      this.print('to do', this.actions.flatMap(actions => actions()));
    }
    return [...failures, ...errors.map(inWords)];
  }

  /** Each sentence is printed once, however often the app is synthesized. */
  private print(what: 'warning' | 'to do', sentences: string[]): void {
    for (const sentence of sentences) {
      if (this.printed.has(sentence)) { continue; }
      this.printed.add(sentence);
      process.stderr.write(`cdk8s-gpu: ${what}: ${sentence}\n`);
    }
  }

  private keepDuring(method: 'synth' | 'synthYaml'): void {
    const app = this.root as IConstruct & Record<typeof method, () => unknown>;
    if ((app as Partial<typeof app>)[method] === undefined) { return; } // the root of a tree without an app
    aroundMethod(app, method, own => {
      this.synthesizing = true;
      try {
        const synthesized = own();
        if (method === 'synth' && this.listeners.length > 0) {
          const { clusters } = this.kept ?? this.run();
          this.listeners.forEach(listener => listener(clusters));
        }
        return synthesized;
      } finally {
        this.synthesizing = false;
        this.kept = undefined;
        this.checked.clear();
      }
    });
  }

  private authorOf(object: ApiObject): Author {
    let scope: IConstruct | undefined = object;
    while (scope !== undefined && !this.generated.has(scope)) { scope = scope.node.scope; }
    return scope === undefined ? 'person' : 'construct';
  }
}

/** As in `voice/tts (NIMService tts): it needs … [MEM-001]. Fix: …`. */
function inWords({ constructPath, kind, name, path, message, rule, fix }: GpuFinding): string {
  return `${constructPath} (${[kind, name, path].filter(Boolean).join(' ')}): ${message} [${rule}]. Fix: ${fix}`;
}

function asGpuFinding({
  rule,
  severity,
  message,
  fix,
  file,
  kind,
  name,
  namespace,
  path,
  acknowledged,
}: Finding): GpuFinding {
  return {
    rule,
    severity: severity as GpuFindingSeverity,
    message,
    fix,
    constructPath: file,
    kind,
    name,
    namespace,
    path,
    acknowledged,
  };
}

/** What is known of an object without rendering it. */
function identityOf({ apiVersion, kind, metadata: { name, namespace } }: ApiObject): Record<string, unknown> {
  return { apiVersion, kind, metadata: { name, namespace } };
}

function isApiObject(construct: IConstruct): construct is ApiObject {
  return ApiObject.isApiObject(construct);
}
