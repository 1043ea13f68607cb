import { ClaimView, ClusterModel, ManifestDocument } from '../../cluster';
import { at, compareReleases, fieldsOf, isFields, isTemplated, listOf, Path, textOf } from '../../kubernetes';
import { shown } from '../../text';
import { isSet } from '../nim/nim-rule';
import { Rule, RuleFinding } from '../rule';

type Found = Omit<RuleFinding, 'document'>;

const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

/** Limits of the API (k8s.io/api/resource/v1 types.go). */
const MOST = { requests: 32, constraints: 32, config: 32, firstAvailable: 8, selectors: 32, tolerations: 16, devices: 32, bytes: 10 * 1024 };

/** Rules about ResourceClaims, ResourceClaimTemplates and the pods that use them. */
export const CLAIM_RULES: Rule[] = [
  {
    id: 'DRA-012',
    *check(model) {
      const shared = model.claims.flatMap(({ document, requests }) => requests.filter(({ fields }) => isSet(at(fields.capacity, 'requests', 'memory'))).map(each => ({ document, ...each })));
      if (shared.length === 0) { return; }
      const [{ document, path }] = shared;
      yield {
        document,
        path: [...path, 'capacity'],
        message: `capacity.requests.memory (${shared.slice(0, 5).map(({ name }) => name).join(', ')}) is for the scheduler's books: nothing stops the pod from taking more`,
        fix: 'ask for as much as the model takes, and set the engine\'s own limit',
      };
    },
  },
  claimRule('DRA-040', function* (claim) {
    const { document } = claim;
    const [wrong, right] = document.kind === 'ResourceClaim' ? ['spec.spec', 'spec.devices'] : ['spec.devices', 'spec.spec.devices'];
    if (isFields(at(document.value, ...wrong.split('.'))) && Object.keys(claim.devices).length === 0) {
      yield { path: wrong.split('.'), message: `a ${document.kind} has its requests in ${right}; ${wrong} is dropped, and nothing is claimed`, fix: `move it to ${right}` };
    }
    for (const { path, request } of requestsOf(claim)) {
      const direct = isSet(at(request, 'deviceClassName'));
      const wrapped = isSet(at(request, 'exactly'));
      if (claim.isFlat ? wrapped : direct) {
        yield {
          path: [...path, wrapped ? 'exactly' : 'deviceClassName'],
          message: wrapped ? `${claim.version} has no exactly: what it holds is lost` : `${claim.version} has no deviceClassName here: it is lost`,
          fix: wrapped ? 'write its fields directly into the request' : 'write exactly: {deviceClassName: …}',
        };
      }
    }
  }),
  claimRule('DRA-041', function* (claim) {
    const single = claim.isFlat ? 'deviceClassName' : 'exactly';
    for (const { path, request } of requestsOf(claim)) {
      const given = [single, 'firstAvailable'].filter(each => isSet(at(request, each)));
      const misplaced = isSet(at(request, claim.isFlat ? 'exactly' : 'deviceClassName')); // DRA-040 tells
      if (given.length !== 1 && !misplaced) {
        yield { path, message: `request ${shown(at(request, 'name') ?? '')} has ${given.length === 0 ? 'neither' : 'both'} ${single} ${given.length === 0 ? 'nor' : 'and'} firstAvailable`, fix: 'write one of them' };
      }
    }
  }),
  claimRule('DRA-042', function* ({ document, requests, isFlat }) {
    for (const { path, name, fields } of requests) {
      const isThere = path.includes('firstAvailable') || (!isFlat && isFields(at(document.value, ...path))); // DRA-041 tells
      if (isThere && (!isSet(fields.deviceClassName) || fields.deviceClassName === '')) {
        yield { path, message: `request ${name} names no deviceClassName`, fix: 'write gpu.nvidia.com or mig.nvidia.com' };
      }
    }
  }),
  claimRule('DRA-043', function* (claim) {
    yield* badNames(listOf(claim.devices.requests), [...claim.path, 'requests']);
    for (const { path, request } of requestsOf(claim)) { yield* badNames(listOf(at(request, 'firstAvailable')), [...path, 'firstAvailable']); }
  }),
  claimRule('DRA-044', function* ({ requests }) {
    for (const { path, name, fields: { count, allocationMode } } of requests) {
      if (typeof count === 'number' && count <= 0) {
        yield { path: [...path, 'count'], message: `request ${name} has a count of ${count}`, fix: 'write 1 or more' };
      } else if (isSet(count) && isSet(allocationMode) && allocationMode !== 'ExactCount') {
        yield { path: [...path, 'count'], message: `request ${name} has a count with allocationMode ${shown(allocationMode)}`, fix: 'remove count, or write ExactCount' };
      }
    }
  }),
  claimRule('DRA-045', function* ({ path, devices, requests, configs }) {
    const sizes: [Path, unknown, number][] = [
      ...(['requests', 'constraints', 'config'] as const).map((key): [Path, unknown, number] => [[...path, key], devices[key], MOST[key]]),
      ...listOf(devices.requests).map((each, index): [Path, unknown, number] => [[...path, 'requests', index, 'firstAvailable'], at(each, 'firstAvailable'), MOST.firstAvailable]),
      ...requests.flatMap(each => (['selectors', 'tolerations'] as const).map((key): [Path, unknown, number] => [[...each.path, key], each.fields[key], MOST[key]])),
    ];
    for (const [place, list, most] of sizes.filter(([, each, limit]) => listOf(each).length > limit)) {
      yield { path: place, message: `${shown(place[place.length - 1])} has ${listOf(list).length} entries; the API takes ${most}`, fix: 'use several claims' };
    }
    const texts: [Path, string][] = [
      ...requests.flatMap(each => listOf(each.fields.selectors).map((selector, index): [Path, string] =>
        [[...each.path, 'selectors', index, 'cel', 'expression'], String(at(selector, 'cel', 'expression') ?? '')])),
      ...configs.map((each): [Path, string] => [[...each.path, 'opaque', 'parameters'], JSON.stringify(each.parameters ?? '')]),
    ];
    for (const [place, text] of texts.filter(([, each]) => each.length > MOST.bytes)) {
      yield { path: place, message: `it has ${text.length} bytes; the API takes ${MOST.bytes}`, fix: 'make it shorter' };
    }
  }),
  claimRule('DRA-046', function* ({ path, devices }) {
    const counts = listOf(devices.requests).map(request => {
      const alternatives = listOf(at(request, 'firstAvailable'));
      return Math.max(...(alternatives.length > 0 ? alternatives : [isSet(at(request, 'exactly')) ? at(request, 'exactly') : request]).map(countOf));
    });
    const sum = counts.reduce((total, count) => total + count, 0);
    if (sum > MOST.devices) { yield { path: [...path, 'requests'], message: `the requests may come to ${sum} devices; a claim gets at most ${MOST.devices}`, fix: 'use several claims' }; }
  }),
  claimRule('DRA-047', function* (claim) {
    const names = new Set([...claim.requests.map(({ name }) => name), ...listOf(claim.devices.requests).map(request => textOf(at(request, 'name')) ?? '')]);
    for (const key of ['constraints', 'config'] as const) {
      for (const [index, entry] of listOf(claim.devices[key]).entries()) {
        for (const [number, name] of listOf(at(entry, 'requests')).entries()) {
          if (!names.has(String(name))) {
            yield { path: [...claim.path, key, index, 'requests', number], message: `${key} name the request ${shown(name)}; the claim has ${[...names].join(', ')}`, fix: 'use one of these, or leave requests out for all' };
          }
        }
      }
    }
  }),
  claimRule('DRA-048', function* ({ path, devices }) {
    for (const [index, constraint] of listOf(devices.constraints).entries()) {
      for (const key of ['matchAttribute', 'distinctAttribute']) {
        const attribute = textOf(at(constraint, key));
        if (attribute !== undefined && !attribute.includes('/')) {
          yield { path: [...path, 'constraints', index, key], message: `${key} ${attribute} has no domain`, fix: `write gpu.nvidia.com/${attribute}` };
        }
      }
    }
  }),
  {
    id: 'DRA-050',
    *check(model) {
      for (const { document, path, containers } of model.workloads.filter(each => !each.document.kind.startsWith('NIM'))) {
        const claims = listOf(at(document.value, ...path, 'resourceClaims'));
        const names = claims.map(each => textOf(at(each, 'name')));
        for (const [index, claim] of claims.entries()) {
          const given = ['resourceClaimName', 'resourceClaimTemplateName'].filter(each => isSet(at(claim, each)));
          if (given.length !== 1) {
            yield { document, path: [...path, 'resourceClaims', index], message: `resourceClaims[${index}] has ${given.length === 0 ? 'neither resourceClaimName nor' : 'resourceClaimName and'} resourceClaimTemplateName`, fix: 'write one of them' };
          }
        }
        for (const container of containers) {
          for (const [index, each] of listOf(at(document.value, ...container.path, 'resources', 'claims')).entries()) {
            const name = textOf(at(each, 'name'));
            if (name !== undefined && !names.includes(name)) {
              yield { document, path: [...container.path, 'resources', 'claims', index], message: `container ${container.name} uses the claim ${name}; the pod has ${names.join(', ') || 'none'}`, fix: 'add it to resourceClaims' };
            }
            const wanted = textOf(at(each, 'request'));
            const known = requestNamesOf(claims[names.indexOf(name)], document, model);
            if (wanted !== undefined && known !== undefined && !known.includes(wanted) && !isTemplated(wanted)) {
              yield {
                document,
                path: [...container.path, 'resources', 'claims', index, 'request'],
                message: `container ${container.name} uses the request ${wanted} of ${name}, which has ${known.join(', ')}: it gets no device`,
                fix: 'write one of these, or leave request out for all',
                severity: 'warning',
              };
            }
          }
        }
      }
    },
  },
  {
    id: 'DRA-054',
    *check(model) {
      for (const { document, requests } of model.claims) {
        for (const { path, name } of requests.filter(each => each.fields.adminAccess === true)) {
          const namespace = model.ofKind('Namespace').find(each => each.name === document.namespace);
          if (path.includes('firstAvailable')) {
            yield { document, path: [...path, 'adminAccess'], message: `request ${name} has adminAccess inside firstAvailable`, fix: 'write it in exactly' };
          } else if (namespace !== undefined && namespace.labels['resource.kubernetes.io/admin-access'] !== 'true') {
            yield { document, path: [...path, 'adminAccess'], message: `request ${name} has adminAccess, and namespace ${namespace.name} is not labelled for it`, fix: 'label it resource.kubernetes.io/admin-access: "true"' };
          }
        }
      }
    },
  },
  {
    id: 'DRA-055',
    *check(model) {
      const release = model.declaredRelease('kubernetes');
      if (release === undefined || compareReleases(release, '1.34') >= 0) { return; }
      for (const claim of model.claims) {
        for (const { path } of requestsOf(claim).filter(({ request }) => isSet(at(request, 'firstAvailable')))) {
          yield {
            document: claim.document,
            path: [...path, 'firstAvailable'],
            message: `Kubernetes ${release} drops firstAvailable unless the gate DRAPrioritizedList was switched on`,
            fix: 'switch it on, or use 1.34',
          };
        }
      }
    },
  },
  {
    id: 'DRA-056',
    *check(model) {
      const release = model.declaredRelease('kubernetes');
      if (release === undefined || compareReleases(release, '1.36') >= 0) { return; }
      for (const { document, path, devices, requests } of model.claims) {
        const found: Path[] = [
          ...requests.filter(({ fields }) => isSet(fields.capacity)).map(each => [...each.path, 'capacity']),
          ...listOf(devices.constraints).flatMap((each, index) => (isSet(at(each, 'distinctAttribute')) ? [[...path, 'constraints', index, 'distinctAttribute']] : [])),
        ];
        for (const place of found) {
          yield { document, path: place, message: `Kubernetes ${release} drops ${shown(place[place.length - 1])} unless the gate DRAConsumableCapacity was switched on`, fix: 'switch it on, or use 1.36' };
        }
      }
      for (const { document, path } of model.selectorExpressions.filter(({ expression }) => expression.includes('device.allowMultipleAllocations'))) {
        yield { document, path, message: `Kubernetes ${release} knows no device.allowMultipleAllocations unless the gate DRAConsumableCapacity was switched on`, fix: 'switch it on, or use 1.36' };
      }
    },
  },
];

function claimRule(id: string, check: (claim: ClaimView) => Iterable<Found>): Rule {
  return {
    id,
    *check(model) {
      for (const claim of model.claims) {
        for (const found of check(claim)) {
          yield { document: claim.document, ...found };
        }
      }
    },
  };
}

/** The requests of what an entry of resourceClaims names; undefined where that is not among the manifests. */
function requestNamesOf(entry: unknown, { namespace }: ManifestDocument, model: ClusterModel): string[] | undefined {
  const [kind, name] = isSet(at(entry, 'resourceClaimName')) ? ['ResourceClaim', at(entry, 'resourceClaimName')] : ['ResourceClaimTemplate', at(entry, 'resourceClaimTemplateName')];
  const claim = model.claims.find(({ document }) => document.kind === kind && document.name === name && document.namespace === namespace);
  return claim && listOf(claim.devices.requests).map(each => textOf(at(each, 'name')) ?? '');
}

function requestsOf({ path, devices }: ClaimView): { path: Path; request: unknown }[] {
  return listOf(devices.requests).map((request, index) => ({ path: [...path, 'requests', index], request })).filter(({ request }) => isFields(request));
}

function countOf(request: unknown): number {
  const { count } = fieldsOf(request);
  return typeof count === 'number' ? count : 1;
}

function* badNames(requests: readonly unknown[], path: Path): Generator<Found> {
  const names = requests.map(each => textOf(at(each, 'name')) ?? '');
  for (const [index, name] of names.entries()) {
    if (!DNS_LABEL.test(name)) {
      yield { path: [...path, index, 'name'], message: `"${name}" cannot name a request: it is a DNS label, without dots`, fix: `write ${name.toLowerCase().replace(/[^a-z0-9-]+/g, '-').replace(/^-+|-+$/g, '') || 'a name'}` };
    } else if (names.indexOf(name) < index) {
      yield { path: [...path, index, 'name'], message: `two requests are called ${name}`, fix: 'give each a name of its own' };
    }
  }
}
