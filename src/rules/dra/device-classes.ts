import { offByItself } from './off-by-itself';
import { ManifestDocument, SelectorExpression } from '../../cluster';
import { isLabelKey, textOf } from '../../kubernetes';
import { KUBERNETES } from '../../releases';
import { areApart } from '../folders';
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
    why: 'not refused: the newest class wins, on a tie the first name; in 1.34 any of them',
    evidence: 'kubernetes/dynamic-resource-allocation@v0.37.2 deviceclass/extendedresourcecache/'
      + 'extendedresourcecache.go updateResourceName2class, and the same at v0.35.0; kubernetes/kubernetes@v1.34.2 '
      + 'pkg/scheduler/framework/plugins/dynamicresources/extended/util.go DeviceClassMapping',
    *check(model) {
      const isByChance = KUBERNETES.lacks('newestClassOfResource', model.declaredRelease('kubernetes'));
      const first = new Map<string, ManifestDocument>();
      for (const document of model.ofKind('DeviceClass')) {
        const name = textOf(document.spec.extendedResourceName);
        const other = name === undefined ? undefined : first.get(name);
        if (name === undefined) { continue; }
        if (other === undefined) { first.set(name, document); continue; }
        // one object in two files is one, and files that nothing joins are often of two clusters
        if (other.name === document.name || areApart(model, other, document)) { continue; }
        yield {
          document,
          path: ['spec', 'extendedResourceName'],
          message: `${name} is the extended resource of DeviceClass ${other.name} too; `
            + `${isByChance ? 'which of them gets the pods is left to chance' : 'the class that was made last gets the pods'}`,
          fix: 'write another extendedResourceName in one of the two classes, or none',
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
    sentence: 'extendedResourceName is a name with a domain, which is not of kubernetes.io; '
      + 'deviceclass.resource.kubernetes.io/ is the prefix of the names that every class has without a field',
    why: 'the API server refuses the class. Where the gate DRAExtendedResource is off it drops the field first',
    evidence: 'kubernetes/kubernetes@v1.37.2 pkg/apis/resource/validation/validation.go validateDeviceClassSpec; '
      + 'kubernetes/kubernetes@v1.37.2 pkg/apis/core/v1/helper/helpers.go IsExtendedResourceName, and the same at '
      + 'v1.34.2',
    *check(model) {
      const release = model.declaredRelease('kubernetes');
      const isRead = release !== undefined && KUBERNETES.has('extendedResourcesOfClasses', release);
      for (const document of model.ofKind('DeviceClass')) {
        const name = textOf(document.spec.extendedResourceName);
        const fault = name === undefined ? undefined : faultOfName(name);
        if (fault === undefined) { continue; }
        yield {
          document,
          path: ['spec', 'extendedResourceName'],
          message: fault,
          fix: 'use a domain of your own, or nvidia.com/',
          ...(isRead && { severity: 'error' as const }),
        };
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
    evidence: 'kubernetes/kubernetes@v1.37.2 pkg/features/kube_features.go DRAExtendedResource; '
      + 'kubernetes/kubernetes@v1.37.2 staging/src/k8s.io/api/resource/v1/types.go featureGate=DRAExtendedResource',
    *check(model) {
      const off = offByItself(model, 'extendedResourcesOfClasses');
      if (off === undefined) { return; }
      for (const document of model.ofKind('DeviceClass')
        .filter(({ spec }) => textOf(spec.extendedResourceName) !== undefined)) {
        yield {
          document,
          path: ['spec', 'extendedResourceName'],
          message: `Kubernetes ${off.release} drops extendedResourceName${off.unless}`,
          fix: off.fix,
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
    sentence: 'a class that selects on profile or parentUUID must also require type == \'mig\', in the same expression '
      + 'or in one before it',
    why: 'neither exists on full GPUs: the reference is a CEL error that aborts allocation. Selectors are read one after '
      + 'the other, up to the first that is false; inside one expression the order does not matter',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/deviceinfo.go; '
      + 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 cmd/gpu-kubelet-plugin/mig.go CommonAttributesMig; '
      + 'kubernetes/dynamic-resource-allocation@v0.37.2 '
      + 'structured/internal/incubating/allocator_incubating.go selectorsMatch',
    *check(model) {
      const byClass = new Map<ManifestDocument, SelectorExpression[]>();
      for (const each of model.selectorExpressions) {
        byClass.set(each.document, byClass.get(each.document) ?? []).get(each.document)!.push(each);
      }
      for (const document of model.ofKind('DeviceClass')) {
        for (const { expression, path } of byClass.get(document) ?? []) {
          if (asksForMig(expression)) { break; } // those after it read MIG devices only
          const found = deviceReferences(expression).find(({ map, domain, name, guarded }) =>
            !guarded && map === 'attributes' && domain === 'gpu.nvidia.com' && OF_MIG_ALONE.includes(name));
          if (found === undefined) { continue; }
          yield {
            document,
            path,
            message: `the class selects by ${found.name}, which whole GPUs do not have: the expression fails on `
              + 'them and ends the allocation',
            fix: "require device.attributes['gpu.nvidia.com'].type == 'mig' before it",
          };
          break;
        }
      }
    },
  }),
];

/** What the driver publishes of MIG devices and not of GPUs. */
const OF_MIG_ALONE = ['profile', 'parentUUID'];

/** Why the API server takes a text for no extended resource; undefined where it takes it. */
function faultOfName(name: string): string | undefined {
  if (name.startsWith('deviceclass.resource.kubernetes.io/')) {
    return `${name}: the prefix belongs to the names that every class has without a field`;
  }
  const reason = !name.includes('/')
    ? 'it has no domain'
    : name.includes('kubernetes.io/')
      ? "those of kubernetes.io are Kubernetes' own"
      : name.startsWith('requests.')
        ? 'requests. is the prefix of quotas'
        : isLabelKey(`requests.${name}`)
          ? undefined
          : 'a name is a domain, a slash and at most 63 letters, digits, "-", "_" and "."';
  return reason === undefined ? undefined : `"${name}" is no name of an extended resource: ${reason}`;
}
