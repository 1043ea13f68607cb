import { isSet, mostReplicasOf, ofNimServices } from './nim-check';
import { ClaimView } from '../../cluster';
import { at, canonicalQuantity, Fields, fieldsOf, isFields, listOf, Path, textOf } from '../../kubernetes';
import { KUBERNETES, NIM_OPERATOR } from '../../releases';
import { listed, shown } from '../../text';
import { REFUSED } from '../false-alarms';
import { defineRule, Rule } from '../rule';

const SOURCES = ['resourceClaimName', 'resourceClaimTemplateName', 'claimCreationSpec'];

/** Rules about devices that a NIMService claims. */
export const NIM_CLAIM_RULES: Rule[] = [
  defineRule({
    id: 'NIM-110',
    name: 'one-claim-source',
    area: 'NIMService DRA',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    since: NIM_OPERATOR.milestones.draResources,
    refusedByCrd: true,
    refusedAtOnce: true,
    sentence: 'draResources[]: exactly one of resourceClaimName, resourceClaimTemplateName, claimCreationSpec',
    why: 'CEL',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimservices CEL on '
      + 'draResources[]',
    check: ofNimServices(function* (spec) {
      for (const [index, resource] of listOf(spec.draResources).entries()) {
        const given = SOURCES.filter(each => isSet(at(resource, each)));
        if (given.length !== 1) {
          yield {
            path: ['draResources', index],
            message: `draResources[${index}] has `
              + `${given.length === 0 ? 'no source of a claim' : given.join(' and ')}; it takes exactly one`,
            fix: `write one of ${SOURCES.join(', ')}`,
          };
        }
      }
    }),
  }),
  defineRule({
    id: 'NIM-111',
    name: 'dra-resources-immutable',
    area: 'NIMService DRA',
    severity: 'error',
    lintSeverity: 'info',
    since: NIM_OPERATOR.milestones.draResources,
    sentence: 'draResources can never be added, removed or changed after creation',
    why: 'CEL on the NIMService spec (absent inside NIMPipeline)',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimservices CEL '
      + '\'spec.draResources is immutable\'',
    notCheckable: 'It is about a change of an object that exists; manifests show one state only.',
    bad: '# switching an existing NIMService from resources to draResources',
    good: '# new name, or delete and create',
  }),
  defineRule({
    id: 'NIM-112',
    name: 'dra-kubernetes-release',
    area: 'NIMService DRA',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'Kubernetes from 1.34 on has what it needs: so only where the version that is given or found is '
      + 'older',
    since: NIM_OPERATOR.milestones.stableClaims,
    sentence: 'draResources needs Kubernetes >= 1.34',
    why: 'the operator marks the NIMService Failed below that, webhook or not; it writes resource.k8s.io/v1 objects',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/utils/utils.go MinSupportedClusterVersionForDRA; '
      + 'NVIDIA/k8s-nim-operator@f63f74d7 internal/controller/platform/standalone/nimservice.go validateDRAResources; '
      + 'NVIDIA/k8s-nim-operator@f63f74d7 manifests/resourceclaimtemplate.yaml',
    check: ofNimServices(function* (spec, _, model) {
      const release = model.declaredRelease('kubernetes');
      if (listOf(spec.draResources).length > 0 && release !== undefined && KUBERNETES.lacks('claims', release)) {
        yield {
          path: ['draResources'],
          message: `draResources needs Kubernetes ${KUBERNETES.milestones.claims.begins} or later, and the cluster `
            + `has ${release}: the NIMService fails`,
          fix: 'upgrade, or use the device plugin',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-113',
    name: 'dra-kubernetes-release-3-0',
    area: 'NIMService DRA',
    severity: 'error',
    lintSeverity: 'warning',
    since: NIM_OPERATOR.milestones.draResources,
    until: NIM_OPERATOR.milestones.stableClaims,
    sentence: 'operator 3.0.x: draResources needs Kubernetes >= 1.33 and the resource.k8s.io/v1beta2 API served',
    why: '3.0.x uses v1beta2 objects throughout; beta APIs are off unless enabled',
    evidence: 'NVIDIA/k8s-nim-operator@v3.0.2 internal/utils/utils.go#L62; NVIDIA/k8s-nim-operator@v3.0.2 '
      + 'manifests/resourceclaimtemplate.yaml',
    check: ofNimServices(function* (spec, _, model) {
      const [release, operator] = [model.declaredRelease('kubernetes'), model.declaredRelease('nim-operator')];
      if (listOf(spec.draResources).length === 0 || release === undefined || operator === undefined) { return; }
      const old = KUBERNETES.lacks('betaClaims', release);
      yield {
        path: ['draResources'],
        message: old
          ? `draResources needs Kubernetes ${KUBERNETES.milestones.betaClaims.begins} or later, and `
            + `the cluster has ${release}`
          : `NIM Operator ${operator} writes resource.k8s.io/v1beta2, which Kubernetes ${release} serves only `
            + 'where it was switched on',
        fix: old ? 'upgrade Kubernetes' : 'upgrade the NIM Operator to 3.1, or have the API server serve v1beta2',
        ...(old && { severity: 'error' as const }),
      };
    }),
  }),
  defineRule({
    id: 'NIM-114',
    name: 'shared-claim-replicas',
    area: 'NIMService DRA',
    severity: 'error',
    lintSeverity: 'warning',
    since: NIM_OPERATOR.milestones.draResources,
    refusedAtOnce: true,
    sentence: 'a NIMService with resourceClaimName has one replica and no scale.enabled',
    why: 'webhook; without it all replicas share the one claim, hence one GPU',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/webhook/apps/v1alpha1/nimservice_webhook_validation_helper.go '
      + 'validateDRAResourcesConfiguration',
    check: ofNimServices(function* (spec) {
      const pods = mostReplicasOf(spec);
      for (const [index, resource] of listOf(spec.draResources).entries()) {
        if (isSet(at(resource, 'resourceClaimName')) && pods > 1) {
          yield {
            path: ['draResources', index, 'resourceClaimName'],
            message: `up to ${pods} replicas with one claim: they all run on the same device`,
            fix: 'use resourceClaimTemplateName, which gives each a claim of its own',
          };
        }
      }
    }),
  }),
  defineRule({
    id: 'NIM-115',
    name: 'repeated-claim-name',
    area: 'NIMService DRA',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byOperator,
    since: NIM_OPERATOR.milestones.draResources,
    refusedAtOnce: true,
    sentence: 'resourceClaimName values must be unique in draResources',
    why: 'checked at reconcile and by the webhook; template names may repeat',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 '
      + 'internal/controller/platform/standalone/nimservice.go validateDRAResources',
    check: ofNimServices(function* (spec) {
      const names = listOf(spec.draResources).map(each => textOf(at(each, 'resourceClaimName')));
      const seen = new Set<string>();
      for (const [index, name] of names.entries()) {
        if (name === undefined) { continue; }
        if (seen.has(name)) {
          yield {
            path: ['draResources', index, 'resourceClaimName'],
            message: `the claim ${name} is named twice`,
            fix: 'name it once',
          };
        }
        seen.add(name);
      }
    }),
  }),
  defineRule({
    id: 'NIM-127',
    name: 'claim-canonical-form',
    area: 'NIMService DRA',
    severity: 'warning',
    lintSeverity: 'warning',
    since: NIM_OPERATOR.milestones.draResources,
    refusedAtOnce: true,
    sentence: 'draResources in canonical form: no empty lists, quantities as Kubernetes prints them',
    why: 'the operator\'s first write re-serialises the spec; a difference counts as a change and the immutability '
      + 'rule refuses the write',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 api/apps/v1alpha1/dra_types.go omitempty lists, Quantity; '
      + 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimservices immutability CEL; '
      + 'NVIDIA/k8s-nim-operator@f63f74d7 internal/controller/nimservice_controller.go finalizer update',
    check: ofNimServices(function* (spec, { inPipeline }) {
      if (inPipeline) { return; } // its NIMService is written by the operator, as the operator writes it
      for (const path of emptyListsOf(spec)) {
        yield {
          path,
          message: `an empty ${shown(path[path.length - 1])} is dropped by the operator's own first write, which `
            + 'then counts as a change and is refused',
          fix: 'leave it out',
        };
      }
      for (const { path, fields } of devicesOf(spec)) {
        for (const [index, selector] of listOf(fields.capacitySelectors).entries()) {
          const value = at(selector, 'value');
          const canonical = canonicalQuantity(value);
          if (canonical !== undefined && canonical !== value) {
            yield {
              path: [...path, 'capacitySelectors', index, 'value'],
              message: `${JSON.stringify(value)} is printed as "${canonical}" by the operator's own first write, `
                + 'which then counts as a change and is refused',
              fix: `write "${canonical}"`,
            };
          }
        }
      }
    }),
  }),
  defineRule({
    id: 'NIM-128',
    name: 'claim-request-name',
    area: 'NIMService DRA',
    severity: 'warning',
    lintSeverity: 'warning',
    since: NIM_OPERATOR.milestones.draResources,
    sentence: 'draResources[].requests must name requests of the claim or template',
    why: 'they are copied into the containers\' claims',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/shared/resourceclaims.go UpdateContainerResourceClaims',
    check: ofNimServices(function* (spec, { document }, model) {
      const requests = new Map<ClaimView | undefined, ReadonlySet<string>>();
      for (const [index, resource] of listOf(spec.draResources).entries()) {
        const [kind, key] = isSet(at(resource, 'resourceClaimName'))
          ? ['ResourceClaim', 'resourceClaimName']
          : ['ResourceClaimTemplate', 'resourceClaimTemplateName'];
        const name = at(resource, key);
        const claim = model.claimsNamed(shown(name)).find(({ document: each }) =>
          each.kind === kind && each.name === name && each.namespace === document.namespace);
        const known = requests.get(claim)
          ?? new Set(claim?.requests.flatMap(each => [each.name, each.name.split('/')[0]]));
        requests.set(claim, known);
        for (const [number, request] of listOf(at(resource, 'requests')).entries()) {
          const wanted = textOf(isFields(request) ? request.name : request);
          if (wanted === undefined) { continue; } // another rule says that a text is expected
          if (claim !== undefined && !known.has(wanted)) {
            yield {
              path: ['draResources', index, 'requests', number],
              message: `${kind} ${shown(name)} has no request ${wanted}; it has ${listed(known)}`,
              fix: 'use one of these, or leave requests out',
            };
          }
        }
      }
    }),
  }),
  defineRule({
    id: 'NIM-129',
    name: 'claim-spec-limits',
    area: 'NIMService DRA',
    severity: 'info',
    lintSeverity: 'info',
    since: NIM_OPERATOR.milestones.draResources,
    sentence: 'claimCreationSpec has no config, constraints, firstAvailable or consumable capacity: use an own '
      + 'template for MPS, time-slicing, several slices on one GPU or fallbacks',
    why: 'the generated template holds only ExactCount requests with selectors',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 manifests/resourceclaimtemplate.yaml; NVIDIA/k8s-nim-operator@f63f74d7 '
      + 'api/apps/v1alpha1/dra_types.go',
    check: ofNimServices(function* (spec) {
      for (const [index, resource] of listOf(spec.draResources).entries()) {
        const creation = fieldsOf(at(resource, 'claimCreationSpec'));
        const devices = listOf(creation.devices).map(each => fieldsOf(each));
        const unknown = ['config', 'constraints'].find(each => isSet(creation[each]))
          ?? ['firstAvailable', 'capacity', 'config'].find(each => devices.some(device => isSet(device[each])));
        if (unknown !== undefined) {
          yield {
            path: ['draResources', index, 'claimCreationSpec'],
            message: `claimCreationSpec has no ${unknown}; it is dropped`,
            fix: 'write a ResourceClaimTemplate and name it',
          };
        }
      }
    }),
  }),
  defineRule({
    id: 'NIM-130',
    name: 'claim-init-containers',
    area: 'NIMService DRA',
    severity: 'info',
    lintSeverity: 'info',
    since: NIM_OPERATOR.milestones.draResources,
    sentence: 'claims are attached to the NIM container and all sidecars, not to init containers',
    why: 'only the pod\'s containers list is extended',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/shared/resourceclaims.go UpdateContainerResourceClaims',
    notCheckable: 'It tells where the operator attaches claims; an init container of a NIMService has '
      + 'no field to ask for one.',
    bad: '# expecting a GPU in an init container',
    good: '# GPU work in the main container',
  }),
];

interface Device { readonly path: Path; readonly fields: Readonly<Fields> }

function devicesOf(spec: Readonly<Fields>): Device[] {
  return listOf(spec.draResources).flatMap((resource, index) => listOf(at(resource, 'claimCreationSpec', 'devices')).map((device, number) => (
    { path: ['draResources', index, 'claimCreationSpec', 'devices', number], fields: fieldsOf(device) })));
}

function emptyListsOf(spec: Readonly<Fields>): Path[] {
  const places: Path[] = [
    ['draResources'],
    ...listOf(spec.draResources).map((_, index): Path => ['draResources', index, 'requests']),
    ...devicesOf(spec).flatMap(({ path }) =>
      ['attributeSelectors', 'capacitySelectors', 'celExpressions'].map((list): Path => [...path, list])),
  ];
  return places.filter(place => Array.isArray(at(spec, ...place)) && listOf(at(spec, ...place)).length === 0);
}
