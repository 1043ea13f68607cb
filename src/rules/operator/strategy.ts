import { cut, Entries, firstOf, partly, profiles, selectedConfigs, shippedLayouts } from './selected-configs';
import { ClusterModel, EmbeddedFile, ManifestDocument } from '../../cluster';
import { MigProfileName } from '../../hardware';
import { at, isFields, Path, textOf } from '../../kubernetes';
import { GPU_OPERATOR } from '../../releases';
import { listed, shown } from '../../text';
import { REFUSED } from '../false-alarms';
import { ofPods } from '../of-pods';
import { asked } from '../pods/pod-resources';
import { defineRule, Rule } from '../rule';

/** Whether a device-plugin config of the manifests says `mixed`, where the policy leaves the strategy open. */
function* effectivelyMixed(model: ClusterModel): Generator<EmbeddedFile> {
  const named = model.policies
    .map(({ spec }) => textOf(at(spec, 'devicePlugin', 'config', 'name')) ?? '')
    .filter(name => name !== '');
  for (const { file } of model.devicePluginFiles) {
    if (named.length > 0 && !named.includes(file.document.name)) { continue; } // of another plugin
    const strategy = model.policyStrategy ?? textOf(at(file.value, 'flags', 'migStrategy'));
    if (strategy === 'mixed') { yield file; }
  }
}

/** Drivers with the regression (GPU Operator documentation, troubleshooting). */
const MIXED_NODE_REGRESSION = /^570\.(?:124\.06|133\.20|148\.08|158\.01)(?:-|$)/;

/** Rules about the MIG strategy, which policy, device-plugin configs and layouts must agree on. */
export const STRATEGY_RULES: Rule[] = [
  defineRule({
    id: 'STR-001',
    name: 'single-strategy-mixed-layout',
    area: 'strategy',
    severity: 'error',
    lintSeverity: 'warning',
    refusedAtOnce: true,
    sentence: 'under the strategy single, a config that nodes select cuts none of their GPUs, or all of them into '
      + 'slices of one profile',
    why: 'plugin: "more than one MIG device type present on node" (compares NVML attributes, not names) / "all devices '
      + 'on the node must be configured with the same migEnabled value" / "device N has no MIG devices configured", so '
      + 'it exits and the node has no GPU resource; GFD: gpu.product=...-MIG-INVALID, count 0. A config that no node '
      + 'selects does no harm (the shipped list has all-balanced), one that a node selects does',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc internal/rm/device_map.go#L75-L200; NVIDIA/k8s-device-plugin@1b826acc '
      + 'internal/lm/mig-strategy.go#L244; NVIDIA/gpu-operator#460; NVIDIA/gpu-operator#479; NVIDIA/gpu-operator#603',
    *check(model) {
      for (const { name, file, strategies, groups } of selectedConfigs(model)) {
        if (!strategies.has('single')) { continue; }
        const kindsOf = (group: Entries) => new Set(group.filter(cut).flatMap(profiles));
        const group = firstOf(groups(), ({ few }) => kindsOf(few).size > 1 || partly(few));
        if (group !== undefined) {
          const wrong = group.all();
          yield {
            document: file.document,
            path: file.path,
            file,
            filePath: ['mig-configs', name],
            message: `config ${name} has ${partly(wrong)
              ? 'GPUs with and without MIG'
              : listed(kindsOf(wrong), ' and ')}; under strategy single every GPU of a node has one and the same profile`,
            fix: 'use strategy mixed, or one profile for every GPU',
          };
        }
      }
      for (const { label, strategy } of shippedLayouts(model)) {
        if (strategy !== 'single' || label.value !== 'all-balanced') { continue; }
        yield {
          document: label.document,
          path: label.path,
          message: 'all-balanced cuts a GPU into slices of several profiles; under strategy single every GPU of a node '
            + 'has one and the same profile',
          fix: 'use strategy mixed, or one of all-<profile>',
        };
      }
    },
  }),
  defineRule({
    id: 'STR-002',
    name: 'single-strategy-empty-gpu',
    area: 'strategy',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'under the strategy single, no GPU in MIG mode is left without slices',
    why: 'plugin exits with "device N has no MIG devices configured"; under mixed it is only logged and the GPU '
      + 'gives no resource',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc internal/rm/device_map.go#L156-L178; NVIDIA/k8s-device-plugin#767; '
      + 'NVIDIA/gpu-operator#2670',
    *check(model) {
      for (const { name, file, entries, strategies } of selectedConfigs(model)) {
        if (!strategies.has('single')) { continue; }
        const index = entries.findIndex(entry =>
          cut(entry) && isFields(at(entry, 'mig-devices')) && profiles(entry).length === 0);
        if (index >= 0) {
          yield {
            document: file.document,
            path: file.path,
            file,
            filePath: ['mig-configs', name, index],
            message: `config ${name} leaves a GPU in MIG mode without a device; under strategy `
              + 'single the device plugin exits',
            fix: 'create devices, or set mig-enabled: false',
          };
        }
      }
    },
  }),
  defineRule({
    id: 'STR-003',
    name: 'mixed-strategy-compute-instance',
    area: 'strategy',
    severity: 'error',
    lintSeverity: 'warning',
    since: GPU_OPERATOR.milestones.refusesComputeInstances,
    sentence: 'under the strategy mixed, no config that nodes select has compute-instance profiles such as '
      + '`1c.2g.10gb`',
    why: 'device plugin >= 0.20.0 exits: "MIG profile ... does not match any resource patterns"; < 0.20.0 silently '
      + 'advertised them under the GI name (mig-2g.10gb). Allowed under single. Harmless while no node selects the '
      + 'config',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc internal/rm/rm.go#L140-L148; NVIDIA/k8s-device-plugin@1b826acc '
      + 'internal/rm/device_map.go#L140-L150; the pattern is anchored since v0.20.0 (NVIDIA/k8s-device-plugin#1807); '
      + 'NVIDIA/k8s-device-plugin#192',
    *check(model) {
      for (const { name, file, entries, strategies } of selectedConfigs(model, true)) {
        if (!strategies.has('mixed')) { continue; }
        for (const [index, entry] of entries.entries()) {
          const instance = profiles(entry).find(profile => MigProfileName.find(profile)?.isComputeInstance);
          if (instance !== undefined) {
            yield {
              document: file.document,
              path: file.path,
              file,
              filePath: ['mig-configs', name, index, 'mig-devices', instance],
              message: `config ${name}: compute-instance profile ${instance} stops the device `
                + 'plugin under strategy mixed',
              fix: 'use the GPU-instance profile, without the leading "Nc."',
              // where no file shows labels of nodes, they are set by other means
              ...model.labelValues('nvidia.com/mig.config').length === 0
                && file.document.author === 'person'
                && { severity: 'warning' as const },
            };
          }
        }
      }
    },
  }),
  defineRule({
    id: 'STR-004',
    name: 'attribute-resource-release',
    area: 'strategy',
    severity: 'error',
    lintSeverity: 'warning',
    until: GPU_OPERATOR.milestones.attributeResources,
    refusedAtOnce: true,
    sentence: 'a pod asks for a resource with `.me`, `-me`, `.gfx` or `.me.all` only from device plugin 0.20.0 on '
      + '(operator 26.7)',
    why: 'un-anchored pattern match: the base profile of the board is tried first and wins, so the .me/.gfx resource '
      + 'never appears and such pods pend',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc api/config/v1/resources.go wildCardToRegexp; '
      + 'NVIDIA/k8s-device-plugin#1462; NVIDIA/k8s-device-plugin@1b826acc CHANGELOG.md v0.20.0',
    check: ofPods(function* (model) {
      for (const workload of model.distinctWorkloads) {
        for (const container of workload.containers) {
          const name = asked(container)
            .map(([each]) => each)
            .find(each => /^nvidia\.com\/mig-.*gb(?:\.(?!shared$)[a-z]|-me)/.test(each));
          if (name !== undefined) {
            yield {
              document: workload.document,
              path: [
                ...container.path,
                'resources',
                Object.hasOwn(container.limits, name) ? 'limits' : 'requests',
                name,
              ],
              message: `${name} does not exist before GPU Operator `
                + `${GPU_OPERATOR.milestones.attributeResources.begins}: the device is `
                + 'advertised under the base profile',
              fix: `ask for ${name.replace(/(gb)[.-].*?(\.shared)?$/, '$1$2')}, or use GPU Operator `
                + `${GPU_OPERATOR.milestones.attributeResources.begins}`,
            };
          }
        }
      }
    }),
  }),
  defineRule({
    id: 'STR-005',
    name: 'overridden-mig-strategy',
    area: 'strategy',
    severity: 'error',
    lintSeverity: 'warning',
    refusedAtOnce: true,
    sentence: '`flags.migStrategy` of a device-plugin config equals `spec.mig.strategy` of the ClusterPolicy '
      + 'where that is set, or is absent',
    why: 'operator injects env MIG_STRATEGY (plugin, GFD, MPS daemon); env beats config file, so the flag has no '
      + 'effect. Not fatal: published examples carry none/mixed flags beside the Helm default single, so that none is '
      + 'a note. devicePlugin.env can override the env, which counts here. Per-node strategies need mig.strategy unset',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 controllers/object_controls.go#L2787-L2799; '
      + 'NVIDIA/k8s-device-plugin@1b826acc api/config/v1/config.go#L43-L45',
    *check(model) {
      const policy = model.policyStrategy;
      if (policy === undefined) { return; }
      for (const { file } of model.devicePluginFiles) {
        const own = textOf(at(file.value, 'flags', 'migStrategy'));
        if (own !== undefined && own !== policy) {
          yield {
            document: file.document,
            path: file.path,
            file,
            filePath: ['flags', 'migStrategy'],
            message: `migStrategy ${own} has no effect: the ClusterPolicy says ${policy}, and that wins`,
            fix: 'remove it, or unset spec.mig.strategy of the ClusterPolicy so that each node\'s config decides',
            // what the plugin does without it; examples have it beside the single of the chart, and nobody relies on it
            ...own === 'none' && file.document.author === 'person' && { severity: 'info' as const },
          };
        }
      }
    },
  }),
  defineRule({
    id: 'STR-006',
    name: 'mixed-strategy-with-mps',
    area: 'strategy',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byDevicePlugin,
    refusedAtOnce: true,
    sentence: 'no device-plugin config has MPS under the strategy mixed',
    why: '"using --mig-strategy=mixed is not supported with MPS": the plugin exits on every node that selects the '
      + 'config (same in 0.18, 0.19, 0.20)',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc cmd/nvidia-device-plugin/main.go#L227-L233',
    *check(model) {
      for (const file of effectivelyMixed(model)) {
        if (isFields(at(file.value, 'sharing', 'mps'))) {
          yield {
            document: file.document,
            path: file.path,
            file,
            filePath: ['sharing', 'mps'],
            message: 'MPS under strategy mixed: the device plugin exits on every node that selects this '
              + 'config, with MIG or without',
            fix: 'unset spec.mig.strategy of the ClusterPolicy and say mixed only in the configs of MIG nodes',
          };
        }
      }
    },
  }),
  defineRule({
    id: 'STR-007',
    name: 'driver-loses-whole-gpus',
    area: 'strategy',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'a node with slices and whole GPUs runs none of the drivers 570.124.06, 570.133.20, 570.148.08 and '
      + '570.158.01',
    why: 'NVML regression, listed by the vendor for exactly these versions',
    evidence: 'NVIDIA/cloud-native-docs@52dcb7b8 gpu-operator/troubleshooting.rst#L387-L405; NVIDIA/gpu-operator#1361',
    *check(model) {
      const hasBoth = (group: Entries) => partly(group) && group.filter(cut).flatMap(profiles).length > 0;
      const both = firstOf(selectedConfigs(model), ({ groups }) =>
        firstOf(groups(), ({ few }) => hasBoth(few)) !== undefined);
      if (both === undefined) { return; }
      const declared: [ManifestDocument, Path, unknown][] = [
        ...[...model.policies, ...model.valuesOf('gpu-operator')].map((document): [ManifestDocument, Path, unknown] => {
          const path = [document.kind === 'HelmValues' ? 'values' : 'spec', 'driver', 'version'];
          return [document, path, at(document.value, ...path)];
        }),
        ...model.ofKind('NVIDIADriver')
          .map((document): [ManifestDocument, Path, unknown] => [document, ['spec', 'version'], document.spec.version]),
        ...model.labelValues('nvidia.com/cuda.driver-version.full')
          .map(({ document, path, value }): [ManifestDocument, Path, unknown] => [document, path, value]),
      ];
      for (const [document, path, version] of declared.filter(([, , each]) =>
        MIXED_NODE_REGRESSION.test(shown(each)))) {
        yield {
          document,
          path,
          message: `driver ${shown(version)} does not hand out whole GPUs beside MIG devices, and config `
            + `${both.name} has both on one node`,
          fix: 'use another driver, such as 580',
        };
      }
    },
  }),
  defineRule({
    id: 'STR-008',
    name: 'layout-without-strategy',
    area: 'strategy',
    severity: 'error',
    lintSeverity: 'warning',
    refusedAtOnce: true,
    sentence: 'a cluster with a MIG layout has the strategy single or mixed',
    why: 'under none a MIG-enabled GPU is advertised as one whole nvidia.com/gpu and its slices cannot be requested; a '
      + 'ClusterPolicy without mig.strategy means none unless the device-plugin config says otherwise (Helm default: '
      + 'single)',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc internal/rm/device_map.go buildGPUDeviceMap; '
      + 'NVIDIA/k8s-device-plugin@1b826acc cmd/nvidia-device-plugin/main.go#L62-L65; NVIDIA/gpu-operator@a22dbf67 '
      + 'controllers/object_controls.go applyMIGConfiguration',
    *check(model) {
      for (const { name, file, entries, strategies } of selectedConfigs(model)) {
        if (!strategies.has('none')) { continue; }
        if (entries.some(cut)) {
          yield {
            document: file.document,
            path: file.path,
            file,
            filePath: ['mig-configs', name],
            message: `config ${name} cuts GPUs, but the MIG strategy is none: they are handed out whole and their `
              + 'slices cannot be requested',
            fix: 'set spec.mig.strategy to mixed or single',
          };
        }
      }
      for (const { label, strategy } of shippedLayouts(model)) {
        if (strategy !== 'none') { continue; }
        yield {
          document: label.document,
          path: label.path,
          message: `${label.value} cuts GPUs, but the MIG strategy is none: they are handed out whole and their slices `
            + 'cannot be requested',
          fix: 'set spec.mig.strategy to mixed or single',
        };
      }
    },
  }),
];
