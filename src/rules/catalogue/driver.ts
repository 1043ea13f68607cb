import { RuleText } from '../rule';

/* eslint-disable @stylistic/max-len -- a table of sentences */
/** What the rules about NVIDIADrivers say, and why. */
export const DRIVER_RULE_TEXTS: RuleText[] = [
  {
    id: 'DRV-001',
    area: 'driver',
    severity: 'error',
    lintSeverity: 'error',
    minGpuOperator: '26.7',
    sentence: 'spec.default:true forbids nodeSelector; at most one default',
    why: 'a CEL rule of the CRD refuses the two together, and the validator a second default',
    evidence: 'crds/nvidia.com_nvidiadrivers.yaml; internal/validator/validator.go',
    bad: 'spec: {default: true, nodeSelector: {pool: a}}',
    good: 'spec: {default: true}',
  },
  {
    id: 'DRV-002',
    area: 'driver',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'no node may match the selectors of two non-default NVIDIADrivers (no selector = all nvidia.com/gpu.present=true nodes)',
    why: 'conflict stops driver handling of all of them. Decided on real nodes: selectors on different keys may or may not meet; equal selectors, or one whose pairs all occur in another, always do',
    evidence: 'internal/nvidiadriver/nvidiadriver.go:132-151; internal/validator/validator.go (25.10-26.7)',
    bad: 'metadata: {name: a}\nspec: {nodeSelector: {pool: a}}\n---\nmetadata: {name: b}\nspec: {}',
    good: 'metadata: {name: a}\nspec: {nodeSelector: {pool: a}}\n---\nmetadata: {name: b}\nspec: {nodeSelector: {pool: b}}',
  },
  {
    id: 'DRV-003',
    area: 'driver',
    severity: 'error',
    lintSeverity: 'error',
    minGpuOperator: '26.7',
    sentence: 'nodeSelector must not use nvidia.com/gpu-operator.driver.owner',
    why: 'reserved',
    evidence: 'api/nvidia/v1alpha1/nvidiadriver_types.go:556-567',
    bad: 'nodeSelector: {nvidia.com/gpu-operator.driver.owner: a}',
    good: 'nodeSelector: {pool: a}',
  },
  {
    id: 'DRV-004',
    area: 'driver',
    severity: 'error',
    lintSeverity: 'error',
    sentence: 'an NVIDIADriver beside a ClusterPolicy needs spec.driver.useNvidiaDriverCRD: true there (not beside a GPUCluster)',
    why: '"useNvidiaDriverCRD is not enabled in ClusterPolicy": the object is not acted on',
    evidence: 'controllers/nvidiadriver_controller.go:117-130; nvidiadrivers CRD',
    bad: 'kind: NVIDIADriver   # ClusterPolicy without useNvidiaDriverCRD',
    good: 'kind: ClusterPolicy\nspec:\n  driver: {useNvidiaDriverCRD: true}',
  },
];
