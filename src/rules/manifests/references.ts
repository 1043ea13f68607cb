import { ClusterModel, ManifestDocument, selectorPath, Workload } from '../../cluster';
import { at, fieldsOf, listOf, Path, textOf } from '../../kubernetes';
import { isSlipOf, listed, nearestName } from '../../text';
import { ofPods } from '../of-pods';
import { Check, defineRule, Rule, RuleFinding } from '../rule';

/** A name of something else, where it stands. */
interface Reference {
  readonly document: ManifestDocument;
  readonly path: Path;
  readonly name: string;
  /** Of what is named; undefined when any will do. */
  readonly namespace?: string;
}

/** ConfigMaps that the operator makes itself (gpu-operator controllers/object_controls.go). */
const MADE_BY_OPERATOR = ['default-mig-parted-config', 'default-gpu-clients', 'default-vgpu-devices-config'];

/** Where a ClusterPolicy names a ConfigMap. */
const POLICY_CONFIG_MAPS = [
  ['migManager', 'config', 'name'],
  ['migManager', 'gpuClientsConfig', 'name'],
  ['devicePlugin', 'config', 'name'],
];

/** Kinds of objects that become a Secret of their name. */
const BECOMES_A_SECRET = [
  'SealedSecret', 'ExternalSecret', 'InfisicalSecret', 'OnePasswordItem', 'VaultStaticSecret', 'VaultDynamicSecret',
  'Certificate',
];

/** More names than these are not searched for the one that was meant. */
const MOST_NAMES = 500;

/** How a rule about references speaks. */
interface ReferenceOptions {
  /** Says nothing unless a name looks misspelt: such objects are often made by hand or by others. */
  readonly onlySlips?: boolean;
  /** Other kinds that stand for an object of the same name. */
  readonly alike?: string[];
  /** Names of objects of the kind that a controller makes of what is among the manifests. */
  readonly made?: (model: ClusterModel, namespace: string | undefined) => string[];
}

/** A rule about names of a kind: a note where the manifests hold nothing of that kind, for then it lives elsewhere. */
function ofReferences(
  kind: string,
  references: (model: ClusterModel) => Iterable<Reference>,
  options: ReferenceOptions = {},
): Check {
  return ofPods(function* (model) {
    const namesByNamespace = new Map<string | undefined, ReadonlySet<string>>();
    const namesIn = (namespace: string | undefined) => {
      const known = namesByNamespace.get(namespace)
        ?? new Set([...model.identities.names(kind, namespace), ...options.made?.(model, namespace) ?? []]);
      namesByNamespace.set(namespace, known);
      return known;
    };
    for (const { document, path, name, namespace } of references(model)) {
      if (name === ''
        || isToBeFilledIn(name)
        || [kind, ...options.alike ?? []].some(each => model.identities.defines(each, name, namespace))) { continue; }
      const names = namesIn(namespace);
      if (names.has(name)) { continue; }
      const few = names.size > MOST_NAMES ? [] : [...names];
      const meant = options.onlySlips === true ? few.find(each => isSlipOf(name, each)) : nearestName(name, few);
      if (options.onlySlips === true && meant === undefined) { continue; }
      const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
      yield {
        document,
        path,
        message: `no ${kind} ${name} is among the manifests${where}${meant === undefined ? '' : `; there is ${meant}`}`,
        fix: meant === undefined
          ? 'check the name, or make sure that it exists in the cluster'
          : `write ${meant}, or make sure that ${name} exists in the cluster`,
        ...names.size === 0 && { severity: 'info' as const },
      } satisfies RuleFinding;
    }
  });
}

/** Whether something fills the name in later: a template engine, or a person. */
function isToBeFilledIn(name: string): boolean {
  return /[{}$<>]/.test(name);
}

function* policyConfigMaps(model: ClusterModel): Generator<Reference> {
  for (const policy of model.policies) {
    for (const path of POLICY_CONFIG_MAPS) {
      const name = textOf(at(policy.spec, ...path));
      if (name !== undefined && !MADE_BY_OPERATOR.includes(name)) {
        yield { document: policy, path: ['spec', ...path], name };
      }
    }
  }
}

/** Pod templates with the fields that only plain pods have. */
function pods(model: ClusterModel): readonly { workload: Workload; pod: unknown }[] {
  return model.once(pods, () => model.distinctWorkloads.filter(workload =>
    !workload.document.kind.startsWith('NIM') && usesGpu(workload))
    .map(workload => ({ workload, pod: at(workload.document.value, ...workload.path) })));
}

/** Of other workloads, nothing is said here. */
function usesGpu({ document, path, containers }: Workload): boolean {
  return listOf(at(document.value, ...path, 'resourceClaims')).length > 0
    || containers.some(({ limits, requests }) =>
      Object.keys({ ...limits, ...requests }).some(name => name.startsWith('nvidia.com/')));
}

function* nimCaches(model: ClusterModel): Generator<Reference> {
  for (const { document, path, spec } of model.nimServices) {
    const name = textOf(at(spec, 'storage', 'nimCache', 'name')) ?? '';
    // a cache of that name in another namespace is what NIM-048 tells
    if (model.cachesNamed(name).length === 0) {
      yield { document, path: [...path, 'storage', 'nimCache', 'name'], name, namespace: document.namespace };
    }
  }
}

/** PVCs that are used and not made: `create: false`, or a volume of a pod. */
function* volumeClaims(model: ClusterModel): Generator<Reference> {
  const services = model.nimServices.map(({ document, path, spec }) => ({ document, path, spec }));
  const caches = model.ofKind('NIMCache').map(document => ({ document, path: ['spec'] as Path, spec: document.spec }));
  for (const { document, path, spec } of [...services, ...caches]) {
    const pvc = fieldsOf(at(spec, 'storage', 'pvc'));
    const name = textOf(pvc.name);
    if (name !== undefined && pvc.create !== true) {
      yield { document, path: [...path, 'storage', 'pvc', 'name'], name, namespace: document.namespace };
    }
  }
  for (const { workload: { document, path }, pod } of pods(model)) {
    for (const [index, volume] of listOf(at(pod, 'volumes')).entries()) {
      const name = textOf(at(volume, 'persistentVolumeClaim', 'claimName'));
      if (name !== undefined) {
        yield {
          document,
          path: [...path, 'volumes', index, 'persistentVolumeClaim', 'claimName'],
          name,
          namespace: document.namespace,
        };
      }
    }
  }
}

/** Secrets that the NIM Operator reads keys and passwords from. */
function* secrets(model: ClusterModel): Generator<Reference> {
  for (const { document, path, spec } of model.nimServices) {
    const { namespace } = document;
    const name = textOf(spec.authSecret);
    if (name !== undefined) { yield { document, path: [...path, 'authSecret'], name, namespace }; }
    for (const [index, secret] of listOf(at(spec, 'image', 'pullSecrets')).entries()) {
      if (typeof secret === 'string') {
        yield { document, path: [...path, 'image', 'pullSecrets', index], name: secret, namespace };
      }
    }
  }
  for (const document of model.ofKind('NIMCache')) {
    for (const [source, field] of ['ngc', 'hf', 'dataStore'].flatMap(each =>
      [[each, 'authSecret'], [each, 'pullSecret']])) {
      const name = textOf(at(document.spec, 'source', source, field));
      if (name !== undefined) {
        yield { document, path: ['spec', 'source', source, field], name, namespace: document.namespace };
      }
    }
  }
}

const CLAIM_FIELDS = {
  ResourceClaim: 'resourceClaimName',
  ResourceClaimTemplate: 'resourceClaimTemplateName',
} as const;

function claims(kind: keyof typeof CLAIM_FIELDS): (model: ClusterModel) => Iterable<Reference> {
  const field = CLAIM_FIELDS[kind];
  return function* (model) {
    for (const { document, path, spec } of model.nimServices) {
      yield* claimsIn(document, [...path, 'draResources'], spec.draResources, field);
    }
    for (const { workload: { document, path }, pod } of pods(model)) {
      yield* claimsIn(document, [...path, 'resourceClaims'], at(pod, 'resourceClaims'), field);
    }
  };
}

function* claimsIn(document: ManifestDocument, path: Path, list: unknown, field: string): Generator<Reference> {
  for (const [index, claim] of listOf(list).entries()) {
    const name = textOf(at(claim, field));
    if (name !== undefined) { yield { document, path: [...path, index, field], name, namespace: document.namespace }; }
  }
}

/**
 * The templates that the DRA driver makes for ComputeDomains (dra-driver-nvidia-gpu
 * api/nvidia.com/resource/v1beta1/computedomain.go).
 */
function templatesOfDomains(model: ClusterModel, namespace: string | undefined): string[] {
  return model.ofKind('ComputeDomain').filter(domain => domain.namespace === namespace)
    .flatMap(({ spec }) => textOf(at(spec, 'channel', 'resourceClaimTemplate', 'name')) ?? []);
}

/**
 * Config names of a file that the policy names; undefined when it is not among the manifests, and then nothing is
 * known.
 */
function configNames(model: ClusterModel, label: string): Set<string> | undefined {
  const selected = label === 'nvidia.com/mig.config'
    ? model.migPartedFiles
      .filter(each => each.selected)
      .map(({ file }) => Object.keys(fieldsOf(at(file?.value, 'mig-configs'))))
    : [...new Set(model.policies.map(policy => textOf(at(policy.spec, 'devicePlugin', 'config', 'name'))))]
      .flatMap(name => (name === undefined ? [] : model.configMapsNamed(name)))
      .map(map => Object.keys({ ...fieldsOf(map.value.data), ...fieldsOf(map.value.binaryData) }));
  return selected.length === 0 ? undefined : new Set(selected.flat());
}

/** Rules about names of what is defined elsewhere. */
export const REFERENCE_RULES: Rule[] = [
  defineRule({
    id: 'REF-001',
    name: 'missing-config-map',
    area: 'references',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'a ConfigMap that a ClusterPolicy names should be among the manifests',
    why: 'the operands that mount it cannot start without it. Only a note where the manifests hold nothing of that '
      + 'kind, because it then lives elsewhere',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 controllers/object_controls.go (volumes without optional)',
    check: ofReferences('ConfigMap', policyConfigMaps),
  }),
  defineRule({
    id: 'REF-002',
    name: 'missing-nim-cache',
    area: 'references',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'a NIMCache that a NIMService names should be among the manifests',
    why: 'the service waits until the cache is there and ready. Only a note where the manifests hold nothing of that '
      + 'kind, because it then lives elsewhere',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 internal/controller/platform/standalone/nimservice.go',
    check: ofReferences('NIMCache', nimCaches),
  }),
  defineRule({
    id: 'REF-003',
    name: 'misspelt-volume-claim',
    area: 'references',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'the name of a PersistentVolumeClaim that is used should not differ by one letter '
      + 'from one that is defined',
    why: 'the pod stays Pending without it. Claims are often made elsewhere, so nothing is said of one that is '
      + 'merely absent',
    evidence: 'Kubernetes documentation, persistent volumes',
    check: ofReferences('PersistentVolumeClaim', volumeClaims, { onlySlips: true }),
  }),
  defineRule({
    id: 'REF-004',
    name: 'misspelt-secret',
    area: 'references',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'the name of a Secret that is used should not differ by one letter from one that is defined',
    why: 'the pod does not start without it. Secrets are mostly made by hand, so nothing is said of one that is '
      + 'merely absent',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 api/apps/v1alpha1/nimservice_types.go',
    check: ofReferences('Secret', secrets, { onlySlips: true, alike: BECOMES_A_SECRET }),
  }),
  defineRule({
    id: 'REF-005',
    name: 'missing-resource-claim',
    area: 'references',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'a ResourceClaim that a pod or NIMService names should be among the manifests',
    why: 'the pod stays Pending without it. Only a note where the manifests hold nothing of that kind, because it '
      + 'then lives elsewhere',
    evidence: 'Kubernetes documentation, dynamic resource allocation',
    check: ofReferences('ResourceClaim', claims('ResourceClaim')),
  }),
  defineRule({
    id: 'REF-006',
    name: 'missing-claim-template',
    area: 'references',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'a ResourceClaimTemplate that a pod or NIMService names should be among the manifests',
    why: 'no claim is made and the pod stays Pending without it. Only a note where the manifests hold nothing of '
      + 'that kind, because it then lives elsewhere',
    evidence: 'Kubernetes documentation, dynamic resource allocation',
    check: ofReferences('ResourceClaimTemplate', claims('ResourceClaimTemplate'), { made: templatesOfDomains }),
  }),
  defineRule({
    id: 'REF-007',
    name: 'unknown-selected-config',
    area: 'references',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'a pod that selects nodes by nvidia.com/mig.config or nvidia.com/device-plugin.config should select a '
      + 'config of the file that the ClusterPolicy names',
    why: 'no node gets a config that is not in the file (MIG-023, DP-013), so the pod stays Pending',
    evidence: 'NVIDIA/mig-parted@bd7160f4 cmd/nvidia-mig-manager/main.go; NVIDIA/k8s-device-plugin@1b826acc '
      + 'cmd/config-manager/main.go',
    check: ofPods(function* (model) {
      for (const label of ['nvidia.com/mig.config', 'nvidia.com/device-plugin.config']) {
        const names = configNames(model, label);
        if (names === undefined) { continue; }
        for (const workload of model.distinctWorkloads) {
          const name = workload.nodeSelector[label];
          if (name === undefined || name === '' || isToBeFilledIn(name) || names.has(name)) { continue; }
          const meant = nearestName(name, names.size > MOST_NAMES ? [] : [...names]);
          yield {
            document: workload.document,
            path: selectorPath(workload, label),
            message: `selects ${label}=${name}, and the file has ${listed(names) || 'no config'}`,
            fix: meant === undefined ? 'select one of these, or add the config' : `select ${meant}, or add the config`,
          };
        }
      }
    }),
  }),
];
