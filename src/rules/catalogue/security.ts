import { RuleText } from '../rule';

/* eslint-disable @stylistic/max-len -- a table of sentences */
/** What the rules about secrets and about the rights of pods say, and why. */
export const SECURITY_RULE_TEXTS: RuleText[] = [
  {
    id: 'SEC-001',
    area: 'security',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'no key, token or password stands in a manifest about GPUs',
    why: 'manifests are kept in Git, shown by kubectl and written to audit logs; whoever reads one has the secret. Known by the shape of the value (keys of NVIDIA, Hugging Face, GitHub, GitLab, AWS, Google and Slack, JSON web tokens, private keys, passwords in URLs) or by the name of the variable, header, field or flag. The finding does not repeat it',
    evidence: 'Kubernetes documentation, good practices for Secrets; the token formats that the issuers document (src/secrets/secret-shapes.ts)',
    bad: 'env: [{name: HF_TOKEN, value: not-for-everybody}]',
    good: 'env: [{name: HF_TOKEN, valueFrom: {secretKeyRef: {name: hf, key: token}}}]',
  },
  {
    id: 'SEC-002',
    area: 'security',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'userID of a NIMService or NIMCache is not 0',
    why: 'a NIM that runs as root is let in by neither the restricted profile nor the nonroot constraints of OpenShift. The download of a NIMCache does not start at all: the operator says runAsNonRoot beside the user, and that finding is an error',
    evidence: 'k8s-nim-operator manifests/deployment.yaml (securityContext), internal/controller/nimcache_controller.go constructJob; Kubernetes documentation, Pod Security Standards',
    bad: 'kind: NIMService\nspec: {userID: 0}',
    good: 'kind: NIMService\nspec: {userID: 1000}',
  },
  {
    id: 'SEC-003',
    area: 'security',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'a namespace does not enforce a pod security profile that the pods of its NIMs cannot pass',
    why: 'the API server then turns the pods away, and the service has none. The pods of the NIM Operator set neither a seccomp profile nor, for a NIMService, allowPrivilegeEscalation, capabilities and runAsNonRoot, and no field sets them: restricted cannot be enforced. hostPath storage and a hostPort do not pass baseline either. Clusters may exempt runtime classes and users, which no manifest shows',
    evidence: 'k8s-nim-operator manifests/deployment.yaml, lws.yaml and inferenceservice.yaml, issue #635 (open); NVIDIA/NeMo-Retriever PR #2690 (restricted for the operator\'s pods in warn and audit mode only, NIM Operator 3.1.2); Kubernetes documentation, Pod Security Standards',
    bad: 'kind: Namespace\nmetadata: {name: nim, labels: {pod-security.kubernetes.io/enforce: restricted}}',
    good: 'kind: Namespace\nmetadata: {name: nim, labels: {pod-security.kubernetes.io/enforce: baseline, pod-security.kubernetes.io/warn: restricted}}',
  },
];
