import { ClusterModel, DRA_GATES, DraDriverSettings, gateIsOn } from '../../cluster';
import { compareReleases } from '../../kubernetes';
import { nearestName } from '../../text';
import { isSet } from '../nim/nim-rule';
import { Rule } from '../rule';
import { deviceReferences } from '../values/cel-expression';

/** Gates of Kubernetes' own components, which every program with such a parser has. */
const COMMON_GATES = ['AllAlpha', 'AllBeta', 'ContextualLogging', 'LoggingAlphaOptions', 'LoggingBetaOptions'];

/** Rules about how the NVIDIA DRA driver is set up. */
export const DRA_DRIVER_RULES: Rule[] = [
  exclusive('DRA-001', 'DynamicMIG', 'MPSSupport'),
  exclusive('DRA-002', 'DynamicMIG', 'PassthroughSupport'),
  exclusive('DRA-003', 'DynamicMIG', 'NVMLDeviceHealthCheck', '0.5'), // what follows 0.5 takes both (pkg/featuregates ValidateFeatureGates)
  exclusive('DRA-004', 'PassthroughSupport', 'NVMLDeviceHealthCheck'),
  needed('DRA-005', 'DeviceMetadata', 'PassthroughSupport'),
  needed('DRA-006', 'ComputeDomainCliques', 'IMEXDaemonsWithDNSNames'),
  driverRule('DRA-007', function* ({ gates }, model) {
    const release = model.declaredRelease('dra-driver');
    for (const gate of Object.keys(gates).filter(each => !COMMON_GATES.includes(each))) {
      const since = DRA_GATES[gate];
      if (since === undefined) {
        const near = nearestName(gate, Object.keys(DRA_GATES));
        yield { gate, message: `the driver knows no gate ${gate} and does not start`, fix: near === undefined ? 'remove it' : `write ${near}` };
      } else if (release !== undefined && compareReleases(release, since) < 0) {
        yield { gate, message: `gate ${gate} is known from driver ${since} on, and ${release} does not start with it`, fix: `upgrade to ${since}, or remove it` };
      }
    }
  }),
  {
    id: 'DRA-008',
    *check(model) {
      for (const { document, shares, ...settings } of model.draDrivers) {
        if (shares !== undefined && shares.value !== 'disabled' && shares.value !== '' && !gateIsOn({ document, ...settings }, 'ConsumableShares')) {
          yield { document, path: shares.path, message: `CONSUMABLE_SHARES is ${shares.value} without the gate ConsumableShares, and the plugin exits`, fix: 'switch the gate on, or remove the variable' };
        }
      }
    },
  },
  {
    id: 'DRA-009',
    *check(model) {
      for (const { document, shares } of model.draDrivers) {
        if (shares !== undefined && !/^(?:disabled|memory|unlimited|[1-9]\d*|)$/.test(shares.value)) {
          yield { document, path: shares.path, message: `CONSUMABLE_SHARES "${shares.value}" is none that the plugin knows, and it exits`, fix: 'write disabled, memory, unlimited or a whole number' };
        }
      }
    },
  },
  {
    id: 'DRA-011',
    *check(model) {
      const release = model.declaredRelease('kubernetes');
      if (release === undefined || compareReleases(release, '1.36') >= 0) { return; }
      for (const settings of model.draDrivers.filter(each => gateIsOn(each, 'ConsumableShares'))) {
        yield {
          document: settings.document,
          path: [...settings.path, 'ConsumableShares'],
          message: `ConsumableShares publishes capacity to share, and Kubernetes ${release} has the gate DRAConsumableCapacity off unless it was switched on`,
          fix: 'switch it on for API server and scheduler, or use 1.36',
        };
      }
    },
  },
  {
    id: 'DRA-013',
    *check(model) {
      const [byMemory] = model.draDrivers.filter(({ shares }) => shares?.value === 'memory');
      const whole = byMemory === undefined ? [] : model.claims.flatMap(({ document, requests }) => requests
        .filter(({ fields }) => /^(?:gpu|mig)\.nvidia\.com$/.test(String(fields.deviceClassName)) && !isSet(fields.capacity))
        .map(({ path, name }) => ({ document, path, name })));
      for (const { document, path, name } of whole) {
        yield { document, path, message: `with CONSUMABLE_SHARES=memory request ${name} without capacity takes the whole device`, fix: 'write capacity: {requests: {memory: …}} where a share is meant' };
      }
    },
  },
  {
    id: 'DRA-014',
    *check(model) {
      const release = model.declaredRelease('kubernetes');
      if (release === undefined || compareReleases(release, '1.36') >= 0) { return; }
      for (const settings of model.draDrivers.filter(each => gateIsOn(each, 'DynamicMIG'))) {
        yield {
          document: settings.document,
          path: [...settings.path, 'DynamicMIG'],
          message: `DynamicMIG publishes shared counters, and Kubernetes ${release} has the gate DRAPartitionableDevices off unless it was switched on`,
          fix: 'switch it on for API server and scheduler, or use 1.36',
        };
      }
    },
  },
  {
    id: 'DRA-015',
    *check(model) {
      const dynamic = model.draDrivers.some(each => gateIsOn(each, 'DynamicMIG'));
      for (const { document, path, value } of dynamic ? model.labelValues('nvidia.com/mig.config') : []) {
        yield {
          document,
          path,
          message: `nvidia.com/mig.config=${value} on a node, and the DRA driver has DynamicMIG: it destroys the MIG devices that it did not make`,
          fix: 'remove the label, or switch DynamicMIG off',
        };
      }
    },
  },
  {
    id: 'DRA-016',
    *check(model) {
      if (!model.draDrivers.some(each => gateIsOn(each, 'DynamicMIG'))) { return; }
      for (const { document, path, expression, deviceClass } of model.selectorExpressions.filter(each => each.deviceClass === 'mig.nvidia.com')) {
        const found = deviceReferences(expression)
          .find(({ map, name, guarded }) => !guarded && (name === 'uuid' || (map === 'capacity' && name.startsWith('memorySlice'))));
        if (found !== undefined) {
          yield { document, path, message: `${found.name} is not published for devices of ${deviceClass} that DynamicMIG would make, and the expression fails`, fix: 'select by profile' };
        }
      }
    },
  },
];

type GateFinding = { gate: string; message: string; fix: string };

function driverRule(id: string, check: (settings: DraDriverSettings, model: ClusterModel) => Iterable<GateFinding>): Rule {
  return {
    id,
    *check(model) {
      for (const settings of model.draDrivers) {
        for (const { gate, ...said } of check(settings, model)) { yield { document: settings.document, path: [...settings.path, gate], ...said }; }
      }
    },
  };
}

function exclusive(id: string, first: string, second: string, lastRelease?: string): Rule {
  return driverRule(id, function* (settings, model) {
    const release = model.declaredRelease('dra-driver');
    if (release !== undefined && lastRelease !== undefined && compareReleases(release, lastRelease) > 0) { return; }
    if (gateIsOn(settings, first) && gateIsOn(settings, second)) {
      yield { gate: second, message: `the gates ${first} and ${second} exclude each other, and the driver does not start`, fix: 'switch one of them off' };
    }
  });
}

function needed(id: string, gate: string, other: string): Rule {
  return driverRule(id, function* (settings) {
    // a gate that nobody wrote is as the release has it
    if ((gate in settings.gates || other in settings.gates) && gateIsOn(settings, gate) && !gateIsOn(settings, other)) {
      yield { gate: gate in settings.gates ? gate : other, message: `gate ${gate} needs ${other}, and the driver does not start`, fix: `switch ${other} on, or ${gate} off` };
    }
  });
}
