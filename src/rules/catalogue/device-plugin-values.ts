import { RuleText } from '../rule';

/* eslint-disable @stylistic/max-len -- a table of sentences */
/** What the rules about values in the device-plugin file say, and why. */
export const DEVICE_PLUGIN_VALUE_RULE_TEXTS: RuleText[] = [
  {
    id: 'DP-021',
    area: 'device-plugin',
    severity: 'error',
    lintSeverity: 'error',
    sentence: 'every value has the type that the plugin reads: maps, booleans, strings, durations; devices and rename, although ignored, must be well formed',
    why: 'the parser refuses the whole config and the plugin exits on every node that selects it; "yes" and "true" in quotes are strings, not booleans; null is taken nearly everywhere',
    evidence: 'k8s-device-plugin v0.19.0 api/config/v1: flags.go, replicas.go, resources.go, imex.go, duration.go',
    bad: 'sharing:\n  timeSlicing:\n    renameByDefault: "yes"\n    resources:\n    - {name: nvidia.com/gpu, replicas: 4}',
    good: 'sharing:\n  timeSlicing:\n    renameByDefault: true\n    resources:\n    - {name: nvidia.com/gpu, replicas: 4}',
  },
];
