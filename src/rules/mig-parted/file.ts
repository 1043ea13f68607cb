import { entries, files, finding, ofEntries, profilesOf, show } from './entries';
import { MigProfileName } from '../../hardware';
import { isFields, numberIn, plainText } from '../../kubernetes';
import { GPU_OPERATOR } from '../../releases';
import { standsForNumber } from '../../text';
import { REFUSED } from '../false-alarms';
import { defineRule, Rule } from '../rule';

const ENTRY_KEYS = ['device-filter', 'devices', 'mig-enabled', 'mig-devices'];

/** Rules about what mig-parted's parser takes, and what it makes of it: one bad entry fails every node. */
export const MIG_PARTED_FILE_RULES: Rule[] = [
  defineRule({
    id: 'MIG-001',
    name: 'file-top-level',
    area: 'mig-parted',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byMigParted,
    aboutKey: true,
    sentence: 'the file holds only `version` and `mig-configs`, and the version is the string "v1"',
    why: 'any other key (x-templates, comments-as-keys) or a number as version fails the whole file; anchors defined '
      + 'inside mig-configs are fine',
    evidence: 'NVIDIA/mig-parted@bd7160f4 api/spec/v1/spec.go#L47-L98',
    *check(model) {
      for (const { file } of model.migPartedFiles) {
        if (file?.error !== undefined) {
          yield finding(file, [], `the mig-parted file is not YAML: ${file.error}`, 'mend the YAML');
        } else if (file !== undefined && !isFields(file.value ?? {})) {
          yield finding(
            file,
            [],
            `the mig-parted file is ${show(file.value)}, not a map`,
            'write version: v1 and mig-configs',
          );
        }
      }
      for (const { file, content } of files(model)) {
        if (content.version !== 'v1') {
          yield finding(
            file,
            ['version'],
            `version is ${show(content.version)}; mig-parted reads only the string "v1"`,
            'write version: v1',
          );
        }
        for (const key of Object.keys(content).filter(each => each !== 'version' && each !== 'mig-configs')) {
          yield finding(
            file,
            [key],
            `unexpected key "${key}"; the file may hold only version and mig-configs`,
            `remove ${key}, or move its anchor into a config`,
          );
        }
      }
    },
  }),
  defineRule({
    id: 'MIG-002',
    name: 'config-without-entries',
    area: 'mig-parted',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byMigParted,
    sentence: 'the file has at least one config, and each config at least one entry',
    why: '"at least one entry ... is required" (null counts as empty); an empty file or one with only `version` '
      + 'parses but then no name can be selected',
    evidence: 'NVIDIA/mig-parted@bd7160f4 api/spec/v1/spec.go#L79-L90',
    *check(model) {
      for (const { file } of model.migPartedFiles) {
        if (file !== undefined && file.error === undefined && (file.value ?? null) === null) {
          yield finding(file, [], 'the file is empty, so no name can be selected', 'write version: v1 and mig-configs');
        }
      }
      for (const { file, content } of files(model)) {
        const configs = content['mig-configs'];
        if (!isFields(configs) || Object.keys(configs).length === 0) {
          yield finding(
            file,
            ['mig-configs'],
            'the file has no config, so no name can be selected',
            'add a config under mig-configs',
          );
          continue;
        }
        for (const [name, list] of Object.entries(configs)) {
          if (!Array.isArray(list) || list.length === 0) {
            yield finding(file, [
              'mig-configs',
              name,
            ], `config ${name} ${Array.isArray(list) || list === null
              ? 'has no entry'
              : `is ${show(list)}, not a list of entries`}`,
            'give it at least one, such as - {devices: all, mig-enabled: false}');
          }
        }
      }
    },
  }),
  defineRule({
    id: 'MIG-003',
    name: 'entry-keys',
    area: 'mig-parted',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byMigParted,
    aboutKey: true,
    sentence: 'an entry holds `devices` and `mig-enabled`, may hold `device-filter` and `mig-devices`, and '
      + 'nothing else',
    why: 'unknown/missing field fails the WHOLE file, i.e. every node that uses it',
    evidence: 'NVIDIA/mig-parted@bd7160f4 api/spec/v1/spec.go#L102-L181',
    *check(model) {
      for (const { file, path, config, value } of entries(model)) {
        if (!isFields(value)) {
          yield finding(
            file,
            path,
            `config ${config}: an entry is a map, this is ${show(value)}`,
            'write devices and mig-enabled',
          );
          continue;
        }
        for (const key of Object.keys(value).filter(each => !ENTRY_KEYS.includes(each))) {
          yield finding(
            file,
            [...path, key],
            `config ${config}: unexpected field "${key}"; an entry has ${ENTRY_KEYS.join(', ')}`,
            `remove or mend ${key}`,
          );
        }
        for (const key of ['devices', 'mig-enabled'].filter(each => !Object.hasOwn(value, each))) {
          yield finding(file, path, `config ${config}: required field "${key}" is missing`, `add ${key}`);
        }
      }
    },
  }),
  defineRule({
    id: 'MIG-004',
    name: 'entry-devices-form',
    area: 'mig-parted',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byMigParted,
    sentence: '`devices` is the string "all" or a list of whole numbers',
    why: 'parse error of the whole file; also refused: "0,1", ALL, null, ["0"], [all]',
    evidence: 'NVIDIA/mig-parted@bd7160f4 api/spec/v1/spec.go#L137-L153',
    check: ofEntries((_, value) => {
      const devices = value.devices;
      const isList = Array.isArray(devices) && devices.every(each => each === null || Number.isInteger(each));
      return !('devices' in value) || devices === 'all' || isList ? undefined
        : [
          ['devices'],
          `devices is ${show(devices)}; it is "all" or a list of whole numbers`,
          'write devices: all or devices: [0]',
        ];
    }),
  }),
  defineRule({
    id: 'MIG-005',
    name: 'entry-devices-dead',
    area: 'mig-parted',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'the list of `devices` is not empty, and holds whole numbers from 0 on, each once',
    why: '[] and negative indices are accepted and match no GPU, silently, so the entry is dead; a repeated index is '
      + 'accepted and harmless',
    evidence: 'NVIDIA/mig-parted@bd7160f4 api/spec/v1/helpers.go#L56-L66',
    check: ofEntries((_, { devices }) => {
      if (!Array.isArray(devices)) { return undefined; }
      if (devices.length === 0) {
        return [['devices'], 'devices is empty, so the entry matches no GPU', 'list the GPUs, or write all'];
      }
      if (devices.includes(null)) { return [['devices'], 'an index is null, which is read as 0', 'write the number']; }
      const negative = devices.find(each => numberIn(each) < 0);
      if (negative !== undefined) {
        return [['devices'], `index ${plainText(negative)} matches no GPU`, 'indices start at 0'];
      }
      return new Set(devices).size === devices.length
        ? undefined
        : [['devices'], 'an index is listed twice', 'list each GPU once'];
    }),
  }),
  defineRule({
    id: 'MIG-006',
    name: 'mig-enabled-without-devices',
    area: 'mig-parted',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byMigParted,
    sentence: 'an entry with `mig-enabled: true` has `mig-devices` as a map, which may be empty; an entry with '
      + '`false` has no devices in it',
    why: '"missing required field \'mig-devices\'" / "MIG devices included when \'mig-enabled\' is false"; with '
      + 'mig-enabled:false an empty or null map is fine',
    evidence: 'NVIDIA/mig-parted@bd7160f4 api/spec/v1/spec.go#L173-L179',
    check: ofEntries((_, value) => {
      const enabled = value['mig-enabled'];
      const devices = value['mig-devices'];
      if (enabled === true && !isFields(devices)) {
        return [
          ['mig-enabled'],
          `mig-enabled is true and mig-devices is ${show(devices)}; it must be a map`,
          'list the profiles, or write mig-devices: {}',
        ];
      }
      if (devices !== undefined && devices !== null && !isFields(devices)) {
        return [
          ['mig-devices'],
          `mig-devices is ${show(devices)}; it must be a map`,
          'remove it, or write mig-devices: {}',
        ];
      }
      return (enabled === false || enabled === null) && isFields(devices) && Object.keys(devices).length > 0
        ? [
          ['mig-devices'],
          `MIG devices although mig-enabled is ${enabled}`,
          'set mig-enabled: true, or remove mig-devices',
        ] : undefined;
    }),
  }),
  defineRule({
    id: 'MIG-007',
    name: 'profile-counts',
    area: 'mig-parted',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byMigParted,
    sentence: 'counts of profiles are whole numbers from 0 on, and one of them at least is above 0',
    why: '"all counts for all MigProfiles are 0" (null counts as 0), "invalid count"; strings and fractions are '
      + 'refused, 2.0 is accepted',
    evidence: 'NVIDIA/mig-parted@bd7160f4 pkg/types/mig_config.go#L40-L60',
    check: ofEntries((_, value) => {
      const counts = profilesOf(value);
      const wrong = counts.find(([, count]) =>
        count !== null && !standsForNumber(count) && !(Number.isInteger(count) && numberIn(count) >= 0));
      if (wrong !== undefined) {
        return [
          ['mig-devices', wrong[0]],
          `count of ${wrong[0]} is ${show(wrong[1])}; it must be a whole number from 0`,
          'write the number',
        ];
      }
      return counts.length > 0 && counts.every(([, count]) => !numberIn(count) && !standsForNumber(count))
        ? [['mig-devices'], 'every count is 0', 'give a count, or mig-enabled: false'] : undefined;
    }),
  }),
  defineRule({
    id: 'MIG-008',
    name: 'zero-count',
    area: 'mig-parted',
    severity: 'error',
    lintSeverity: 'warning',
    until: GPU_OPERATOR.milestones.zeroCounts,
    sentence: 'no profile has the count 0',
    why: 'accepted and skipped when creating, but Equals() compares map lengths, so the config never counts as '
      + 'applied: every start of mig-manager pauses the operands and destroys and recreates the instances, and fails '
      + 'if one is in use. Fixed upstream after mig-parted v0.15.0',
    evidence: 'NVIDIA/mig-parted@bd7160f4 pkg/types/mig_config.go#L84-L97; NVIDIA/mig-parted#489',
    check: ofEntries((_, value) => {
      const counts = profilesOf(value);
      const zero = counts.find(([, count]) => count === 0);
      return zero !== undefined && counts.some(([, count]) => numberIn(count) > 0)
        ? [
          ['mig-devices', zero[0]],
          `${zero[0]} has count 0, so the config never counts as applied`,
          `remove ${zero[0]}`,
        ] : undefined;
    }),
  }),
  defineRule({
    id: 'MIG-009',
    name: 'canonical-profile-name',
    area: 'mig-parted',
    severity: 'error',
    lintSeverity: 'warning',
    refusedAtOnce: true,
    sentence: 'profile names are in the form that the driver prints: no `1c.` before `1g`, no leading zeros',
    why: 'accepted and created correctly, but the read-back key is the canonical form ("1g.5gb"), so "1c.1g.5gb" or '
      + '"01g.5gb" never compares equal: same re-apply on every mig-manager start as MIG-008',
    evidence: 'NVIDIA/go-nvlib@3c161560 pkg/nvlib/device/mig_profile.go#L170-L183; NVIDIA/mig-parted@bd7160f4 '
      + 'pkg/types/mig_config.go#L84',
    check: ofEntries((_, value) => {
      const names = profilesOf(value).map(([name]) => [name, MigProfileName.find(name)?.canonical] as const);
      const odd = names.find(([name, canonical]) => canonical !== undefined && canonical !== name);
      return odd
        && [
          ['mig-devices', odd[0]],
          `${odd[0]} is read back as ${odd[1]}, so the config never counts as applied`,
          `write ${odd[1]}`,
        ];
    }),
  }),
  defineRule({
    id: 'MIG-010',
    name: 'profile-grammar',
    area: 'mig-parted',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byMigParted,
    refusedAtOnce: true,
    sentence: 'a profile is written as `1g.10gb`, `1c.2g.20gb`, `1g.10gb+me` or `1g.24gb-me`; the dotted form of '
      + 'a resource name, `1g.10gb.me`, is no profile',
    why: '3 dot-separated fields are parsed as c.g.gb -> "missing \'c\' from \'%dc\'"; the whole file fails. Also '
      + 'refused: upper case G/GB, spaces, mig- prefix, two signs, attribute starting with a digit or dot',
    evidence: 'NVIDIA/go-nvlib@3c161560 pkg/nvlib/device/mig_profile.go#L251-L380',
    check: ofEntries((_, value) => {
      // slice counts that no board has are taken all the same: of them, MIG-025 speaks
      const wrong = profilesOf(value).find(([name]) => !MigProfileName._isWellFormed(name));
      if (wrong === undefined) { return undefined; }
      try {
        MigProfileName.parse(wrong[0]);
        return undefined;
      } catch (error) {
        return [
          ['mig-devices', wrong[0]],
          (error as Error).message.replace(/ \[.*\]$/, ''),
          'write the name as nvidia-smi mig -lgip prints it',
        ];
      }
    }),
  }),
  defineRule({
    id: 'MIG-028',
    name: 'mig-enabled-null',
    area: 'mig-parted',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: '`mig-enabled` is true or false, not null',
    why: 'a null value is accepted and means false, so MIG is turned off; a quoted "true" fails the whole file and '
      + 'is an error (YAML 1.1 yes/on are accepted as true)',
    evidence: 'NVIDIA/mig-parted@bd7160f4 api/spec/v1/spec.go#L154-L160',
    check: ofEntries((_, value) => {
      const enabled = value['mig-enabled'];
      if (!('mig-enabled' in value) || typeof enabled === 'boolean') { return undefined; }
      return enabled === null ? [['mig-enabled'], 'mig-enabled is null, which means false', 'write true or false']
        : [
          ['mig-enabled'],
          `mig-enabled is ${show(enabled)}; anything but true and false fails the whole file`,
          'write true or false, without quotes',
          'error',
        ];
    }),
  }),
];
