import { at, listOf, textOf } from '../../kubernetes';
import { ClaimView } from '../model/claims';
import { ClusterModel } from '../model/cluster-model';
import { ManifestDocument } from '../model/document';
import { Workload } from '../model/workload';

/** The most devices of a claim (k8s.io/api resource/v1 AllocationResultsMaxSize): what `allocationMode: All` may come to. */
const MOST_DEVICES = 32;

/**
 * How many devices of each class a claim may get. Of alternatives it may get any, so the most of each class counts, as a quota counts it
 * (kubernetes/kubernetes@v1.37.2 pkg/quota/v1/evaluator/core/resource_claims.go Usage).
 */
export function devicesByClass({ requests }: ClaimView): Map<string, number> {
  const most = new Map<string, Map<string, number>>();
  for (const { name, fields } of requests) {
    const request = name.split('/')[0];
    const className = textOf(fields.deviceClassName);
    if (className === undefined) { continue; }
    const ofRequest = most.get(request) ?? new Map<string, number>();
    const count = fields.allocationMode === 'All' ? MOST_DEVICES : typeof fields.count === 'number' ? fields.count : 1;
    most.set(request, ofRequest.set(className, Math.max(ofRequest.get(className) ?? 0, count)));
  }
  const sums = new Map<string, number>();
  for (const [className, count] of [...most.values()].flatMap(each => [...each])) { sums.set(className, (sums.get(className) ?? 0) + count); }
  return sums;
}

/** The templates that each pod of a workload gets claims of, as its pod spec or its NIMService names them. */
export function templatesOfPod({ document, path }: Workload): string[] {
  const field = document.kind.startsWith('NIM') ? 'draResources' : 'resourceClaims';
  return listOf(at(document.value, ...path, field)).flatMap(each => textOf(at(each, 'resourceClaimTemplateName')) ?? []);
}

/** How many devices of each class one pod gets by claims of templates; a template that is not among the manifests counts for nothing. */
export function claimDemand(model: ClusterModel, workload: Workload): Map<string, number> {
  const sums = new Map<string, number>();
  const { namespace } = workload.document;
  for (const name of templatesOfPod(workload)) {
    const template = templatesOf(model).get(keyOf({ namespace, name }));
    for (const [className, count] of template === undefined ? [] : devicesByClass(template)) {
      sums.set(className, (sums.get(className) ?? 0) + count);
    }
  }
  return sums;
}

const keyOf = ({ namespace, name }: Pick<ManifestDocument, 'namespace' | 'name'>) => `${namespace ?? ''}/${name}`;

function templatesOf(model: ClusterModel): Map<string, ClaimView> {
  return model.once(templatesOf, () => new Map(model.claims.filter(({ document }) => document.kind === 'ResourceClaimTemplate')
    .map(claim => [keyOf(claim.document), claim])));
}
