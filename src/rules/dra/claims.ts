import { ofClaims, requestsOf } from './claim-check';
import { ClaimView, ClusterModel, ManifestDocument } from '../../cluster';
import { at, fieldsOf, isFields, isTemplated, listOf, Path, plainText, textOf } from '../../kubernetes';
import { KUBERNETES } from '../../releases';
import { listed, shown } from '../../text';
import { REFUSED } from '../false-alarms';
import { isSet } from '../nim/nim-check';
import { ofPods } from '../of-pods';
import { defineRule, Rule } from '../rule';

/** Limits of the API (k8s.io/api/resource/v1 types.go). */
const MOST = {
  requests: 32,
  constraints: 32,
  config: 32,
  firstAvailable: 8,
  selectors: 32,
  tolerations: 16,
  devices: 32,
  bytes: 10 * 1024,
};

/** Rules about ResourceClaims, ResourceClaimTemplates and the pods that use them. */
export const CLAIM_RULES: Rule[] = [
  defineRule({
    id: 'DRA-040',
    name: 'claim-form',
    area: 'ResourceClaim',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'no cluster can hold what was meant: the API server drops or refuses fields that stand elsewhere '
      + 'than its version has them',
    sentence: 'requests stand in spec.devices of a ResourceClaim and in spec.spec.devices of a template; v1 and '
      + 'v1beta2 wrap the device request in exactly, v1beta1 has deviceClassName directly',
    why: 'wrong shape loses the fields',
    evidence: 'kubernetes/kubernetes@7fc9c57d staging/src/k8s.io/api/resource/v1/types.go DeviceRequest; '
      + 'kubernetes/kubernetes@7fc9c57d staging/src/k8s.io/api/resource/v1beta1/types.go',
    check: ofClaims(function* (claim) {
      const { document } = claim;
      const [wrong, right] = document.kind === 'ResourceClaim'
        ? ['spec.spec', 'spec.devices']
        : ['spec.devices', 'spec.spec.devices'];
      if (isFields(at(document.value, ...wrong.split('.'))) && Object.keys(claim.devices).length === 0) {
        yield {
          path: wrong.split('.'),
          message: `a ${document.kind} has its requests in ${right}; ${wrong} is dropped, and nothing is claimed`,
          fix: `move it to ${right}`,
        };
      }
      for (const { path, request } of requestsOf(claim)) {
        const direct = isSet(at(request, 'deviceClassName'));
        const wrapped = isSet(at(request, 'exactly'));
        if (claim.isFlat ? wrapped : direct) {
          yield {
            path: [...path, wrapped ? 'exactly' : 'deviceClassName'],
            message: wrapped
              ? `${claim.version} has no exactly: what it holds is lost`
              : `${claim.version} has no deviceClassName here: it is lost`,
            fix: wrapped ? 'write its fields directly into the request' : 'write exactly: {deviceClassName: …}',
          };
        }
      }
    }),
  }),
  defineRule({
    id: 'DRA-045',
    name: 'claim-limits',
    area: 'ResourceClaim',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    sentence: 'limits: 32 requests, 32 constraints, 32 config entries, 8 firstAvailable entries, 32 selectors, 16 '
      + 'tolerations; CEL and opaque parameters at most 10 KiB each',
    why: 'API constants',
    evidence: 'kubernetes/kubernetes@7fc9c57d staging/src/k8s.io/api/resource/v1/types.go',
    check: ofClaims(function* ({ path, devices, requests, configs }) {
      const sizes: [Path, unknown, number][] = [
        ...(['requests', 'constraints', 'config'] as const).map((key): [Path, unknown, number] =>
          [[...path, key], devices[key], MOST[key]]),
        ...listOf(devices.requests).map((each, index): [Path, unknown, number] =>
          [[...path, 'requests', index, 'firstAvailable'], at(each, 'firstAvailable'), MOST.firstAvailable]),
        ...requests.flatMap(each =>
          (['selectors', 'tolerations'] as const).map((key): [Path, unknown, number] =>
            [[...each.path, key], each.fields[key], MOST[key]])),
      ];
      for (const [place, list, most] of sizes.filter(([, each, limit]) => listOf(each).length > limit)) {
        yield {
          path: place,
          message: `${shown(place[place.length - 1])} has ${listOf(list).length} entries; the API takes ${most}`,
          fix: 'leave some out, or divide them among several claims of the pod',
        };
      }
      const texts: [Path, string][] = [
        ...requests.flatMap(each => listOf(each.fields.selectors).map((selector, index): [Path, string] =>
          [[...each.path, 'selectors', index, 'cel', 'expression'], shown(at(selector, 'cel', 'expression') ?? '')])),
        ...configs.map((each): [Path, string] =>
          [[...each.path, 'opaque', 'parameters'], JSON.stringify(each.parameters ?? '')]),
      ];
      for (const [place, text] of texts.filter(([, each]) => each.length > MOST.bytes)) {
        yield {
          path: place,
          message: `it has ${text.length} bytes; the API takes ${MOST.bytes}`,
          fix: 'make it shorter',
        };
      }
    }),
  }),
  defineRule({
    id: 'DRA-046',
    name: 'claim-device-sum',
    area: 'ResourceClaim',
    severity: 'warning',
    lintSeverity: 'warning',
    refusedAtOnce: true,
    sentence: 'the devices of one claim must not add up to more than 32',
    why: 'at most 32 allocation results per claim',
    evidence: 'kubernetes/kubernetes@7fc9c57d staging/src/k8s.io/api/resource/v1/types.go AllocationResultsMaxSize',
    check: ofClaims(function* ({ path, devices }) {
      const counts = listOf(devices.requests).map(request => {
        const alternatives = listOf(at(request, 'firstAvailable'));
        return Math.max(...(alternatives.length > 0
          ? alternatives
          : [isSet(at(request, 'exactly')) ? at(request, 'exactly') : request]).map(countOf));
      });
      const sum = counts.reduce((total, count) => total + count, 0);
      if (sum > MOST.devices) {
        yield {
          path: [...path, 'requests'],
          message: `the requests may come to ${sum} devices; a claim gets at most ${MOST.devices}`,
          fix: 'ask for fewer, or divide the requests among several claims of the pod',
        };
      }
    }),
  }),
  defineRule({
    id: 'DRA-049',
    name: 'match-across-claims',
    area: 'ResourceClaim',
    severity: 'warning',
    lintSeverity: 'info',
    sentence: 'matchAttribute cannot place devices of different claims on one GPU',
    why: 'a constraint covers the requests of its own claim only; pods with own templates get unrelated GPUs',
    evidence: 'kubernetes/kubernetes@7fc9c57d staging/src/k8s.io/api/resource/v1/types.go DeviceConstraint.Requests',
    notCheckable: 'That two claims are meant to share one GPU is an intention which manifests do not say.',
    bad: '# two templates, each with matchAttribute parentUUID, meant to share a GPU',
    good: '# one claim with two requests, or one ResourceClaim referenced by both pods',
  }),
  defineRule({
    id: 'DRA-050',
    name: 'pod-claim-entry',
    area: 'ResourceClaim',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    sentence: 'each pod resourceClaims entry has exactly one of resourceClaimName, resourceClaimTemplateName; '
      + 'container claims must name an entry, and a request that is in it',
    why: 'core API',
    evidence: 'kubernetes/kubernetes@v1.37.2 pkg/apis/core/validation/validation.go validatePodResourceClaim, '
      + 'validateResourceClaimNames; kubernetes/kubernetes@v1.37.2 pkg/kubelet/cm/dra/claiminfo.go cdiDevicesAsList',
    check: ofPods(function* (model) {
      for (const {
        document,
        path,
        containers,
      } of model.distinctWorkloads.filter(each => !each.document.kind.startsWith('NIM'))) {
        const claims = listOf(at(document.value, ...path, 'resourceClaims'));
        // of repeated names the first
        const named = new Map([...claims].reverse().map(each => [textOf(at(each, 'name')), each]));
        const requests = requestNames(document, model);
        for (const [index, claim] of claims.entries()) {
          const given = ['resourceClaimName', 'resourceClaimTemplateName'].filter(each => isSet(at(claim, each)));
          if (given.length !== 1) {
            yield {
              document,
              path: [...path, 'resourceClaims', index],
              message: `resourceClaims[${index}] has `
                + `${given.length === 0 ? 'neither resourceClaimName nor' : 'resourceClaimName and'} `
                + 'resourceClaimTemplateName',
              fix: 'write resourceClaimTemplateName for a claim of each pod, or resourceClaimName for one that pods share',
            };
          }
        }
        for (const container of containers) {
          for (const [index, each] of listOf(at(document.value, ...container.path, 'resources', 'claims')).entries()) {
            const name = textOf(at(each, 'name'));
            if (name !== undefined && !named.has(name)) {
              yield {
                document,
                path: [...container.path, 'resources', 'claims', index],
                message: `container ${container.name} uses the claim ${name}; the pod has `
                  + `${listed([...named.keys()].reverse().map(plainText)) || 'none'}`,
                fix: 'add it to resourceClaims',
              };
            }
            const wanted = textOf(at(each, 'request'));
            const known = requests(named.get(name));
            if (wanted !== undefined && known !== undefined && !known.has(wanted) && !isTemplated(wanted)) {
              yield {
                document,
                path: [...container.path, 'resources', 'claims', index, 'request'],
                message: `container ${container.name} uses the request ${wanted} of ${name}, which has `
                  + `${listed(known)}: it gets no device`,
                fix: 'write one of these, or leave request out for all',
                severity: 'warning',
              };
            }
          }
        }
      }
    }),
  }),
  defineRule({
    id: 'DRA-052',
    name: 'claim-reservations',
    area: 'ResourceClaim',
    severity: 'info',
    lintSeverity: 'info',
    sentence: 'a ResourceClaim can be reserved by at most 256 pods and lives in the pods\' namespace',
    why: 'API limit; a pod refers to claims of its own namespace only',
    evidence: 'kubernetes/kubernetes@7fc9c57d staging/src/k8s.io/api/resource/v1/types.go '
      + 'ResourceClaimReservedForMaxSize',
    notCheckable: 'How many pods reserve a claim at one time is seen in the cluster only.',
    bad: '# claim shared over namespaces',
    good: '# one claim per namespace',
  }),
  defineRule({
    id: 'DRA-053',
    name: 'claim-immutable',
    area: 'ResourceClaim',
    severity: 'info',
    lintSeverity: 'info',
    sentence: 'the spec of a ResourceClaim is immutable',
    why: 'API rule',
    evidence: 'kubernetes/kubernetes@7fc9c57d staging/src/k8s.io/api/resource/v1/types.go ResourceClaim.Spec',
    notCheckable: 'It is about a change of an object that exists; manifests show one state only.',
    bad: '# editing selectors',
    good: '# new claim or template',
  }),
  defineRule({
    id: 'DRA-054',
    name: 'admin-access',
    area: 'ResourceClaim',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'adminAccess needs the namespace label resource.kubernetes.io/admin-access: "true" (in 1.33 '
      + 'resource.k8s.io/admin-access) and is allowed only in exactly',
    why: 'API rule',
    evidence: 'kubernetes/kubernetes@v1.37.2 staging/src/k8s.io/api/resource/v1/types.go DRAAdminNamespaceLabelKey, '
      + 'DeviceSubRequest; kubernetes/kubernetes@v1.33.0 and @v1.34.2 pkg/apis/resource/types.go; '
      + 'kubernetes/kubernetes@v1.33.0 and @v1.34.2 pkg/registry/resource/utils.go',
    *check(model) {
      const release = model.declaredRelease('kubernetes');
      const label = `${KUBERNETES.lacks('adminLabelOfKubernetesIo', release) ? 'resource.k8s.io' : 'resource.kubernetes.io'}`
        + '/admin-access';
      const needsLabel = !KUBERNETES.lacks('adminLabel', release);
      for (const { document, requests } of model.claims) {
        const asking = requests.filter(each => each.fields.adminAccess === true);
        const namespaces = asking.length === 0
          ? []
          : model.ofKind('Namespace').filter(each => each.name === document.namespace);
        for (const { path, name } of asking) {
          if (path.includes('firstAvailable')) {
            yield {
              document,
              path: [...path, 'adminAccess'],
              message: `request ${name} has adminAccess inside firstAvailable`,
              fix: 'write it in exactly',
            };
          } else if (needsLabel && namespaces.length > 0 && namespaces.every(({ labels }) => labels[label] !== 'true')) {
            yield {
              document,
              path: [...path, 'adminAccess'],
              message: `request ${name} has adminAccess, and namespace ${namespaces[0].name} is not labelled for it`,
              fix: `label it ${label}: "true", or leave adminAccess out`,
            };
          }
        }
      }
    },
  }),
  defineRule({
    id: 'DRA-057',
    name: 'first-fit-allocation',
    area: 'ResourceClaim',
    severity: 'info',
    lintSeverity: 'info',
    sentence: 'on a node allocation is first fit in the order that the driver publishes, request by request, and no pod '
      + 'is preempted for a device; put the largest slice first inside one claim',
    why: 'a small request placed first can take the position the big one needs. Nodes are scored by the rank of the '
      + 'alternatives that they can give alone, from 1.35 on',
    evidence: 'kubernetes/dynamic-resource-allocation@v0.37.2 structured/internal/incubating/allocator_incubating.go; '
      + 'kubernetes/kubernetes@v1.37.2 '
      + 'pkg/scheduler/framework/plugins/dynamicresources/dynamicresources.go (PreFilterExtensions, Score), and at v1.34.2 '
      + 'and v1.35.0',
    notCheckable: 'Which positions are free when the scheduler comes to a request is seen in the cluster only.',
    bad: 'requests: [{name: small}, {name: big}]',
    good: 'requests: [{name: big}, {name: small}]',
  }),
];

/** The requests of what an entry of resourceClaims names; undefined where that is not among the manifests. */
function requestNames(
  { namespace }: ManifestDocument,
  model: ClusterModel,
): (entry: unknown) => ReadonlySet<string> | undefined {
  const known = new Map<ClaimView, ReadonlySet<string>>();
  return entry => {
    const [kind, name] = isSet(at(entry, 'resourceClaimName'))
      ? ['ResourceClaim', at(entry, 'resourceClaimName')]
      : ['ResourceClaimTemplate', at(entry, 'resourceClaimTemplateName')];
    const claim = model.claimsNamed(plainText(name)).find(({ document }) =>
      document.kind === kind && document.name === name && document.namespace === namespace);
    if (claim === undefined) { return undefined; }
    const names = known.get(claim)
      ?? new Set(listOf(claim.devices.requests).map(each => textOf(at(each, 'name')) ?? ''));
    known.set(claim, names);
    return names;
  };
}

function countOf(request: unknown): number {
  const { count } = fieldsOf(request);
  return typeof count === 'number' ? count : 1;
}
