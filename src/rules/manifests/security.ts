import { ClusterModel, ManifestDocument, NimServiceView } from '../../cluster';
import { at, Fields, listOf } from '../../kubernetes';
import { secretsOf } from '../../secrets';
import { isSet, nimServiceRule, SpecFinding, specRule } from '../nim/nim-rule';
import { asked } from '../pods/pod-resources';
import { Rule, RuleFinding } from '../rule';

/** Rules about secrets in manifests, and about what the pods of the NIM Operator may do. */
export const SECURITY_RULES: Rule[] = [
  {
    id: 'SEC-001',
    *check(model) {
      for (const document of aboutGpus(model)) {
        for (const { path, of, says } of secretsOf(document.value)) {
          yield {
            document,
            path,
            message: `${of ?? `what stands at ${path.length === 0 ? 'the top' : path.join('.')}`} ${says}, and whoever can read the manifest has it`,
            fix: 'put it into a Secret, refer to that by valueFrom.secretKeyRef, and have the old one revoked: it has been written down',
          };
        }
      }
    },
  },
  {
    id: 'SEC-002',
    *check(model) {
      yield* ofServices.check(model);
      yield* ofCaches.check(model);
    },
  },
  {
    id: 'SEC-003',
    *check(model) {
      for (const namespace of model.ofKind('Namespace')) {
        const level = namespace.labels['pod-security.kubernetes.io/enforce'];
        if (level !== 'restricted' && level !== 'baseline') { continue; }
        yield* refusedIn(namespace.name, level, model);
      }
    },
  },
];

const OPERATOR_KINDS = ['NIMService', 'NIMPipeline', 'NIMCache', 'NIMBuild'];

/** What the operators and drivers for GPUs read, pods with a GPU, and all that a construct of this library writes. */
function* aboutGpus(model: ClusterModel): Iterable<ManifestDocument> {
  const withGpu = new Set(model.workloads
    .filter(({ containers }) => containers.some(each => asked(each).length > 0)).map(({ document }) => document));
  const files = new Set([...model.migPartedFiles, ...model.devicePluginFiles.map(({ file }) => file)].map(({ document }) => document));
  for (const document of model.documents) {
    if (GPU_KINDS.has(document.kind) || document.author === 'construct' || withGpu.has(document) || files.has(document)) { yield document; }
  }
}

const GPU_KINDS = new Set([...OPERATOR_KINDS, 'ClusterPolicy', 'NVIDIADriver', 'GPUCluster', 'NodeFeatureRule', 'DeviceClass']);

const ofServices = nimServiceRule('SEC-002', function* ({ userID }) {
  if (userID === 0) {
    yield {
      path: ['userID'],
      message: 'userID 0 runs the NIM as root, which no namespace with the restricted profile and no OpenShift namespace under the nonroot constraints lets in',
      fix: 'leave it out for the operator\'s own 1000, or give the user of the image',
    };
  }
});

/** The jobs and pods of a cache say `runAsNonRoot: true` beside the user (k8s-nim-operator internal/controller/nimcache_controller.go constructJob). */
const ofCaches = specRule('SEC-002', 'NIMCache', function* ({ userID }): Iterable<SpecFinding> {
  if (userID === 0) {
    yield {
      path: ['userID'],
      message: 'userID 0 beside the runAsNonRoot that the operator gives to the download: the kubelet does not start such a container',
      fix: 'leave it out for the operator\'s own 1000',
      severity: 'error',
    };
  }
});

/** Objects in a namespace whose pods its profile turns away. */
function* refusedIn(namespace: string, level: 'restricted' | 'baseline', model: ClusterModel): Iterable<RuleFinding> {
  const within = ({ document }: { readonly document: ManifestDocument }) => document.namespace === namespace;
  if (level === 'restricted') {
    for (const document of OPERATOR_KINDS.flatMap(kind => model.ofKind(kind)).filter(each => within({ document: each }))) {
      yield {
        document,
        path: ['metadata', 'namespace'],
        message: `namespace ${namespace} enforces the restricted profile, and the pods that the NIM Operator makes of this ${document.kind} do not pass it: they are never made`,
        fix: 'enforce baseline there, and keep restricted as warn and audit; the operator has no field for a security context',
      };
    }
  }
  for (const service of model.nimServices.filter(within)) {
    for (const { path, what, whose } of beyondBaseline(service)) {
      yield {
        document: service.document,
        path: [...service.path, ...path],
        message: `namespace ${namespace} enforces the ${level} profile, which lets in no pod with ${what}: ${whose} of ${service.name} are never made`,
        fix: what === 'a hostPath volume' ? 'keep the model on a claim or a NIMCache' : 'leave hostPort out',
      };
    }
  }
}

/** What the pods of a NIMService have that the baseline profile forbids (Kubernetes, Pod Security Standards: HostPath Volumes, Host Ports). */
function beyondBaseline({ spec }: NimServiceView): { path: (string | number)[]; what: string; whose: string }[] {
  const hostPath = at(spec, 'storage', 'hostPath');
  const ports = listOf(at(spec, 'expose', 'router', 'eppConfig', 'ports')) as Fields[];
  return [
    ...(isSet(hostPath) && hostPath !== '' ? [{ path: ['storage', 'hostPath'], what: 'a hostPath volume', whose: 'the pods' }] : []),
    ...ports.flatMap((port, index) => (isSet(at(port, 'hostPort')) && at(port, 'hostPort') !== 0
      ? [{ path: ['expose', 'router', 'eppConfig', 'ports', index, 'hostPort'], what: 'a hostPort', whose: 'the endpoint pickers' }] : [])),
  ];
}
