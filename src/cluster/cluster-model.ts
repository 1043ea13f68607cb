import { at, EmbeddedFile, fieldsOf, isFields, listOf, ManifestDocument, Path, stringsOf, textOf } from './document';
import { Workload, workloadsOf } from './workload';

/** Releases that a rule may depend on; undefined is the newest that this library knows. */
export interface Versions {
  readonly gpuOperator?: string;
  readonly nimOperator?: string;
  readonly kubernetes?: string;
}

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
  public readonly workloads: Workload[] = [];
  public readonly documents: ManifestDocument[] = [];

  private migFiles?: MigPartedFile[];
  private pluginFiles?: DevicePluginFile[];
  private labelIndex?: Map<string, LabelValue[]>;

  constructor(public readonly versions: Versions = {}) {}

  /** Takes a manifest in; kinds that no rule reads are dropped at once. */
  public add(document: ManifestDocument): void {
    if (!READ_KINDS.has(document.kind)) { return; }
    document.settle();
    this.migFiles = this.pluginFiles = this.labelIndex = undefined;
    this.documents.push(document);
    if (document.kind === 'ClusterPolicy') { this.policies.push(document); }
    if (document.kind === 'ConfigMap') { this.configMaps.push(document); }
    if (document.kind === 'Node') { this.takeLabels(document, ['metadata', 'labels']); }
    if (document.kind === 'NodeFeatureRule') {
      listOf(document.spec.rules).forEach((_, index) => this.takeLabels(document, ['spec', 'rules', index, 'labels']));
    }
    this.workloads.push(...workloadsOf(document));
  }

  public ofKind(kind: string): ManifestDocument[] {
    return this.documents.filter(document => document.kind === kind);
  }

  /** The release of the GPU Operator: of the option, else of what our constructs noted, else the newest. */
  public get gpuOperator(): string {
    return this.versions.gpuOperator ?? this.policies.map(policy => policy.annotations['cdk8s-gpu/gpu-operator']).find(Boolean) ?? '26.7';
  }

  /** `spec.mig.strategy` of the policy; undefined when it is not set. */
  public get policyStrategy(): string | undefined {
    return this.policies.map(policy => textOf(at(policy.spec, 'mig', 'strategy'))).find(strategy => strategy !== undefined && strategy !== '');
  }

  /** Whether a ClusterPolicy among the manifests says all that there is to say, so that what it leaves out is not set. */
  public get policyIsWhole(): boolean {
    return this.policies.some(policy => isFields(policy.spec.driver) || isFields(policy.spec.toolkit));
  }

  /** The mig-parted files: those that the policy names, and those that look like one. */
  public get migPartedFiles(): MigPartedFile[] {
    this.migFiles ??= this.findMigPartedFiles();
    return this.migFiles;
  }

  /** The keys of the device-plugin ConfigMaps: of those that the policy names, and of those that look like one. */
  public get devicePluginFiles(): DevicePluginFile[] {
    this.pluginFiles ??= this.findDevicePluginFiles();
    return this.pluginFiles;
  }

  /** Values of a node label, wherever they are set. */
  public labelValues(key: string): LabelValue[] {
    if (this.labelIndex === undefined) {
      this.labelIndex = new Map();
      for (const label of this.labels) {
        const known = this.labelIndex.get(label.key);
        if (known === undefined) { this.labelIndex.set(label.key, [label]); } else { known.push(label); }
      }
    }
    return this.labelIndex.get(key) ?? [];
  }

  private findMigPartedFiles(): MigPartedFile[] {
    const named = new Set(this.policies.map(policy => textOf(at(policy.spec, 'migManager', 'config', 'name'))).filter(Boolean));
    return this.configMaps.flatMap(document => {
      const data = fieldsOf(document.value.data);
      const selected = named.has(document.name);
      const text = textOf(data['config.yaml']);
      if (!selected && !(text !== undefined && /^\s*["']?mig-configs["']?\s*:/m.test(text))) { return []; }
      return [{ document, file: text === undefined ? undefined : new EmbeddedFile(document, ['data', 'config.yaml'], text), selected }];
    });
  }

  private findDevicePluginFiles(): DevicePluginFile[] {
    const named = new Set(this.policies.map(policy => textOf(at(policy.spec, 'devicePlugin', 'config', 'name'))).filter(Boolean));
    const looksLikeOne = (text: string) => /^(?:sharing|flags)\s*:/m.test(text) && /^version\s*:/m.test(text);
    return this.configMaps.flatMap(document => Object.entries(fieldsOf(document.value.data))
      .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
      .filter(([, text]) => named.has(document.name) || looksLikeOne(text))
      .map(([key, text]) => ({ key, file: new EmbeddedFile(document, ['data', key], text) })));
  }

  private takeLabels(document: ManifestDocument, path: Path): void {
    const together = stringsOf(at(document.value, ...path));
    for (const [key, value] of Object.entries(together)) {
      this.labels.push({ key, value, document, path: [...path, key], together });
    }
  }
}

const READ_KINDS = new Set([
  'ClusterPolicy', 'ConfigMap', 'Node', 'NodeFeatureRule', 'NVIDIADriver', 'GPUCluster', 'NodeFeature', 'NodeFeatureGroup',
  'NIMService', 'NIMPipeline', 'NIMCache', 'NIMBuild', 'Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob',
  'LeaderWorkerSet', 'RayCluster', 'InferenceService',
]);
