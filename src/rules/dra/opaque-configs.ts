import { isForAll, ofSettings, requestsNamed, settings } from './setting';
import { gateMayBeOn } from '../../cluster';
import { at, fieldsOf, isFields, Path } from '../../kubernetes';
import { DRA_DRIVER } from '../../releases';
import { listed, shown } from '../../text';
import { REFUSED } from '../false-alarms';
import { isSet } from '../nim/nim-check';
import { defineRule, Rule } from '../rule';

const KINDS: Record<string, string> = {
  GpuConfig: 'gpu.nvidia.com',
  MigDeviceConfig: 'mig.nvidia.com',
  VfioDeviceConfig: 'vfio.gpu.nvidia.com',
};

const INTERVALS = ['Default', 'Short', 'Medium', 'Long'];

const MPS_FIELDS = [
  'defaultActiveThreadPercentage', 'defaultPinnedDeviceMemoryLimit', 'defaultPerDevicePinnedMemoryLimit', 'multiUser',
];

/**
 * Rules about the parameters that claims and DeviceClasses hand to the NVIDIA DRA driver (resource.nvidia.com/v1beta1).
 */
export const OPAQUE_CONFIG_RULES: Rule[] = [
  defineRule({
    id: 'DRA-070',
    name: 'parameters-kind',
    area: 'opaque config',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byPrepare,
    sentence: 'parameters: apiVersion resource.nvidia.com/v1beta1 and kind GpuConfig, '
      + 'MigDeviceConfig or VfioDeviceConfig',
    why: 'other kinds do not decode; VfioDeviceConfig is known from driver 0.3 on',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 api/nvidia.com/resource/v1beta1/api.go, and at v25.8.1 '
      + 'and v25.12.0',
    check: ofSettings(function* ({ path, parameters, kind }, model) {
      const release = model.declaredRelease('dra-driver');
      if (!Object.hasOwn(KINDS, kind)) {
        yield {
          path: [...path, 'kind'],
          message: `the driver knows no kind "${kind}"`,
          fix: `write one of ${Object.keys(KINDS).join(', ')}`,
        };
      } else if (kind === 'VfioDeviceConfig' && DRA_DRIVER.lacks('wholeFunctions', release)) {
        yield {
          path: [...path, 'kind'],
          message: `a VfioDeviceConfig is known from driver ${DRA_DRIVER.milestones.wholeFunctions.begins} on, and `
            + `${release} does not decode it`,
          fix: 'upgrade the driver, or remove the config',
        };
      } else if (parameters.apiVersion !== 'resource.nvidia.com/v1beta1') {
        yield {
          path: [...path, 'apiVersion'],
          message: `apiVersion ${JSON.stringify(parameters.apiVersion ?? '')} does not decode`,
          fix: 'write resource.nvidia.com/v1beta1',
        };
      }
    }),
  }),
  defineRule({
    id: 'DRA-071',
    name: 'unknown-parameter',
    area: 'opaque config',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byPrepare,
    sentence: 'unknown fields in parameters are refused',
    why: 'strict decoding, in the webhook and at prepare; without the webhook the pod hangs in ContainerCreating',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 api/nvidia.com/resource/v1beta1/api.go StrictDecoder; '
      + 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/device_state.go '
      + 'getDeviceConfigsWithDefaults',
    check: ofSettings(function* ({ path, parameters, kind, sharing }) {
      if (kind !== 'GpuConfig' && kind !== 'MigDeviceConfig') { return; }
      const known: [Path, unknown, string[]][] = [
        [[], parameters, ['apiVersion', 'kind', 'sharing']],
        // of MigDeviceConfig, DRA-077 tells
        [['sharing'], sharing, ['strategy', 'mpsConfig', 'timeSlicingConfig']],
        [['sharing', 'timeSlicingConfig'], sharing?.timeSlicingConfig, ['interval']],
        [['sharing', 'mpsConfig'], sharing?.mpsConfig, MPS_FIELDS],
      ];
      for (const [place, value, fields] of known) {
        for (const key of Object.keys(fieldsOf(value)).filter(each => !fields.includes(each))) {
          yield {
            path: [...path, ...place, key],
            message: `${key} is no field of ${kind}${place.length > 0 ? ` ${place.join('.')}` : ''}; the pod `
              + 'hangs in ContainerCreating',
            fix: `there are ${fields.join(', ')}`,
          };
        }
      }
    }),
  }),
  defineRule({
    id: 'DRA-072',
    name: 'sharing-strategy',
    area: 'opaque config',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byPrepare,
    sentence: 'sharing.strategy must be TimeSlicing or MPS when sharing is present',
    why: 'Validate',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 api/nvidia.com/resource/v1beta1/validate.go '
      + 'validateSharingStrategy',
    check: ofSettings(function* ({ path, sharing }) {
      if (sharing !== undefined && sharing.strategy !== 'TimeSlicing' && sharing.strategy !== 'MPS') {
        yield {
          path: [...path, 'sharing', ...('strategy' in sharing ? ['strategy'] : [])],
          message: `sharing.strategy is ${isSet(sharing.strategy) ? `"${shown(sharing.strategy)}"` : 'missing'}`,
          fix: 'write strategy: TimeSlicing or strategy: MPS; without a config pods that name the claim take turns',
        };
      }
    }),
  }),
  defineRule({
    id: 'DRA-073',
    name: 'sharing-gate',
    area: 'opaque config',
    severity: 'error',
    lintSeverity: 'warning',
    since: DRA_DRIVER.milestones.sharingGates,
    sentence: 'strategy TimeSlicing needs driver gate TimeSlicingSettings, MPS needs MPSSupport, from driver 0.2 on',
    why: 'Validate returns an error otherwise; both gates are alpha and off. Sharing a claim at the default interval '
      + 'needs neither config nor gate',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 api/nvidia.com/resource/v1beta1/validate.go, and at '
      + 'v25.3.2, which has no gates, and v25.8.1',
    check: ofSettings(function* ({ path, sharing }, model) {
      const gate = sharing?.strategy === 'TimeSlicing'
        ? 'TimeSlicingSettings'
        : sharing?.strategy === 'MPS'
          ? 'MPSSupport'
          : undefined;
      const declared = model.draDrivers.filter(({ gates }) => Object.keys(gates).length > 0);
      if (gate === undefined || model.draDrivers.some(each => gateMayBeOn(each, gate))) { return; }
      yield {
        path: [...path, 'sharing', 'strategy'],
        message: `strategy ${shown(sharing!.strategy)} needs the driver's gate ${gate}, which is off `
          + `${declared.length > 0 ? 'here' : 'unless it was switched on'}`,
        fix: `write featureGates: {${gate}: true} in the values of the driver's chart, or in spec.draDriver of the `
          + `GPUCluster${gate === 'TimeSlicingSettings'
            ? '; sharing one claim at the default interval needs no config'
            : ''}`,
        ...(declared.length > 0 && { severity: 'error' as const }),
      };
    }),
  }),
  defineRule({
    id: 'DRA-074',
    name: 'time-slice-interval',
    area: 'opaque config',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byPrepare,
    sentence: 'timeSlicingConfig.interval is Default, Short, Medium or Long',
    why: 'Validate',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 '
      + 'api/nvidia.com/resource/v1beta1/validate.go TimeSliceInterval',
    check: ofSettings(function* ({ path, sharing }) {
      const interval = at(sharing?.timeSlicingConfig, 'interval');
      if (isSet(interval) && !INTERVALS.includes(shown(interval))) {
        yield {
          path: [...path, 'sharing', 'timeSlicingConfig', 'interval'],
          message: `interval "${shown(interval)}" is none that the driver knows`,
          fix: `write one of ${INTERVALS.join(', ')}`,
        };
      }
    }),
  }),
  defineRule({
    id: 'DRA-075',
    name: 'empty-time-slicing',
    area: 'opaque config',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byPrepare,
    sentence: 'timeSlicingConfig must not be an empty object',
    why: 'Validate dereferences the missing interval (nil pointer); an absent block becomes interval Default',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 api/nvidia.com/resource/v1beta1/validate.go '
      + 'TimeSlicingConfig.Validate; kubernetes-sigs/dra-driver-nvidia-gpu@95932046 '
      + 'api/nvidia.com/resource/v1beta1/gpuconfig.go Normalize',
    check: ofSettings(function* ({ path, kind, sharing }) {
      // of the others, DRA-076 and DRA-077 tell
      const isRead = kind === 'GpuConfig' && sharing?.strategy === 'TimeSlicing';
      if (isRead && isFields(sharing.timeSlicingConfig) && !isSet(sharing.timeSlicingConfig.interval)) {
        yield {
          path: [...path, 'sharing', 'timeSlicingConfig'],
          message: 'timeSlicingConfig without interval makes the driver read what is not there',
          fix: 'write interval: Default, or leave timeSlicingConfig out',
        };
      }
    }),
  }),
  defineRule({
    id: 'DRA-076',
    name: 'contradicting-sharing',
    area: 'opaque config',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byPrepare,
    sentence: 'GpuConfig: no mpsConfig with TimeSlicing, no timeSlicingConfig with MPS',
    why: 'error at prepare (not caught by the webhook)',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 api/nvidia.com/resource/v1beta1/sharing.go '
      + 'GetTimeSlicingConfig, GetMpsConfig',
    check: ofSettings(function* ({ path, kind, sharing }) {
      const wrong = sharing?.strategy === 'TimeSlicing'
        ? 'mpsConfig'
        : sharing?.strategy === 'MPS'
          ? 'timeSlicingConfig'
          : undefined;
      if (kind === 'GpuConfig' && wrong !== undefined && isSet(sharing![wrong])) {
        yield {
          path: [...path, 'sharing', wrong],
          message: `${wrong} with strategy ${shown(sharing!.strategy)}: no pod with this claim starts`,
          fix: `remove ${wrong}`,
        };
      }
    }),
  }),
  defineRule({
    id: 'DRA-077',
    name: 'mig-time-slicing-config',
    area: 'opaque config',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byPrepare,
    sentence: 'MigDeviceConfig has no timeSlicingConfig',
    why: 'strict decoding refuses it',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 '
      + 'api/nvidia.com/resource/v1beta1/sharing.go MigDeviceSharing',
    check: ofSettings(function* ({ path, kind, sharing }) {
      if (kind === 'MigDeviceConfig' && sharing !== undefined && 'timeSlicingConfig' in sharing) {
        yield {
          path: [...path, 'sharing', 'timeSlicingConfig'],
          message: 'a MigDeviceConfig has no timeSlicingConfig and is refused with it',
          fix: 'remove timeSlicingConfig; pods that name one claim take turns on a MIG device without it',
        };
      }
    }),
  }),
  defineRule({
    id: 'DRA-078',
    name: 'mig-time-slicing',
    area: 'opaque config',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'MigDeviceConfig with strategy TimeSlicing has no effect',
    why: 'the MIG time-slicing config is always nil',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 api/nvidia.com/resource/v1beta1/sharing.go '
      + 'MigDeviceSharing.GetTimeSlicingConfig',
    check: ofSettings(function* ({ path, kind, sharing }) {
      if (kind === 'MigDeviceConfig' && sharing?.strategy === 'TimeSlicing') {
        yield {
          path: [...path, 'sharing', 'strategy'],
          message: 'TimeSlicing has no effect on MIG devices',
          fix: 'leave the config out; a claim can be shared without it',
        };
      }
    }),
  }),
  defineRule({
    id: 'DRA-084',
    name: 'config-of-other-type',
    area: 'opaque config',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'devices of a class of one\'s own may be of any type: so only for requests of the three classes of '
      + 'the driver',
    sentence: 'a config entry that names a request must fit its device type: GpuConfig for gpu, MigDeviceConfig for '
      + 'mig, VfioDeviceConfig for vfio',
    why: '\'cannot apply GpuConfig to device ... of type mig\' at prepare; entries without requests are skipped for '
      + 'other types, and so are entries that name all requests, from Kubernetes 1.37 on',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/device_state.go '
      + 'validateDeviceConfigType, getConfigResultsMap; kubernetes/dynamic-resource-allocation@v0.37.2 '
      + 'structured/internal/incubating/allocator_incubating.go (appliesToAll)',
    check: ofSettings(function* (setting, model) {
      const { claim, config, path, kind } = setting;
      const then = isForAll(setting, model)
        ? 'the driver passes it over, without a word'
        : 'no pod with this claim starts';
      for (const name of config.requests) {
        // of the name of a request with alternatives, DRA-095 tells
        const classes = requestsNamed(model, claim, name).map(each => shown(each.fields.deviceClassName));
        const wrong = classes.find(each => Object.values(KINDS).includes(each) && each !== KINDS[kind]);
        if (Object.hasOwn(KINDS, kind) && wrong !== undefined) {
          yield {
            path: [...path, 'kind'],
            message: `${kind} for request ${name}, which is of ${wrong}: ${then}`,
            fix: `write ${Object.keys(KINDS).find(each => KINDS[each] === wrong)}`,
          };
        }
      }
    }),
  }),
  defineRule({
    id: 'DRA-095',
    name: 'config-of-alternatives',
    area: 'opaque config',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'a config entry for a request with firstAvailable names its subrequests, as main/sub',
    why: 'the driver looks for the name in the result, which is main/sub, and passes an entry over that names main '
      + 'alone, without a word: no sharing, no limits. Not where it names all requests, from Kubernetes 1.37 on',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/device_state.go '
      + 'getConfigResultsMap, and the same at v25.3.2 to v0.4.1; kubernetes/dynamic-resource-allocation@v0.37.2 '
      + 'structured/internal/incubating/allocator_incubating.go (appliesToAll)',
    check: ofSettings(function* (setting, model) {
      const { claim, config, path } = setting;
      if (isForAll(setting, model)) { return; }
      for (const [index, name] of config.requests.entries()) {
        const alternatives = requestsNamed(model, claim, `${name}/`);
        if (alternatives.length === 0) { continue; }
        yield {
          path: [...path.slice(0, -2), 'requests', index],
          message: `the config is for ${name}, of which the claim has alternatives, and the driver passes it over`,
          fix: `write ${listed(alternatives.map(each => each.name))}, or leave requests out for all`,
        };
      }
    }),
  }),
  defineRule({
    id: 'DRA-085',
    name: 'opaque-driver',
    area: 'opaque config',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'opaque.driver must be gpu.nvidia.com for GPU configs',
    why: 'entries for another driver are skipped silently',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 '
      + 'cmd/gpu-kubelet-plugin/device_state.go GetOpaqueDeviceConfigs',
    *check(model) {
      for (const { document, config, path } of settings(model, () => true)) {
        const { kind } = fieldsOf(config.parameters);
        // others have a GpuConfig too
        const isNvidias = [
          config.driver ?? 'nvidia',
          at(config.parameters, 'apiVersion'),
        ].some(each => /nvidia/.test(shown(each)));
        if (typeof kind === 'string' && Object.hasOwn(KINDS, kind) && isNvidias && config.driver !== 'gpu.nvidia.com') {
          yield {
            document,
            path: [...path.slice(0, -1), 'driver'],
            message: `a ${kind} for the driver ${config.driver ?? '(none)'} is skipped in silence`,
            fix: 'write gpu.nvidia.com',
          };
        }
      }
    },
  }),
  defineRule({
    id: 'DRA-086',
    name: 'config-precedence',
    area: 'opaque config',
    severity: 'info',
    lintSeverity: 'info',
    sentence: 'claim config beats class config, later entries beat earlier ones, one entry applies per device',
    why: 'no merging',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 '
      + 'cmd/gpu-kubelet-plugin/device_state.go getConfigResultsMap',
    notCheckable: 'It tells how settings are chosen and is no fault of a manifest.',
    bad: '# expecting class and claim settings to merge',
    good: '# repeat the full config in the claim',
  }),
  defineRule({
    id: 'DRA-087',
    name: 'vfio-webhook',
    area: 'opaque config',
    severity: 'warning',
    lintSeverity: 'warning',
    since: DRA_DRIVER.milestones.wholeFunctions,
    sentence: 'VfioDeviceConfig with the driver\'s webhook enabled is refused',
    why: 'the webhook does not know the kind',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/webhook/main.go admitResourceClaimParameters, and '
      + 'at v25.12.0 and v0.4.1',
    check: ofSettings(function* ({ path, kind }, model) {
      const [values] = model.ofKind('HelmValues')
        .filter(each => each.name === 'dra-driver' && at(each.value, 'values', 'webhook', 'enabled') === true);
      if (kind === 'VfioDeviceConfig' && values !== undefined) {
        yield {
          path: [...path, 'kind'],
          message: 'a VfioDeviceConfig, and the values of the driver enable its webhook, which does not know the '
            + 'kind and refuses the claim',
          fix: 'set webhook.enabled: false, or leave the config out',
        };
      }
    }),
  }),
];
