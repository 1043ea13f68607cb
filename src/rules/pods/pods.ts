import { isTemplated, quantityOf } from '../../kubernetes';
import { shown } from '../../text';
import { Rule } from '../rule';
import { POD_PLACEMENT_RULES } from './pod-placement';
import { asked, POD_RESOURCE_RULES } from './pod-resources';

/** Rules about what pods ask for. */
export const POD_RULES: Rule[] = [
  {
    id: 'POD-001',
    *check(model) {
      for (const { document, containers } of model.workloads) {
        for (const container of containers) {
          const names = asked(container).map(([name]) => name);
          if (names.length > 1) {
            yield {
              document,
              path: [...container.path, 'resources'],
              message: `container ${container.name} asks for ${names.join(' and ')}; one CUDA process uses one of them`,
              fix: 'ask for one, with "0" for the other where the NIM Operator would add it',
            };
          }
        }
      }
    },
  },
  {
    id: 'POD-002',
    *check(model) {
      for (const { document, containers } of model.workloads) {
        for (const container of containers) {
          const several = asked(container).find(([name, count]) => name.startsWith('nvidia.com/mig-') && Number(count) > 1);
          if (several !== undefined) {
            yield {
              document,
              path: [...container.path, 'resources'],
              message: `container ${container.name} asks for ${shown(several[1])} of ${several[0]}; one CUDA process sees one MIG device`,
              fix: 'ask for one larger slice, or run a process for each with its own CUDA_VISIBLE_DEVICES',
            };
          }
        }
      }
    },
  },
  {
    id: 'POD-010',
    *check(model) {
      for (const { document, containers } of model.workloads) {
        for (const { path, name, limits, requests } of containers) {
          const gpu = (map: Readonly<Record<string, unknown>>) => Object.entries(map).filter(([key]) => key.startsWith('nvidia.com/'));
          const isWhole = (count: unknown) => count === null || (Number.isInteger(quantityOf(count)) && quantityOf(count)! >= 0); // null is read as 0
          const fraction = [...gpu(limits), ...gpu(requests)].find(([, count]) => !isWhole(count) && !isTemplated(count));
          const unequal = gpu(requests).find(([key, count]) => !(key in limits && (quantityOf(limits[key]) ?? 0) === (quantityOf(count) ?? 0))
            && !isTemplated(limits[key]));
          if (fraction !== undefined) {
            yield {
              document,
              path: [...path, 'resources', fraction[0] in limits && limits[fraction[0]] === fraction[1] ? 'limits' : 'requests', fraction[0]],
              message: `container ${name}: ${fraction[0]} is ${shown(fraction[1])}; it must be a whole number`,
              fix: 'share the GPU to use a part of it',
            };
          } else if (unequal !== undefined) {
            yield {
              document,
              path: [...path, 'resources', 'requests', unequal[0]],
              message: `container ${name}: request of ${unequal[0]} is ${shown(unequal[1])}, its limit ${shown(limits[unequal[0]] ?? 'missing')}; they must be equal`,
              fix: 'write the same under limits',
            };
          }
        }
      }
    },
  },
  ...POD_RESOURCE_RULES,
  ...POD_PLACEMENT_RULES,
];
