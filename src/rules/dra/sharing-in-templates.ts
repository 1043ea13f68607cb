import { ClusterModel, gateIsOn, ManifestDocument } from '../../cluster';
import { at, listOf } from '../../kubernetes';
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
      if (model.draDrivers.some(each => gateIsOn(each, 'ConsumableShares'))) { return; }
      for (const { document, configs } of model.claims.filter(each => each.document.kind === 'ResourceClaimTemplate')) {
        const shared = configs.find(({ driver, parameters }) =>
          driver === 'gpu.nvidia.com' && at(parameters, 'sharing', 'strategy') !== undefined);
        const users = shared === undefined ? [] : usersOf(document, model);
        if (users.length === 0 || users.some(({ containers }) => containers !== 1)) { continue; }
        yield {
          document,
          path: [...shared!.path, 'opaque', 'parameters', 'sharing', 'strategy'],
          message: 'each pod gets a claim and a device of its own from a template, and '
            + `${users.slice(0, 5).map(({ name }) => name).join(', ')} have one container a pod: nobody shares`,
          fix: 'write a ResourceClaim, and name it in every pod that shares the device',
        };
      }
    },
  }),
];

/** Who uses a template, and how many containers its pods have. */
function usersOf(template: ManifestDocument, model: ClusterModel): { name: string; containers: number }[] {
  const inNamespace = ({ namespace }: ManifestDocument) => namespace === template.namespace;
  const names = (references: unknown) =>
    listOf(references).some(each => at(each, 'resourceClaimTemplateName') === template.name);
  const services = model.nimServices
    .filter(({ document, spec }) => inNamespace(document) && names(spec.draResources))
    .map(({ document, name, spec }) => ({ name: `${document.kind} ${name}`, containers: 1 + listOf(spec.sidecarContainers).length }));
  const pods = model.workloads
    .filter(({ document, path }) => inNamespace(document) && names(at(document.value, ...path, 'resourceClaims')))
    .map(({
      document,
      path,
    }) => ({
      name: `${document.kind} ${document.name}`,
      containers: listOf(at(document.value, ...path, 'containers')).length
        // those that start first and go on
        + listOf(at(document.value, ...path, 'initContainers'))
          .filter(each => at(each, 'restartPolicy') === 'Always').length,
    }));
  return [...services, ...pods];
}
