import { ManifestDocument } from '../../cluster';
import { compareReleases, textOf } from '../../kubernetes';
import { Rule } from '../rule';
import { asksForMig, deviceReferences } from '../values/cel-expression';

/** Rules about DeviceClasses. */
export const DEVICE_CLASS_RULES: Rule[] = [
  {
    id: 'DRA-030',
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
          message: `${name} is the extended resource of DeviceClass ${other.name} too; the class that was made last gets the pods`,
          fix: 'give each class a name of its own',
        };
      }
    },
  },
  {
    id: 'DRA-031',
    *check(model) {
      for (const document of model.ofKind('DeviceClass')) {
        const name = textOf(document.spec.extendedResourceName);
        if (name?.startsWith('deviceclass.resource.kubernetes.io/')) {
          yield { document, path: ['spec', 'extendedResourceName'], message: `${name}: the prefix belongs to the names that every class has without a field`, fix: 'use a domain of your own, or nvidia.com/' };
        }
      }
    },
  },
  {
    id: 'DRA-032',
    *check(model) {
      const release = model.declaredRelease('kubernetes');
      if (release === undefined || compareReleases(release, '1.36') >= 0) { return; }
      for (const document of model.ofKind('DeviceClass').filter(({ spec }) => textOf(spec.extendedResourceName) !== undefined)) {
        yield {
          document,
          path: ['spec', 'extendedResourceName'],
          message: `Kubernetes ${release} drops extendedResourceName unless the gate DRAExtendedResource was switched on`,
          fix: 'switch it on, or use 1.36',
        };
      }
    },
  },
  {
    id: 'DRA-033',
    *check(model) {
      for (const document of model.ofKind('DeviceClass')) {
        const expressions = model.selectorExpressions.filter(each => each.document === document);
        const ofMig = expressions.some(({ expression }) => asksForMig(expression));
        const onProfile = expressions.find(({ expression }) => deviceReferences(expression).some(({ name, guarded }) => name === 'profile' && !guarded));
        if (onProfile !== undefined && !ofMig) {
          yield {
            document,
            path: onProfile.path,
            message: 'the class selects by profile, which whole GPUs do not have: the expression fails on them and ends the allocation',
            fix: "require device.attributes['gpu.nvidia.com'].type == 'mig' before it",
          };
        }
      }
    },
  },
];
