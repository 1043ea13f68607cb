import { ClusterModel, ManifestDocument } from '../../cluster';
import { at, checkSchema, operatorOf, SchemaIssue, SchemaProblem } from '../../kubernetes';
import { standsForNumber } from '../../text';
import { Check, defineRule, Rule } from '../rule';

/** Kinds of the GPU Operator, the NIM Operator and NFD. */
const KINDS = [
  'ClusterPolicy', 'NVIDIADriver', 'GPUCluster', 'NIMService', 'NIMPipeline', 'NIMCache', 'NIMBuild', 'NodeFeature', 'NodeFeatureGroup', 'NodeFeatureRule',
];

/** Six rules ask about the same object: it is walked once. */
const walked = new WeakMap<ManifestDocument, { release?: string; issues: SchemaIssue[] }>();

function issuesOf(model: ClusterModel, document: ManifestDocument): SchemaIssue[] {
  const operator = operatorOf(document.kind);
  const release = operator === 'gpu-operator' ? model.gpuOperator : operator === 'nim-operator' ? model.declaredRelease('nim-operator') : undefined;
  const known = walked.get(document);
  if (known !== undefined && known.release === release) { return known.issues; }
  const issues = checkSchema(document.kind, release, document.value);
  walked.set(document, { release, issues });
  return issues;
}

function ofSchema(problem: SchemaProblem): Check {
  return function* (model) {
    for (const document of KINDS.flatMap(kind => model.ofKind(kind))) {
      for (const { path, message, fix, ...issue } of issuesOf(model, document)) {
        if (problem === 'type' && standsForNumber(at(document.value, ...path))) { continue; }
        if (issue.problem === problem && !isPartial(document, problem, path)) { yield { document, path, message, fix }; }
      }
    }
  };
}

/** What a part of an object leaves out is in the cluster already; of the sections of a ClusterPolicy CP-001 speaks. */
function isPartial(document: ManifestDocument, problem: SchemaProblem, path: SchemaIssue['path']): boolean {
  if (problem !== 'missing') { return false; }
  return document.isPartial || (document.kind === 'ClusterPolicy' && path.length <= 1);
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
    sentence: 'every field is one that the CRD knows',
    why: 'the API server drops an unknown field, so that a setting with a typing error has no effect; kubectl '
      + 'refuses it, Helm and GitOps tools may not',
    evidence: 'CRDs of GPU Operator 25.10, 26.3 and 26.7, NIM Operator 3.0 and 3.1, NFD 0.19',
    check: ofSchema('unknown'),
  }),
  defineRule({
    id: 'SCH-002',
    name: 'field-type',
    area: 'schema',
    severity: 'error',
    lintSeverity: 'error',
    sentence: 'every value has the type that the CRD says',
    why: 'the API server refuses the object',
    evidence: 'CRDs of GPU Operator 25.10, 26.3 and 26.7, NIM Operator 3.0 and 3.1, NFD 0.19',
    check: ofSchema('type'),
  }),
  defineRule({
    id: 'SCH-003',
    name: 'field-value',
    area: 'schema',
    severity: 'error',
    lintSeverity: 'error',
    sentence: 'every value is one of those that the CRD lists, and matches its pattern',
    why: 'the API server refuses the object',
    evidence: 'CRDs of GPU Operator 25.10, 26.3 and 26.7, NIM Operator 3.0 and 3.1, NFD 0.19',
    check: ofSchema('value'),
  }),
  defineRule({
    id: 'SCH-004',
    name: 'field-bounds',
    area: 'schema',
    severity: 'error',
    lintSeverity: 'error',
    sentence: 'every number, length and count is within the bounds of the CRD',
    why: 'the API server refuses the object',
    evidence: 'CRDs of GPU Operator 25.10, 26.3 and 26.7, NIM Operator 3.0 and 3.1, NFD 0.19',
    check: ofSchema('bounds'),
  }),
  defineRule({
    id: 'SCH-005',
    name: 'missing-field',
    area: 'schema',
    severity: 'error',
    lintSeverity: 'error',
    sentence: 'every required field without a default is there',
    why: 'the API server refuses the object; a field that is null counts as missing. Of the sections of a '
      + 'ClusterPolicy CP-001 speaks',
    evidence: 'CRDs of GPU Operator 25.10, 26.3 and 26.7, NIM Operator 3.0 and 3.1, NFD 0.19',
    check: ofSchema('missing'),
  }),
  defineRule({
    id: 'SCH-006',
    name: 'field-release',
    area: 'schema',
    severity: 'error',
    lintSeverity: 'warning',
    aboutKey: true,
    sentence: 'every field and kind is known to the release of the operator that the cluster runs',
    why: 'an older release drops the field, so that it has no effect until the CRDs are upgraded',
    evidence: 'CRDs of GPU Operator 25.10, 26.3 and 26.7, NIM Operator 3.0 and 3.1, NFD 0.19',
    check: ofSchema('newer'),
  }),
];
