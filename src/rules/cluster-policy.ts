import { Rule } from './rule';
import { at, isFields, listOf } from '../cluster';

/** Sections of a whole ClusterPolicy (crds/nvidia.com_clusterpolicies.yaml, 25.10 to 26.7). */
const REQUIRED = ['daemonsets', 'dcgm', 'dcgmExporter', 'devicePlugin', 'driver', 'gfd', 'nodeStatusExporter', 'operator', 'toolkit'];

/** Rules about the ClusterPolicy and the labels that its operands read. */
export const CLUSTER_POLICY_RULES: Rule[] = [
  {
    id: 'CP-001',
    *check(model) {
      for (const policy of model.policies) {
        if (policy.annotations['cdk8s-gpu/form'] === 'partial') { continue; } // meant for server-side apply onto one that exists
        const missing = REQUIRED.filter(section => !isFields(policy.spec[section]));
        if (missing.length > 0) {
          yield {
            document: policy,
            path: ['spec'],
            message: `spec has no ${missing.join(', ')}, which a whole ClusterPolicy needs`,
            fix: 'add them, empty maps will do; or apply it server-side onto the one that exists',
          };
        }
      }
    },
  },
  {
    id: 'CP-003',
    *check(model) {
      const [first, ...others] = model.policies;
      for (const policy of others.filter(each => each.name !== first.name)) {
        yield {
          document: policy,
          path: ['metadata', 'name'],
          message: `ClusterPolicy ${policy.name} beside ${first.name}: a cluster has one, the other is ignored`,
          fix: 'merge them into one',
        };
      }
    },
  },
  {
    id: 'CP-006',
    *check(model) {
      for (const policy of model.policies) {
        if (at(policy.spec, 'migManager', 'config', 'name') === 'default-mig-parted-config') {
          yield {
            document: policy,
            path: ['spec', 'migManager', 'config', 'name'],
            message: 'default-mig-parted-config pins the static list of MIG configs, and the per-node generation is off',
            fix: 'remove the name, or name a ConfigMap of your own',
          };
        }
      }
    },
  },
  {
    id: 'CP-008',
    *check(model) {
      for (const policy of model.policies) {
        const off = [['cdi', 'enabled'], ['toolkit', 'enabled']].find(path => at(policy.spec, ...path) === false);
        if (at(policy.spec, 'cdi', 'nriPluginEnabled') === true && off !== undefined) {
          yield {
            document: policy, path: ['spec', 'cdi', 'nriPluginEnabled'], message: `nriPluginEnabled needs ${off.join('.')}, which is false`, fix: `set ${off.join('.')}: true`,
          };
        }
      }
    },
  },
  {
    id: 'CP-009',
    *check(model) {
      const needs: [string, boolean][] = [
        ['migManager', model.migPartedFiles.length > 0], ['devicePlugin', model.devicePluginFiles.length > 0],
        ['gfd', model.migPartedFiles.length > 0],
      ];
      for (const policy of model.policies) {
        for (const [component] of needs.filter(([name, needed]) => needed && at(policy.spec, name, 'enabled') === false)) {
          yield {
            document: policy,
            path: ['spec', component, 'enabled'],
            message: `${component} is off, so the ConfigMap among the manifests has no effect`,
            fix: `switch ${component} on, unless something else does its work`,
          };
        }
      }
    },
  },
  {
    id: 'LBL-001',
    *check(model) {
      for (const label of model.labels.filter(({ key, value }) => key.startsWith('nvidia.com/gpu.deploy.') && value === '')) {
        yield {
          document: label.document,
          path: label.path,
          message: `${label.key} is empty: the operand stays off on 25.10 and 26.3 and is switched on again by 26.7`,
          fix: 'write "false" to switch it off, or remove the label',
        };
      }
    },
  },
  {
    id: 'LBL-003',
    *check(model) {
      for (const label of model.labelValues('nvidia.com/mig.config').filter(({ value }) => value === '')) {
        yield {
          document: label.document,
          path: label.path,
          message: 'nvidia.com/mig.config is empty, which counts as unset: the operator replaces it by all-disabled',
          fix: 'write all-disabled, or set migManager.config.default: ""',
        };
      }
    },
  },
  {
    id: 'NFD-006',
    *check(model) {
      for (const document of model.ofKind('NodeFeatureRule')) {
        for (const [index, rule] of listOf(document.spec.rules).entries()) {
          const label = Object.entries(isFields(at(rule, 'labels')) ? at(rule, 'labels') as object : {}).find(([, value]) => typeof value !== 'string');
          if (label !== undefined) {
            yield { document, path: ['spec', 'rules', index, 'labels', label[0]], message: `label ${label[0]} is ${JSON.stringify(label[1])}, not a string`, fix: 'put it in quotes' };
          }
          const features = [...listOf(at(rule, 'matchFeatures')), ...listOf(at(rule, 'matchAny')).flatMap(each => listOf(at(each, 'matchFeatures')))];
          for (const feature of features) {
            const expressions = isFields(at(feature, 'matchExpressions')) ? at(feature, 'matchExpressions') as Record<string, unknown> : {};
            for (const [key, expression] of Object.entries(expressions)) {
              const wrong = listOf(at(expression, 'value')).find(value => typeof value !== 'string');
              if (wrong !== undefined) {
                yield { document, path: ['spec', 'rules', index], message: `value ${JSON.stringify(wrong)} of ${key} is no string`, fix: `put it in quotes: "${String(wrong)}"` };
              }
            }
          }
        }
      }
    },
  },
];
