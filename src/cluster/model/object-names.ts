import { ManifestDocument, RENAMED } from './document';
import { at, listOf, Path, textOf } from '../../kubernetes';
import { isPlaceholder, mayBecome } from '../../text';

/** Where an object was first met. */
interface Met {
  readonly file: string;
  readonly index: number;
  /** Of what an app writes. */
  readonly constructPath?: string;
  /** Of what a program rendered. */
  readonly rendering?: string;
  /** Of a Service: whether containers get no variables by this name. */
  readonly isNotLinked?: boolean;
}

/** An object that has the name of one before it. */
export interface Repetition {
  readonly document: ManifestDocument;
  readonly first: Met;
}

/** Kinds that are no objects of a cluster. */
const NO_OBJECTS = new Set(['HelmValues', 'Kustomization', 'Component', 'Config']);

/**
 * What every object is called: group, kind, namespace and name, and nothing else of it, so that neither the data of a
 * Secret nor the size of a CRD stays in memory.
 */
export class IdentityIndex {
  public readonly repetitions: Repetition[] = [];

  private readonly met = new Map<string, Met>();
  /** Namespaces by kind and name; an empty string where the manifest leaves the namespace open. */
  private readonly byName = new Map<string, Map<string, Map<string, Met>>>();
  /** Names by kind and namespace, as they are met. */
  private readonly byNamespace = new Map<string, Map<string, string[]>>();
  /** Names by kind that something fills in later, as in `${APP}-gpu`. */
  private readonly open = new Map<string, string[]>();

  public add(document: ManifestDocument): void {
    const { kind } = document;
    const [name, namespace] = [alone(document.name), alone(document.namespace ?? '')];
    if (kind === 'Kustomization') { this.addGenerated(document); }
    if (kind === ''
      || name === ''
      || NO_OBJECTS.has(kind)
      || textOf(at(document.value, 'metadata', 'name')) === undefined) { return; }
    const { file, index, constructPath, rendering } = document;
    const isNotLinked = kind === 'Service' && !isLinked(document);
    const here: Met = { file, index, constructPath, rendering, ...isNotLinked && { isNotLinked } };
    this.define(kind, name, namespace, here);
    if (document.annotations['cdk8s-gpu/form'] === 'partial') { return; } // several parts may be of one object
    const group = document.apiVersion.includes('/') ? document.apiVersion.split('/')[0] : '';
    const identity = [group, kind, namespace, name].join('/');
    const first = this.met.get(identity);
    if (first === undefined) {
      this.met.set(identity, here);
    } else {
      this.repetitions.push({ document: nameAlone(document), first });
    }
  }

  /**
   * Whether an object of a kind and name may be in a namespace; one without a namespace may be in any, and one whose
   * name is filled in later may be any that it can become.
   */
  public defines(kind: string, name: string, namespace: string | undefined): boolean {
    return this.places(kind, name, namespace).length > 0
      || (this.open.get(kind) ?? []).some(each => mayBecome(each, name));
  }

  /** Where the objects of a kind and name stand that may be in a namespace, the first of each namespace. */
  public places(kind: string, name: string, namespace: string | undefined): (Met & { namespace: string })[] {
    return [...this.byName.get(kind)?.get(name) ?? []].filter(([each]) =>
      namespace === undefined || each === '' || each === namespace)
      .map(([each, met]) => ({ ...met, namespace: each }));
  }

  /** The names of a kind in a namespace, and of those whose namespace is open. */
  public names(kind: string, namespace: string | undefined): string[] {
    if (namespace === undefined) { return [...this.byName.get(kind)?.keys() ?? []]; }
    const known = this.byNamespace.get(kind);
    return [...new Set([...known?.get('') ?? [], ...known?.get(namespace) ?? []])];
  }

  private define(kind: string, name: string, namespace: string, met: Met): void {
    const names = this.byName.get(kind) ?? new Map<string, Map<string, Met>>();
    const namespaces = names.get(name) ?? new Map<string, Met>();
    if (!namespaces.has(namespace)) {
      namespaces.set(namespace, met);
      const known = this.byNamespace.get(kind) ?? new Map<string, string[]>();
      known.set(namespace, known.get(namespace) ?? []).get(namespace)!.push(name);
      this.byNamespace.set(kind, known);
    }
    if (isPlaceholder(name) && !names.has(name)) {
      this.open.set(kind, this.open.get(kind) ?? []);
      this.open.get(kind)!.push(name);
    }
    this.byName.set(kind, names.set(name, namespaces));
  }

  /** What a Kustomization generates of files. */
  private addGenerated({ value, file, index }: ManifestDocument): void {
    for (const [field, kind] of [['configMapGenerator', 'ConfigMap'], ['secretGenerator', 'Secret']]) {
      for (const generator of listOf(value[field])) {
        const name = textOf(at(generator, 'name'));
        if (name !== undefined) {
          this.define(kind, name, textOf(at(generator, 'namespace')) ?? textOf(value.namespace) ?? '', { file, index });
        }
      }
    }
  }
}

/** The document without its content, and with the line of one place in it. */
export function nameAlone(document: ManifestDocument, path: Path = ['metadata', 'name']): ManifestDocument {
  const { apiVersion, kind, name, namespace, file, index, author, constructPath, rendering } = document;
  const acknowledged = document.annotations['cdk8s-gpu/acknowledge'];
  const annotations = acknowledged === undefined ? {} : { 'cdk8s-gpu/acknowledge': acknowledged };
  const line = document.line(path);
  return new ManifestDocument({
    apiVersion,
    kind,
    metadata: { name, ...namespace !== undefined && { namespace }, annotations },
  },
  file, index, author, constructPath, line === undefined ? undefined : () => ({ line, child: () => undefined }), [],
  false, rendering);
}

/**
 * Whether the kubelet gives containers variables of a Service by the name that is written: not of one without an
 * address, and not where a Kustomization changes the name (kubernetes/kubernetes@v1.37.2 pkg/kubelet/kubelet_pods.go
 * getServiceEnvVarMap, IsServiceIPSet).
 */
function isLinked({ spec, annotations }: ManifestDocument): boolean {
  return spec.clusterIP !== 'None' && spec.type !== 'ExternalName' && annotations[RENAMED] === undefined;
}

/** A string that does not keep the text alive which it was read from. */
function alone(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}
