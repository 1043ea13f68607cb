import type { LikePods } from './alike-workloads';
import { FROM_VALUES, ManifestDocument } from './document';
import { nameAlone } from './object-names';
import {
  at, checkCore, checkMetadata, checkObject, CoreIssue, hasCoreFacts, isFields, isTemplated, operatorOf, UnservedKind,
  unservedKind,
} from '../../kubernetes';
import { hideSecretsOf } from '../../secrets';
import { standsForNumber } from '../../text';
import { mentionsGpus } from '../reading/trim-document';

/** Something that the API server would drop or refuse, and where it stands. */
export interface ApiFieldIssue extends CoreIssue {
  /** Its name and the line of the place, and nothing else of it. */
  readonly document: ManifestDocument;
  /** Whether nothing is known of its kind, so that it may be no object of a cluster. */
  readonly isOfUnknownKind: boolean;
  /** Whether it is of the pods of an object that ask for GPUs of NVIDIA, or for devices by claim. */
  readonly isOfGpuPods: boolean;
  /** Of what keeps kubectl from reading the object at all: whether other tools read it. */
  readonly isReadByOthers?: boolean;
}

/** How a pod asks for GPUs, wherever its kind has the containers. */
const ASKS_FOR_GPUS = /"(?:nvidia\.com\/(?:gpu|mig-)|resourceClaims")/;

/**
 * The name of a variable, where names of objects and resources stand: a script fills it in. None of these can have such
 * a name.
 */
const LIKE_A_VARIABLE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;

const isLikeAVariable = (value: unknown): boolean => typeof value === 'string' && LIKE_A_VARIABLE.test(value);

/** A kind that no server has. */
export interface ApiKindIssue extends UnservedKind {
  readonly document: ManifestDocument;
  /** Whether the object says anything about GPUs. */
  readonly isAboutGpus: boolean;
}

/**
 * Files for tools that look like objects: of kubectl, Kustomize, kubelet, the API server, and what this library makes
 * of Helm's values.
 */
const FILES = /^(?:helm|(?:.+\.)?config\.k8s\.io\/.*|audit\.k8s\.io\/.*|kind\.x-k8s\.io\/.*|skaffold\/.*)$/;

/** Values of a chart by the name of their file: what is `kind` in them is for its templates. */
const VALUES = /(?:^|[\\/._-])values(?:[._-][^\\/]*)?\.ya?ml$/i;

/**
 * What is wrong with the fields of Kubernetes' own kinds and with the metadata of every object. It is looked for as
 * manifests come in, because most of them are not kept; so no message may hold a secret of the object.
 */
export class ApiFieldIndex {
  public readonly issues: ApiFieldIssue[] = [];
  public readonly kinds: ApiKindIssue[] = [];
  /** Those in which something was found, so that no other is taken to be right because it is like them. */
  private readonly withIssues = new WeakSet<ManifestDocument>();

  /**
   * @param kept what the model keeps of it
   * @param like one before it, as the model keeps it, that has the same pods
   */
  public add(document: ManifestDocument, kept?: ManifestDocument, like?: LikePods): void {
    const { apiVersion, kind, value } = document;
    if (!VALUES.test(document.file)) {
      const none = { isOfUnknownKind: false, isOfGpuPods: false };
      for (const { isTakenByOthers, ...issue } of checkObject(value)) {
        this.take(document, issue, { ...none, isReadByOthers: isTakenByOthers === true });
      }
    }
    // what a controller made, an API server has taken already
    if (kind === '' || FILES.test(apiVersion) || document.isOwnedByOperator || document.hasController) { return; }
    if (Object.hasOwn(document.annotations, FROM_VALUES) || document.isAssetOfOperator) { return; }
    const isKnown = hasCoreFacts(apiVersion, kind);
    const isOfUnknownKind = !isKnown && operatorOf(kind) === undefined;
    const checked = like === undefined || this.withIssues.has(like.first) ? undefined : at(value, ...like.path);
    const issues = [
      ...isKnown ? checkCore(value, checked) : [],
      ...isFields(value.metadata) ? checkMetadata(value) : [],
    ];
    if (issues.length > 0 && kept !== undefined) { this.withIssues.add(kept); }
    const asks = issues.length > 0 && ASKS_FOR_GPUS.test(JSON.stringify(value.spec ?? ''));
    for (const issue of issues) {
      this.take(document, issue, { isOfUnknownKind, isOfGpuPods: asks && issue.path[0] === 'spec' });
    }
    const unserved = isTemplated(apiVersion) || isTemplated(kind) ? undefined : unservedKind(apiVersion, kind);
    if (unserved === undefined) { return; }
    this.kinds.push({ ...unserved, document: nameAlone(document, [unserved.field]), isAboutGpus: mentionsGpus(value) });
  }

  private take(
    document: ManifestDocument,
    issue: CoreIssue,
    of: Pick<ApiFieldIssue, 'isOfUnknownKind' | 'isOfGpuPods' | 'isReadByOthers'>,
  ): void {
    // nobody knows yet what a template fills in; of a part of an object, the rest is in the cluster
    if (issue.problem !== 'unknown'
      && (isTemplated(at(document.value, ...issue.path)) || issue.path.some(isTemplated))) { return; }
    if (issue.problem === 'value'
      && (isLikeAVariable(at(document.value, ...issue.path)) || issue.path.some(isLikeAVariable))) { return; }
    if (issue.problem === 'missing' && document.isPartial) { return; }
    if (issue.problem === 'type' && standsForNumber(at(document.value, ...issue.path))) { return; }
    // SEC-001 says it, without the secret
    if (issue.path.some(key => typeof key === 'string' && hideSecretsOf(document.value, key) !== key)) { return; }
    this.issues.push({
      ...issue,
      message: hideSecretsOf(document.value, issue.message),
      document: nameAlone(
        document.originOf(issue.path),
        issue.path,
      ),
      ...of,
    });
  }
}
