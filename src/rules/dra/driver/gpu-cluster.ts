import { ClusterModel, ManifestDocument } from '../../../cluster';
import { at, isFields, listOf, Path } from '../../../kubernetes';
import { GPU_OPERATOR, KUBERNETES } from '../../../releases';
import { shown } from '../../../text';
import { REFUSED } from '../../false-alarms';
import { areApart, joinOf, severityTogether } from '../../folders';
import { gpuResourcesIn, isSet } from '../../nim/nim-check';
import { ofPods } from '../../of-pods';
import { Check, defineRule, Rule } from '../../rule';

/** Labels of GPU Feature Discovery, which a GPUCluster does not run (gpu-feature-discovery README). */
const GFD_LABEL = /^nvidia\.com\/(?:gpu\.(?:product|memory|count|family|machine|replicas|compute\.(?:major|minor)|sharing-strategy|mode)|mig\.capable|mig\.strategy|mig-.*|cuda\..*)$/;

/** Rules about a GPUCluster, and about what holds no longer where there is one. */
export const GPU_CLUSTER_RULES: Rule[] = [
  defineRule({
    id: 'DRA-020',
    name: 'gpu-cluster-name',
    area: 'GPUCluster',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    since: GPU_OPERATOR.milestones.gpuCluster,
    sentence: 'metadata.name must be gpu-cluster',
    why: 'CEL',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 api/nvidia/v1alpha1/gpucluster_types.go#L184',
    *check(model) {
      for (const document of model.ofKind('GPUCluster').filter(({ name }) => name !== 'gpu-cluster')) {
        yield {
          document,
          path: ['metadata', 'name'],
          message: `a GPUCluster is called gpu-cluster; the API server refuses "${document.name}"`,
          fix: 'write gpu-cluster',
        };
      }
    },
  }),
  defineRule({
    id: 'DRA-021',
    name: 'gpu-cluster-with-cluster-policy',
    area: 'GPUCluster',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'manifests of two clusters, or samples of each kind, in one folder: files that nothing joins are '
      + 'not compared, and in one folder it is a note',
    since: GPU_OPERATOR.milestones.gpuCluster,
    sentence: 'GPUCluster and ClusterPolicy must not coexist; Helm clusterPolicy.deployCR and gpuCluster.deployCR not '
      + 'both true',
    why: 'chart fails; the operator refuses',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 deployments/gpu-operator/templates/validations.yaml; CP-004',
    *check(model) {
      for (const document of model.ofKind('GPUCluster')) {
        const policy = model.policies.find(each => !areApart(model, each, document));
        if (policy === undefined) { continue; }
        yield {
          document,
          path: ['kind'],
          message: `a GPUCluster beside ClusterPolicy ${policy.name}: the operator refuses to work with both`,
          fix: 'keep one of them',
          ...severityTogether(model, policy, document),
        };
      }
      for (const values of model.ofKind('HelmValues').filter(deploysGpuCluster)) {
        if (at(values.value, 'values', 'clusterPolicy', 'deployCR') !== false) {
          yield {
            document: values,
            path: ['values', 'gpuCluster', 'deployCR'],
            message: 'gpuCluster.deployCR, and clusterPolicy.deployCR is not false: the chart fails',
            fix: 'write clusterPolicy: {deployCR: false}',
          };
        }
      }
    },
  }),
  defineRule({
    id: 'DRA-022',
    name: 'gpu-cluster-driver-crd',
    area: 'GPUCluster',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byChart,
    since: GPU_OPERATOR.milestones.gpuCluster,
    sentence: 'gpuCluster.deployCR with driver.enabled needs driver.nvidiaDriverCRD.enabled',
    why: 'chart fails',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 deployments/gpu-operator/templates/validations.yaml',
    *check(model) {
      for (const document of model.ofKind('HelmValues').filter(deploysGpuCluster)) {
        const driver = at(document.value, 'values', 'driver');
        if (at(driver, 'enabled') !== false && at(driver, 'nvidiaDriverCRD', 'enabled') !== true) {
          yield {
            document,
            path: ['values', 'gpuCluster', 'deployCR'],
            message: 'gpuCluster.deployCR with a driver of the operator, and without '
              + 'driver.nvidiaDriverCRD.enabled: the chart fails',
            fix: 'write driver.nvidiaDriverCRD.enabled: true, or driver.enabled: false',
          };
        }
      }
    },
  }),
  defineRule({
    id: 'DRA-023',
    name: 'gpu-cluster-kubernetes-release',
    area: 'GPUCluster',
    severity: 'error',
    lintSeverity: 'warning',
    since: GPU_OPERATOR.milestones.gpuCluster,
    refusedAtOnce: true,
    sentence: 'GPUCluster needs Kubernetes >= 1.34.2 (and NVIDIA driver >= 580 and a CDI runtime, which manifests do '
      + 'not show)',
    why: 'documented prerequisites; code checks only that a DeviceClass API is served',
    evidence: 'NVIDIA/cloud-native-docs@52dcb7b8 gpu-operator/dra-intro-install.rst#L193-L195; '
      + 'NVIDIA/gpu-operator@a22dbf67 internal/state/gpucluster.go',
    *check(model) {
      const release = model.declaredRelease('kubernetes');
      for (const document of release !== undefined && KUBERNETES.lacks('gpuCluster', release)
        ? model.ofKind('GPUCluster')
        : []) {
        yield {
          document,
          path: ['kind'],
          message: `a GPUCluster needs Kubernetes ${KUBERNETES.milestones.gpuCluster.begins} or later, and `
            + `the cluster has ${release}`,
          fix: `upgrade Kubernetes to ${KUBERNETES.milestones.gpuCluster.begins}, or use a ClusterPolicy with the device plugin`,
        };
      }
    },
  }),
  defineRule({
    id: 'DRA-024',
    name: 'gpu-cluster-dra-driver',
    area: 'GPUCluster',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    since: GPU_OPERATOR.milestones.gpuCluster,
    sentence: 'spec.draDriver is required',
    why: 'CRD',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 api/nvidia/v1alpha1/gpucluster_types.go (no omitempty)',
    *check(model) {
      for (const document of model.ofKind('GPUCluster').filter(({ value, spec }) =>
        isSet(value.spec) && !isFields(spec.draDriver))) { // without a spec the API server takes it
        yield {
          document,
          path: ['spec', 'draDriver'],
          message: 'spec.draDriver is missing',
          fix: 'write draDriver: {}, with what you set',
        };
      }
    },
  }),
  defineRule({
    id: 'DRA-025',
    name: 'mig-label-under-gpu-cluster',
    area: 'GPUCluster',
    severity: 'warning',
    lintSeverity: 'warning',
    since: GPU_OPERATOR.milestones.gpuCluster,
    sentence: 'node label nvidia.com/mig.config has no effect under GPUCluster',
    why: 'MIG Manager belongs to ClusterPolicy',
    evidence: 'NVIDIA/cloud-native-docs@52dcb7b8 gpu-operator/dra-intro-install.rst#L82-L86',
    *check(model) {
      for (const { document, path, value } of hasGpuCluster(model) ? model.labelValues('nvidia.com/mig.config') : []) {
        if (!isUnderGpuCluster(model, document)) { continue; }
        yield {
          document,
          path,
          message: `nvidia.com/mig.config=${value} has no effect: under a GPUCluster there is no MIG Manager`,
          fix: 'cut the GPUs on the host, or use DynamicMIG of the DRA driver',
        };
      }
    },
  }),
  defineRule({
    id: 'DRA-026',
    name: 'gfd-label-under-gpu-cluster',
    area: 'GPUCluster',
    severity: 'warning',
    lintSeverity: 'warning',
    since: GPU_OPERATOR.milestones.gpuCluster,
    sentence: 'no nodeSelector uses a label of GPU feature discovery (nvidia.com/gpu.product and others) under '
      + 'GPUCluster',
    why: 'GPU Feature Discovery is managed only under ClusterPolicy; the labels do not appear',
    evidence: 'NVIDIA/cloud-native-docs@52dcb7b8 gpu-operator/dra-intro-install.rst#L82-L86',
    check: underGpuCluster(ofPods(function* (model) {
      for (const { document, path, nodeSelector } of hasGpuCluster(model) ? model.distinctWorkloads : []) {
        const selected = Object.keys(nodeSelector).map((key): [Path, string] => [[...path, 'nodeSelector', key], key]);
        for (const [place, key] of [...selected, ...neededLabels(document, path)].filter(([, each]) =>
          GFD_LABEL.test(each))) {
          yield {
            document,
            path: place,
            message: `no node has ${key}: GPU Feature Discovery runs under a ClusterPolicy only`,
            fix: 'leave it out, and select the device in the claim, by an expression such as '
              + "device.attributes['gpu.nvidia.com'].productName == 'NVIDIA H100 80GB HBM3'",
          };
        }
      }
    })),
  }),
  defineRule({
    id: 'DRA-027',
    name: 'gpu-resource-under-gpu-cluster',
    area: 'GPUCluster',
    severity: 'warning',
    lintSeverity: 'warning',
    since: GPU_OPERATOR.milestones.gpuCluster,
    sentence: 'under GPUCluster, nvidia.com/gpu and nvidia.com/mig-* are asked for only with a DeviceClass that '
      + 'hands them out',
    why: 'the managed gpu.nvidia.com class sets no extendedResourceName',
    evidence: 'NVIDIA/cloud-native-docs@52dcb7b8 gpu-operator/dra-intro-install.rst#L150, #L210; '
      + 'NVIDIA/gpu-operator@a22dbf67 manifests/state-dra-driver/0400_deviceclass-gpu.yaml',
    check: underGpuCluster(ofPods(function* (model) {
      if (!hasGpuCluster(model)) { return; }
      const offered = new Set(model.ofKind('DeviceClass').map(({ spec }) => spec.extendedResourceName).filter(isSet));
      for (const { document, containers } of model.distinctWorkloads) {
        for (const { path, limits } of containers) {
          for (const name of gpuResourcesIn(limits).filter(each => !offered.has(each))) {
            yield {
              document,
              path: [...path, 'resources', 'limits', name],
              message: `no DeviceClass offers ${name}: under a GPUCluster there is no device plugin`,
              fix: 'claim a device, ask for deviceclass.resource.kubernetes.io/gpu.nvidia.com, or define a '
                + 'DeviceClass with that extendedResourceName',
            };
          }
        }
      }
    })),
  }),
  defineRule({
    id: 'DRA-028',
    name: 'gpu-resources-override',
    area: 'DRA driver chart',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byChart,
    sentence: 'resources.gpus.enabled: true needs gpuResourcesEnabledOverride: true',
    why: 'chart fails',
    evidence: 'kubernetes-sigs/dra-driver-nvidia-gpu@95932046 '
      + 'deployments/helm/dra-driver-nvidia-gpu/templates/validation.yaml',
    *check(model) {
      for (const document of model.ofKind('HelmValues').filter(({ name }) => name === 'dra-driver')) {
        if (isOwnValuesFile(at(document.value, 'values'))) { continue; }
        if (at(document.value, 'values', 'resources', 'gpus', 'enabled') === true
          && at(document.value, 'values', 'gpuResourcesEnabledOverride') !== true) {
          yield {
            document,
            path: ['values', 'resources', 'gpus', 'enabled'],
            message: 'resources.gpus.enabled without gpuResourcesEnabledOverride: the chart fails',
            fix: 'write gpuResourcesEnabledOverride: true',
          };
        }
      }
    },
  }),
];

/** Labels that a node must have by the required node affinity of a pod. */
function neededLabels(document: ManifestDocument, pod: Path): [Path, string][] {
  const terms: Path = [
    ...pod,
    'affinity',
    'nodeAffinity',
    'requiredDuringSchedulingIgnoredDuringExecution',
    'nodeSelectorTerms',
  ];
  return listOf(at(document.value, ...terms)).flatMap((term, index) => listOf(at(term, 'matchExpressions')).flatMap((expression, number): [Path, string][] => (
    ['In', 'Exists', 'Gt', 'Lt'].includes(shown(at(expression, 'operator')))
      ? [[[...terms, index, 'matchExpressions', number], shown(at(expression, 'key'))]]
      : [])));
}

function hasGpuCluster(model: ClusterModel): boolean {
  return model.ofKind('GPUCluster').length > 0;
}

/**
 * Whether values are the chart's own file, which has every key, and the override false for a person to change
 * (deployments/helm/dra-driver-nvidia-gpu/values.yaml).
 */
function isOwnValuesFile(values: unknown): boolean {
  return [
    'selectorLabelsOverride', 'allowDefaultNamespace', 'gpuResourcesEnabledOverride', 'serviceAccount', 'webhook',
    'controller', 'kubeletPlugin',
  ]
    .every(key => at(values, key) !== undefined);
}

/** Of what a check finds, what is in a cluster with a GPUCluster: pods that are alike may stand in several folders. */
function underGpuCluster(check: Check): Check {
  return function* (model) {
    for (const found of check(model)) {
      const alike = (found.alike ?? [found.document]).filter(document => isUnderGpuCluster(model, document));
      if (alike.length > 0) { yield { ...found, alike }; }
    }
  };
}

/** Whether a GPUCluster is for the same cluster as an object: folders that nothing joins are often of several. */
function isUnderGpuCluster(model: ClusterModel, document: ManifestDocument): boolean {
  return model.ofKind('GPUCluster').some(each => joinOf(model, each, document) === 'together');
}

function deploysGpuCluster({ value }: ManifestDocument): boolean {
  return at(value, 'values', 'gpuCluster', 'deployCR') === true;
}
