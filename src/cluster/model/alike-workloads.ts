import { ManifestDocument } from './document';
import { Workload, workloadsOf } from './workload';
import { at, onlyPodOf, Path } from '../../kubernetes';

/** Where so many were compared and few were alike, no more are: comparing costs as much as it then saves. */
const ENOUGH_TO_TELL = 500;

/** An object with the same pods as another, letter for letter, and where they stand in both. */
export interface LikePods {
  readonly first: ManifestDocument;
  readonly path: Path;
}

/**
 * The workloads of a cluster, and which of them have pods that are described alike, letter for letter. In an app and in
 * what a cluster prints many differ in their names alone: rules about pods look at one of each.
 */
export class AlikeWorkloads {
  public readonly all: Workload[] = [];
  /** Of those that are alike the first. */
  public readonly distinct: Workload[] = [];

  private readonly byDescription = new Map<string, Workload>();
  private readonly firsts = new Map<Workload, Workload>();
  private readonly documents = new Map<ManifestDocument, ManifestDocument[]>();

  /** Takes the workloads of a document in; says which before it has the same pods. */
  public add(document: ManifestDocument): LikePods | undefined {
    const description = this.isWorthComparing ? descriptionOf(document) : undefined;
    const first = description === undefined ? undefined : this.byDescription.get(description);
    if (first !== undefined) {
      this.addLike(first, document);
      return { first: first.document, path: first.path };
    }
    for (const workload of workloadsOf(document)) {
      this.all.push(workload);
      this.distinct.push(workload);
      if (description !== undefined) { this.byDescription.set(description, workload); }
    }
    return undefined;
  }

  /** The first of the workloads that are alike. */
  public firstLike(workload: Workload): Workload {
    return this.firsts.get(workload) ?? workload;
  }

  /** The documents whose pods are like those of one that `distinct` holds, itself among them. */
  public documentsLike(document: ManifestDocument): readonly ManifestDocument[] {
    return this.documents.get(document) ?? [document];
  }

  private addLike(first: Workload, document: ManifestDocument): void {
    const workload = { ...first, document };
    this.all.push(workload);
    this.firsts.set(workload, first);
    const others = this.documents.get(first.document);
    if (others === undefined) {
      this.documents.set(first.document, [first.document, document]);
    } else {
      others.push(document);
    }
  }

  private get isWorthComparing(): boolean {
    return this.byDescription.size < ENOUGH_TO_TELL || this.all.length > 2 * this.byDescription.size;
  }
}

/** All that rules about pods may read of a document, as text; undefined where its pods are at several places. */
function descriptionOf(document: ManifestDocument): string | undefined {
  const only = onlyPodOf(document.value);
  if (only === undefined) { return undefined; }
  const { apiVersion, kind, namespace, author, hasController, ownAnnotations } = document;
  const around = [
    apiVersion,
    kind,
    namespace,
    author,
    hasController,
    ownAnnotations,
    only.mostPods,
    only.podsInParallel,
    '$patch' in document.value,
  ];
  try {
    return JSON.stringify([around, at(document.value, ...only.path)]);
  } catch {
    return undefined; // what an app writes may hold what JSON has no place for
  }
}
