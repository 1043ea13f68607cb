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
  /**
   * Whether it must be there, where the published files say otherwise: they call required whatever Go always writes.
   */
  readonly isRequired?: boolean;
}

const REQUIRED: CoreBound = { isRequired: true };
/** An empty one is as good. */
const OPTIONAL: CoreBound = { isRequired: false };
const COUNT: CoreBound = { least: 0 };
/** A number of pods or a share of them. */
const SHARE: CoreBound = { least: 0, pattern: /^\d+%$/, form: 'a number, or a share such as 25%' };
const PORT: CoreBound = { least: 1, most: 65535 };
/** 0 means none. */
const PORT_OR_NONE: CoreBound = { least: 0, most: 65535 };
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
/** IsRelaxedEnvVarName, which every release from 1.34 on has. */
const VARIABLE: CoreBound = { pattern: /^[ -<>-~]+$/, form: 'printable characters without "="' };
const SUBDOMAIN: CoreBound = {
  pattern: /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  form: 'lower case letters, digits, "-" and ".", as names of objects have',
};
const LABEL_KEY: CoreBound = { test: isLabelKey, form: 'a key of a label' };
const LABEL_VALUE: CoreBound = {
  test: isLabelValue,
  form: 'a value of a label: at most 63 letters, digits, "-", "_" and "."',
};
const SELECTOR_OPERATOR: CoreBound = { values: ['In', 'NotIn', 'Exists', 'DoesNotExist'] };

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
  HTTPHeader: { value: OPTIONAL },
  Sysctl: { value: OPTIONAL },
  // from 1.34 on a sleep of no seconds is taken
  SleepAction: { seconds: OPTIONAL },
  ISCSIVolumeSource: { lun: OPTIONAL },
  ScaleIOVolumeSource: { secretRef: OPTIONAL },
  TCPSocketAction: { port: PORT },
  PreferredSchedulingTerm: { weight: WEIGHT, preference: OPTIONAL },
  WeightedPodAffinityTerm: { weight: WEIGHT },
  TopologySpreadConstraint: { maxSkew: { least: 1 }, minDomains: { least: 1 } },
  SecurityContext: { runAsUser: ACCOUNT, runAsGroup: ACCOUNT },
  PodSecurityContext: { runAsUser: ACCOUNT, runAsGroup: ACCOUNT, fsGroup: ACCOUNT, supplementalGroups: ACCOUNT },
  PodSpec: {
    activeDeadlineSeconds: { least: 1, most: 2 ** 31 - 1 },
    serviceAccountName: SUBDOMAIN,
    runtimeClassName: SUBDOMAIN,
    priorityClassName: SUBDOMAIN,
    hostname: DNS_LABEL,
    subdomain: DNS_LABEL,
    nodeSelector: LABEL_VALUE,
  },
  Pod: { spec: REQUIRED },
  Toleration: { key: LABEL_KEY, value: LABEL_VALUE },
  LabelSelector: { matchLabels: LABEL_VALUE },
  PodResourceClaim: { name: DNS_LABEL, resourceClaimName: SUBDOMAIN, resourceClaimTemplateName: SUBDOMAIN },
  PersistentVolumeClaimSpec: { storageClassName: SUBDOMAIN, accessModes: REQUIRED },
  IngressTLS: { secretName: SUBDOMAIN },
  Subject: { kind: { values: ['ServiceAccount', 'User', 'Group'] } },
  RoleRef: { kind: { values: ['Role', 'ClusterRole'] } },
  Container: { name: DNS_LABEL },
  ContainerPort: { containerPort: PORT, hostPort: PORT_OR_NONE, name: PORT_NAME },
  EnvVar: { name: VARIABLE },
  Volume: { name: DNS_LABEL },
  ConfigMapVolumeSource: { defaultMode: MODE },
  SecretVolumeSource: { defaultMode: MODE },
  KeyToPath: { mode: MODE },
  ServiceAccountTokenProjection: { expirationSeconds: { least: 600 } },
  ProjectedVolumeSource: { defaultMode: MODE },
  DownwardAPIVolumeSource: { defaultMode: MODE },
  LabelSelectorRequirement: { operator: SELECTOR_OPERATOR },
  ServicePort: { port: PORT, targetPort: PORT_OR_NONE, name: DNS_LABEL },
  ServiceBackendPort: { number: PORT },
  NetworkPolicyPort: { port: PORT },
  ClientIPConfig: { timeoutSeconds: { least: 1, most: 86400 } },
  DeploymentSpec: {
    replicas: COUNT,
    minReadySeconds: COUNT,
    revisionHistoryLimit: COUNT,
    progressDeadlineSeconds: COUNT,
  },
  ReplicaSetSpec: { replicas: COUNT, minReadySeconds: COUNT },
  RollingUpdateDeployment: { maxSurge: SHARE, maxUnavailable: SHARE },
  RollingUpdateDaemonSet: { maxSurge: SHARE, maxUnavailable: SHARE },
  RollingUpdateStatefulSetStrategy: { partition: COUNT },
  StatefulSetOrdinals: { start: COUNT },
  PodDisruptionBudgetSpec: { minAvailable: SHARE, maxUnavailable: SHARE },
  StatefulSetSpec: { replicas: COUNT, minReadySeconds: COUNT, revisionHistoryLimit: COUNT },
  DaemonSetSpec: { minReadySeconds: COUNT, revisionHistoryLimit: COUNT },
  JobSpec: {
    parallelism: COUNT,
    completions: COUNT,
    backoffLimit: COUNT,
    activeDeadlineSeconds: COUNT,
    ttlSecondsAfterFinished: COUNT,
  },
  CronJobSpec: { startingDeadlineSeconds: COUNT, successfulJobsHistoryLimit: COUNT, failedJobsHistoryLimit: COUNT },
  HorizontalPodAutoscalerSpec: { maxReplicas: { least: 1 }, minReplicas: COUNT },
  v2HorizontalPodAutoscalerSpec: { maxReplicas: { least: 1 }, minReplicas: COUNT },
  v2HPAScalingPolicy: {
    type: { values: ['Pods', 'Percent'] },
    value: { least: 1 },
    periodSeconds: { least: 1, most: 1800 },
  },
  v2HPAScalingRules: {
    selectPolicy: { values: ['Max', 'Min', 'Disabled'] },
    stabilizationWindowSeconds: { least: 0, most: 3600 },
  },
  v2MetricSpec: { type: { values: ['Object', 'Pods', 'Resource', 'ContainerResource', 'External'] } },
  v2MetricTarget: { type: { values: ['Utilization', 'Value', 'AverageValue'] }, averageUtilization: { least: 1 } },
  PodFailurePolicy: { rules: OPTIONAL },
  LimitRangeSpec: { limits: OPTIONAL },
  PriorityClass: { value: { most: 1_000_000_000 } },
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
