import { ClusterModel, selectorPath, Workload } from '../../cluster';
import { isLabelValue, isTemplated } from '../../kubernetes';
import { isSlipOf } from '../../text';
import { REFUSED } from '../false-alarms';
import { ofPods } from '../of-pods';
import { defineRule, Rule } from '../rule';

/** What may stand as the value of a label, in words and as a pattern. */
interface Values {
  readonly words: string;
  readonly pattern: RegExp;
}

const TRUE: Values = { words: '"true"', pattern: /^true$/ };
const BOOLEAN: Values = { words: '"true" or "false"', pattern: /^(?:true|false)$/ };
const NUMBER: Values = { words: 'a whole number', pattern: /^\d+$/ };

/**
 * The labels that NVIDIA's and NFD's programs write, and of some the only values that they write
 * (k8s-device-plugin@1b826acc internal/lm, docs/gpu-feature-discovery; gpu-operator@a22dbf67
 * controllers/state_manager.go; mig-parted@bd7160f4 cmd/nvidia-mig-manager).
 */
const LABELS: ReadonlyMap<string, Values | undefined> = new Map([
  ['nvidia.com/gpu.present', TRUE],
  ...['pci-10de', 'pci-0300_10de', 'pci-0302_10de'].map((device): [string, Values] =>
    [`feature.node.kubernetes.io/${device}.present`, TRUE]),
  ['nvidia.com/mig.capable', BOOLEAN],
  ['nvidia.com/mps.capable', BOOLEAN],
  ...[
    'gpu.count', 'gpu.memory', 'gpu.replicas', 'gpu.compute.major', 'gpu.compute.minor', 'cuda.driver.major',
    'cuda.driver.minor', 'cuda.runtime.major', 'cuda.runtime.minor',
  ]
    .map((name): [string, Values] => [`nvidia.com/${name}`, NUMBER]),
  ['nvidia.com/mig.strategy', { words: 'none, single or mixed', pattern: /^(?:none|single|mixed)$/ }],
  ['nvidia.com/gpu.sharing-strategy', { words: 'none, mps or time-slicing', pattern: /^(?:none|mps|time-slicing)$/ }],
  [
    'nvidia.com/mig.config.state',
    { words: 'success, failed, pending or rebooting', pattern: /^(?:success|failed|pending|rebooting)$/ },
  ],
  ...[
    'gpu.product', 'gpu.family', 'gpu.machine', 'gpu.mode', 'mig.config', 'device-plugin.config', 'gpu.workload.config',
  ]
    .map((name): [string, undefined] => [`nvidia.com/${name}`, undefined]),
]);

const FIRST = 'nvidia.com/';

/**
 * The label that somebody meant who wrote one that no program of NVIDIA writes: one letter off, or a dash or underline
 * for a dot.
 */
function meantLabel(key: string): string | undefined {
  if (!key.startsWith(FIRST) || LABELS.has(key)) { return undefined; }
  const dotted = key.slice(FIRST.length).replace(/[-_]/g, '.').toLowerCase();
  return [...LABELS.keys()].filter(known => known.startsWith(FIRST))
    .find(known => known.slice(FIRST.length).replace(/-/g, '.') === dotted || isSlipOf(key, known));
}

/** Whether something among the manifests gives nodes a label. */
function isSetBy(model: ClusterModel, key: string, value?: string): boolean {
  return (value === undefined ? model.labelValues(key) : model.labelsWith(key, value)).length > 0;
}

/** The labels that a pod requires, each with the one value that will do. */
function selectedOf({ nodeSelector }: Workload): [string, string][] {
  return Object.entries(nodeSelector).filter(([key, value]) => !isTemplated(value) && !isTemplated(key));
}

/** Rules about labels of GPU nodes that pods select. */
export const GPU_LABEL_RULES: Rule[] = [
  defineRule({
    id: 'POD-024',
    name: 'impossible-gpu-label',
    area: 'pods',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'a label of NVIDIA or NFD that a pod selects is one that their programs write, '
      + 'with a value that they write',
    why: 'no node has another, unless somebody sets it by hand, and the pod stays Pending. The programs write '
      + 'gpu.present and the pci labels as "true" alone, counts and memory (in MiB) as whole numbers',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc internal/lm/resource.go; NVIDIA/k8s-device-plugin@1b826acc '
      + 'docs/gpu-feature-discovery/README.md; NVIDIA/gpu-operator@a22dbf67 controllers/state_manager.go; '
      + 'kubernetes-sigs/node-feature-discovery@76e6cc8c source/pci/pci.go',
    check: ofPods(function* (model) {
      for (const workload of model.distinctWorkloads) {
        for (const [key, value] of selectedOf(workload)) {
          const meant = isSetBy(model, key) ? undefined : meantLabel(key);
          const values = LABELS.get(key);
          if (meant !== undefined) {
            yield {
              document: workload.document,
              path: selectorPath(workload, key),
              message: `no program of NVIDIA writes the label ${key}; there is ${meant}`,
              fix: `select ${meant}`,
            };
          } else if (values !== undefined
            && isLabelValue(value)
            && !values.pattern.test(value)
            && !isSetBy(model, key, value)) {
            yield {
              document: workload.document,
              path: selectorPath(workload, key),
              message: `no node has ${key}=${value}: its value is ${values.words}`,
              fix: `select ${values === TRUE || (values === BOOLEAN && /^(?:yes|on|1|true)$/i.test(value))
                ? `${key}: "true"`
                : 'one of its values'}`,
            };
          }
        }
      }
    }),
  }),
  defineRule({
    id: 'POD-025',
    name: 'selector-value-form',
    area: 'pods',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    sentence: 'values of a nodeSelector can be values of labels: letters, digits, dashes, dots '
      + 'and underlines, at most 63',
    why: 'the API server refuses the pod. Feature discovery writes dashes for the spaces of a product name',
    evidence: 'kubernetes/kubernetes@7fc9c57d pkg/apis/core/validation/validation.go ValidatePodSpec (ValidateLabels '
      + 'of spec.nodeSelector); NVIDIA/k8s-device-plugin@1b826acc internal/lm/resource.go#L185-L207',
    check: ofPods(function* (model) {
      for (const workload of model.distinctWorkloads.filter(({ document }) => !document.kind.startsWith('NIM'))) {
        for (const [key, value] of selectedOf(workload)) {
          const path = selectorPath(workload, key);
          // of an affinity the value is no error of the API, of what is too long POD-006 tells
          if (isLabelValue(value) || value.length > 63 || path.at(-2) !== 'nodeSelector') { continue; }
          const plain = value.split(/[^A-Za-z0-9]/).filter(part => part !== '').join('-');
          yield {
            document: workload.document,
            path,
            message: `"${value}" cannot be the value of the label ${key}, and the API server refuses it`,
            fix: plain === '' ? 'select a value that nodes have' : `select a value that nodes have, such as ${plain}`,
          };
        }
      }
    }),
  }),
];
