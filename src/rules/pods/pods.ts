import { asked } from './pod-resources';
import { numberIn, quantityOf } from '../../kubernetes';
import { shown, standsForNumber } from '../../text';
import { REFUSED } from '../false-alarms';
import { ofPods } from '../of-pods';
import { defineRule, Rule } from '../rule';

/** Rules about what pods ask for. */
export const POD_RULES: Rule[] = [
  defineRule({
    id: 'POD-001',
    name: 'several-gpu-resources',
    area: 'pods',
    severity: 'warning',
    lintSeverity: 'info',
    refusedAtOnce: true,
    sentence: 'a container asks for one GPU resource; nvidia.com/gpu: "0" beside a MIG resource is right',
    why: 'without CDI (cdi.enabled: false) every resource sets NVIDIA_VISIBLE_DEVICES and only one is honoured. With '
      + 'CDI, the default of 25.10-26.7, all are injected, yet one CUDA process can use only one MIG device of a GPU',
    evidence: 'NVIDIA/k8s-device-plugin#728; NVIDIA/k8s-device-plugin@1b826acc internal/plugin/server.go '
      + 'getAllocateResponse, updateResponseForCDI; NVIDIA/gpu-operator@a22dbf67 controllers/object_controls.go '
      + 'transformDevicePluginCtrForCDI',
    check: ofPods(function* (model) {
      for (const { document, containers } of model.distinctWorkloads) {
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
    }),
  }),
  defineRule({
    id: 'POD-002',
    name: 'several-mig-devices',
    area: 'pods',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'a container asks for one MIG device at most',
    why: 'one CUDA process enumerates a single MIG device (of one GPU; devices of different GPUs have been reported '
      + 'visible with newer drivers). Fine for several processes that each set CUDA_VISIBLE_DEVICES',
    evidence: 'NVIDIA/k8s-device-plugin#728; NVIDIA/k8s-device-plugin#446; kubernetes-sigs/dra-driver-nvidia-gpu#1364 '
      + '(a report)',
    check: ofPods(function* (model) {
      for (const { document, containers } of model.distinctWorkloads) {
        for (const container of containers) {
          const several = asked(container).find(([name, count]) =>
            name.startsWith('nvidia.com/mig-') && numberIn(count) > 1);
          if (several !== undefined) {
            yield {
              document,
              path: [...container.path, 'resources'],
              message: `container ${container.name} asks for ${shown(several[1])} of ${several[0]}; one CUDA `
                + 'process sees one MIG device',
              fix: 'ask for one larger slice, or run a process for each with its own CUDA_VISIBLE_DEVICES',
            };
          }
        }
      }
    }),
  }),
  defineRule({
    id: 'POD-010',
    name: 'gpu-quantity',
    area: 'pods',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    sentence: 'quantities of nvidia.com/* are whole numbers in limits; requests, if given, are equal',
    why: 'the API server refuses the pod: "must be an integer", "must be equal to ... limit", "Limit must be set for '
      + 'non overcommitable resources"',
    evidence: 'Kubernetes documentation, extended resources; kubernetes/kubernetes@7fc9c57d '
      + 'pkg/apis/core/validation/validation.go validateResourceRequirements',
    check: ofPods(function* (model) {
      for (const { document, containers } of model.distinctWorkloads) {
        for (const { path, name, limits, requests } of containers) {
          const gpu = (map: Readonly<Record<string, unknown>>) =>
            Object.entries(map).filter(([key]) => key.startsWith('nvidia.com/'));
          // null is read as 0
          const isWhole = (count: unknown) =>
            count === null || (Number.isInteger(quantityOf(count)) && quantityOf(count)! >= 0);
          const fraction = [...gpu(limits), ...gpu(requests)].find(([, count]) =>
            !isWhole(count) && !standsForNumber(count));
          const isAlike = (key: string, count: unknown) =>
            Object.hasOwn(limits, key) && (quantityOf(limits[key]) ?? 0) === (quantityOf(count) ?? 0);
          const unequal = gpu(requests).find(([key, count]) => !isAlike(key, count)
            && !standsForNumber(limits[key]) && !standsForNumber(count));
          if (fraction !== undefined) {
            yield {
              document,
              path: [
                ...path,
                'resources',
                Object.hasOwn(limits, fraction[0]) && limits[fraction[0]] === fraction[1] ? 'limits' : 'requests',
                fraction[0],
              ],
              message: `container ${name}: ${fraction[0]} is ${shown(fraction[1])}; it must be a whole number`,
              fix: 'share the GPU to use a part of it',
            };
          } else if (unequal !== undefined) {
            yield {
              document,
              path: [...path, 'resources', 'requests', unequal[0]],
              message: `container ${name}: request of ${unequal[0]} is ${shown(unequal[1])}, its limit `
                + `${shown(limits[unequal[0]] ?? 'missing')}; they must be equal`,
              fix: 'write the same under limits',
            };
          }
        }
      }
    }),
  }),
];
