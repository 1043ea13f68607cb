import { ofSettings } from './setting';
import { gateIsOn } from '../../cluster';
import { at, fieldsOf, Path, quantityOf } from '../../kubernetes';
import { DRA_DRIVER } from '../../releases';
import { shown } from '../../text';
import { REFUSED } from '../false-alarms';
import { isSet } from '../nim/nim-check';
import { defineRule, Rule } from '../rule';

/** Rules about MPS in a claim. */
export const MPS_CONFIG_RULES: Rule[] = [
  defineRule({
    id: 'DRA-010',
    name: 'mps-with-shares',
    area: 'ConsumableShares',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'a driver without consumable shares takes the strategy: so only where the manifests switch them on',
    refusedAtOnce: true,
    since: DRA_DRIVER.milestones.consumableShares,
    sentence: 'no MPS strategy in claims while consumable shares are active',
    why: 'prepare fails: MPS sharing is not supported when consumable shares is enabled',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 '
      + 'cmd/gpu-kubelet-plugin/device_state.go applySharingConfig',
    check: ofSettings(function* ({ path, sharing }, model) {
      const [active] = model.draDrivers.filter(({ shares }) =>
        shares !== undefined && shares.value !== 'disabled' && shares.value !== '');
      if (sharing?.strategy === 'MPS' && active !== undefined) {
        yield {
          path: [...path, 'sharing', 'strategy'],
          message: `MPS while the driver has CONSUMABLE_SHARES=${active.shares!.value}: no pod with this claim starts`,
          fix: 'take MPS out of the claim, or write CONSUMABLE_SHARES: disabled for the driver',
        };
      }
    }),
  }),
  defineRule({
    id: 'DRA-079',
    name: 'active-threads',
    area: 'opaque config',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byPrepare,
    sentence: 'mpsConfig.defaultActiveThreadPercentage is 0 to 100',
    why: 'Validate',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 api/nvidia.com/resource/v1beta1/validate.go '
      + 'MpsConfig.Validate',
    check: ofSettings(function* ({ path, sharing }) {
      const share = at(sharing?.mpsConfig, 'defaultActiveThreadPercentage');
      if (typeof share === 'number' && (share < 0 || share > 100)) {
        yield {
          path: [...path, 'sharing', 'mpsConfig', 'defaultActiveThreadPercentage'],
          message: `defaultActiveThreadPercentage is ${share}; it is a share of 0 to 100 percent`,
          fix: 'write 0 to 100, or leave it out for all threads',
        };
      }
    }),
  }),
  defineRule({
    id: 'DRA-080',
    name: 'mps-memory-limit',
    area: 'opaque config',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byPrepare,
    sentence: 'MPS memory limits must be at least 1Mi (they are cut to whole MiB)',
    why: 'otherwise \'value set too low\' at prepare',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 '
      + 'api/nvidia.com/resource/v1beta1/sharing.go limit.Megabyte',
    check: ofSettings(function* ({ path, sharing }) {
      const mps = sharing?.mpsConfig;
      const limits: [Path, unknown][] = [
        [['defaultPinnedDeviceMemoryLimit'], at(mps, 'defaultPinnedDeviceMemoryLimit')],
        ...Object.entries(fieldsOf(at(mps, 'defaultPerDevicePinnedMemoryLimit')))
          .map(([key, value]): [Path, unknown] => [['defaultPerDevicePinnedMemoryLimit', key], value]),
      ];
      for (const [place, value] of limits.filter(([, each]) =>
        isSet(each) && !((quantityOf(each) ?? 0) >= 1024 * 1024))) {
        yield {
          path: [...path, 'sharing', 'mpsConfig', ...place],
          message: `${place.join('.')} is ${shown(value)}; it is cut to whole MiB and must be 1Mi or more`,
          fix: 'write a quantity such as 10Gi',
        };
      }
    }),
  }),
  defineRule({
    id: 'DRA-081',
    name: 'mps-limit-key',
    area: 'opaque config',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byPrepare,
    sentence: 'keys of defaultPerDevicePinnedMemoryLimit are a UUID of the claim or an index into its devices sorted '
      + 'by UUID',
    why: 'other keys fail at prepare; an index is not the GPU index of the node',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 api/nvidia.com/resource/v1beta1/sharing.go '
      + 'uuidSet.Normalize; kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/allocatable.go UUIDs '
      + '(sorted)',
    check: ofSettings(function* ({ path, sharing }) {
      for (const key of Object.keys(fieldsOf(at(sharing?.mpsConfig, 'defaultPerDevicePinnedMemoryLimit')))) {
        if (!/^(?:\d+|(?:GPU|MIG)-[0-9a-fA-F-]+)$/.test(key)) {
          yield {
            path: [...path, 'sharing', 'mpsConfig', 'defaultPerDevicePinnedMemoryLimit', key],
            message: `"${key}" is neither a UUID nor an index into the claim's devices`,
            fix: 'write "0" for the first device of the claim, in the order of the UUIDs',
          };
        }
      }
    }),
  }),
  defineRule({
    id: 'DRA-082',
    name: 'mps-multi-user',
    area: 'opaque config',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'a driver from 0.5 on takes it: so only where the release is given or found to be older. The boards '
      + 'are not judged',
    sentence: 'mpsConfig.multiUser needs driver >= 0.5 and GPUs of compute capability >= 7.0',
    why: 'unknown field before (strict decoding); otherwise refused at prepare',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 api/nvidia.com/resource/v1beta1/sharing.go MpsConfig '
      + '(absent in v0.4.1); kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/sharing.go; '
      + 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/mps_capability.go',
    check: ofSettings(function* ({ path, sharing }, model) {
      const release = model.declaredRelease('dra-driver');
      if (isSet(at(sharing?.mpsConfig, 'multiUser'))
        && release !== undefined
        && DRA_DRIVER.lacks('multiUserMps', release)) {
        yield {
          path: [...path, 'sharing', 'mpsConfig', 'multiUser'],
          message: `multiUser is known from driver ${DRA_DRIVER.milestones.multiUserMps.begins} on, and `
            + `${release} refuses the config`,
          fix: `upgrade the driver to ${DRA_DRIVER.milestones.multiUserMps.begins}, or remove multiUser`,
        };
      }
    }),
  }),
  defineRule({
    id: 'DRA-083',
    name: 'mps-with-dynamic-mig',
    area: 'opaque config',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'a driver without DynamicMIG takes MPS: so only where the manifests switch the gate on',
    sentence: 'MPS is not possible with DynamicMIG',
    why: 'gate conflict, and refused at prepare',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/device_state.go '
      + 'applySharingConfig; kubernetes-sigs/dra-driver-nvidia-gpu@95932046 pkg/featuregates/featuregates.go',
    check: ofSettings(function* ({ path, sharing }, model) {
      if (sharing?.strategy === 'MPS' && model.draDrivers.some(each => gateIsOn(each, 'DynamicMIG'))) {
        yield {
          path: [...path, 'sharing', 'strategy'],
          message: 'MPS while the driver has DynamicMIG: no pod with this claim starts',
          fix: 'write DynamicMIG: false for the driver and cut the GPUs before it starts, or take MPS out of the claim',
        };
      }
    }),
  }),
  defineRule({
    id: 'DRA-088',
    name: 'mps-memory-sum',
    area: 'opaque config',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'MPS: clients x defaultPinnedDeviceMemoryLimit should not exceed the device memory',
    why: 'the driver sets the limit per client and checks no sum; the surplus clients run out of memory',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/sharing.go Start',
    notCheckable: 'How many clients share the claim is seen in the cluster only.',
    bad: '# 3 pods, defaultPinnedDeviceMemoryLimit: 40Gi, 80 GB GPU',
    good: '# 2 pods x 38Gi',
  }),
  defineRule({
    id: 'DRA-089',
    name: 'mps-thread-sum',
    area: 'opaque config',
    severity: 'info',
    lintSeverity: 'info',
    sentence: 'MPS: active thread percentages of all clients above 100 mean contention, not an error',
    why: 'nothing checks the sum',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/sharing.go Start',
    notCheckable: 'How many clients share the claim is seen in the cluster only.',
    bad: '# 3 clients at 50',
    good: '# 2 clients at 50',
  }),
];
