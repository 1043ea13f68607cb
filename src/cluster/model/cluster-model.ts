import { AlikeWorkloads } from './alike-workloads';
import { ApiFieldIndex } from './api-fields';
import { ChartSources } from './chart-sources';
import { claimOf, ClaimView, expressionsIn, SelectorExpression } from './claims';
import type { DeviceUser } from './device-user';
import { EmbeddedFile, ManifestDocument } from './document';
import { DraDriverSettings, draDriverSettingsOf } from './dra-driver';
import { FileGroups, Together } from './file-groups';
import { groupedBy } from './grouped-by';
import { nimExpressionsOf, nimServicesOf, NimServiceView } from './nim-service';
import { IdentityIndex } from './object-names';
import { isOfOthers, isRead } from './read-kinds';
import { Workload } from './workload';
import { at, compareReleases, fieldsOf, isFields, listOf, Path, stringsOf, textOf } from '../../kubernetes';
import { GPU_OPERATOR, NIM_OPERATOR, Product, RELEASE_TABLES, Versions } from '../../releases';
import { DEFAULTED } from '../reading/rendered-policy';
import { keptPart } from '../reading/trim-document';

/** A value of a node label, and where it is set. */
export interface LabelValue {
  readonly key: string;
  readonly value: string;
  readonly document: ManifestDocument;
  readonly path: Path;
  /** Every label that is set on the same nodes at the same place. */
  readonly together: Readonly<Record<string, string>>;
}

/** One key of a device-plugin ConfigMap. */
export interface DevicePluginFile {
  readonly key: string;
  readonly file: EmbeddedFile;
}

/** A ConfigMap that holds a mig-parted file. */
export interface MigPartedFile {
  readonly document: ManifestDocument;
  /** Undefined when the key `config.yaml` is missing. */
  readonly file?: EmbeddedFile;
  /** Whether the ClusterPolicy names it. */
  readonly selected: boolean;
}

/**
 * What the manifests of a cluster say about its GPUs. A rule reads this and never knows whether a construct or a person
 * wrote them.
 */
export class ClusterModel {
  public readonly policies: ManifestDocument[] = [];
  public readonly configMaps: ManifestDocument[] = [];
  public readonly labels: LabelValue[] = [];
  /** NIMServices, those in NIMPipelines among them. */
  public readonly nimServices: NimServiceView[] = [];
  /** ResourceClaims and ResourceClaimTemplates. */
  public readonly claims: ClaimView[] = [];
  /** Where the manifests set up the NVIDIA DRA driver. */
  public readonly draDrivers: DraDriverSettings[] = [];
  public readonly documents: ManifestDocument[] = [];
  /** How many objects there are, those among them that are not kept. */
  public objects = 0;
  /** What every object is called, of the kinds too that are not kept. */
  public readonly identities = new IdentityIndex();
  /** Which files are of one cluster. */
  public readonly files: FileGroups;
  /** What the API server would not take in objects of Kubernetes' own kinds, of those too that are not kept. */
  public readonly apiFields = new ApiFieldIndex();

  /** Who takes devices that no manifest counts, as far as somebody says it. */
  public readonly deviceUsers: DeviceUser[] = [];

  private readonly byKind = new Map<string, ManifestDocument[]>();
  private readonly alike = new AlikeWorkloads();
  private readonly caches = new Map<string, ManifestDocument[]>();
  private readonly known = new Map<unknown, unknown>();
  private readonly chartSources = new ChartSources();

  /**
   * @param versions releases that somebody gives
   * @param together what joins files to one cluster
   * @param isStrict whether what a person wrote is to be a whole object, as a strict apply of it would be
   */
  constructor(public readonly versions: Versions = {}, together?: Together, public readonly isStrict: boolean = false) {
    this.files = new FileGroups(together);
  }

  /** Takes the name of an object in, of which nothing else is known. */
  public addName(document: ManifestDocument): void {
    if (document.kind !== '' && document.apiVersion !== 'helm') { this.objects++; }
    this.identities.add(document);
  }

  /** Takes a manifest in; of what no rule reads the name alone is kept. */
  public add(whole: ManifestDocument): void {
    this.addName(whole);
    this.chartSources.add(whole);
    this.files.add(whole);
    const part = isOfOthers(whole.kind, whole.apiVersion)
      || whole.isOwnedByOperator
      || (whole.kind === 'ReplicaSet' && whole.hasController)
      ? undefined
      : keptPart(whole, isRead(whole.kind, whole.apiVersion));
    const document = part && whole.withPart(part);
    const like = document && this.alike.add(document);
    if (!whole.isNameOnly) { this.apiFields.add(whole, document, like); }
    if (document === undefined) { return; }
    if (this.known.size > 0) { this.known.clear(); }
    this.documents.push(document);
    const siblings = this.byKind.get(document.kind);
    if (siblings === undefined) { this.byKind.set(document.kind, [document]); } else { siblings.push(document); }
    if (document.kind === 'ClusterPolicy') { this.policies.push(document); }
    if (document.kind === 'ConfigMap') { this.configMaps.push(document); }
    if (document.kind === 'NIMCache') { this.takeCache(document); }
    if (document.kind === 'Node') { this.takeLabels(document, ['metadata', 'labels']); }
    if (document.kind === 'NodeFeatureRule') {
      listOf(document.spec.rules).forEach((_, index) => this.takeLabels(document, ['spec', 'rules', index, 'labels']));
    }
    this.nimServices.push(...nimServicesOf(document));
    const claim = claimOf(document);
    if (claim !== undefined) { this.claims.push(claim); }
    this.draDrivers.push(...draDriverSettingsOf(document));
  }

  /** What is worked out once of the manifests as they are: until the next is taken in. */
  public once<T>(what: unknown, make: () => T): T {
    if (!this.known.has(what)) { this.known.set(what, make()); }
    return this.known.get(what) as T;
  }

  public get workloads(): readonly Workload[] {
    return this.alike.all;
  }

  /** Of workloads whose pods are described alike the first. */
  public get distinctWorkloads(): readonly Workload[] {
    return this.alike.distinct;
  }

  /** The one of `distinctWorkloads` whose pods are described as those of a workload are. */
  public firstLike(workload: Workload): Workload {
    return this.alike.firstLike(workload);
  }

  /** The documents whose pods are described as those of a document in `distinctWorkloads` are, itself among them. */
  public documentsLike(document: ManifestDocument): readonly ManifestDocument[] {
    return this.alike.documentsLike(document);
  }

  public ofKind(kind: string): readonly ManifestDocument[] {
    return this.byKind.get(kind) ?? [];
  }

  /**
   * The values of a chart, by the name that `HelmValues` objects of it have: `gpu-operator`, `dra-driver`,
   * `nvidia-device-plugin`, ...
   */
  public valuesOf(chart: string): readonly ManifestDocument[] {
    return this.ofKind('HelmValues').filter(({ name }) => name === chart);
  }

  /** The address of the chart repository that Flux knows by a name; undefined where none has it, or several do. */
  public chartRepository(name: string): string | undefined {
    return this.chartSources.addressOf(name);
  }

  /**
   * The release of a product that an option or the manifests declare: our constructs note those of the operators, Node
   * objects the one of Kubernetes. Undefined when nothing says it.
   */
  public declaredRelease(product: Product): string | undefined {
    return this.once(product, () => this.findRelease(product));
  }

  /** The release of the GPU Operator; the newest minor one where none is declared. */
  public get gpuOperator(): string {
    return this.declaredRelease('gpu-operator') ?? GPU_OPERATOR.newest;
  }

  /** The release of the NIM Operator; the newest minor one where none is declared. */
  public get nimOperator(): string {
    return this.declaredRelease('nim-operator') ?? NIM_OPERATOR.newest;
  }

  /**
   * The strategy that the policy gives the device plugin: by MIG_STRATEGY in its environment, which is applied last,
   * else by `spec.mig.strategy` (gpu-operator controllers/object_controls.go); undefined when it is not set.
   */
  public get policyStrategy(): string | undefined {
    return this.once('policyStrategy', () => this.findPolicyStrategy());
  }

  /**
   * Whether a ClusterPolicy among the manifests says all that there is to say, so that what it leaves out is not set.
   */
  public get policyIsWhole(): boolean {
    return this.policies.some(({ spec, annotations }) =>
      annotations['cdk8s-gpu/form'] !== 'partial' && (isFields(spec.driver) || isFields(spec.toolkit)));
  }

  /** The mig-parted files: those that the policy names, and those that look like one. */
  public get migPartedFiles(): MigPartedFile[] {
    return this.once('migPartedFiles', () => this.findMigPartedFiles());
  }

  /** What the mig-parted files have under the name of a config, of each file that has it. */
  public migConfigsNamed(name: string): readonly unknown[] {
    const named = this.once('migConfigsNamed', () => groupedBy(
      this.migPartedFiles.flatMap(({ file }) => Object.entries(fieldsOf(at(file?.value, 'mig-configs')))),
      ([config]) => config,
    ));
    return (named.get(name) ?? []).map(([, entries]) => entries);
  }

  /** The keys of the device-plugin ConfigMaps: of those that the policy names, and of those that look like one. */
  public get devicePluginFiles(): DevicePluginFile[] {
    return this.once('devicePluginFiles', () => this.findDevicePluginFiles());
  }

  /** The CEL expressions of DeviceClasses, of claims, and of the claims that a NIMService asks for. */
  public get selectorExpressions(): SelectorExpression[] {
    return this.once('selectorExpressions', () => [
      ...this.ofKind('DeviceClass').flatMap(each => expressionsIn(each, each.spec.selectors, ['spec', 'selectors'])),
      ...this.claims.flatMap(({ document, requests }) => requests.flatMap(({ path, fields }) =>
        expressionsIn(document, fields.selectors, [...path, 'selectors'], textOf(fields.deviceClassName) ?? ''))),
      ...this.nimServices.flatMap(nimExpressionsOf),
    ]);
  }

  /** The NIMCaches of a name, in any namespace. */
  public cachesNamed(name: string): ManifestDocument[] {
    return this.caches.get(name) ?? [];
  }

  /** The ConfigMaps of a name, in any namespace. */
  public configMapsNamed(name: string): readonly ManifestDocument[] {
    return this.once('configMapsNamed', () => groupedBy(this.configMaps, each => each.name)).get(name) ?? [];
  }

  /** The ResourceClaims and ResourceClaimTemplates of a name, in any namespace. */
  public claimsNamed(name: string): readonly ClaimView[] {
    return this.once('claimsNamed', () => groupedBy(this.claims, each => each.document.name)).get(name) ?? [];
  }

  /** The labels that Node objects of a name carry. */
  public labelsOfNode(name: string): Readonly<Record<string, string>> {
    const nodes = this.once('labelsOfNode', () => new Map(this.ofKind('Node').map(node => [node.name, node.labels])));
    return nodes.get(name) ?? {};
  }

  /** Values of a node label, wherever they are set. */
  public labelValues(key: string): readonly LabelValue[] {
    return this.once('labelValues', () => groupedBy(this.labels, label => label.key)).get(key) ?? [];
  }

  /** Where a node label has a value. */
  public labelsWith(key: string, value: string): readonly LabelValue[] {
    return this.once(`labelsWith ${key}`, () => groupedBy(this.labelValues(key), label => label.value)).get(value)
      ?? [];
  }

  /** What is said of products whose release is older or newer than those that the rules know. */
  public get unknownReleases(): string[] {
    return (['gpu-operator', 'nim-operator', 'dra-driver', 'kubernetes'] as const).flatMap(product => {
      const release = this.declaredRelease(product);
      if (release === undefined) { return []; }
      const { title, newest } = RELEASE_TABLES[product];
      if (compareReleases(release, newest) > 0) {
        return [`${title} ${release} is newer than ${newest}, the newest that this library knows: it `
          + 'is taken to be as that one'];
      }
      try {
        RELEASE_TABLES[product].of(release);
        return [];
      } catch (error) {
        return [`the manifests say so: ${(error as Error).message.split(': give')[0]}, so what `
          + 'rules say of it may be wrong'];
      }
    });
  }

  private findPolicyStrategy(): string | undefined {
    const filledIn = (policy: ManifestDocument) => Number(Object.hasOwn(policy.annotations, DEFAULTED));
    const said = [...this.policies].sort((a, b) => filledIn(a) - filledIn(b)).flatMap(({ spec }) => {
      const own = listOf(at(spec, 'devicePlugin', 'env')).find(each => at(each, 'name') === 'MIG_STRATEGY');
      return [textOf(at(own, 'value')), textOf(at(spec, 'mig', 'strategy'))];
    });
    return said.find(strategy => strategy !== undefined && strategy !== '');
  }

  private findRelease(product: Product): string | undefined {
    const written = this.writtenRelease(product);
    return written === undefined ? undefined : RELEASE_TABLES[product].find(written);
  }

  private writtenRelease(product: Product): string | undefined {
    const noted = (...kinds: string[]) =>
      kinds.flatMap(kind => this.ofKind(kind))
        .map(({ annotations }) => annotations[`cdk8s-gpu/${product}`])
        .find(Boolean);
    switch (product) {
      case 'gpu-operator':
        return this.versions.gpuOperator ?? noted('ClusterPolicy', 'HelmValues') ?? this.releaseOfChart('gpu-operator');
      case 'nim-operator':
        return this.versions.nimOperator
          ?? noted('NIMService', 'NIMCache', 'NIMPipeline', 'NIMBuild', 'HelmValues')
          ?? this.releaseOfChart('k8s-nim-operator');
      case 'kubernetes': return this.versions.kubernetes
        ?? this.ofKind('Node')
          .map(node => textOf(at(node.value, 'status', 'nodeInfo', 'kubeletVersion')))
          .find(Boolean);
      case 'dra-driver':
        return this.versions.draDriver
          ?? noted('HelmValues')
          ?? this.releaseOfImage(/\/k8s-dra-driver-gpu:(v\d+\.\d+\.\d+)/);
      default: return undefined; // of an operand: as the GPU Operator brings it
    }
  }

  /** The release of a chart that was rendered: by the labels of its objects, else by the image of the operator. */
  private releaseOfChart(chart: string): string | undefined {
    const tag = this.chartSources.tagOf(chart);
    if (tag !== undefined) { return tag; }
    const labels = [...this.policies, ...this.ofKind('Deployment')].map(each => each.labels);
    const named = labels.find(each => each['app.kubernetes.io/name'] === chart)?.['app.kubernetes.io/version'];
    const ofChart = labels.map(each => each['helm.sh/chart'])
      .find(each => each?.startsWith(`${chart}-`) && /^v?\d+\.\d+\.\d+$/.test(each.slice(chart.length + 1)));
    return named ?? ofChart?.slice(chart.length + 1) ?? this.releaseOfImage(new RegExp(`/${chart}:(v\\d+\\.\\d+\\.\\d+)`));
  }

  private releaseOfImage(pattern: RegExp): string | undefined {
    return this.workloads
      .flatMap(({ containers }) => containers)
      .map(({ image }) => pattern.exec(image ?? '')?.[1])
      .find(each => each !== undefined);
  }

  private findMigPartedFiles(): MigPartedFile[] {
    const named = new Set(this.policies
      .map(policy => textOf(at(policy.spec, 'migManager', 'config', 'name')))
      .filter(Boolean));
    return this.configMaps.flatMap(document => {
      const data = fieldsOf(document.value.data);
      const selected = named.has(document.name);
      const text = textOf(data['config.yaml']);
      if (!selected && !looksLikeMigParted(text ?? '')) { return []; }
      return [{
        document,
        file: text === undefined ? undefined : new EmbeddedFile(document, ['data', 'config.yaml'], text),
        selected,
      }];
    });
  }

  private findDevicePluginFiles(): DevicePluginFile[] {
    const named = new Set(this.policies
      .map(policy => textOf(at(policy.spec, 'devicePlugin', 'config', 'name')))
      .filter(Boolean));
    return this.configMaps.flatMap(document => {
      const texts = Object.entries(fieldsOf(document.value.data))
        .filter((entry): entry is [string, string] => typeof entry[1] === 'string');
      const isNamed = named.has(document.name);
      return texts
        .filter(([, text]) => isNamed || looksLikePluginConfig(text))
        .map(([key, text]) => ({ key, file: new EmbeddedFile(document, ['data', key], text) }));
    });
  }

  private takeCache(document: ManifestDocument): void {
    const siblings = this.caches.get(document.name);
    if (siblings === undefined) { this.caches.set(document.name, [document]); } else { siblings.push(document); }
  }

  private takeLabels(document: ManifestDocument, path: Path): void {
    const together = stringsOf(at(document.value, ...path));
    for (const [key, value] of Object.entries(together)) {
      this.labels.push({ key, value, document, path: [...path, key], together });
    }
  }
}

/** Whether a file is for mig-parted, in block style or as JSON. */
function looksLikeMigParted(text: string): boolean {
  return /(?:^|[{,])[ \t]*["']?mig-configs["']?[ \t]*:/m.test(text);
}

/** Whether a file is for the device plugin, `timeSlicing` at the top too, where people put it by mistake. */
function looksLikePluginConfig(text: string): boolean {
  const isBlock = /^(?:sharing|flags|timeSlicing)[ \t]*:/mi.test(text) && /^version[ \t]*:/mi.test(text);
  return isBlock || (/^\s*\{/.test(text)
    && /["']?\b(?:sharing|flags)["']?[ \t]*:\s*\{/.test(text)
    && /["']?\bversion["']?[ \t]*:[ \t]*["']?v1\b/.test(text));
}
