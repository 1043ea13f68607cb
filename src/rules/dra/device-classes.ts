import { ManifestDocument } from '../../cluster';
import { textOf } from '../../kubernetes';
import { KUBERNETES } from '../../releases';
import { defineRule, Rule } from '../rule';
import { asksForMig, deviceReferences } from '../values/cel-expression';

/** Rules about DeviceClasses. */
export const DEVICE_CLASS_RULES: Rule[] = [
  defineRule({
    id: 'DRA-030',
    name: 'repeated-extended-resource',
    area: 'DeviceClass',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'extendedResourceName should be unique over all DeviceClasses',
    why: 'not refused: the newest class wins, on a tie the first name',
    evidence: 'kubernetes/kubernetes@7fc9c57d staging/src/k8s.io/api/resource/v1/types.go DeviceClassSpec; '
      + 'kubernetes/kubernetes, k8s.io/dynamic-resource-allocation, the cache of extended resources',
    *check(model) {
      const first = new Map<string, ManifestDocument>();
      for (const document of model.ofKind('DeviceClass')) {
        const name = textOf(document.spec.extendedResourceName);
        const other = name === undefined ? undefined : first.get(name);
        if (name === undefined) { continue; }
        if (other === undefined) { first.set(name, document); continue; }
        yield {
          document,
          path: ['spec', 'extendedResourceName'],
          message: `${name} is the extended resource of DeviceClass ${other.name} too; the class that `
            + 'was made last gets the pods',
          fix: 'give each class a name of its own',
        };
      }
    },
  }),
  defineRule({
    id: 'DRA-031',
    name: 'reserved-extended-resource',
    area: 'DeviceClass',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'extendedResourceName must not use the prefix deviceclass.resource.kubernetes.io/',
    why: 'reserved for the implicit name of each class',
    evidence: 'kubernetes/kubernetes, k8s.io/dynamic-resource-allocation, the cache of extended resources (prevented '
      + 'by validation); kubernetes/kubernetes@7fc9c57d staging/src/k8s.io/api/resource/v1/types.go '
      + 'ResourceDeviceClassPrefix',
    *check(model) {
      for (const document of model.ofKind('DeviceClass')) {
        const name = textOf(document.spec.extendedResourceName);
        if (name?.startsWith('deviceclass.resource.kubernetes.io/')) {
          yield {
            document,
            path: ['spec', 'extendedResourceName'],
            message: `${name}: the prefix belongs to the names that every class has without a field`,
            fix: 'use a domain of your own, or nvidia.com/',
          };
        }
      }
    },
  }),
  defineRule({
    id: 'DRA-032',
    name: 'extended-resource-release',
    area: 'DeviceClass',
    severity: 'error',
    lintSeverity: 'warning',
    refusedAtOnce: true,
    sentence: 'extended resources backed by DRA need Kubernetes gate DRAExtendedResource (off in 1.34 and 1.35, on '
      + 'from 1.36)',
    why: 'otherwise the field is dropped and the pods stay Pending',
    evidence: 'kubernetes/enhancements@64765b4b KEP-5004; kubernetes/kubernetes@7fc9c57d '
      + 'staging/src/k8s.io/api/resource/v1/types.go featureGate=DRAExtendedResource',
    *check(model) {
      const release = model.declaredRelease('kubernetes');
      if (release === undefined || !KUBERNETES.lacks('extendedResourcesOfClasses', release)) { return; }
      for (const document of model.ofKind('DeviceClass')
        .filter(({ spec }) => textOf(spec.extendedResourceName) !== undefined)) {
        yield {
          document,
          path: ['spec', 'extendedResourceName'],
          message: `Kubernetes ${release} drops extendedResourceName unless the gate `
            + 'DRAExtendedResource was switched on',
          fix: 'switch it on, or use 1.36',
        };
      }
    },
  }),
  defineRule({
    id: 'DRA-033',
    name: 'profile-class-without-type',
    area: 'DeviceClass',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'a class that selects on profile must also require type == \'mig\'',
    why: 'profile does not exist on full GPUs: the reference is a CEL error that aborts allocation',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/deviceinfo.go; allocator '
      + 'selectorsMatch',
    *check(model) {
      for (const document of model.ofKind('DeviceClass')) {
        const expressions = model.selectorExpressions.filter(each => each.document === document);
        const ofMig = expressions.some(({ expression }) => asksForMig(expression));
        const onProfile = expressions.find(({ expression }) =>
          deviceReferences(expression).some(({ name, guarded }) => name === 'profile' && !guarded));
        if (onProfile !== undefined && !ofMig) {
          yield {
            document,
            path: onProfile.path,
            message: 'the class selects by profile, which whole GPUs do not have: the expression fails on '
              + 'them and ends the allocation',
            fix: "require device.attributes['gpu.nvidia.com'].type == 'mig' before it",
          };
        }
      }
    },
  }),
];
