import { MOST_DEVICES } from './allocate';
import { requestInWords, timesOf } from './claim-words';
import { at, fieldsOf, listOf, textOf } from '../../kubernetes';
import { podDemand } from '../capacity/pod-demand';
import { ClaimView } from '../model/claims';
import { ClusterModel } from '../model/cluster-model';
import { ManifestDocument } from '../model/document';
import { Workload } from '../model/workload';

/**
 * How many devices of each class a claim may get. Of alternatives it may get any, so the most of each class counts, as
 * a quota counts it (kubernetes/kubernetes@v1.37.2 pkg/quota/v1/evaluator/core/resource_claims.go Usage).
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
  for (const [className, count] of [...most.values()].flatMap(each => [...each])) {
    sums.set(className, (sums.get(className) ?? 0) + count);
  }
  return sums;
}

/** The templates that each pod of a workload gets claims of, as its pod spec or its NIMService names them. */
export function templatesOfPod({ document, path }: Workload): string[] {
  const field = document.kind.startsWith('NIM') ? 'draResources' : 'resourceClaims';
  return listOf(at(document.value, ...path, field)).flatMap(each =>
    textOf(at(each, 'resourceClaimTemplateName')) ?? []);
}

/**
 * How many devices of each class one pod gets by claims of templates; a template that is not among the manifests counts
 * for nothing.
 */
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

/** The resources that a pod asks for and a DeviceClass stands for: no device plugin hands them out (KEP-5004). */
export function resourcesByClass(model: ClusterModel, workload: Workload): Map<string, number> {
  const names = model.once(resourcesByClass, () =>
    new Set(model.ofKind('DeviceClass').map(({ spec }) => textOf(spec.extendedResourceName))));
  return new Map([...podDemand(workload)].filter(([resource]) => names.has(resource)));
}

/**
 * What one pod asks for by claims and by resources of DeviceClasses, in words: `1g.10gb or 2g.20gb`, `2 × GPU`,
 * `20Gi of a GPU`.
 */
export function askedByClaim(model: ClusterModel, workload: Workload): string[] {
  const { document, path } = workload;
  const field = document.kind.startsWith('NIM') ? 'draResources' : 'resourceClaims';
  const named = listOf(at(document.value, ...path, field)).flatMap(each => [
    claimNamed(model, 'ResourceClaimTemplate', document, at(each, 'resourceClaimTemplateName')),
    claimNamed(model, 'ResourceClaim', document, at(each, 'resourceClaimName')),
  ]);
  const made = listOf(at(document.value, ...path, 'draResources'))
    .flatMap(each => listOf(at(each, 'claimCreationSpec', 'devices')))
    .map(each => requestInWords(fieldsOf(each)));
  return [
    ...[...resourcesByClass(model, workload)].map(([resource, count]) => timesOf(count, resource)),
    ...named.flatMap(claim => (claim === undefined ? [] : requestsInWords(claim))),
    ...made,
  ];
}

function claimNamed(
  model: ClusterModel,
  kind: string,
  { namespace }: ManifestDocument,
  name: unknown,
): ClaimView | undefined {
  const claims = typeof name === 'string' ? model.claimsNamed(name) : [];
  return claims.find(({ document }) => document.kind === kind && document.namespace === namespace);
}

function requestsInWords({ requests }: ClaimView): string[] {
  const alternatives = new Map<string, string[]>();
  for (const { name, fields } of requests) {
    const request = name.split('/')[0];
    alternatives.set(request, alternatives.get(request) ?? []).get(request)!.push(requestInWords(fields));
  }
  return [...alternatives.values()].map(each => each.join(' or '));
}

const keyOf = ({ namespace, name }: Pick<ManifestDocument, 'namespace' | 'name'>) => `${namespace ?? ''}/${name}`;

function templatesOf(model: ClusterModel): Map<string, ClaimView> {
  return model.once(templatesOf, () => new Map(model.claims.filter(({ document }) =>
    document.kind === 'ResourceClaimTemplate')
    .map(claim => [keyOf(claim.document), claim])));
}
