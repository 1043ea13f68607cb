import { gateIsOn, gateMayBeOn } from '../../../cluster';
import { DRA_DRIVER } from '../../../releases';
import { shown } from '../../../text';
import { REFUSED } from '../../false-alarms';
import { isSet } from '../../nim/nim-check';
import { defineRule, Rule } from '../../rule';
import { offByItself } from '../off-by-itself';

/** Rules about devices of which the driver lets parts be claimed. */
export const CONSUMABLE_SHARES_RULES: Rule[] = [
  defineRule({
    id: 'DRA-008',
    name: 'shares-without-gate',
    area: 'ConsumableShares',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byDriverStart,
    since: DRA_DRIVER.milestones.consumableShares,
    sentence: 'CONSUMABLE_SHARES other than disabled needs gate ConsumableShares',
    why: 'the plugin exits at start',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/main.go#L306',
    *check(model) {
      for (const { document, shares, ...settings } of model.draDrivers) {
        if (shares !== undefined
          && shares.value !== 'disabled'
          && !gateMayBeOn({ document, ...settings }, 'ConsumableShares')) {
          yield {
            document,
            path: shares.path,
            message: `CONSUMABLE_SHARES is ${shares.value === '' ? 'empty' : shares.value} without the gate `
              + 'ConsumableShares, and the plugin exits',
            fix: 'switch the gate on, or remove the variable',
          };
        }
      }
    },
  }),
  defineRule({
    id: 'DRA-009',
    name: 'shares-value',
    area: 'ConsumableShares',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byDriverStart,
    since: DRA_DRIVER.milestones.consumableShares,
    sentence: 'CONSUMABLE_SHARES is disabled, memory, unlimited or a positive integer',
    why: 'the plugin exits at start; a variable that is there and empty is no absent one',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/main.go#L310, and '
      + 'vendor/github.com/urfave/cli/v2/flag.go flagFromEnvOrFile',
    *check(model) {
      for (const { document, shares } of model.draDrivers) {
        if (shares !== undefined && !/^(?:disabled|memory|unlimited|\+?0*[1-9]\d*)$/.test(shares.value)) {
          yield {
            document,
            path: shares.path,
            message: `CONSUMABLE_SHARES "${shares.value}" is no value that the plugin knows, and it exits`,
            fix: 'write disabled, memory, unlimited or a whole number',
          };
        }
      }
    },
  }),
  defineRule({
    id: 'DRA-011',
    name: 'shares-kubernetes-gate',
    area: 'ConsumableShares',
    severity: 'error',
    lintSeverity: 'warning',
    since: DRA_DRIVER.milestones.consumableShares,
    sentence: 'the driver\'s gate ConsumableShares needs the gate DRAConsumableCapacity of Kubernetes, off in 1.34 and '
      + '1.35, on from 1.36',
    why: 'otherwise what the driver publishes to share is dropped',
    evidence: 'kubernetes/kubernetes@v1.37.2 pkg/features/kube_features.go DRAConsumableCapacity; '
      + 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/consumable_shares.go '
      + 'applyConsumableShares; kubernetes/dynamic-resource-allocation@v0.34.2 '
      + 'structured/internal/experimental/allocator_experimental.go allocateDevice',
    *check(model) {
      const off = offByItself(model, 'consumableCapacity');
      if (off === undefined) { return; }
      for (const settings of model.draDrivers.filter(each => gateIsOn(each, 'ConsumableShares'))) {
        yield {
          document: settings.document,
          path: [...settings.path, 'ConsumableShares'],
          message: `ConsumableShares publishes capacity to share, and Kubernetes ${off.release} drops it${off.unless}`,
          fix: off.fix,
        };
      }
    },
  }),
  defineRule({
    id: 'DRA-013',
    name: 'shares-default-capacity',
    area: 'ConsumableShares',
    severity: 'warning',
    lintSeverity: 'info',
    since: DRA_DRIVER.milestones.consumableShares,
    sentence: 'with CONSUMABLE_SHARES=memory a request without capacity takes the whole device; with unlimited or N '
      + 'the memory default is 0',
    why: 'requestPolicy defaults',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/consumable_shares.go',
    *check(model) {
      const [byMemory] = model.draDrivers.filter(({ shares }) => shares?.value === 'memory');
      const whole = byMemory === undefined ? [] : model.claims.flatMap(({ document, requests }) => requests
        .filter(({ fields }) =>
          /^(?:gpu|mig)\.nvidia\.com$/.test(shown(fields.deviceClassName)) && !isSet(fields.capacity))
        .map(({ path, name }) => ({ document, path, name })));
      for (const { document, path, name } of whole) {
        yield {
          document,
          path,
          message: `with CONSUMABLE_SHARES=memory request ${name} without capacity takes the whole device`,
          fix: 'write capacity: {requests: {memory: …}} where a share is meant',
        };
      }
    },
  }),
];
