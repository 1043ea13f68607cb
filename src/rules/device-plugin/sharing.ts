import { METHODS, ofConfigs, resourcesOf, show } from './config-check';
import { isResourceName } from './device-plugin-values';
import { at, fieldsOf, isFields, listOf, numberIn, textOf } from '../../kubernetes';
import { GPU_OPERATOR } from '../../releases';
import { standsForNumber } from '../../text';
import { REFUSED } from '../false-alarms';
import { defineRule, Rule } from '../rule';

/** Rules about what the device plugin shares: resources, replicas, one method. */
export const SHARING_RULES: Rule[] = [
  defineRule({
    id: 'DP-003',
    name: 'sharing-without-resources',
    area: 'device-plugin',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byDevicePlugin,
    refusedAtOnce: true,
    sentence: '`sharing.timeSlicing`, where the key stands, has resources in its list; `sharing.mps` too, unless '
      + 'it is null',
    why: '"no resources specified": the plugin exits',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc api/config/v1/replicas.go#L190-L202',
    check: ofConfigs(config => {
      const sharing = fieldsOf(at(config, 'sharing'));
      const wrong = METHODS.find(method =>
        Object.hasOwn(sharing, method)
          && !(method === 'mps' && sharing.mps === null)
          && listOf(at(sharing, method, 'resources')).length === 0);
      return wrong
        && [
          ['sharing', wrong],
          `sharing.${wrong} has no resources, and the plugin exits`,
          'list a resource, or remove the block to switch sharing off',
        ];
    }),
  }),
  defineRule({
    id: 'DP-004',
    name: 'replicas-value',
    area: 'device-plugin',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byDevicePlugin,
    refusedAtOnce: true,
    sentence: '`replicas` is a whole number of 2 or more; without sharing there is no sharing block',
    why: '"number of replicas must be >= 2" (also for null), "no replicas specified", strings refused',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc api/config/v1/replicas.go#L238-L253; NVIDIA/k8s-device-plugin#1022',
    check: ofConfigs(config => {
      const wrong = resourcesOf(config).find(({ resource }) => !standsForNumber(at(resource, 'replicas'))
        && !(Number.isInteger(at(resource, 'replicas')) && numberIn(at(resource, 'replicas')) >= 2));
      return wrong
        && [[
          ...wrong.path,
          'replicas',
        ], `replicas of ${show(at(wrong.resource, 'name'))} is ${show(at(wrong.resource, 'replicas'))}; it `
          + 'is a whole number from 2',
        'to switch sharing off, remove the sharing block'];
    }),
  }),
  defineRule({
    id: 'DP-005',
    name: 'time-slicing-with-mps',
    area: 'device-plugin',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'a config has `timeSlicing` or `mps`, not both',
    why: 'no error upstream, the config works: mps wins, time-slicing is silently dropped',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc api/config/v1/sharing.go#L26-L53',
    check: ofConfigs(config => (isFields(at(config, 'sharing', 'timeSlicing')) && isFields(at(config, 'sharing', 'mps'))
      ? [
        ['sharing', 'timeSlicing'],
        'both timeSlicing and mps: MPS wins and time-slicing is dropped in silence',
        'keep one of them',
      ] : undefined)),
  }),
  defineRule({
    id: 'DP-006',
    name: 'resource-name-form',
    area: 'device-plugin',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byDevicePlugin,
    sentence: 'a resource name has at most 63 characters with its prefix nvidia.com/, and is a lower-case DNS '
      + 'name after it',
    why: 'NewResourceName fails and the plugin exits; "+" and upper case are invalid, other prefixes become '
      + 'nvidia.com/<other>/... and fail; the prefix itself may be left out',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc api/config/v1/resources.go#L48-L66',
    check: ofConfigs(config => {
      const wrong = resourcesOf(config).find(({ resource }) => !isResourceName(at(resource, 'name')));
      const name = wrong && textOf(at(wrong.resource, 'name'));
      return wrong && [[...wrong.path, 'name'], `${show(name)} is no resource name, and the plugin exits`,
        name?.includes('+') ? `write ${name.replace('+', '.')}` : 'write nvidia.com/gpu or nvidia.com/mig-<profile>'];
    }),
  }),
  defineRule({
    id: 'DP-007',
    name: 'no-matching-resource',
    area: 'device-plugin',
    severity: 'error',
    lintSeverity: 'warning',
    refusedAtOnce: true,
    sentence: 'one resource of the list at least can exist under the strategy of the node: gpu always, mig-* '
      + 'under mixed alone',
    why: 'unmatched names are skipped silently -> no replicas. One config listing gpu and many mig-* names for '
      + 'several node kinds is normal practice: warn only if no entry can match',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc internal/rm/device_map.go#L239-L243, #L290-L310',
    check: ofConfigs((config, _, model) => {
      const names = resourcesOf(config).map(({ resource }) =>
        textOf(at(resource, 'name'))?.replace(/^nvidia\.com\//, '') ?? '');
      const strategy = model.policyStrategy
        ?? textOf(at(config, 'flags', 'migStrategy'))
        ?? (model.policyIsWhole ? 'none' : undefined);
      const exists = (name: string) =>
        name === 'gpu'
          || (/^mig-.*gb/.test(name) && !name.endsWith('.shared') && (strategy === undefined || strategy === 'mixed'));
      // of what is no resource name at all, DP-006 speaks
      return names.length === 0 || names.some(each => exists(each) || !isResourceName(each)) ? undefined
        : [resourcesOf(config)[0].path, `no node has ${names.join(' or ')} to `
          + `share${names.some(name => name.startsWith('mig-')) ? ` under strategy ${strategy}` : ''}, so nothing is`,
        names.some(name => name.endsWith('.shared'))
          ? 'name the resource as it is before it is renamed, and set renameByDefault: true'
          : 'share nvidia.com/gpu, or use strategy mixed'];
    }),
  }),
  defineRule({
    id: 'DP-017',
    name: 'mps-fail-requests-release',
    area: 'device-plugin',
    severity: 'warning',
    lintSeverity: 'warning',
    until: GPU_OPERATOR.milestones.mpsMultipleReplicas,
    refusedAtOnce: true,
    sentence: '`failRequestsGreaterThanOne: false` of MPS needs device plugin 0.20.0 or later (operator 26.7)',
    why: 'forced to true before; since 0.20.0 it defaults to true for mps and can be relaxed. timeSlicing defaults '
      + 'to false in all versions',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc api/config/v1/config.go#L72-L76; v0.19.3 forced true',
    check: ofConfigs(config => (at(config, 'sharing', 'mps', 'failRequestsGreaterThanOne') === false
      ? [
        ['sharing', 'mps', 'failRequestsGreaterThanOne'],
        `false has no effect before GPU Operator ${GPU_OPERATOR.milestones.mpsMultipleReplicas.begins}`,
        'remove it',
      ] : undefined)),
  }),
  defineRule({
    id: 'DP-018',
    name: 'repeated-resource-name',
    area: 'device-plugin',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'a resource name occurs once in sharing.*.resources',
    why: 'no error: the plugin advertises the largest count of the duplicates while GFD reports the first one in '
      + 'nvidia.com/<resource>.replicas',
    evidence: 'NVIDIA/k8s-device-plugin@1b826acc internal/rm/device_map.go updateDeviceMapWithReplicas; '
      + 'NVIDIA/k8s-device-plugin@1b826acc internal/lm/resource.go replicationInfo',
    check: ofConfigs(config => {
      const names = resourcesOf(config).map(({ method, resource }) => {
        const name = textOf(at(resource, 'name'));
        return name === undefined ? undefined : `${method} ${name.replace(/^nvidia\.com\//, '')}`;
      });
      const seen = new Set<string>();
      const index = names.findIndex(name => name !== undefined && seen.size === seen.add(name).size);
      return index < 0
        ? undefined
        : [
          resourcesOf(config)[index].path,
          `nvidia.com/${names[index]!.split(' ')[1]} is listed twice: the largest count is `
            + 'advertised, the first is labelled',
          'list it once',
        ];
    }),
  }),
];
