import { ClusterModel, ManifestDocument } from '../../cluster';
import { at, listOf, Path, plainText, textOf } from '../../kubernetes';
import { areApart } from '../folders';
import { defineRule, Rule } from '../rule';

/** Distributions whose containerd is their own; both have its socket in the folder of k3s. */
type Distribution = 'k3s' | 'RKE2';

const SOCKET = '/run/k3s/containerd/containerd.sock';

/** Where each keeps the settings of its containerd (k3s and RKE2 documentation, advanced options). */
const CONFIG_FOLDERS: Readonly<Record<Distribution, string>> = {
  k3s: '/var/lib/rancher/k3s/', RKE2: '/var/lib/rancher/rke2/',
};

/** The distribution of a node, by the version of its kubelet or by what its agent labels it with. */
function distributionOf({ value, labels }: ManifestDocument): Distribution | undefined {
  const version = textOf(at(value, 'status', 'nodeInfo', 'kubeletVersion')) ?? '';
  const machine = labels['node.kubernetes.io/instance-type'] ?? labels['beta.kubernetes.io/instance-type'];
  const keys = Object.keys(labels);
  if (/\+rke2r\d/.test(version) || machine === 'rke2' || keys.some(key => /^(?:[\w-]+\.)?rke2\.io\//.test(key))) {
    return 'RKE2';
  }
  return /\+k3s\d/.test(version) || machine === 'k3s' || keys.some(key => /^(?:[\w-]+\.)?k3s\.io\//.test(key))
    ? 'k3s'
    : undefined;
}

/** The distribution of all nodes that are among the manifests; undefined where one shows none, or they differ. */
function distributionOfNodes(model: ClusterModel): Distribution | undefined {
  const shown = new Set(model.ofKind('Node').map(distributionOf));
  return shown.size === 1 ? [...shown][0] : undefined;
}

/** How the container toolkit of the operator is set up at one place. */
interface Toolkit {
  readonly document: ManifestDocument;
  readonly path: Path;
  readonly settings: unknown;
  /** Whether the place is all that there is to say. */
  readonly isWhole: boolean;
}

function* toolkitsOf(model: ClusterModel): Generator<Toolkit> {
  for (const document of model.valuesOf('gpu-operator')) {
    const chart = at(document.value, 'chart');
    const isWhole = at(chart, 'isGuessed') !== true && at(chart, 'isIncomplete') !== true;
    yield { document, path: ['values'], settings: at(document.value, 'values'), isWhole };
  }
  // what a chart makes of values is told at the values
  for (const document of model.policies.filter(({ isPartial }) => !isPartial)) {
    yield { document, path: ['spec'], settings: document.spec, isWhole: true };
  }
}

/** Whether the operator lets the toolkit change the settings of containerd. */
function changesContainerd(settings: unknown): boolean {
  return at(settings, 'toolkit', 'enabled') !== false
    && at(settings, 'cdi', 'nriPluginEnabled') !== true
    && at(settings, 'clusterPolicy', 'deployCR') !== false
    && !['docker', 'crio'].includes(plainText(at(settings, 'operator', 'defaultRuntime')));
}

/** The paths of containerd that k3s and RKE2 have elsewhere. */
export const TOOLKIT_PATH_RULES: Rule[] = [
  defineRule({
    id: 'CP-013',
    name: 'toolkit-paths-of-k3s-and-rke2',
    area: 'cluster-policy',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'on k3s and RKE2, toolkit.env sets CONTAINERD_SOCKET to /run/k3s/containerd/containerd.sock, and '
      + 'CONTAINERD_CONFIG, where it is set, to a file of that distribution',
    why: 'the operator mounts /run/containerd into the toolkit otherwise, where these have no socket: its pods fail, '
      + 'and all that wait for it. Told where a node, a path or settings of the toolkit in a HelmChart show one of '
      + 'the two, a note where a HelmChart alone does. With cdi.nriPluginEnabled nothing is mounted',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 controllers/object_controls.go#L70, #L2630-L2650; '
      + 'rancher/rke2-docs@9477b7b1 docs/add-ons/gpu_operators.md',
    *check(model) {
      const ofNodes = distributionOfNodes(model);
      for (const { document, path, settings, isWhole } of toolkitsOf(model)) {
        if (!changesContainerd(settings) || (ofNodes !== undefined && isElsewhere(model, document))) { continue; }
        const env = listOf(at(settings, 'toolkit', 'env'));
        const valueOf = (name: string) => textOf(at(env.find(each => at(each, 'name') === name), 'value'));
        const [socket, config] = [valueOf('CONTAINERD_SOCKET'), valueOf('CONTAINERD_CONFIG')];
        const ofPath = Object.entries(CONFIG_FOLDERS)
          .find(([, folder]) => config?.startsWith(folder) === true)?.[0] as Distribution | undefined;
        const isOfRancher = at(document.value, 'chart', 'isOfRancher') === true;
        const which = ofNodes ?? ofPath ?? (isOfRancher ? 'k3s and RKE2' : undefined);
        if (which === undefined) { continue; }
        const place = [...path, 'toolkit', 'env'];
        if (ofNodes !== undefined && config?.startsWith('/') === true && !config.startsWith(CONFIG_FOLDERS[ofNodes])) {
          yield {
            document,
            path: place,
            message: `CONTAINERD_CONFIG is ${config}, and the containerd of ${ofNodes} reads `
              + `${CONFIG_FOLDERS[ofNodes]}agent/etc/containerd`,
            fix: 'leave CONTAINERD_CONFIG out, or give a file there',
          };
        }
        const isAtDefault = socket === undefined || /^(?:\/var)?\/run\/containerd\//.test(socket);
        if (!isAtDefault || (socket === undefined && !isWhole)) { continue; }
        const isSure = ofNodes !== undefined || ofPath !== undefined || env.length > 0;
        yield {
          document,
          path: place,
          message: `${socket === undefined ? 'toolkit.env has no CONTAINERD_SOCKET' : `CONTAINERD_SOCKET is ${socket}`}: `
            + `the socket of ${which} is ${SOCKET}, and the toolkit does not find it`,
          fix: `add {name: CONTAINERD_SOCKET, value: ${SOCKET}} to toolkit.env; not needed with toolkit.enabled: false`,
          ...!isSure && { severity: 'info' as const },
        };
      }
    },
  }),
];

/** Whether none of the nodes is of one cluster with an object. */
function isElsewhere(model: ClusterModel, document: ManifestDocument): boolean {
  return model.ofKind('Node').every(node => areApart(model, node, document));
}
