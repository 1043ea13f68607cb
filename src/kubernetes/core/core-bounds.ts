import { isCronSchedule } from './cron-schedule';
import { isLabelKey, isLabelValue } from '../label-syntax';

/** What a number or a text of a field must be, beside its type. */
export interface CoreBound {
  readonly least?: number;
  readonly most?: number;
  readonly pattern?: RegExp;
  readonly test?: (text: string) => boolean;
  /** What the pattern means. */
  readonly form?: string;
  /** The only values, where the API names none. */
  readonly values?: readonly string[];
  /** Whether an empty text is refused; elsewhere it is as good as none. */
  readonly isFilled?: boolean;
  /** Whether a list or map without items is refused. */
  readonly hasItems?: boolean;
  /** Whether it is a map, where the API says that anything goes. */
  readonly isMap?: boolean;
  /**
   * Whether it must be there, where the published files say otherwise: they call required whatever Go always writes.
   */
  readonly isRequired?: boolean;
}

const REQUIRED: CoreBound = { isRequired: true };
/** An empty one is as good. */
const OPTIONAL: CoreBound = { isRequired: false };
/** A text with something in it. */
const FILLED: CoreBound = { isFilled: true };
const filled = (bound: CoreBound): CoreBound => ({ ...bound, isFilled: true });
const oneOf = (...values: string[]): CoreBound => ({ values, isFilled: true });
const COUNT: CoreBound = { least: 0 };
/** A number of pods or a share of them. */
const SHARE: CoreBound = { least: 0, pattern: /^\d+%$/, form: 'a number, or a share such as 25%', isFilled: true };
/** The same of what there is already, of which there cannot be more than all. */
const SHARE_OF_ALL: CoreBound = {
  least: 0,
  pattern: /^0*(?:\d{1,2}|100)%$/,
  form: 'a number, or a share of at most 100%',
  isFilled: true,
};
const WEIGHT: CoreBound = { least: 1, most: 100 };
/** apimachinery pkg/util/validation IsValidUserID, IsValidGroupID. */
const ACCOUNT: CoreBound = { least: 0, most: 2 ** 31 - 1 };
/** 0777 */
const MODE: CoreBound = { least: 0, most: 511 };
const DNS_LABEL: CoreBound = {
  pattern: /^(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  form: 'at most 63 lower case letters, digits and "-", with a letter or digit at both ends',
};
/** IsValidPortName */
const PORT_NAME: CoreBound = {
  pattern: /^(?=.{1,15}$)(?=.*[a-z])(?!.*--)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  form: 'at most 15 lower case letters, digits and single "-", with a letter among them',
};
const PORT: CoreBound = { ...PORT_NAME, least: 1, most: 65535 };
/** 0 means none. */
const PORT_OR_NONE: CoreBound = { ...PORT_NAME, least: 0, most: 65535 };
/** IsRelaxedEnvVarName, which every release from 1.34 on has. */
const VARIABLE: CoreBound = {
  pattern: /^[ -<>-~]+$/,
  form: 'printable characters without "="',
  isFilled: true,
};
const SUBDOMAIN: CoreBound = {
  pattern: /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  form: 'lower case letters, digits, "-" and ".", as names of objects have',
};
/** IsConfigMapKey */
const FILE_KEY: CoreBound = {
  pattern: /^(?!\.\.?$)(?!\.\..)[-._a-zA-Z0-9]{1,253}$/,
  form: 'at most 253 letters, digits, "-", "_" and "."',
  isFilled: true,
};
/** IsValidSysctlName */
const SYSCTL: CoreBound = {
  pattern: /^(?=.{1,253}$)[a-z0-9][-_a-z0-9./]*$/,
  form: 'a name such as net.core.somaxconn',
  isFilled: true,
};
/** What a variable or a file can hold of the pod it is in (validateObjectFieldSelector), where it is read by name. */
const POD_FIELD: CoreBound = {
  pattern: /^(?:metadata\.(?:name|namespace|uid|(?:labels|annotations)(?:\['.*'\])?)|spec\.(?:nodeName|serviceAccountName)|status\.(?:hostIPs?|podIPs?))$/,
  form: 'a field such as metadata.name, spec.nodeName or status.podIP',
  isFilled: true,
};
/** The same of a container (validateContainerResourceFieldSelector). */
const CONTAINER_FIELD: CoreBound = {
  pattern: /^(?:limits|requests)\.(?:cpu|memory|ephemeral-storage|hugepages-.+)$/,
  form: 'limits or requests of cpu, memory or ephemeral-storage',
  isFilled: true,
};
const NAMED: CoreBound = { ...SUBDOMAIN, isFilled: true, isRequired: true };
const LABEL_KEY: CoreBound = { test: isLabelKey, form: 'a key of a label' };
const LABEL_VALUE: CoreBound = {
  test: isLabelValue,
  form: 'a value of a label: at most 63 letters, digits, "-", "_" and "."',
};
const SELECTOR_OPERATOR: CoreBound = oneOf('In', 'NotIn', 'Exists', 'DoesNotExist');
/** IsQualifiedName: what a key of a label is, too. */
const QUALIFIED: CoreBound = {
  test: isLabelKey,
  form: 'letters, digits, "-", "_" and ".", with a DNS name and "/" before them if need be',
  isFilled: true,
};
const QUALIFIED_IN_ANY_CASE: CoreBound = { ...QUALIFIED, test: text => isLabelKey(text.toLowerCase()) };
/** ValidateDriverName; some releases take capitals. */
const DRIVER: CoreBound = {
  pattern: /^(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/i,
  form: 'a DNS name of at most 63 characters',
  isFilled: true,
};
/** What is no address at a glance: releases differ in zeros before a number. */
const IP: CoreBound = { pattern: /^(?=.*[.:])[0-9a-f.:]+$/i, form: 'an IP address', isFilled: true };
const CIDR: CoreBound = {
  pattern: /^(?=.*[.:])[0-9a-f.:]+\/\d{1,3}$/i,
  form: 'a range of addresses such as 10.0.0.0/8',
  isFilled: true,
};
/** A host that an Ingress serves: a DNS name, or `*.` before one. */
const HOST: CoreBound = {
  pattern: /^(?=.{1,253}$)(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  form: 'a DNS name in lower case, or "*." before one',
};
/** ValidatePodDNSConfig: a DNS name in which "_" may stand, or the root. */
const SEARCH: CoreBound = {
  pattern: /^(?=.{1,254}$)[a-z0-9_.-]+$/,
  form: 'a DNS name in lower case',
  isFilled: true,
};
const ABSOLUTE: CoreBound = { pattern: /^\//, form: 'a path that begins with "/"' };
/** validateLocalDescendingPath */
const INNER_PATH: CoreBound = {
  pattern: /^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$)).+$/,
  form: 'a path without "/" before it and without ".."',
  isFilled: true,
};
const REQUIRED_NAME: CoreBound = { isRequired: true, isFilled: true };
const OPAQUE = { driver: DRIVER, parameters: { isMap: true } };

/**
 * Bounds that the API server checks in code and no schema says, by type and field: kubernetes/kubernetes@v1.37.2
 * pkg/apis/{core,apps,batch,autoscaling,networking,scheduling,resource}/validation/validation.go. A run against a real
 * API server holds each to what it refuses and takes (test/conformance/derived.js).
 */
export const CORE_BOUNDS: Readonly<Record<string, Readonly<Record<string, CoreBound>>>> = {
  Probe: {
    failureThreshold: COUNT,
    initialDelaySeconds: COUNT,
    periodSeconds: COUNT,
    successThreshold: COUNT,
    timeoutSeconds: COUNT,
  },
  GRPCAction: { port: PORT },
  HTTPGetAction: { port: PORT },
  HTTPHeader: {
    name: { pattern: /^[-A-Za-z0-9]+$/, form: 'letters, digits and "-"', isFilled: true },
    value: OPTIONAL,
  },
  Sysctl: { name: SYSCTL, value: OPTIONAL },
  // from 1.34 on a sleep of no seconds is taken
  SleepAction: { seconds: OPTIONAL },
  ISCSIVolumeSource: {
    iqn: { pattern: /^(?:iqn|eui|naa)\./, form: 'a name that begins with iqn., eui. or naa.', isFilled: true },
    lun: { ...OPTIONAL, least: 0, most: 255 },
    targetPortal: FILLED,
  },
  ScaleIOVolumeSource: {
    gateway: FILLED,
    secretRef: OPTIONAL,
    system: FILLED,
    volumeName: { isRequired: true, isFilled: true },
  },
  NFSVolumeSource: { path: filled(ABSOLUTE), server: FILLED },
  CSIVolumeSource: { driver: DRIVER },
  EphemeralVolumeSource: { volumeClaimTemplate: REQUIRED },
  TCPSocketAction: { port: PORT },
  PreferredSchedulingTerm: { weight: WEIGHT, preference: OPTIONAL },
  WeightedPodAffinityTerm: { weight: WEIGHT },
  TopologySpreadConstraint: {
    maxSkew: { least: 1 },
    minDomains: { least: 1 },
    topologyKey: FILLED,
    whenUnsatisfiable: FILLED,
    nodeAffinityPolicy: FILLED,
    nodeTaintsPolicy: FILLED,
  },
  PodAffinityTerm: { topologyKey: filled(LABEL_KEY), namespaces: filled(DNS_LABEL) },
  HostAlias: { ip: IP, hostnames: filled(SUBDOMAIN) },
  SeccompProfile: { type: FILLED },
  SecurityContext: { runAsUser: ACCOUNT, runAsGroup: ACCOUNT },
  PodSecurityContext: {
    runAsUser: ACCOUNT,
    runAsGroup: ACCOUNT,
    fsGroup: ACCOUNT,
    fsGroupChangePolicy: FILLED,
    supplementalGroups: ACCOUNT,
  },
  PodSpec: {
    activeDeadlineSeconds: { least: 1, most: 2 ** 31 - 1 },
    serviceAccountName: SUBDOMAIN,
    runtimeClassName: filled(SUBDOMAIN),
    priorityClassName: SUBDOMAIN,
    hostname: DNS_LABEL,
    nodeName: SUBDOMAIN,
    subdomain: DNS_LABEL,
    nodeSelector: LABEL_VALUE,
  },
  PodDNSConfig: { nameservers: IP, searches: SEARCH },
  PodDNSConfigOption: { name: { isRequired: true, isFilled: true } },
  PodReadinessGate: { conditionType: QUALIFIED },
  Pod: { spec: REQUIRED },
  ReplicationController: { spec: REQUIRED },
  ReplicationControllerSpec: { replicas: COUNT, minReadySeconds: COUNT, template: REQUIRED },
  PersistentVolume: { spec: REQUIRED },
  PersistentVolumeSpec: {
    accessModes: { isRequired: true, hasItems: true, isFilled: true },
    capacity: REQUIRED,
    storageClassName: SUBDOMAIN,
    volumeMode: FILLED,
  },
  VolumeNodeAffinity: { required: REQUIRED },
  LocalVolumeSource: { path: FILLED },
  CSIPersistentVolumeSource: { driver: FILLED, volumeHandle: FILLED },
  Taint: { key: filled(LABEL_KEY), value: LABEL_VALUE, effect: FILLED },
  OwnerReference: { apiVersion: FILLED, kind: FILLED, name: FILLED, uid: FILLED },
  ObjectMeta: { finalizers: QUALIFIED_IN_ANY_CASE },
  Job: { spec: REQUIRED },
  Service: { spec: REQUIRED },
  PersistentVolumeClaim: { spec: REQUIRED },
  PodTemplateSpec: { spec: REQUIRED },
  ResourceClaim: { request: DNS_LABEL },
  NodeSelector: { nodeSelectorTerms: { hasItems: true } },
  NodeSelectorRequirement: { key: filled(LABEL_KEY), operator: FILLED, values: LABEL_VALUE },
  Toleration: { key: LABEL_KEY, value: LABEL_VALUE },
  LabelSelector: { matchLabels: LABEL_VALUE },
  PodResourceClaim: {
    name: filled(DNS_LABEL),
    resourceClaimName: filled(SUBDOMAIN),
    resourceClaimTemplateName: filled(SUBDOMAIN),
  },
  PersistentVolumeClaimSpec: {
    storageClassName: SUBDOMAIN,
    accessModes: { isRequired: true, hasItems: true, isFilled: true },
    resources: REQUIRED,
    volumeMode: FILLED,
  },
  IngressSpec: { ingressClassName: filled(SUBDOMAIN) },
  IngressTLS: { secretName: SUBDOMAIN, hosts: filled(HOST) },
  IngressRule: { host: HOST },
  HTTPIngressRuleValue: { paths: { hasItems: true } },
  HTTPIngressPath: { path: ABSOLUTE, pathType: FILLED },
  IngressServiceBackend: { name: filled(DNS_LABEL) },
  Subject: { kind: oneOf('ServiceAccount', 'User', 'Group'), name: FILLED },
  RoleRef: { apiGroup: { values: ['rbac.authorization.k8s.io'] }, kind: oneOf('Role', 'ClusterRole'), name: FILLED },
  PolicyRule: { verbs: { hasItems: true } },
  // which of them a container may have differs between releases
  Container: { name: filled(DNS_LABEL), restartPolicy: oneOf('Always', 'Never', 'OnFailure') },
  ExecAction: { command: { isRequired: true, hasItems: true } },
  ConfigMapEnvSource: { name: NAMED },
  SecretEnvSource: { name: NAMED },
  ConfigMapKeySelector: { name: NAMED, key: FILE_KEY },
  SecretKeySelector: { name: NAMED, key: FILE_KEY },
  ObjectFieldSelector: { apiVersion: { values: ['v1'] }, fieldPath: POD_FIELD },
  ResourceFieldSelector: { resource: CONTAINER_FIELD },
  ContainerPort: { containerPort: PORT, hostPort: PORT_OR_NONE, name: PORT_NAME },
  EnvVar: { name: VARIABLE },
  Volume: { name: filled(DNS_LABEL) },
  VolumeMount: { name: FILLED, mountPath: FILLED, mountPropagation: FILLED },
  ConfigMapVolumeSource: { name: REQUIRED_NAME, defaultMode: MODE },
  SecretVolumeSource: { secretName: REQUIRED_NAME, defaultMode: MODE },
  ConfigMapProjection: { name: REQUIRED_NAME },
  SecretProjection: { name: REQUIRED_NAME },
  PersistentVolumeClaimVolumeSource: { claimName: FILLED },
  KeyToPath: { key: FILLED, path: INNER_PATH, mode: MODE },
  ServiceAccountTokenProjection: { expirationSeconds: { least: 600 } },
  ProjectedVolumeSource: { defaultMode: MODE },
  DownwardAPIVolumeSource: { defaultMode: MODE },
  LabelSelectorRequirement: { key: filled(LABEL_KEY), operator: SELECTOR_OPERATOR, values: LABEL_VALUE },
  ServicePort: { port: PORT, targetPort: PORT_OR_NONE, name: DNS_LABEL, appProtocol: QUALIFIED },
  ServiceSpec: {
    selector: LABEL_VALUE,
    internalTrafficPolicy: FILLED,
    ipFamilyPolicy: FILLED,
    ipFamilies: oneOf('IPv4', 'IPv6'),
  },
  ServiceBackendPort: { number: PORT },
  NetworkPolicyPort: { port: PORT, endPort: PORT, protocol: FILLED },
  NetworkPolicySpec: { policyTypes: FILLED },
  IPBlock: { cidr: CIDR, except: CIDR },
  ClientIPConfig: { timeoutSeconds: { least: 1, most: 86400 } },
  DeploymentSpec: {
    replicas: COUNT,
    minReadySeconds: COUNT,
    revisionHistoryLimit: COUNT,
    progressDeadlineSeconds: COUNT,
  },
  ReplicaSetSpec: { replicas: COUNT, minReadySeconds: COUNT, template: REQUIRED },
  RollingUpdateDeployment: { maxSurge: SHARE, maxUnavailable: SHARE_OF_ALL },
  RollingUpdateDaemonSet: { maxSurge: SHARE_OF_ALL, maxUnavailable: SHARE_OF_ALL },
  RollingUpdateStatefulSetStrategy: { partition: COUNT },
  StatefulSetOrdinals: { start: COUNT },
  StatefulSetPersistentVolumeClaimRetentionPolicy: {
    whenDeleted: { values: ['Retain', 'Delete'] },
    whenScaled: { values: ['Retain', 'Delete'] },
  },
  PodDisruptionBudgetSpec: {
    minAvailable: SHARE_OF_ALL,
    maxUnavailable: SHARE_OF_ALL,
    unhealthyPodEvictionPolicy: FILLED,
  },
  StatefulSetSpec: { replicas: COUNT, minReadySeconds: COUNT, revisionHistoryLimit: COUNT, serviceName: DNS_LABEL },
  DaemonSetSpec: { minReadySeconds: COUNT, revisionHistoryLimit: COUNT },
  JobSpec: {
    parallelism: COUNT,
    completions: COUNT,
    backoffLimit: COUNT,
    activeDeadlineSeconds: COUNT,
    ttlSecondsAfterFinished: COUNT,
    completionMode: FILLED,
  },
  CronJobSpec: {
    schedule: { test: isCronSchedule, form: 'five fields such as "0 3 * * *", or @daily and its like', isFilled: true },
    timeZone: {
      // a name of the time zone database; which there are depends on the server
      pattern: /^[A-Za-z][A-Za-z0-9_+-]{0,30}(?:\/[A-Za-z0-9_+-]{1,30}){0,2}$/,
      form: 'a name such as Etc/UTC',
      isFilled: true,
    },
    startingDeadlineSeconds: COUNT,
    successfulJobsHistoryLimit: COUNT,
    failedJobsHistoryLimit: COUNT,
  },
  JobTemplateSpec: { spec: REQUIRED },
  HorizontalPodAutoscalerSpec: { maxReplicas: { least: 1 }, minReplicas: COUNT },
  v2HorizontalPodAutoscalerSpec: { maxReplicas: { least: 1 }, minReplicas: COUNT },
  v2HPAScalingPolicy: {
    type: oneOf('Pods', 'Percent'),
    value: { least: 1 },
    periodSeconds: { least: 1, most: 1800 },
  },
  v2HPAScalingRules: {
    policies: { hasItems: true },
    selectPolicy: oneOf('Max', 'Min', 'Disabled'),
    stabilizationWindowSeconds: { least: 0, most: 3600 },
  },
  v2MetricSpec: { type: oneOf('Object', 'Pods', 'Resource', 'ContainerResource', 'External') },
  v2MetricTarget: { type: oneOf('Utilization', 'Value', 'AverageValue'), averageUtilization: { least: 1 } },
  v2MetricIdentifier: { name: FILLED },
  v2ResourceMetricSource: { name: FILLED },
  v2ContainerResourceMetricSource: { name: FILLED, container: FILLED },
  v2CrossVersionObjectReference: { kind: FILLED, name: FILLED },
  PodFailurePolicy: { rules: OPTIONAL },
  PodFailurePolicyRule: { action: FILLED },
  PodFailurePolicyOnExitCodesRequirement: { operator: FILLED, values: { hasItems: true } },
  PodFailurePolicyOnPodConditionsPattern: { status: { values: ['True', 'False', 'Unknown'] }, type: QUALIFIED },
  ScopedResourceSelectorRequirement: { operator: FILLED, scopeName: FILLED },
  LimitRangeItem: { type: QUALIFIED },
  LimitRangeSpec: { limits: OPTIONAL },
  PriorityClass: { value: { most: 1_000_000_000 }, preemptionPolicy: FILLED },
  StorageClass: { provisioner: QUALIFIED_IN_ANY_CASE, volumeBindingMode: FILLED },
  RuntimeClass: { handler: filled(DNS_LABEL) },
  Scheduling: { nodeSelector: LABEL_VALUE },
  DeviceToleration: { key: LABEL_KEY },
  OpaqueDeviceConfiguration: OPAQUE,
  v1beta1OpaqueDeviceConfiguration: OPAQUE,
  v1beta2OpaqueDeviceConfiguration: OPAQUE,
  v1beta1DeviceToleration: { key: LABEL_KEY },
  v1beta2DeviceToleration: { key: LABEL_KEY },
  // Go writes what is not said, so the published files call it required
  ResourcePool: { generation: OPTIONAL },
  DeviceCapacity: { value: OPTIONAL },
  Counter: { value: OPTIONAL },
  v1beta1ResourcePool: { generation: OPTIONAL },
  v1beta1DeviceCapacity: { value: OPTIONAL },
  v1beta1Counter: { value: OPTIONAL },
  v1beta2ResourcePool: { generation: OPTIONAL },
  v1beta2DeviceCapacity: { value: OPTIONAL },
  v1beta2Counter: { value: OPTIONAL },
  ExactDeviceRequest: { count: COUNT, deviceClassName: SUBDOMAIN },
  DeviceSubRequest: { count: COUNT, deviceClassName: SUBDOMAIN },
  DeviceSelector: { cel: REQUIRED },
  DeviceClaimConfiguration: { opaque: REQUIRED },
  DeviceClassConfiguration: { opaque: REQUIRED },
  v1beta1DeviceRequest: { count: COUNT, deviceClassName: SUBDOMAIN },
  v1beta1DeviceSubRequest: { count: COUNT, deviceClassName: SUBDOMAIN },
  v1beta1DeviceSelector: { cel: REQUIRED },
  v1beta1DeviceClaimConfiguration: { opaque: REQUIRED },
  v1beta1DeviceClassConfiguration: { opaque: REQUIRED },
  v1beta2ExactDeviceRequest: { count: COUNT, deviceClassName: SUBDOMAIN },
  v1beta2DeviceSubRequest: { count: COUNT, deviceClassName: SUBDOMAIN },
  v1beta2DeviceSelector: { cel: REQUIRED },
  v1beta2DeviceClaimConfiguration: { opaque: REQUIRED },
  v1beta2DeviceClassConfiguration: { opaque: REQUIRED },
};
