import { ClusterModel, ManifestDocument } from '../../cluster';
import { checkSchema, operatorOf, SchemaIssue, SchemaProblem } from '../../kubernetes';
import { Rule } from '../rule';

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

function schemaRule(id: string, problem: SchemaProblem): Rule {
  return {
    id,
    *check(model) {
      for (const document of KINDS.flatMap(kind => model.ofKind(kind))) {
        for (const { path, message, fix, ...issue } of issuesOf(model, document)) {
          if (issue.problem === problem && !isPartial(document, problem, path)) { yield { document, path, message, fix }; }
        }
      }
    },
  };
}

/** What a part of an object leaves out is in the cluster already; of the sections of a ClusterPolicy CP-001 speaks. */
function isPartial(document: ManifestDocument, problem: SchemaProblem, path: SchemaIssue['path']): boolean {
  if (problem !== 'missing') { return false; }
  return document.isPartial || (document.kind === 'ClusterPolicy' && path.length <= 1);
}

/** Rules about the fields of the kinds whose CRDs are known. */
export const SCHEMA_RULES: Rule[] = [
  schemaRule('SCH-001', 'unknown'),
  schemaRule('SCH-002', 'type'),
  schemaRule('SCH-003', 'value'),
  schemaRule('SCH-004', 'bounds'),
  schemaRule('SCH-005', 'missing'),
  schemaRule('SCH-006', 'newer'),
];
