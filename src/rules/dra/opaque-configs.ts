import { ClaimView, configsIn, gateIsOn, ManifestDocument, OpaqueConfig } from '../../cluster';
import { at, compareReleases, Fields, fieldsOf, isFields, Path, quantityOf } from '../../kubernetes';
import { shown } from '../../text';
import { isSet } from '../nim/nim-rule';
import { Rule, RuleFinding } from '../rule';

const KINDS: Record<string, string> = { GpuConfig: 'gpu.nvidia.com', MigDeviceConfig: 'mig.nvidia.com', VfioDeviceConfig: 'vfio.gpu.nvidia.com' };
const INTERVALS = ['Default', 'Short', 'Medium', 'Long'];
const MPS_FIELDS = ['defaultActiveThreadPercentage', 'defaultPinnedDeviceMemoryLimit', 'defaultPerDevicePinnedMemoryLimit', 'multiUser'];

/** One setting for the driver, and where its parameters stand. */
interface Setting {
  readonly document: ManifestDocument;
  readonly claim?: ClaimView;
  readonly config: OpaqueConfig;
  readonly path: Path;
  readonly parameters: Readonly<Fields>;
  readonly kind: string;
  readonly sharing?: Readonly<Fields>;
}

type Found = Omit<RuleFinding, 'document'>;

/** Rules about the parameters that claims and DeviceClasses hand to the NVIDIA DRA driver (resource.nvidia.com/v1beta1). */
export const OPAQUE_CONFIG_RULES: Rule[] = [
  settingRule('DRA-010', function* ({ path, sharing }, model) {
    const [active] = model.draDrivers.filter(({ shares }) => shares !== undefined && shares.value !== 'disabled' && shares.value !== '');
    if (sharing?.strategy === 'MPS' && active !== undefined) {
      yield { path: [...path, 'sharing', 'strategy'], message: `MPS while the driver has CONSUMABLE_SHARES=${active.shares!.value}: no pod with this claim starts`, fix: 'use one of the two' };
    }
  }),
  settingRule('DRA-070', function* ({ path, parameters, kind }) {
    if (!(kind in KINDS)) {
      yield { path: [...path, 'kind'], message: `the driver knows no kind "${kind}"`, fix: `write one of ${Object.keys(KINDS).join(', ')}` };
    } else if (parameters.apiVersion !== 'resource.nvidia.com/v1beta1') {
      yield { path: [...path, 'apiVersion'], message: `apiVersion ${JSON.stringify(parameters.apiVersion ?? '')} does not decode`, fix: 'write resource.nvidia.com/v1beta1' };
    }
  }),
  settingRule('DRA-071', function* ({ path, parameters, kind, sharing }) {
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
        yield { path: [...path, ...place, key], message: `${key} is no field of ${kind}${place.length > 0 ? ` ${place.join('.')}` : ''}; the pod hangs in ContainerCreating`, fix: `there are ${fields.join(', ')}` };
      }
    }
  }),
  settingRule('DRA-072', function* ({ path, sharing }) {
    if (sharing !== undefined && sharing.strategy !== 'TimeSlicing' && sharing.strategy !== 'MPS') {
      yield { path: [...path, 'sharing', ...('strategy' in sharing ? ['strategy'] : [])], message: `sharing.strategy is ${isSet(sharing.strategy) ? `"${shown(sharing.strategy)}"` : 'missing'}`, fix: 'write TimeSlicing or MPS' };
    }
  }),
  settingRule('DRA-073', function* ({ path, sharing }, model) {
    const gate = sharing?.strategy === 'TimeSlicing' ? 'TimeSlicingSettings' : sharing?.strategy === 'MPS' ? 'MPSSupport' : undefined;
    const declared = model.draDrivers.filter(({ gates }) => Object.keys(gates).length > 0);
    if (gate === undefined || declared.some(each => gateIsOn(each, gate))) { return; }
    yield {
      path: [...path, 'sharing', 'strategy'],
      message: `strategy ${shown(sharing!.strategy)} needs the driver's gate ${gate}, which is off ${declared.length > 0 ? 'here' : 'unless it was switched on'}`,
      fix: `set featureGates: {${gate}: true}${gate === 'TimeSlicingSettings' ? '; sharing one claim at the default interval needs no config' : ''}`,
      ...(declared.length > 0 && { severity: 'error' as const }),
    };
  }),
  settingRule('DRA-074', function* ({ path, sharing }) {
    const interval = at(sharing?.timeSlicingConfig, 'interval');
    if (isSet(interval) && !INTERVALS.includes(String(interval))) {
      yield { path: [...path, 'sharing', 'timeSlicingConfig', 'interval'], message: `interval "${shown(interval)}" is none`, fix: `write one of ${INTERVALS.join(', ')}` };
    }
  }),
  settingRule('DRA-075', function* ({ path, sharing }) {
    if (isFields(sharing?.timeSlicingConfig) && !isSet(sharing.timeSlicingConfig.interval)) {
      yield { path: [...path, 'sharing', 'timeSlicingConfig'], message: 'timeSlicingConfig without interval makes the driver read what is not there', fix: 'write interval: Default, or leave timeSlicingConfig out' };
    }
  }),
  settingRule('DRA-076', function* ({ path, kind, sharing }) {
    const wrong = sharing?.strategy === 'TimeSlicing' ? 'mpsConfig' : sharing?.strategy === 'MPS' ? 'timeSlicingConfig' : undefined;
    if (kind === 'GpuConfig' && wrong !== undefined && isSet(sharing![wrong])) {
      yield { path: [...path, 'sharing', wrong], message: `${wrong} with strategy ${shown(sharing!.strategy)}: no pod with this claim starts`, fix: `remove ${wrong}` };
    }
  }),
  settingRule('DRA-077', function* ({ path, kind, sharing }) {
    if (kind === 'MigDeviceConfig' && sharing !== undefined && 'timeSlicingConfig' in sharing) {
      yield { path: [...path, 'sharing', 'timeSlicingConfig'], message: 'a MigDeviceConfig has no timeSlicingConfig and is refused with it', fix: 'remove it' };
    }
  }),
  settingRule('DRA-078', function* ({ path, kind, sharing }) {
    if (kind === 'MigDeviceConfig' && sharing?.strategy === 'TimeSlicing') {
      yield { path: [...path, 'sharing', 'strategy'], message: 'TimeSlicing has no effect on MIG devices', fix: 'leave the config out; a claim can be shared without it' };
    }
  }),
  settingRule('DRA-079', function* ({ path, sharing }) {
    const share = at(sharing?.mpsConfig, 'defaultActiveThreadPercentage');
    if (typeof share === 'number' && (share < 0 || share > 100)) {
      yield { path: [...path, 'sharing', 'mpsConfig', 'defaultActiveThreadPercentage'], message: `defaultActiveThreadPercentage is ${share}; it is a share of 0 to 100 percent`, fix: 'write 0 to 100, or leave it out for all threads' };
    }
  }),
  settingRule('DRA-080', function* ({ path, sharing }) {
    const mps = sharing?.mpsConfig;
    const limits: [Path, unknown][] = [
      [['defaultPinnedDeviceMemoryLimit'], at(mps, 'defaultPinnedDeviceMemoryLimit')],
      ...Object.entries(fieldsOf(at(mps, 'defaultPerDevicePinnedMemoryLimit'))).map(([key, value]): [Path, unknown] => [['defaultPerDevicePinnedMemoryLimit', key], value]),
    ];
    for (const [place, value] of limits.filter(([, each]) => isSet(each) && !((quantityOf(each) ?? 0) >= 1024 * 1024))) {
      yield { path: [...path, 'sharing', 'mpsConfig', ...place], message: `${place.join('.')} is ${shown(value)}; it is cut to whole MiB and must be 1Mi or more`, fix: 'write a quantity such as 10Gi' };
    }
  }),
  settingRule('DRA-081', function* ({ path, sharing }) {
    for (const key of Object.keys(fieldsOf(at(sharing?.mpsConfig, 'defaultPerDevicePinnedMemoryLimit')))) {
      if (!/^(?:\d+|(?:GPU|MIG)-[0-9a-fA-F-]+)$/.test(key)) {
        yield { path: [...path, 'sharing', 'mpsConfig', 'defaultPerDevicePinnedMemoryLimit', key], message: `"${key}" is neither a UUID nor an index into the claim's devices`, fix: 'write "0" for the first device of the claim, in the order of the UUIDs' };
      }
    }
  }),
  settingRule('DRA-082', function* ({ path, sharing }, model) {
    const release = model.declaredRelease('dra-driver');
    if (isSet(at(sharing?.mpsConfig, 'multiUser')) && release !== undefined && compareReleases(release, '0.5') < 0) {
      yield { path: [...path, 'sharing', 'mpsConfig', 'multiUser'], message: `multiUser is known from driver 0.5 on, and ${release} refuses the config`, fix: 'upgrade, or remove it' };
    }
  }),
  settingRule('DRA-083', function* ({ path, sharing }, model) {
    if (sharing?.strategy === 'MPS' && model.draDrivers.some(each => gateIsOn(each, 'DynamicMIG'))) {
      yield { path: [...path, 'sharing', 'strategy'], message: 'MPS while the driver has DynamicMIG: no pod with this claim starts', fix: 'cut the GPUs beforehand, or do without MPS' };
    }
  }),
  settingRule('DRA-084', function* ({ claim, config, path, kind }) {
    for (const name of config.requests) {
      const classes = (claim?.requests ?? []).filter(each => each.name === name || each.name.startsWith(`${name}/`)).map(each => String(each.fields.deviceClassName));
      const wrong = classes.find(each => Object.values(KINDS).includes(each) && each !== KINDS[kind]);
      if (kind in KINDS && wrong !== undefined) {
        yield { path: [...path, 'kind'], message: `${kind} for request ${name}, which is of ${wrong}: no pod with this claim starts`, fix: `write ${Object.keys(KINDS).find(each => KINDS[each] === wrong)}` };
      }
    }
  }),
  {
    id: 'DRA-085',
    *check(model) {
      for (const { document, config, path } of settings(model, () => true)) {
        const { kind } = fieldsOf(config.parameters);
        const isNvidias = [config.driver ?? 'nvidia', at(config.parameters, 'apiVersion')].some(each => /nvidia/.test(String(each))); // others have a GpuConfig too
        if (typeof kind === 'string' && kind in KINDS && isNvidias && config.driver !== 'gpu.nvidia.com') {
          yield { document, path: [...path.slice(0, -1), 'driver'], message: `a ${kind} for the driver ${config.driver ?? '(none)'} is skipped in silence`, fix: 'write gpu.nvidia.com' };
        }
      }
    },
  },
  settingRule('DRA-087', function* ({ path, kind }, model) {
    const [values] = model.ofKind('HelmValues').filter(each => each.name === 'dra-driver' && at(each.value, 'values', 'webhook', 'enabled') === true);
    if (kind === 'VfioDeviceConfig' && values !== undefined) {
      yield { path: [...path, 'kind'], message: 'a VfioDeviceConfig, and the values of the driver enable its webhook, which does not know the kind and refuses the claim', fix: 'set webhook.enabled: false, or leave the config out' };
    }
  }),
];

type Model = Parameters<Rule['check']>[0];

function settingRule(id: string, check: (setting: Setting, model: Model) => Iterable<Found>): Rule {
  return {
    id,
    *check(model) {
      for (const setting of settings(model, ({ driver }) => driver === 'gpu.nvidia.com')) {
        for (const found of check(setting, model)) {
          yield { document: setting.document, ...found };
        }
      }
    },
  };
}

/** The settings of claims, then those of DeviceClasses. */
function* settings(model: Model, wanted: (config: OpaqueConfig) => boolean): Generator<Setting> {
  const all = [
    ...model.claims.flatMap(claim => claim.configs.map(config => ({ document: claim.document, claim, config }))),
    ...model.ofKind('DeviceClass').flatMap(document => configsIn(document.spec.config, ['spec', 'config']).map(config => ({ document, claim: undefined, config }))),
  ];
  for (const { document, claim, config } of all.filter(each => wanted(each.config))) {
    const parameters = fieldsOf(config.parameters);
    yield {
      document,
      claim,
      config,
      path: [...config.path, 'opaque', 'parameters'],
      parameters,
      kind: String(parameters.kind ?? ''),
      sharing: isFields(parameters.sharing) ? parameters.sharing : undefined,
    };
  }
}
