import { DraDriverSettings, gateIsOn, gateMayBeOn, ClusterModel } from '../../../cluster';
import { DRA_DRIVER, DRA_GATES, Milestone, stateOf } from '../../../releases';
import { nearestName } from '../../../text';
import { REFUSED } from '../../false-alarms';
import { Check, defineRule, Rule } from '../../rule';

/** Gates of Kubernetes' own components, which every program with such a parser has. */
const COMMON_GATES = ['AllAlpha', 'AllBeta', 'ContextualLogging', 'LoggingAlphaOptions', 'LoggingBetaOptions'];

/** Rules about the feature gates of the NVIDIA DRA driver. */
export const DRIVER_GATE_RULES: Rule[] = [
  defineRule({
    id: 'DRA-001',
    name: 'gate-mig-with-mps',
    area: 'DRA driver gates',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byDriverStart,
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
    falseAlarm: REFUSED.byDriverStart,
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
    falseAlarm: 'a driver after 0.5 takes both: so only up to that',
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
    falseAlarm: REFUSED.byDriverStart,
    since: DRA_DRIVER.milestones.passthroughExcludesHealthCheck,
    sentence: 'PassthroughSupport and NVMLDeviceHealthCheck exclude each other, from driver 0.4 on',
    why: 'the driver refuses to start',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 pkg/featuregates/featuregates.go ValidateFeatureGates, '
      + 'and at v25.12.0, which has no such line, and v0.4.0',
    check: exclusive('PassthroughSupport', 'NVMLDeviceHealthCheck'),
  }),
  defineRule({
    id: 'DRA-005',
    name: 'gate-metadata-needs-passthrough',
    area: 'DRA driver gates',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byDriverStart,
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
    falseAlarm: REFUSED.byDriverStart,
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
];

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
        fix: `write false for ${first} or for ${second}`,
      };
    }
  });
}

function needed(gate: string, other: string): Check {
  return ofDrivers(function* (settings) {
    // a gate that nobody wrote is as the release has it
    if ((Object.hasOwn(settings.gates, gate) || Object.hasOwn(settings.gates, other))
      && gateIsOn(settings, gate)
      && !gateMayBeOn(settings, other)) {
      yield {
        gate: Object.hasOwn(settings.gates, gate) ? gate : other,
        message: `gate ${gate} needs ${other}, and the driver does not start`,
        fix: `switch ${other} on, or ${gate} off`,
      };
    }
  });
}
