import { ClusterModel, gateMayBeOn, ManifestDocument } from '../../cluster';
import { at, listOf, textOf } from '../../kubernetes';
import { defineRule, Rule } from '../rule';

/** A rule about sharing that nobody can take part in. */
export const TEMPLATE_SHARING_RULES: Rule[] = [
  defineRule({
    id: 'DRA-051',
    name: 'sharing-in-template',
    area: 'ResourceClaim',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'sharing (time-slicing, MPS) works only between containers or pods that use the same ResourceClaim',
    why: 'every template makes one claim per pod and a device belongs to one claim, unless ConsumableShares is on',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/device_state.go '
      + 'getConfigResultsMap; '
      + 'kubernetes/kubernetes@7fc9c57d staging/src/k8s.io/api/resource/v1/types.go',
    *check(model) {
      if (model.draDrivers.some(each => gateMayBeOn(each, 'ConsumableShares'))) { return; }
      const users = usersByTemplate(model);
      for (const { document, configs } of model.claims.filter(each => each.document.kind === 'ResourceClaimTemplate')) {
        const shared = configs.find(({ driver, parameters }) =>
          driver === 'gpu.nvidia.com' && at(parameters, 'sharing', 'strategy') !== undefined);
        const its = shared === undefined ? [] : users.get(keyOf(document, document.name)) ?? [];
        if (its.length === 0 || its.some(({ containers }) => containers !== 1)) { continue; }
        yield {
          document,
          path: [...shared!.path, 'opaque', 'parameters', 'sharing', 'strategy'],
          message: 'each pod gets a claim and a device of its own from a template, and '
            + `${its.slice(0, 5).map(({ name }) => name).join(', ')} have one container a pod: nobody shares`,
          fix: 'write a ResourceClaim, and name it in every pod that shares the device',
        };
      }
    },
  }),
];

/** Something that uses templates, and how many containers its pods have. */
interface User {
  readonly name: string;
  readonly containers: number;
}

const keyOf = ({ namespace }: ManifestDocument, template: string) => JSON.stringify([namespace, template]);

/** Who uses templates, services first, by namespace and name of the template. */
function usersByTemplate(model: ClusterModel): ReadonlyMap<string, readonly User[]> {
  const users = new Map<string, User[]>();
  const take = (document: ManifestDocument, references: unknown, user: User) => {
    const names = listOf(references).flatMap(each => textOf(at(each, 'resourceClaimTemplateName')) ?? []);
    for (const key of new Set(names.map(name => keyOf(document, name)))) {
      users.set(key, users.get(key) ?? []).get(key)!.push(user);
    }
  };
  for (const { document, name, spec } of model.nimServices) {
    const containers = 1 + listOf(spec.sidecarContainers).length;
    take(document, spec.draResources, { name: `${document.kind} ${name}`, containers });
  }
  for (const { document, path } of model.workloads) {
    const pod = at(document.value, ...path);
    const goingOn = listOf(at(pod, 'initContainers')).filter(each => at(each, 'restartPolicy') === 'Always').length;
    take(document, at(pod, 'resourceClaims'), {
      name: `${document.kind} ${document.name}`,
      containers: listOf(at(pod, 'containers')).length + goingOn, // those that start first and go on
    });
  }
  return users;
}
