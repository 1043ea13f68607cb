import { ClusterModel, ManifestDocument } from '../../cluster';
import { at, checkSchema, compareReleases, CoreProblem, operatorOf, SchemaIssue } from '../../kubernetes';
import { NIM_OPERATOR } from '../../releases';
import { standsForNumber } from '../../text';
import { REFUSED } from '../false-alarms';
import { isKustomizePatch } from '../folders';
import { Check, defineRule, Rule, RuleFinding } from '../rule';

const FROM_CRDS = { evidence: 'CRDs of GPU Operator 25.10, 26.3 and 26.7, NIM Operator 3.0 and 3.1, NFD 0.19' };
const FROM_KUBERNETES = {
  evidence: 'kubernetes/kubernetes@v1.37.2 api/openapi-spec/v3, and those of 1.31 to 1.36; '
    + 'kubernetes/kubernetes@v1.37.2 pkg/apis/core/validation/validation.go and its siblings',
};

/** Kinds of the GPU Operator, the NIM Operator and NFD. */
const KINDS = [
  'ClusterPolicy', 'NVIDIADriver', 'GPUCluster', 'NIMService', 'NIMPipeline', 'NIMCache', 'NIMBuild', 'NodeFeature',
  'NodeFeatureGroup', 'NodeFeatureRule',
];

/** Several rules ask about the same object: it is walked once. */
const walked = new WeakMap<ManifestDocument, { release?: string; issues: SchemaIssue[] }>();

function issuesOf(model: ClusterModel, document: ManifestDocument): SchemaIssue[] {
  const operator = operatorOf(document.kind);
  const release = operator === 'gpu-operator'
    ? model.gpuOperator
    : operator === 'nim-operator'
      ? model.declaredRelease('nim-operator')
      : undefined;
  const known = walked.get(document);
  if (known !== undefined && known.release === release) { return known.issues; }
  const issues = checkSchema(document.kind, release, document.value);
  walked.set(document, { release, issues });
  return issues;
}

/**
 * Of what a person wrote in Kubernetes' own kinds, the pods that ask for GPUs are looked at: tools of their own fill in
 * the names and Secrets of all else in repositories (a namespace called "_", values that are encrypted). And a field
 * that is missing is often in the cluster already, for the file may be a patch. A strict apply asks for all of it. A
 * release that nobody names has every field.
 */
function* ofKubernetes(model: ClusterModel, problem: CoreProblem): Generator<RuleFinding> {
  const kubernetes = model.declaredRelease('kubernetes');
  for (const {
    document,
    path,
    message,
    fix,
    since,
    isOfUnknownKind,
    isOfGpuPods,
    isReadByOthers,
    ...issue
  } of model.apiFields.issues) {
    if (issue.problem !== problem
      || (since !== undefined && (kubernetes === undefined || compareReleases(kubernetes, since) >= 0))) { continue; }
    if (isReadByOthers !== undefined) { // no object at all, or none to kubectl
      const severity = isReadByOthers && !model.isStrict && document.author === 'person' ? 'warning' as const : undefined;
      if (!isKustomizePatch(model, document)) { yield { document, path, message, fix, severity }; }
      continue;
    }
    if (document.author === 'person' && !model.isStrict && (problem === 'missing' || !isOfGpuPods)) { continue; }
    yield { document, path, message, fix, ...isOfUnknownKind && { severity: 'warning' as const } };
  }
}

function ofSchema(problem: CoreProblem): Check {
  return function* (model) {
    yield* ofKubernetes(model, problem);
    for (const document of KINDS.flatMap(kind => model.ofKind(kind))) {
      for (const { path, message, fix, ...issue } of issuesOf(model, document)) {
        if (problem === 'type' && standsForNumber(at(document.value, ...path))) { continue; }
        if (issue.problem !== problem
          || isPartial(model, document, problem, path)
          || isTakenLater(model, document, { problem, path, fix })) { continue; }
        yield { document, path, message, fix };
      }
    }
  };
}

/** What patches of NIM Operator 3.1 take that the CRD of 3.1.2 refuses: of those NIM-002 and NIM-007 speak. */
function isTakenLater(
  model: ClusterModel,
  { kind }: ManifestDocument,
  { problem, path, fix }: { readonly problem: CoreProblem } & Pick<SchemaIssue, 'path' | 'fix'>,
): boolean {
  const isLater = fix === 'add authSecret' || (path.at(-1) === 'minReplicas' && problem === 'bounds');
  return isLater
    && (kind === 'NIMService' || kind === 'NIMPipeline')
    && !NIM_OPERATOR.lacks('optionalAuthSecret', model.nimOperator);
}

/**
 * What a part of an object leaves out is in the cluster already; of the sections of a ClusterPolicy CP-001 speaks. A
 * null in a patch takes the field out.
 */
function isPartial(
  model: ClusterModel,
  document: ManifestDocument,
  problem: CoreProblem,
  path: SchemaIssue['path'],
): boolean {
  switch (problem) {
    case 'missing': return document.isPartial || (document.kind === 'ClusterPolicy' && path.length <= 1);
    case 'null': return document.isPartial || isKustomizePatch(model, document);
    default: return false;
  }
}

/** Rules about the fields of the kinds whose CRDs are known. */
export const SCHEMA_RULES: Rule[] = [
  defineRule({
    id: 'SCH-001',
    name: 'unknown-field',
    area: 'schema',
    severity: 'error',
    lintSeverity: 'warning',
    aboutKey: true,
    sentence: 'every field is one that the CRD, or Kubernetes for its own kinds, knows',
    why: 'the API server drops an unknown field, so that a setting with a typing error has no effect; kubectl '
      + 'refuses it, Helm and GitOps tools may not',
    evidence: `${FROM_CRDS.evidence}; ${FROM_KUBERNETES.evidence}`,
    check: ofSchema('unknown'),
  }),
  defineRule({
    id: 'SCH-002',
    name: 'field-type',
    area: 'schema',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    sentence: 'every value has the type that the CRD says, and for its own kinds Kubernetes; kind and apiVersion are '
      + 'texts, and the items of a List are objects',
    why: 'the API server refuses the object, or kubectl before it. A List without items is a warning without --strict, '
      + 'since tools beside kubectl take it for an empty one',
    evidence: `${FROM_CRDS.evidence}; ${FROM_KUBERNETES.evidence}; kubernetes/kubectl@v0.37.2 `
      + 'pkg/validation/schema.go',
    check: ofSchema('type'),
  }),
  defineRule({
    id: 'SCH-003',
    name: 'field-value',
    area: 'schema',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'no cluster can hold it: the API server refuses the object. A name that a script fills in (in '
      + 'capitals) is not judged, and kinds that are not known never are',
    sentence: 'every value is one of those that the CRD or Kubernetes lists, and has the form that they ask for; so '
      + 'are names, labels and annotations',
    why: 'the API server refuses the object',
    evidence: `${FROM_CRDS.evidence}; ${FROM_KUBERNETES.evidence}`,
    check: ofSchema('value'),
  }),
  defineRule({
    id: 'SCH-004',
    name: 'field-bounds',
    area: 'schema',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    sentence: 'every number, length and count is within the bounds of the CRD, or of Kubernetes for its own kinds',
    why: 'the API server refuses the object',
    evidence: `${FROM_CRDS.evidence}; ${FROM_KUBERNETES.evidence}`,
    check: ofSchema('bounds'),
  }),
  defineRule({
    id: 'SCH-005',
    name: 'missing-field',
    area: 'schema',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'a patch leaves out what is in the cluster already: of what a person wrote in kinds of Kubernetes, '
      + 'missing fields are told with --strict alone, and of parts of an object nothing is',
    sentence: 'every required field without a default is there',
    why: 'the API server refuses the object; a field that is null counts as missing. CP-001 reports the sections of a '
      + 'ClusterPolicy. In kinds of Kubernetes it is a warning, because what a person wrote may be a patch',
    evidence: `${FROM_CRDS.evidence}; ${FROM_KUBERNETES.evidence}`,
    check: ofSchema('missing'),
  }),
  defineRule({
    id: 'SCH-006',
    name: 'field-release',
    area: 'schema',
    severity: 'error',
    lintSeverity: 'warning',
    aboutKey: true,
    sentence: 'every field and kind is known to the release of the operator, or of Kubernetes, that the cluster runs',
    why: 'an older release drops the field, so that it has no effect until the CRDs are upgraded',
    evidence: `${FROM_CRDS.evidence}; ${FROM_KUBERNETES.evidence}`,
    check: ofSchema('newer'),
  }),
  defineRule({
    id: 'SCH-007',
    name: 'unserved-kind',
    area: 'schema',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'an older Kubernetes serves versions that are gone now: so only where every version that is known '
      + 'lacks it, or the one that is given does. Kinds that anybody may define are not judged',
    aboutKey: true,
    sentence: 'every kind and API version is one that the API server serves',
    why: 'the API server refuses the object. Nothing is said of kinds that merely are not known, for anybody may '
      + 'define one; a kind that an older Kubernetes had is a warning without --strict, and one that somebody else may '
      + 'define always',
    evidence: `${FROM_KUBERNETES.evidence}; ${FROM_CRDS.evidence}`,
    *check(model) {
      const isOld = model.declaredRelease('kubernetes') === undefined;
      for (const {
        document,
        field,
        message,
        fix,
        isCertain,
        isOfKnownGroup,
        isAboutGpus,
      } of model.apiFields.kinds) {
        // an old manifest, or somebody's own kind
        if (document.author === 'person' && isOld && !model.isStrict && !isCertain && !isAboutGpus) { continue; }
        const isRefused = isCertain || (isOfKnownGroup && (!isOld || model.isStrict));
        yield { document, path: [field], message, fix, ...!isRefused && { severity: 'warning' as const } };
      }
    },
  }),
  defineRule({
    id: 'SCH-008',
    name: 'repeated-item',
    area: 'schema',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'no two items of a list have the same name, where Kubernetes tells them apart by it',
    why: 'a server-side apply refuses the object; SCH-009 reports containers, volumes and mounts of one name, '
      + 'which every apply refuses',
    evidence: `${FROM_KUBERNETES.evidence}; kubernetes-sigs/structured-merge-diff@v6.3.0 typed/validate.go`,
    check: ofSchema('repeated'),
  }),
  defineRule({
    id: 'SCH-009',
    name: 'contradicting-fields',
    area: 'schema',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'no cluster can hold it: the API server refuses the object. Files that the GPU Operator completes '
      + 'itself are not judged',
    sentence: 'fields of one object go together: a selector and the labels of its pods, requests and limits, mounts '
      + 'and volumes, probes and their handlers',
    why: 'the API server refuses the object',
    evidence: FROM_KUBERNETES.evidence,
    check: ofSchema('contradiction'),
  }),
  defineRule({
    id: 'SCH-010',
    name: 'null-field',
    area: 'schema',
    severity: 'error',
    lintSeverity: 'warning',
    aboutKey: true,
    sentence: 'no field of a kind that a CRD defines is null, where the CRD takes none and has no default',
    why: 'a server-side apply refuses the object (kubectl apply --server-side, Flux, Helm 4); other writes drop the '
      + 'null, so it is a warning without --strict, and nothing in a ClusterPolicy, which its own chart writes so',
    evidence: `${FROM_CRDS.evidence}; kubernetes/apiextensions-apiserver@v0.37.2 `
      + 'pkg/apiserver/schema/defaulting/prunenulls.go',
    check: function* (model) {
      for (const finding of ofSchema('null')(model)) {
        // the chart of the GPU Operator renders what its values leave empty as nulls, which Helm 3 drops
        if (finding.document.kind === 'ClusterPolicy' && !model.isStrict) { continue; }
        yield finding;
      }
    },
  }),
];
