import { plainProfileNames } from './profile-names';
import { ManifestDocument } from '../../cluster';
import { at, isFields, isLabelKey, isLabelValue, textOf } from '../../kubernetes';
import { KUBERNETES } from '../../releases';
import { shown } from '../../text';
import { REFUSED } from '../false-alarms';
import { isSet } from '../nim/nim-check';
import { defineRule, Rule } from '../rule';

const DRIVER = 'gpu.nvidia.com';
const EFFECTS = ['NoSchedule', 'NoExecute', 'None'];
const SELECTOR = ['spec', 'deviceSelector'];
/** Fields of a selector that Kubernetes 1.35 took away. */
const GONE = ['deviceClassName', 'selectors'];

/**
 * `gpu-0`, `gpu-0-mig-3g40gb-9-0`, and before driver 0.3 `gpu-0-mig-9-0-4` by profile id, start and size; of whole
 * functions `gpu-vfio-0`.
 */
const MIG_DEVICE = /^gpu-\d+-mig-([a-z0-9-]+)-\d+-\d+$/;
const OTHER_DEVICE = /^gpu-(?:vfio-)?\d+$/;

/** Rules about DeviceTaintRules, by which a person takes devices out of use. */
export const DEVICE_TAINT_RULES: Rule[] = [
  defineRule({
    id: 'DRA-090',
    name: 'taint-rule-release',
    area: 'DeviceTaintRule',
    severity: 'error',
    lintSeverity: 'warning',
    refusedAtOnce: true,
    sentence: 'a DeviceTaintRule is of resource.k8s.io/v1 from Kubernetes 1.37 on; before, it is of v1beta2 (1.36) '
      + 'or v1alpha3 (from 1.33 on), and off by itself',
    why: 'the API server does not serve the kind: before 1.37 the gate DRADeviceTaintRules (1.33 and 1.34: '
      + 'DRADeviceTaints) and the version of the API must be switched on, and an earlier version in later releases too',
    evidence: 'kubernetes/kubernetes@v1.37.2 pkg/features/kube_features.go DRADeviceTaintRules; '
      + 'kubernetes/kubernetes@v1.37.2 pkg/registry/resource/rest/storage_resource.go, and at v1.32.0 to v1.36.0; run on API servers of 1.34.2 and 1.37.2',
    *check(model) {
      const release = model.declaredRelease('kubernetes');
      if (release === undefined) { return; }
      for (const { document } of taintRules(model.ofKind('DeviceTaintRule'))) {
        const said = unservedIn(release, document.apiVersion);
        if (said !== undefined) { yield { document, path: ['apiVersion'], ...said }; }
      }
    },
  }),
  defineRule({
    id: 'DRA-091',
    name: 'taint-rule-reach',
    area: 'DeviceTaintRule',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'a DeviceTaintRule names the device that it takes out of use, and the pool that the device is of',
    why: 'without deviceSelector it taints nothing; with an empty one every device of every driver; and a device is '
      + 'called gpu-0 on each node. NVIDIA\'s driver calls a pool as its node',
    evidence: 'kubernetes/kubernetes@v1.37.2 staging/src/k8s.io/api/resource/v1/types.go DeviceTaintSelector; '
      + 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/driver.go (the pool is the name of the '
      + 'node)',
    *check(model) {
      for (const { document, selector } of taintRules(model.ofKind('DeviceTaintRule'))) {
        const [driver, pool, device] = ['driver', 'pool', 'device'].map(key => textOf(at(selector, key)));
        if (selector === undefined) {
          yield {
            document,
            path: ['spec'],
            message: 'the rule has no deviceSelector, so it taints no device',
            fix: 'name driver, pool and device',
          };
        } else if (GONE.some(key => isSet(at(selector, key)))) {
          continue; // DRA-093 tells
        } else if (driver === undefined && pool === undefined && device === undefined) {
          yield {
            document,
            path: SELECTOR,
            message: 'the deviceSelector is empty, so it taints every device of every driver in the cluster',
            fix: 'name driver, pool and device',
          };
        } else if (device !== undefined && pool === undefined) {
          yield {
            document,
            path: [...SELECTOR, 'device'],
            message: `no pool is named, so ${device} of every node is tainted`,
            fix: 'write pool with the name of the node',
          };
        }
      }
    },
  }),
  defineRule({
    id: 'DRA-092',
    name: 'device-taint-fields',
    area: 'DeviceTaintRule',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    refusedAtOnce: true,
    sentence: 'a taint of devices has the key of a label, the value of a label or none, and the effect '
      + 'NoSchedule, NoExecute or None (from 1.35 on)',
    why: 'the API server refuses the object; PreferNoSchedule is an effect of nodes',
    evidence: 'kubernetes/kubernetes@v1.37.2 pkg/apis/resource/validation/validation.go validateDeviceTaint; '
      + 'kubernetes/kubernetes@v1.34.2 and @v1.35.0 pkg/apis/resource/validation/validation.go validDeviceTaintEffects',
    *check(model) {
      const release = model.declaredRelease('kubernetes');
      for (const { document } of taintRules(model.ofKind('DeviceTaintRule'))) {
        const path = ['spec', 'taint'];
        const taint = at(document.spec, 'taint');
        if (!isFields(taint)) { continue; }
        const [key, value] = [textOf(taint.key), textOf(taint.value)];
        if (key === undefined || !isLabelKey(key)) {
          const said = key === undefined ? 'the taint has no key' : `"${key}" cannot be the key of a taint`;
          yield {
            document,
            path: isSet(taint.key) ? [...path, 'key'] : path,
            message: said,
            fix: 'write a label key, such as example.com/maintenance',
          };
        }
        if (value !== undefined && !isLabelValue(value)) {
          yield {
            document,
            path: [...path, 'value'],
            message: `"${value}" cannot be the value of a taint`,
            fix: 'write at most 63 letters, digits, "-", "_" and ".", or leave it out',
          };
        }
        if (!EFFECTS.includes(shown(taint.effect ?? ''))) {
          const said = isSet(taint.effect)
            ? `a device has no taint with the effect ${shown(taint.effect)}`
            : 'the taint has no effect';
          yield {
            document,
            path: isSet(taint.effect) ? [...path, 'effect'] : path,
            message: said,
            fix: 'write NoSchedule to keep new pods away, NoExecute to drain too, or None to try it',
          };
        } else if (taint.effect === 'None' && KUBERNETES.lacks('taintEffectNone', release)) {
          yield {
            document,
            path: [...path, 'effect'],
            message: `Kubernetes ${release} has no effect None of a device taint, which is there from `
              + `${KUBERNETES.milestones.taintEffectNone.begins} on`,
            fix: 'write NoSchedule or NoExecute',
          };
        }
      }
    },
  }),
  defineRule({
    id: 'DRA-093',
    name: 'dropped-taint-selector',
    area: 'DeviceTaintRule',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: `before Kubernetes ${KUBERNETES.milestones.plainTaintSelectors.begins} v1alpha3 had the fields: so of it `
      + 'only where a version is given or found that is not older; else it is a warning',
    aboutKey: true,
    sentence: 'a deviceSelector has driver, pool and device, and no deviceClassName or selectors',
    why: 'both are gone since Kubernetes 1.35. The API server drops them, and what is left taints more devices than '
      + 'was meant: with nothing left, every device',
    evidence: 'kubernetes/kubernetes@v1.37.2 staging/src/k8s.io/api/resource/v1/types.go '
      + 'DeviceTaintSelector (tombstones)',
    *check(model) {
      const release = model.declaredRelease('kubernetes');
      for (const { document, selector } of taintRules(model.ofKind('DeviceTaintRule'))) {
        const isOld = release !== undefined
          && KUBERNETES.lacks('plainTaintSelectors', release)
          && document.apiVersion.endsWith('/v1alpha3');
        for (const key of isOld ? [] : GONE.filter(each => isSet(at(selector, each)))) {
          yield {
            document,
            path: [...SELECTOR, key],
            message: `Kubernetes drops ${key} since 1.35, and the rule taints every device that the `
              + 'rest of the selector names',
            fix: 'name driver, pool and device, in a rule for each device',
            ...(release === undefined && document.apiVersion.endsWith('/v1alpha3') && { severity: 'warning' as const }),
          };
        }
      }
    },
  }),
  defineRule({
    id: 'DRA-094',
    name: 'tainted-device-name',
    area: 'DeviceTaintRule',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'a device is called as the driver publishes it: gpu-0, or gpu-0-mig-3g40gb-9-0 of minor number, '
      + 'profile, its id and the first memory slice',
    why: 'a name that no device has taints nothing, without a word: neither UUIDs nor profiles with a dot are names',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/deviceinfo.go#L125; '
      + 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/mig.go#L113',
    *check(model) {
      for (const { document, selector } of taintRules(model.ofKind('DeviceTaintRule'))) {
        const device = textOf(at(selector, 'device'));
        if (device === undefined || at(selector, 'driver') !== DRIVER || OTHER_DEVICE.test(device)) { continue; }
        const profile = MIG_DEVICE.exec(device)?.[1];
        // by numbers alone before driver 0.3
        if (profile !== undefined && (/^\d+$/.test(profile) || plainProfileNames().has(profile))) { continue; }
        yield {
          document,
          path: [...SELECTOR, 'device'],
          message: profile === undefined
            ? `the driver calls no device "${device}"`
            : `no GPU has a profile that the driver writes as ${profile}`,
          fix: 'write the name as kubectl get resourceslices shows it, such as gpu-0 or gpu-0-mig-3g40gb-9-0',
        };
      }
    },
  }),
];

/** The versions of resource.k8s.io in which a release can serve DeviceTaintRules, newest first. */
function versionsIn(release: string): string[] {
  return [
    ...(KUBERNETES.has('deviceTaintRules', release) ? ['v1'] : []),
    ...(KUBERNETES.has('deviceTaints', release) ? ['v1beta2'] : []),
    ...(KUBERNETES.lacks('deviceTaintRuleKind', release) ? [] : ['v1alpha3']),
  ];
}

/** Why an API server does not serve a DeviceTaintRule as it is written; undefined where it does by itself. */
function unservedIn(release: string, written: string): { message: string; fix: string } | undefined {
  const known = versionsIn(release).map(version => `resource.k8s.io/${version}`);
  const onFrom = KUBERNETES.milestones.deviceTaintRules.begins;
  if (known.length === 0) {
    return {
      message: `Kubernetes ${release} has no DeviceTaintRule`,
      fix: `use ${onFrom}, or keep pods off the whole node`,
    };
  }
  const isOn = KUBERNETES.has('deviceTaintRules', release);
  if (isOn && written === known[0]) { return undefined; }
  if (!known.includes(written)) {
    return {
      message: `Kubernetes ${release} has DeviceTaintRule as ${known[0]}${isOn ? '' : ', where it was switched on'}, and `
        + `not as ${written}`,
      fix: `write ${known[0]}`,
    };
  }
  if (isOn) {
    return {
      message: `Kubernetes ${release} serves DeviceTaintRule as ${known[0]}, and as ${written} only where that version `
        + 'was switched on',
      fix: `write ${known[0]}`,
    };
  }
  const gate = KUBERNETES.has('deviceTaintRulesGate', release) ? 'DRADeviceTaintRules' : 'DRADeviceTaints';
  return {
    message: `Kubernetes ${release} serves no DeviceTaintRule unless the gate ${gate} and the API ${written} were `
      + 'switched on',
    fix: `start the API server with --feature-gates=${gate}=true --runtime-config=${written}=true, or use ${onFrom}`,
  };
}

function taintRules(documents: readonly ManifestDocument[]): { document: ManifestDocument; selector: unknown }[] {
  return documents.map(document => ({ document, selector: at(document.spec, 'deviceSelector') ?? undefined }));
}
