import { ABOUT_GPUS } from './trim-document';

/** Objects of which rules read their names, and of those with pods the pods that have to do with GPUs. */
const BUILT_IN: ReadonlySet<string> = new Set(Object.entries({
  'v1': [
    'Endpoints', 'LimitRange', 'PersistentVolume', 'PersistentVolumeClaim', 'Pod', 'PodTemplate',
    'ReplicationController', 'ResourceQuota', 'Secret', 'Service', 'ServiceAccount',
  ],
  'apps/v1': ['DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet'],
  'batch/v1': ['CronJob', 'Job'],
  'apiextensions.k8s.io/v1': ['CustomResourceDefinition'],
  'apiregistration.k8s.io/v1': ['APIService'],
  'admissionregistration.k8s.io/v1': ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'],
  'monitoring.coreos.com/v1': ['PodMonitor', 'PrometheusRule', 'ServiceMonitor'],
  'networking.k8s.io/v1': ['Ingress', 'NetworkPolicy'],
  'policy/v1': ['PodDisruptionBudget'],
  'rbac.authorization.k8s.io/v1': ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'],
  'scheduling.k8s.io/v1': ['PriorityClass'],
  'storage.k8s.io/v1': ['StorageClass'],
}).flatMap(([apiVersion, kinds]) => kinds.map(kind => `${apiVersion} ${kind}`)));

/** What makes a value something else than its text: escapes, tags, complex keys, and templates, which are told of. */
const NOT_LITERAL = /\\[xuU/\r\n]|\\\wnim\b|(?:^|[\s[{,])!|^ *\?\s|\{\{|\{%/im;

/**
 * Keys with a domain, as labels and resources have; the API takes no resources of devices in the domains of Kubernetes.
 */
const BEHIND_DOMAIN = /\/[\w.-]+(?:["']:|:(?:[ \t]|$))/gm;
/** Characters before the slash that are looked at; a longer domain is none of Kubernetes. */
const LONGEST_DOMAIN = 60;
const OF_KUBERNETES = /(?<![\w.-])(?:(?:[\w-]+\.)*(?:kubernetes|k8s)\.io|helm\.sh)$/;

/** A Service that sets no variables in the containers of its namespace (POD-018). */
const NOT_LINKED = /^ +["']?(?:clusterIP["']?: *["']?None|type["']?: *["']?ExternalName)\b/m;

const KEY = /^([A-Za-z]\w*):(?:$|[ \t](.*)$)/;

/**
 * A document without the parts that no rule reads, each line of them empty: of a built-in object that says nothing
 * about GPUs only what it is and what it is called stays. So it need not be parsed, which takes most of the time of a
 * run. The text itself where that is not plain.
 * @param source a YAML document
 */
export function withoutUnreadParts(source: string): string {
  if (ABOUT_GPUS.test(source) || NOT_LITERAL.test(source) || hasDeviceKeys(source)) { return source; }
  if (source.includes('vllm') && NOT_LINKED.test(source)) { return source; }
  const lines = source.split('\n');
  const values = new Map<string, string>();
  let isKept = false;
  for (const [index, line] of lines.entries()) {
    const first = line[0];
    if (first === undefined || first === '#') { continue; }
    if (first !== ' ' && first !== '-') {
      const [, key, rest = ''] = KEY.exec(line) ?? [];
      const value = rest.trim();
      // what is quoted or in brackets may go on at the start of the next line
      if (key === undefined || values.has(key) || /^["'[{]/.test(value)) { return source; }
      values.set(key, value);
      isKept = key === 'apiVersion' || key === 'kind' || key === 'metadata';
    } else if (values.size === 0 && line.trim() !== '' && !/^\s*#/.test(line)) {
      return source; // something stands behind the marker of the document
    }
    if (!isKept) { lines[index] = ''; }
  }
  if (!BUILT_IN.has(`${values.get('apiVersion')} ${values.get('kind')}`)) { return source; }
  const kept = lines.join('\n').trimEnd();
  return /[&*]/.test(kept) ? source : kept; // what has an alias is not all there
}

/** Whether a key may be a resource of devices: containers that ask for one are read whatever it is. */
function hasDeviceKeys(source: string): boolean {
  for (const { index } of source.matchAll(BEHIND_DOMAIN)) {
    if (!OF_KUBERNETES.test(source.slice(Math.max(index - LONGEST_DOMAIN, 0), index))) { return true; }
  }
  return false;
}
