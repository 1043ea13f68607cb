import { Found, ofClaims, requestsOf } from './claim-check';
import { offByItself } from './off-by-itself';
import { gateIsOn } from '../../cluster';
import { at, isFields, isTemplated, listOf, Path, textOf } from '../../kubernetes';
import { DRA_DRIVER } from '../../releases';
import { inShort, listed, shown } from '../../text';
import { REFUSED } from '../false-alarms';
import { isSet } from '../nim/nim-check';
import { defineRule, Rule } from '../rule';

const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

/** Rules about the requests of a claim. */
export const CLAIM_REQUEST_RULES: Rule[] = [
  defineRule({
    id: 'DRA-012',
    name: 'shares-not-enforced',
    area: 'ConsumableShares',
    severity: 'warning',
    lintSeverity: 'info',
    sentence: 'shares are accounting for the scheduler only; nothing limits memory or compute on the device',
    why: 'the driver sets no limit for a consumed share',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/consumable_shares.go; '
      + 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/device_state.go',
    *check(model) {
      const shared = model.claims.flatMap(({ document, requests }) =>
        requests.filter(({ fields }) => isSet(at(fields.capacity, 'requests', 'memory')))
          .map(each => ({ document, ...each })));
      if (shared.length === 0) { return; }
      const [{ document, path }] = shared;
      yield {
        document,
        path: [...path, 'capacity'],
        message: `capacity.requests.memory (${shared.slice(0, 5).map(({ name }) => name).join(', ')}) is for the `
          + 'scheduler\'s books: nothing stops the pod from taking more',
        fix: 'ask for as much as the model takes, and set the engine\'s own limit',
      };
    },
  }),
  defineRule({
    id: 'DRA-041',
    name: 'one-request-form',
    area: 'ResourceClaim',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    sentence: 'each request has exactly one of exactly, firstAvailable',
    why: 'API rule',
    evidence: 'kubernetes/kubernetes@7fc9c57d staging/src/k8s.io/api/resource/v1/types.go DeviceRequest',
    check: ofClaims(function* (claim) {
      const single = claim.isFlat ? 'deviceClassName' : 'exactly';
      for (const { path, request } of requestsOf(claim)) {
        // an empty list is none (pkg/apis/resource/validation/validation.go validateDeviceRequest)
        const given = [
          ...(isSet(at(request, single)) ? [single] : []),
          ...(listOf(at(request, 'firstAvailable')).length > 0 ? ['firstAvailable'] : []),
        ];
        const misplaced = isSet(at(request, claim.isFlat ? 'exactly' : 'deviceClassName')); // DRA-040 tells
        if (given.length !== 1 && !misplaced) {
          yield {
            path,
            message: `request ${shown(at(request, 'name') ?? '')} has ${given.length === 0 ? 'neither' : 'both'} `
              + `${single} ${given.length === 0 ? 'nor' : 'and'} firstAvailable`,
            fix: `write one of them: ${single} for one kind of device, firstAvailable for alternatives`,
          };
        }
      }
    }),
  }),
  defineRule({
    id: 'DRA-042',
    name: 'device-class-name',
    area: 'ResourceClaim',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    sentence: 'deviceClassName is required in exactly and in every firstAvailable entry',
    why: 'API rule',
    evidence: 'kubernetes/kubernetes@7fc9c57d staging/src/k8s.io/api/resource/v1/types.go',
    check: ofClaims(function* ({ document, requests, isFlat }) {
      for (const { path, name, fields } of requests) {
        // of a request that is not there, DRA-041 tells
        const isThere = path.includes('firstAvailable')
          || (isFlat ? isSet(fields.deviceClassName) : isFields(at(document.value, ...path)));
        if (isThere && (!isSet(fields.deviceClassName) || fields.deviceClassName === '')) {
          yield {
            path,
            message: `request ${name} names no deviceClassName`,
            fix: 'write deviceClassName: gpu.nvidia.com for a whole GPU, mig.nvidia.com for a MIG device',
          };
        }
      }
    }),
  }),
  defineRule({
    id: 'DRA-043',
    name: 'request-name',
    area: 'ResourceClaim',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    sentence: 'request and subrequest names are DNS labels and unique in their list',
    why: 'API rule',
    evidence: 'kubernetes/kubernetes@7fc9c57d staging/src/k8s.io/api/resource/v1/types.go \'Must be a DNS label\', '
      + 'unique map key name',
    check: ofClaims(function* (claim) {
      yield* badNames(listOf(claim.devices.requests), [...claim.path, 'requests']);
      for (const { path, request } of requestsOf(claim)) {
        yield* badNames(listOf(at(request, 'firstAvailable')), [...path, 'firstAvailable']);
      }
    }),
  }),
  defineRule({
    id: 'DRA-044',
    name: 'request-count',
    area: 'ResourceClaim',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    sentence: 'count is above 0, and stands only with allocationMode ExactCount',
    why: 'API rule; default mode ExactCount, default count 1',
    evidence: 'kubernetes/kubernetes@7fc9c57d staging/src/k8s.io/api/resource/v1/types.go ExactDeviceRequest',
    check: ofClaims(function* ({ requests }) {
      for (const { path, name, fields: { count, allocationMode } } of requests) {
        const isAll = isSet(allocationMode) && allocationMode !== '' && allocationMode !== 'ExactCount';
        if (count === 0) {
          if (isAll) { continue; } // as if it were left out
          yield {
            path: [...path, 'count'],
            message: `request ${name} has a count of 0, which the API server takes for 1`,
            fix: 'write 1 or more',
            severity: 'warning',
          };
        } else if (typeof count === 'number' && count < 0) {
          yield {
            path: [...path, 'count'],
            message: `request ${name} has a count of ${count}`,
            fix: 'write 1 or more',
          };
        } else if (isSet(count) && isAll) {
          yield {
            path: [...path, 'count'],
            message: `request ${name} has a count with allocationMode ${shown(allocationMode)}`,
            fix: 'remove count, or write ExactCount',
          };
        }
      }
    }),
  }),
  defineRule({
    id: 'DRA-047',
    name: 'unknown-request-name',
    area: 'ResourceClaim',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    sentence: 'constraints[].requests and config[].requests must name requests of the same '
      + 'claim; subrequests as main/sub',
    why: 'API rule; empty means all requests',
    evidence: 'kubernetes/kubernetes@v1.37.2 pkg/apis/resource/validation/validation.go validateRequestNameRef, and the '
      + 'same from v1.31.0 on; subrequests from v1.33.0 on',
    check: ofClaims(function* (claim) {
      const names = new Set([
        ...claim.requests.map(({ name }) => name),
        ...listOf(claim.devices.requests).map(request => textOf(at(request, 'name')) ?? ''),
      ]);
      if ([...names].some(isTemplated)) { return; }
      for (const key of ['constraints', 'config'] as const) {
        for (const [index, entry] of listOf(claim.devices[key]).entries()) {
          for (const [number, name] of listOf(at(entry, 'requests')).entries()) {
            if (!names.has(shown(name))) {
              yield {
                path: [...claim.path, key, index, 'requests', number],
                message: `${key} ${key === 'config' ? 'names' : 'name'} the request ${shown(name)}; the claim has `
                  + `${listed(names) || 'none'}`,
                fix: 'use one of these, or leave requests out for all',
              };
            }
          }
        }
      }
    }),
  }),
  defineRule({
    id: 'DRA-048',
    name: 'attribute-domain',
    area: 'ResourceClaim',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    sentence: 'matchAttribute and distinctAttribute need the domain (gpu.nvidia.com/parentUUID)',
    why: 'FullyQualifiedName',
    evidence: 'kubernetes/kubernetes@7fc9c57d staging/src/k8s.io/api/resource/v1/types.go DeviceConstraint',
    check: ofClaims(function* ({ path, devices }) {
      for (const [index, constraint] of listOf(devices.constraints).entries()) {
        for (const key of ['matchAttribute', 'distinctAttribute']) {
          const attribute = textOf(at(constraint, key));
          if (attribute !== undefined && !attribute.includes('/')) {
            yield {
              path: [...path, 'constraints', index, key],
              message: `${key} ${attribute} has no domain`,
              fix: withDomain(attribute),
            };
          }
        }
      }
    }),
  }),
  defineRule({
    id: 'DRA-055',
    name: 'first-available-release',
    area: 'ResourceClaim',
    severity: 'info',
    lintSeverity: 'info',
    refusedAtOnce: true,
    sentence: 'firstAvailable needs gate DRAPrioritizedList (beta and on from 1.34, stable 1.36)',
    why: 'the field is dropped where the gate is off',
    evidence: 'kubernetes/kubernetes@7fc9c57d staging/src/k8s.io/api/resource/v1/types.go; '
      + 'kubernetes/kubernetes@v1.37.2 pkg/features/kube_features.go DRAPrioritizedList',
    *check(model) {
      const off = offByItself(model, 'prioritizedRequests');
      if (off === undefined) { return; }
      for (const claim of model.claims) {
        for (const { path } of requestsOf(claim).filter(({ request }) => isSet(at(request, 'firstAvailable')))) {
          yield {
            document: claim.document,
            path: [...path, 'firstAvailable'],
            message: `Kubernetes ${off.release} drops firstAvailable${off.unless}`,
            fix: off.fix,
          };
        }
      }
    },
  }),
  defineRule({
    id: 'DRA-056',
    name: 'consumable-capacity-release',
    area: 'ResourceClaim',
    severity: 'warning',
    lintSeverity: 'warning',
    refusedAtOnce: true,
    sentence: 'capacity.requests, distinctAttribute and allowMultipleAllocations need gate DRAConsumableCapacity (on '
      + 'from 1.36)',
    why: 'otherwise dropped',
    evidence: 'kubernetes/kubernetes@7fc9c57d staging/src/k8s.io/api/resource/v1/types.go '
      + 'featureGate=DRAConsumableCapacity',
    *check(model) {
      const off = offByItself(model, 'consumableCapacity');
      if (off === undefined) { return; }
      for (const { document, path, devices, requests } of model.claims) {
        const found: Path[] = [
          ...requests.filter(({ fields }) => isSet(fields.capacity)).map(each => [...each.path, 'capacity']),
          ...listOf(devices.constraints).flatMap((each, index) =>
            (isSet(at(each, 'distinctAttribute')) ? [[...path, 'constraints', index, 'distinctAttribute']] : [])),
        ];
        for (const place of found) {
          yield {
            document,
            path: place,
            message: `Kubernetes ${off.release} drops ${shown(place[place.length - 1])}${off.unless}`,
            fix: off.fix,
          };
        }
      }
      const readers = model.selectorExpressions
        .filter(({ expression }) => expression.includes('device.allowMultipleAllocations'));
      for (const { document, path } of readers) {
        yield {
          document,
          path,
          message: `Kubernetes ${off.release} knows no device.allowMultipleAllocations${off.unless}`,
          fix: off.fix,
        };
      }
    },
  }),
  defineRule({
    id: 'DRA-058',
    name: 'part-of-a-mig-device',
    area: 'ConsumableShares',
    severity: 'warning',
    lintSeverity: 'warning',
    since: DRA_DRIVER.milestones.consumableShares,
    sentence: 'memory is claimed in parts of whole GPUs, not of MIG devices; under DynamicMIG, of neither',
    why: 'a claim takes all of each capacity that it does not name and that has no request policy, and a MIG device '
      + 'has multiprocessors and engines beside its memory, as a GPU has that DynamicMIG may cut: the first claim takes '
      + 'the device, and the next one waits for another',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/consumable_shares.go '
      + 'applyConsumableShares; kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/mig.go '
      + 'CommonCapacitiesMig; kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/partitions.go '
      + 'PartCapacities; kubernetes/dynamic-resource-allocation@v0.37.2 '
      + 'structured/internal/incubating/consumable_capacity.go fillEmptyRequest',
    *check(model) {
      const isDynamic = model.draDrivers.some(each => gateIsOn(each, 'DynamicMIG'));
      for (const { document, requests } of model.claims) {
        for (const { path, name, fields: { deviceClassName, capacity } } of requests) {
          const isMig = deviceClassName === 'mig.nvidia.com';
          const asked = at(capacity, 'requests');
          if (!isMig && !(isDynamic && deviceClassName === 'gpu.nvidia.com')) { continue; }
          if (!isFields(asked) || !isSet(asked.memory)) { continue; }
          const whole = WITHOUT_POLICY.filter(each => !isSet(asked[each]));
          if (whole.length === 0) { continue; }
          yield {
            document,
            path: [...path, 'capacity', 'requests', 'memory'],
            message: `request ${name} asks for ${shown(asked.memory)} of a ${isMig ? 'MIG device' : 'GPU'}, and takes `
              + `all of its ${whole.join(' and ')} with it: nobody else fits on the device`,
            fix: isDynamic
              ? 'switch DynamicMIG off and ask for memory of whole GPUs, or for a smaller profile without capacity'
              : 'ask for memory of whole GPUs (gpu.nvidia.com), or for a smaller profile without capacity; pods '
                + 'that name one claim share its MIG device',
          };
        }
      }
    },
  }),
];

/** Capacities that every MIG device has, and of which its driver gives none out in parts (mig.go CommonCapacitiesMig). */
const WITHOUT_POLICY = ['multiprocessors', 'copyEngines'];

/** Attributes of the domain of Kubernetes, and those of the driver that a constraint may be about (deviceinfo.go, mig.go). */
const STANDARD = ['pciBusID', 'pcieRoot', 'numaNode'];
const OF_DRIVER = ['parentUUID', 'uuid', 'profile', 'productName', 'architecture', 'brand', 'type', 'driverVersion'];

function withDomain(attribute: string): string {
  if (STANDARD.includes(attribute)) { return `write resource.kubernetes.io/${attribute}`; }
  return OF_DRIVER.includes(attribute)
    ? `write gpu.nvidia.com/${attribute}`
    : `write the domain that publishes it before it, such as gpu.nvidia.com/${attribute}`;
}

function* badNames(requests: readonly unknown[], path: Path): Generator<Found> {
  const names = requests.map(each => textOf(at(each, 'name')) ?? '');
  const seen = new Set<string>();
  for (const [index, name] of names.entries()) {
    if (name.length > 63 && DNS_LABEL.test(name.slice(0, 63))) {
      yield {
        path: [...path, index, 'name'],
        message: `"${inShort(name)}" cannot name a request: it is a DNS label of at most 63 characters, and has ${name.length}`,
        fix: 'write a shorter name',
      };
    } else if (!DNS_LABEL.test(name)) {
      yield {
        path: [...path, index, 'name'],
        message: `"${inShort(name)}" cannot name a request: it is a DNS label, without dots`,
        fix: `write ${inShort(name).toLowerCase().split(/[^a-z0-9]+/).filter(Boolean).join('-') || 'a name'}`,
      };
    } else if (seen.has(name)) {
      yield {
        path: [...path, index, 'name'],
        message: `two requests are called ${name}`,
        fix: 'give each a name of its own',
      };
    }
    seen.add(name);
  }
}
