import { ReleaseTable } from './release-table';

const FEATURES = 'kubernetes/kubernetes@v1.37.2 pkg/features/kube_features.go';
const NEXT_FEATURES = 'kubernetes/kubernetes@v1.38.0-beta.0 pkg/features/kube_features.go';

/** Kubernetes, as far as GPUs depend on it. What a gate switches on begins where it is on without anybody's doing. */
export const KUBERNETES = new ReleaseTable({
  product: 'kubernetes',
  title: 'Kubernetes',
  releases: ['1.31.0', '1.32.0', '1.33.0', '1.34.0', '1.34.2', '1.35.0', '1.36.0', '1.37.0', '1.37.2', '1.38.0'],
}, {
  betaClaims: {
    begins: '1.33',
    what: 'DRA can be switched on as resource.k8s.io/v1beta2',
    source: 'kubernetes/enhancements@64765b4 keps/sig-node/4381-dra-structured-parameters',
  },
  claims: {
    begins: '1.34',
    what: 'DRA is stable, as resource.k8s.io/v1',
    source: FEATURES,
  },
  gpuCluster: {
    begins: '1.34.2',
    what: "NVIDIA's GPU Operator supports a GPUCluster",
    source: 'NVIDIA/cloud-native-docs@52dcb7b8 gpu-operator/dra-intro-install.rst#L193',
  },
  prioritizedRequests: {
    begins: '1.34',
    what: 'firstAvailable in a claim, and adminAccess',
    source: FEATURES,
  },
  partitionableDevicesGate: {
    begins: '1.33',
    what: 'the gate DRAPartitionableDevices exists',
    source: FEATURES,
  },
  extendedResourceGate: {
    begins: '1.34',
    what: 'the gate DRAExtendedResource exists',
    source: FEATURES,
  },
  prioritizedListGate: {
    begins: '1.33',
    what: 'the gate DRAPrioritizedList exists',
    source: FEATURES,
  },
  consumableCapacityGate: {
    begins: '1.35',
    what: 'the gate DRAConsumableCapacity can be used: in 1.34 the scheduler looks at the capacity of the first '
      + 'device of a slice in the place of each',
    source: 'kubernetes/dynamic-resource-allocation@v0.34.2 and @v0.35.0 '
      + 'structured/internal/experimental/allocator_experimental.go allocateDevice',
  },
  partitionableDevices: {
    begins: '1.36',
    what: 'counters that devices share, which dynamic MIG needs; before, they are dropped and a '
      + 'board is given out twice',
    source: FEATURES,
  },
  extendedResourcesOfClasses: {
    begins: '1.36',
    what: 'a pod gets a device of a DeviceClass by the name of a resource',
    source: FEATURES,
  },
  consumableCapacity: {
    begins: '1.36',
    what: 'a claim may take a part of the capacity of a device, and distinctAttribute exists',
    source: FEATURES,
  },
  deviceTaints: {
    begins: '1.36',
    what: 'devices have taints and requests have tolerations',
    source: FEATURES,
  },
  deviceTaintRulesGate: {
    begins: '1.35',
    what: 'the gate DRADeviceTaintRules exists; before, DRADeviceTaints is for these rules too',
    source: FEATURES,
  },
  deviceTaintRuleKind: {
    begins: '1.33',
    what: 'the kind DeviceTaintRule exists, as v1alpha3 and off by itself',
    source: 'kubernetes/kubernetes@v1.32.0 and @v1.33.0 pkg/registry/resource/rest/storage_resource.go',
  },
  taintEffectNone: {
    begins: '1.35',
    what: 'a taint of a device may have the effect None, which only counts pods',
    source: 'kubernetes/kubernetes@v1.34.2 and @v1.35.0 pkg/apis/resource/validation/validation.go '
      + 'validDeviceTaintEffects',
  },
  adminLabel: {
    begins: '1.33',
    what: 'a claim with adminAccess needs a label of its namespace',
    source: 'kubernetes/kubernetes@v1.32.0 and @v1.33.0 pkg/registry/resource/utils.go',
  },
  adminLabelOfKubernetesIo: {
    begins: '1.34',
    what: 'the label is resource.kubernetes.io/admin-access; before, resource.k8s.io/admin-access',
    source: 'kubernetes/kubernetes@v1.33.0 and @v1.34.2 pkg/apis/resource/types.go DRAAdminNamespaceLabelKey',
  },
  newestClassOfResource: {
    begins: '1.35',
    what: 'of several DeviceClasses with one extendedResourceName the newest gets the pods',
    source: 'kubernetes/kubernetes@v1.34.2 pkg/scheduler/framework/plugins/dynamicresources/extended/util.go '
      + 'DeviceClassMapping; kubernetes/dynamic-resource-allocation@v0.35.0 '
      + 'deviceclass/extendedresourcecache/extendedresourcecache.go updateResourceName2class',
  },
  plainTaintSelectors: {
    begins: '1.35',
    what: 'a DeviceTaintRule selects by driver, pool and device alone, and no more by class or CEL',
    source: 'kubernetes/kubernetes@v1.37.2 staging/src/k8s.io/api/resource/v1/types.go DeviceTaintSelector',
  },
  deviceTaintRules: {
    begins: '1.37',
    what: 'DeviceTaintRule is served as resource.k8s.io/v1',
    source: FEATURES,
  },
  taintsOfResources: {
    begins: '1.37',
    what: 'a DeviceTaintRule evicts pods that asked for the device by a resource too; before, those that claimed it',
    source: 'kubernetes/kubernetes@v1.34.2 and @v1.37.2 pkg/controller/devicetainteviction/device_taint_eviction.go, '
      + 'kubernetes/kubernetes#141290; run on control planes of both',
  },
  configsOfAllRequests: {
    begins: '1.37',
    what: 'the scheduler takes a config of a claim that names every request for one that names none, and the driver '
      + 'gives it to the devices whose type it fits (DRA-084, DRA-095)',
    source: 'kubernetes/dynamic-resource-allocation@v0.36.0 and @v0.37.2 '
      + 'structured/internal/incubating/allocator_incubating.go (appliesToAll)',
  },
  countersApartFromDevices: {
    begins: '1.37',
    what: 'a ResourceSlice with both sharedCounters and devices is refused',
    source: 'kubernetes/kubernetes@v1.37.2 pkg/apis/resource/validation/validation.go',
  },
  scaleToZero: {
    begins: '1.37',
    what: 'a HorizontalPodAutoscaler may have minReplicas 0 (HPAScaleToZero)',
    source: FEATURES,
  },
  stablePartitionableDevices: {
    begins: '1.38',
    what: 'partitionable devices and consumable capacity are stable and cannot be switched off',
    source: NEXT_FEATURES,
  },
});
