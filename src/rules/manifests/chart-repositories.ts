import { ClusterModel } from '../../cluster';
import { at, textOf } from '../../kubernetes';
import { defineRule, Rule } from '../rule';

const NGC = 'https://helm.ngc.nvidia.com/nvidia';
const DEVICE_PLUGIN = 'https://nvidia.github.io/k8s-device-plugin';
const NFD = 'https://kubernetes-sigs.github.io/node-feature-discovery/charts';

/**
 * Charts by the repository that publishes them, of those that are known whole: each has the charts of its project and
 * no other.
 */
const PUBLISHED: ReadonlyMap<string, readonly string[]> = new Map([
  [NGC, ['gpu-operator', 'nim-operator', 'dra-driver']],
  [DEVICE_PLUGIN, ['nvidia-device-plugin']],
  ['https://nvidia.github.io/gpu-operator', ['gpu-operator']],
  [NFD, ['node-feature-discovery']],
]);

/** Where each chart is. */
const HOME: Readonly<Record<string, string>> = {
  'gpu-operator': NGC, 'nim-operator': NGC, 'dra-driver': NGC, 'nvidia-device-plugin': DEVICE_PLUGIN, 'node-feature-discovery': NFD,
};

/** The address of a repository, which may be written down in an object of its own. */
function addressOf(model: ClusterModel, repository: string): string | undefined {
  const address = repository.includes('://') ? repository : model.chartRepository(repository);
  return address?.trim().replace(/^http:/, 'https:').replace(/\/$/, '');
}

/** Rules about where charts come from. */
export const CHART_REPOSITORY_RULES: Rule[] = [
  defineRule({
    id: 'REF-008',
    name: 'chart-of-other-repository',
    area: 'references',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'a chart is taken from a repository that has it: gpu-operator and k8s-nim-operator from '
      + 'helm.ngc.nvidia.com/nvidia, nvidia-device-plugin from nvidia.github.io/k8s-device-plugin, '
      + 'node-feature-discovery from its own',
    why: 'Helm, Flux and Argo CD do not find it, and nothing is installed',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc README.md (deployment via helm); NVIDIA/cloud-native-docs@52dcb7b8 '
      + 'gpu-operator/getting-started.rst; kubernetes-sigs/node-feature-discovery@76e6cc8c docs/deployment/helm.md',
    *check(model) {
      for (const document of model.ofKind('HelmValues')) {
        const repository = textOf(at(document.value, 'chart', 'repository'));
        const address = repository === undefined ? undefined : addressOf(model, repository);
        const published = address === undefined ? undefined : PUBLISHED.get(address);
        if (published === undefined || published.includes(document.name) || HOME[document.name] === undefined) {
          continue;
        }
        yield {
          document,
          path: [],
          message: `the repository ${address} has no chart ${document.name}`,
          fix: `take it from ${HOME[document.name]}`,
        };
      }
    },
  }),
];
