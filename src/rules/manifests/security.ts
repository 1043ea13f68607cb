import { ClusterModel, ManifestDocument, NimServiceView } from '../../cluster';
import { at, Fields, listOf } from '../../kubernetes';
import { secretsOf } from '../../secrets';
import { isSet, ofNimServices, ofSpecs, SpecFinding } from '../nim/nim-check';
import { asked } from '../pods/pod-resources';
import { defineRule, Rule, RuleFinding } from '../rule';

const OPERATOR_KINDS = ['NIMService', 'NIMPipeline', 'NIMCache', 'NIMBuild'];

const GPU_KINDS = new Set([
  ...OPERATOR_KINDS,
  'ClusterPolicy',
  'NVIDIADriver',
  'GPUCluster',
  'NodeFeatureRule',
  'DeviceClass',
]);

const ofServices = ofNimServices(function* ({ userID }) {
  if (userID === 0) {
    yield {
      path: ['userID'],
      message: 'userID 0 runs the NIM as root, which no namespace with the restricted profile and no OpenShift '
        + 'namespace under the nonroot constraints lets in',
      fix: 'leave it out for the operator\'s own 1000, or give the user of the image',
    };
  }
});

/**
 * The jobs and pods of a cache say `runAsNonRoot: true` beside the user (k8s-nim-operator
 * internal/controller/nimcache_controller.go constructJob).
 */
const ofCaches = ofSpecs('NIMCache', function* ({ userID }): Iterable<SpecFinding> {
  if (userID === 0) {
    yield {
      path: ['userID'],
      message: 'userID 0 beside the runAsNonRoot that the operator gives to the download: the kubelet does '
        + 'not start such a container',
      fix: 'leave it out for the operator\'s own 1000',
      severity: 'error',
    };
  }
});

/** Rules about secrets in manifests, and about what the pods of the NIM Operator may do. */
export const SECURITY_RULES: Rule[] = [
  defineRule({
    id: 'SEC-001',
    name: 'secret-in-manifest',
    area: 'security',
    severity: 'error',
    lintSeverity: 'warning',
    refusedAtOnce: true,
    sentence: 'no key, token or password stands in a manifest about GPUs',
    why: 'manifests are kept in Git, shown by kubectl and written to audit logs; whoever reads one has the secret. '
      + 'Known by the shape of the value (keys of NVIDIA, Hugging Face, GitHub, GitLab, AWS, Google and Slack, JSON '
      + 'web tokens, private keys, passwords in URLs) or by the name of the variable, header, field or flag. The '
      + 'finding does not repeat it',
    evidence: 'Kubernetes documentation, good practices for Secrets; the token formats that the issuers document '
      + '(src/secrets/secret-shapes.ts)',
    *check(model) {
      for (const document of aboutGpus(model)) {
        for (const { path, of, says } of secretsOf(document.value)) {
          yield {
            document,
            path,
            message: `${of ?? `what stands at ${path.length === 0 ? 'the top' : path.join('.')}`} ${says}, and `
              + 'whoever can read the manifest has it',
            fix: 'put it into a Secret, refer to that by valueFrom.secretKeyRef, and have the old one revoked: '
              + 'it has been written down',
          };
        }
      }
    },
  }),
  defineRule({
    id: 'SEC-002',
    name: 'nim-as-root',
    area: 'security',
    severity: 'warning',
    lintSeverity: 'warning',
    refusedAtOnce: true,
    sentence: 'userID of a NIMService or NIMCache is not 0',
    why: 'a NIM that runs as root is let in by neither the restricted profile nor the nonroot constraints of '
      + 'OpenShift. The download of a NIMCache does not start at all: the operator says runAsNonRoot beside the user, '
      + 'and that finding is an error',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 manifests/deployment.yaml (securityContext); '
      + 'NVIDIA/k8s-nim-operator@f63f74d7 internal/controller/nimcache_controller.go constructJob; Kubernetes '
      + 'documentation, Pod Security Standards',
    *check(model) {
      yield* ofServices(model);
      yield* ofCaches(model);
    },
  }),
  defineRule({
    id: 'SEC-003',
    name: 'pod-security-profile',
    area: 'security',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'a namespace does not enforce a pod security profile that the pods of its NIMs cannot pass',
    why: 'the API server then turns the pods away, and the service has none. The pods of the NIM Operator set neither '
      + 'a seccomp profile nor, for a NIMService, allowPrivilegeEscalation, capabilities and runAsNonRoot, and no '
      + 'field sets them: restricted cannot be enforced. hostPath storage and a hostPort do not pass baseline either. '
      + 'Clusters may exempt runtime classes and users, which no manifest shows',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 manifests/deployment.yaml; NVIDIA/k8s-nim-operator@f63f74d7 '
      + 'manifests/lws.yaml; NVIDIA/k8s-nim-operator@f63f74d7 manifests/inferenceservice.yaml; '
      + 'NVIDIA/k8s-nim-operator#635 (open); NVIDIA/NeMo-Retriever#2690 (restricted for the operator\'s pods in warn '
      + 'and audit mode only, NIM Operator 3.1.2); Kubernetes documentation, Pod Security Standards',
    *check(model) {
      for (const namespace of model.ofKind('Namespace')) {
        const level = namespace.labels['pod-security.kubernetes.io/enforce'];
        if (level !== 'restricted' && level !== 'baseline') { continue; }
        yield* refusedIn(namespace.name, level, model);
      }
    },
  }),
];

/** What the operators and drivers for GPUs read, pods with a GPU, and all that a construct of this library writes. */
function* aboutGpus(model: ClusterModel): Iterable<ManifestDocument> {
  const withGpu = new Set(model.workloads
    .filter(({ containers }) => containers.some(each => asked(each).length > 0)).map(({ document }) => document));
  const files = new Set([
    ...model.migPartedFiles,
    ...model.devicePluginFiles.map(({ file }) => file),
  ].map(({ document }) => document));
  for (const document of model.documents) {
    if (GPU_KINDS.has(document.kind)
      || document.author === 'construct'
      || withGpu.has(document)
      || files.has(document)) { yield document; }
  }
}

/** Objects in a namespace whose pods its profile turns away. */
function* refusedIn(namespace: string, level: 'restricted' | 'baseline', model: ClusterModel): Iterable<RuleFinding> {
  const within = ({ document }: { readonly document: ManifestDocument }) => document.namespace === namespace;
  if (level === 'restricted') {
    for (const document of OPERATOR_KINDS
      .flatMap(kind => model.ofKind(kind))
      .filter(each => within({ document: each }))) {
      yield {
        document,
        path: ['metadata', 'namespace'],
        message: `namespace ${namespace} enforces the restricted profile, and the pods that the NIM Operator makes `
          + `of this ${document.kind} do not pass it: they are never made`,
        fix: 'enforce baseline there, and keep restricted as warn and audit; the operator has no '
          + 'field for a security context',
      };
    }
  }
  for (const service of model.nimServices.filter(within)) {
    for (const { path, what, whose } of beyondBaseline(service)) {
      yield {
        document: service.document,
        path: [...service.path, ...path],
        message: `namespace ${namespace} enforces the ${level} profile, which lets in no pod with ${what}: ${whose} `
          + `of ${service.name} are never made`,
        fix: what === 'a hostPath volume' ? 'keep the model on a claim or a NIMCache' : 'leave hostPort out',
      };
    }
  }
}

/**
 * What the pods of a NIMService have that the baseline profile forbids (Kubernetes, Pod Security Standards: HostPath
 * Volumes, Host Ports).
 */
function beyondBaseline({ spec }: NimServiceView): { path: (string | number)[]; what: string; whose: string }[] {
  const hostPath = at(spec, 'storage', 'hostPath');
  const ports = listOf(at(spec, 'expose', 'router', 'eppConfig', 'ports')) as Fields[];
  return [
    ...(isSet(hostPath) && hostPath !== ''
      ? [{ path: ['storage', 'hostPath'], what: 'a hostPath volume', whose: 'the pods' }]
      : []),
    ...ports.flatMap((port, index) => (isSet(at(port, 'hostPort')) && at(port, 'hostPort') !== 0
      ? [{
        path: ['expose', 'router', 'eppConfig', 'ports', index, 'hostPort'],
        what: 'a hostPort',
        whose: 'the endpoint pickers',
      }] : [])),
  ];
}
