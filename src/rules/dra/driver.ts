import { ClusterModel, DraDriverSettings, gateIsOn, GpuContainer, ManifestDocument } from '../../cluster';
import { at, isFields, Path } from '../../kubernetes';
import { DRA_DRIVER, DRA_GATES, KUBERNETES, Milestone, stateOf } from '../../releases';
import { nearestName, shown } from '../../text';
import { areApart } from '../folders';
import { isSet } from '../nim/nim-check';
import { Check, defineRule, Rule } from '../rule';
import { deviceReferences } from '../values/cel-expression';

/** Gates of Kubernetes' own components, which every program with such a parser has. */
const COMMON_GATES = ['AllAlpha', 'AllBeta', 'ContextualLogging', 'LoggingAlphaOptions', 'LoggingBetaOptions'];

/** Rules about how the NVIDIA DRA driver is set up. */
export const DRA_DRIVER_RULES: Rule[] = [
  defineRule({
    id: 'DRA-001',
    name: 'gate-mig-with-mps',
    area: 'DRA driver gates',
    severity: 'error',
    lintSeverity: 'error',
    refusedAtOnce: true,
    sentence: 'DynamicMIG and MPSSupport exclude each other',
    why: 'the driver refuses to start',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 pkg/featuregates/featuregates.go ValidateFeatureGates',
    check: exclusive('DynamicMIG', 'MPSSupport'),
  }),
  defineRule({
    id: 'DRA-002',
    name: 'gate-mig-with-passthrough',
    area: 'DRA driver gates',
    severity: 'error',
    lintSeverity: 'error',
    sentence: 'DynamicMIG and PassthroughSupport exclude each other',
    why: 'the driver refuses to start',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 pkg/featuregates/featuregates.go ValidateFeatureGates',
    check: exclusive('DynamicMIG', 'PassthroughSupport'),
  }),
  defineRule({
    id: 'DRA-003',
    name: 'gate-mig-with-health-check',
    area: 'DRA driver gates',
    severity: 'error',
    lintSeverity: 'error',
    sentence: 'DynamicMIG and NVMLDeviceHealthCheck exclude each other, up to driver 0.5',
    why: 'the driver refuses to start',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 pkg/featuregates/featuregates.go ValidateFeatureGates',
    check: exclusive('DynamicMIG', 'NVMLDeviceHealthCheck', DRA_DRIVER.milestones.dynamicMigExcludesHealthCheck),
  }),
  defineRule({
    id: 'DRA-004',
    name: 'gate-passthrough-with-health-check',
    area: 'DRA driver gates',
    severity: 'error',
    lintSeverity: 'error',
    sentence: 'PassthroughSupport and NVMLDeviceHealthCheck exclude each other',
    why: 'the driver refuses to start',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 pkg/featuregates/featuregates.go ValidateFeatureGates',
    check: exclusive('PassthroughSupport', 'NVMLDeviceHealthCheck'),
  }),
  defineRule({
    id: 'DRA-005',
    name: 'gate-metadata-needs-passthrough',
    area: 'DRA driver gates',
    severity: 'error',
    lintSeverity: 'error',
    sentence: 'DeviceMetadata requires PassthroughSupport',
    why: 'the driver refuses to start',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 pkg/featuregates/featuregates.go ValidateFeatureGates',
    check: needed('DeviceMetadata', 'PassthroughSupport'),
  }),
  defineRule({
    id: 'DRA-006',
    name: 'gate-cliques-needs-dns',
    area: 'DRA driver gates',
    severity: 'error',
    lintSeverity: 'error',
    sentence: 'ComputeDomainCliques requires IMEXDaemonsWithDNSNames',
    why: 'the driver refuses to start',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 pkg/featuregates/featuregates.go ValidateFeatureGates',
    check: needed('ComputeDomainCliques', 'IMEXDaemonsWithDNSNames'),
  }),
  defineRule({
    id: 'DRA-007',
    name: 'unknown-gate',
    area: 'DRA driver gates',
    severity: 'warning',
    lintSeverity: 'warning',
    refusedAtOnce: true,
    sentence: 'gate names unknown to the driver version (ConsumableShares, FabricManagerPartitioning, '
      + 'HostManagedIMEXDaemon, DRAListTypeAttributes 0.5; DeviceMetadata 0.4; DynamicMIG, PassthroughSupport, '
      + 'NVMLDeviceHealthCheck, ComputeDomainCliques, CrashOnNVLinkFabricErrors 0.3; TimeSlicingSettings, MPSSupport, '
      + 'IMEXDaemonsWithDNSNames 0.2)',
    why: 'unknown gates are an error of the gate parser',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 pkg/featuregates/featuregates.go, and at v25.8.0, '
      + 'v25.12.0, v0.4.0 and v0.4.1',
    check: ofDrivers(function* ({ gates }, model) {
      const release = model.declaredRelease('dra-driver');
      for (const gate of Object.keys(gates).filter(each => !COMMON_GATES.includes(each))) {
        const since = Object.hasOwn(DRA_GATES, gate) ? DRA_GATES[gate] : undefined;
        if (since === undefined) {
          const near = nearestName(gate, Object.keys(DRA_GATES));
          yield {
            gate,
            message: `the driver knows no gate ${gate} and does not start`,
            fix: near === undefined ? 'remove it' : `write ${near}`,
          };
        } else if (release !== undefined && stateOf({ begins: since }, release) === false) {
          yield {
            gate,
            message: `gate ${gate} is known from driver ${since} on, and ${release} does not start with it`,
            fix: `upgrade to ${since}, or remove it`,
          };
        }
      }
    }),
  }),
  defineRule({
    id: 'DRA-008',
    name: 'shares-without-gate',
    area: 'ConsumableShares',
    severity: 'error',
    lintSeverity: 'error',
    since: DRA_DRIVER.milestones.consumableShares,
    sentence: 'CONSUMABLE_SHARES other than disabled needs gate ConsumableShares',
    why: 'the plugin exits at start',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/main.go#L306',
    *check(model) {
      for (const { document, shares, ...settings } of model.draDrivers) {
        if (shares !== undefined
          && shares.value !== 'disabled'
          && shares.value !== ''
          && !gateIsOn({ document, ...settings }, 'ConsumableShares')) {
          yield {
            document,
            path: shares.path,
            message: `CONSUMABLE_SHARES is ${shares.value} without the gate ConsumableShares, and the plugin exits`,
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
    since: DRA_DRIVER.milestones.consumableShares,
    sentence: 'CONSUMABLE_SHARES is disabled, memory, unlimited or a positive integer',
    why: 'the plugin exits at start',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/main.go#L310',
    *check(model) {
      for (const { document, shares } of model.draDrivers) {
        if (shares !== undefined && !/^(?:disabled|memory|unlimited|[1-9]\d*|)$/.test(shares.value)) {
          yield {
            document,
            path: shares.path,
            message: `CONSUMABLE_SHARES "${shares.value}" is none that the plugin knows, and it exits`,
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
    sentence: 'the driver\'s gate ConsumableShares needs the gate DRAConsumableCapacity of Kubernetes, off in 1.34 and '
      + '1.35, on from 1.36',
    why: 'otherwise what the driver publishes to share is dropped',
    evidence: 'kubernetes/enhancements@64765b4b KEP-5075; GPU Operator documentation',
    *check(model) {
      const release = model.declaredRelease('kubernetes');
      if (release === undefined || !KUBERNETES.lacks('consumableCapacity', release)) { return; }
      for (const settings of model.draDrivers.filter(each => gateIsOn(each, 'ConsumableShares'))) {
        yield {
          document: settings.document,
          path: [...settings.path, 'ConsumableShares'],
          message: `ConsumableShares publishes capacity to share, and Kubernetes ${release} has the gate `
            + 'DRAConsumableCapacity off unless it was switched on',
          fix: 'switch it on for API server and scheduler, or use 1.36',
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
  defineRule({
    id: 'DRA-014',
    name: 'partitions-kubernetes-gate',
    area: 'DynamicMIG',
    severity: 'error',
    lintSeverity: 'warning',
    refusedAtOnce: true,
    sentence: 'Kubernetes below 1.36 needs gate DRAPartitionableDevices on API server and scheduler',
    why: 'dynamic MIG publishes shared counters',
    evidence: 'kubernetes/enhancements@64765b4b KEP-4815; kubernetes-sigs/dra-driver-nvidia-gpu@95932046 '
      + 'cmd/gpu-kubelet-plugin/partitions.go',
    *check(model) {
      const release = model.declaredRelease('kubernetes');
      if (release === undefined || !KUBERNETES.lacks('partitionableDevices', release)) { return; }
      for (const settings of model.draDrivers.filter(each => gateIsOn(each, 'DynamicMIG'))) {
        yield {
          document: settings.document,
          path: [...settings.path, 'DynamicMIG'],
          message: `DynamicMIG publishes shared counters, and Kubernetes ${release} has the gate `
            + 'DRAPartitionableDevices off unless it was switched on',
          fix: 'switch it on for API server and scheduler, or use 1.36',
        };
      }
    },
  }),
  defineRule({
    id: 'DRA-015',
    name: 'mig-manager-with-dynamic-mig',
    area: 'DynamicMIG',
    severity: 'warning',
    lintSeverity: 'warning',
    since: DRA_DRIVER.milestones.dynamicMig,
    sentence: 'do not run mig-parted, MIG Manager or nvidia-smi mig on a DynamicMIG node',
    why: 'MIG devices not in the driver\'s checkpoint are destroyed at plugin start',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/driver.go NewDriver, '
      + 'DestroyUnknownMIGDevices',
    *check(model) {
      const dynamic = model.draDrivers.some(each => gateIsOn(each, 'DynamicMIG'));
      for (const { document, path, value } of dynamic ? model.labelValues('nvidia.com/mig.config') : []) {
        yield {
          document,
          path,
          message: `nvidia.com/mig.config=${value} on a node, and the DRA driver has DynamicMIG: it destroys the MIG `
            + 'devices that it did not make',
          fix: 'remove the label, or switch DynamicMIG off',
        };
      }
    },
  }),
  defineRule({
    id: 'DRA-016',
    name: 'dynamic-mig-attribute',
    area: 'DynamicMIG',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'no CEL expression uses uuid or memorySlice<i> of a MIG device that is made on demand',
    why: 'published only for existing (static) MIG devices; on dynamic ones the reference is a CEL error',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/deviceinfo.go '
      + 'MigDeviceInfo.GetDevice; kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/mig.go '
      + 'CommonAttributesMig',
    *check(model) {
      if (!model.draDrivers.some(each => gateIsOn(each, 'DynamicMIG'))) { return; }
      for (const {
        document,
        path,
        expression,
        deviceClass,
      } of model.selectorExpressions.filter(each => each.deviceClass === 'mig.nvidia.com')) {
        const found = deviceReferences(expression)
          .find(({ map, name, guarded }) =>
            !guarded && (name === 'uuid' || (map === 'capacity' && name.startsWith('memorySlice'))));
        if (found !== undefined) {
          yield {
            document,
            path,
            message: `${found.name} is not published for devices of ${deviceClass} that DynamicMIG would make, `
              + 'and the expression fails',
            fix: 'select by profile',
          };
        }
      }
    },
  }),
  defineRule({
    id: 'DRA-029',
    name: 'two-allocators',
    area: 'DRA driver chart',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'device plugin and DRA driver do not both hand out the GPUs of a cluster, unless of different nodes',
    why: 'both hand out the same GPU. Said where a ClusterPolicy has its device plugin on, or the plugin has a chart '
      + 'or a DaemonSet of its own, and the DRA driver hands out GPUs by the values of its chart or a DaemonSet; which '
      + 'nodes their DaemonSets end up on, the manifests may not show',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 '
      + 'deployments/helm/dra-driver-nvidia-gpu/templates/validation.yaml (its message)',
    *check(model) {
      const plugins = [...devicePluginsOf(model)];
      for (const { document, path } of plugins.length === 0 ? [] : gpuDriversOf(model)) {
        const plugin = plugins.find(each => !areApart(model, each, document));
        if (plugin === undefined) { continue; }
        const isPolicy = plugin.kind === 'ClusterPolicy';
        yield {
          document,
          path,
          message: `the DRA driver hands out GPUs, and so does the device plugin of ${plugin.kind} ${plugin.name}: `
            + 'a GPU may go to two pods',
          fix: `${isPolicy ? 'write devicePlugin: {enabled: false} in the ClusterPolicy' : 'remove one of them'}, or `
            + 'keep the two apart by kubeletPlugin.nodeSelector',
        };
      }
    },
  }),
];

/** What runs the device plugin on every node with a GPU. */
function* devicePluginsOf(model: ClusterModel): Generator<ManifestDocument> {
  yield* model.policies.filter(({ spec }) =>
    isFields(spec.devicePlugin) && spec.devicePlugin.enabled !== false && isFields(spec.driver));
  yield* model.valuesOf('nvidia-device-plugin')
    .filter(({ value }) => at(value, 'values', 'devicePlugin', 'enabled') !== false && !isBound(at(value, 'values')));
  yield* daemonSetsWith(model, ({ image, args }) => /(?:^|\/)k8s-device-plugin(?:[:@]|$)/.test(image ?? '')
    && !args.some(each =>
      /config-manager|gpu-feature-discovery|mps-control-daemon/.test(each)), /^nvidia-device-plugin/);
}

/** Where the DRA driver is told to hand out GPUs, on every node that has some. */
function* gpuDriversOf(model: ClusterModel): Generator<{ document: ManifestDocument; path: Path }> {
  for (const document of model.ofKind('HelmValues')) {
    const values = document.value.values;
    const handsOut = at(values, 'gpuResourcesEnabledOverride') === true
      && at(values, 'resources', 'gpus', 'enabled') !== false;
    if (handsOut && !isBound(at(values, 'kubeletPlugin'))) {
      yield { document, path: ['values', 'gpuResourcesEnabledOverride'] };
    }
  }
  const isDriver = ({ image, name }: GpuContainer) => name === 'gpus' && /dra-driver/.test(image ?? '');
  for (const document of daemonSetsWith(model, isDriver, /./)) { yield { document, path: ['metadata', 'name'] }; }
}

/** DaemonSets with such a container that no selector of their own keeps to some nodes. */
function daemonSetsWith(
  model: ClusterModel,
  isOne: (container: GpuContainer) => boolean,
  called: RegExp,
): ManifestDocument[] {
  return model.workloads.filter(({
    document,
    containers,
    nodeSelector,
  }) => document.kind === 'DaemonSet' && called.test(document.name) && containers.some(isOne)
    && Object.keys(nodeSelector)
      .every(key =>
        /^(?:kubernetes\.io\/os|nvidia\.com\/gpu\.(?:present|deploy\..*))$/.test(key))).map(({ document }) => document);
}

/** Whether values keep the pods of a chart to some nodes. */
function isBound(values: unknown): boolean {
  return isFields(at(values, 'nodeSelector')) || isFields(at(values, 'affinity'));
}

type GateFinding = { gate: string; message: string; fix: string };

function ofDrivers(check: (settings: DraDriverSettings, model: ClusterModel) => Iterable<GateFinding>): Check {
  return function* (model) {
    for (const settings of model.draDrivers) {
      for (const { gate, ...said } of check(settings, model)) {
        yield { document: settings.document, path: [...settings.path, gate], ...said };
      }
    }
  };
}

/** The driver does not start with both; as long as a milestone lasts, where one is given. */
function exclusive(first: string, second: string, whileIn?: Milestone): Check {
  return ofDrivers(function* (settings, model) {
    const release = model.declaredRelease('dra-driver');
    if (release !== undefined && whileIn !== undefined && stateOf(whileIn, release) === false) { return; }
    if (gateIsOn(settings, first) && gateIsOn(settings, second)) {
      yield {
        gate: second,
        message: `the gates ${first} and ${second} exclude each other, and the driver does not start`,
        fix: 'switch one of them off',
      };
    }
  });
}

function needed(gate: string, other: string): Check {
  return ofDrivers(function* (settings) {
    // a gate that nobody wrote is as the release has it
    if ((Object.hasOwn(settings.gates, gate) || Object.hasOwn(settings.gates, other))
      && gateIsOn(settings, gate)
      && !gateIsOn(settings, other)) {
      yield {
        gate: Object.hasOwn(settings.gates, gate) ? gate : other,
        message: `gate ${gate} needs ${other}, and the driver does not start`,
        fix: `switch ${other} on, or ${gate} off`,
      };
    }
  });
}
