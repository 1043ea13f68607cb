import { RuleText } from '../rule';

/** The CRDs of the supported releases, from which the table of fields is generated. */
const CRDS = 'CRDs of GPU Operator 25.10, 26.3 and 26.7, NIM Operator 3.0 and 3.1, NFD 0.19';

/* eslint-disable @stylistic/max-len -- a table of sentences */
/** What the rules about the fields of NVIDIA's and NFD's kinds say, and why. */
export const SCHEMA_RULE_TEXTS: RuleText[] = [
  {
    id: 'SCH-001',
    area: 'schema',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'every field is one that the CRD knows',
    why: 'the API server drops an unknown field, so that a setting with a typing error has no effect; kubectl refuses it, Helm and GitOps tools may not',
    evidence: CRDS,
    bad: 'kind: ClusterPolicy\nspec:\n  mig: {stratgy: mixed}',
    good: 'kind: ClusterPolicy\nspec:\n  mig: {strategy: mixed}',
  },
  {
    id: 'SCH-002',
    area: 'schema',
    severity: 'error',
    lintSeverity: 'error',
    sentence: 'every value has the type that the CRD says',
    why: 'the API server refuses the object',
    evidence: CRDS,
    bad: 'kind: NIMService\nspec:\n  replicas: "2"',
    good: 'kind: NIMService\nspec:\n  replicas: 2',
  },
  {
    id: 'SCH-003',
    area: 'schema',
    severity: 'error',
    lintSeverity: 'error',
    sentence: 'every value is one of those that the CRD lists, and matches its pattern',
    why: 'the API server refuses the object',
    evidence: CRDS,
    bad: 'kind: ClusterPolicy\nspec:\n  mig: {strategy: mixd}',
    good: 'kind: ClusterPolicy\nspec:\n  mig: {strategy: mixed}',
  },
  {
    id: 'SCH-004',
    area: 'schema',
    severity: 'error',
    lintSeverity: 'error',
    sentence: 'every number, length and count is within the bounds of the CRD',
    why: 'the API server refuses the object',
    evidence: CRDS,
    bad: 'kind: NIMService\nspec:\n  expose: {service: {port: 70000}}',
    good: 'kind: NIMService\nspec:\n  expose: {service: {port: 8000}}',
  },
  {
    id: 'SCH-005',
    area: 'schema',
    severity: 'error',
    lintSeverity: 'error',
    sentence: 'every required field without a default is there',
    why: 'the API server refuses the object; a field that is null counts as missing. Of the sections of a ClusterPolicy CP-001 speaks',
    evidence: CRDS,
    bad: 'kind: NIMService\nspec:\n  image: {tag: "1.8.0"}',
    good: 'kind: NIMService\nspec:\n  image: {repository: nvcr.io/nim/nvidia/magpie-tts-multilingual, tag: "1.8.0"}',
  },
  {
    id: 'SCH-006',
    area: 'schema',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'every field and kind is known to the release of the operator that the cluster runs',
    why: 'an older release drops the field, so that it has no effect until the CRDs are upgraded',
    evidence: CRDS,
    bad: '# GPU Operator 26.3\nkind: GPUCluster',
    good: '# GPU Operator 26.7\nkind: GPUCluster',
  },
];
