import { ReleaseTable } from './release-table';

const GATES = 'kubernetes-sigs/dra-driver-nvidia-gpu@9593204 pkg/featuregates/featuregates.go';
const DEVICE_INFO = 'kubernetes-sigs/dra-driver-nvidia-gpu@9593204 cmd/gpu-kubelet-plugin/deviceinfo.go';

/** Feature gates by the first release that has them. */
export const DRA_GATES: Readonly<Record<string, string>> = {
  TimeSlicingSettings: '0.2',
  MPSSupport: '0.2',
  IMEXDaemonsWithDNSNames: '0.2',
  DynamicMIG: '0.3',
  PassthroughSupport: '0.3',
  NVMLDeviceHealthCheck: '0.3',
  ComputeDomainCliques: '0.3',
  CrashOnNVLinkFabricErrors: '0.3',
  DeviceMetadata: '0.4',
  // its own table says 0.4, and neither v0.4.0 nor v0.4.1 has it
  DRAListTypeAttributes: '0.5',
  ConsumableShares: '0.5',
  FabricManagerPartitioning: '0.5',
  HostManagedIMEXDaemon: '0.5',
  NodeLocalFabricIPC: '0.6',
};

/** Gates that are on unless somebody switches them off. */
export const DRA_GATES_ON_BY_DEFAULT: readonly string[] = [
  'ComputeDomainCliques', 'IMEXDaemonsWithDNSNames', 'CrashOnNVLinkFabricErrors',
];

/** The NVIDIA DRA driver. */
export const DRA_DRIVER = new ReleaseTable({
  product: 'dra-driver',
  title: 'DRA driver',
  releases: ['0.1.0', '0.2.0', '0.3.0', '0.4.0', '0.4.1', '0.5.0', '0.5.1'],
  // the tags of its first year are dates
  otherNames: new Map([['25.3', '0.1'], ['25.8', '0.2'], ['25.12', '0.3'], ['26.4', '0.4']]),
}, {
  sharingGates: {
    begins: DRA_GATES.MPSSupport,
    what: 'time-slicing and MPS stand behind the gates TimeSlicingSettings and MPSSupport',
    source: GATES,
  },
  indexAttributes: {
    ends: '0.2',
    what: 'devices have the attributes index, minor and parentIndex (DRA-060)',
    source: `${DEVICE_INFO}, NVIDIA/k8s-dra-driver-gpu@v25.3.0 and @v25.8.0`,
  },
  pcieBusId: {
    ends: '0.3',
    what: 'devices have the attribute pcieBusID; since, pciBusID of the domain resource.kubernetes.io (DRA-060)',
    source: `${DEVICE_INFO}, NVIDIA/k8s-dra-driver-gpu@v25.8.0 and @v25.12.0`,
  },
  profileInDeviceName: {
    begins: '0.3',
    what: 'a MIG device is called by its profile, as gpu-0-mig-3g40gb-9-0; before, by numbers alone: gpu-0-mig-9-0-4',
    source: 'kubernetes-sigs/dra-driver-nvidia-gpu@v25.8.1 cmd/gpu-kubelet-plugin/deviceinfo.go and @v25.12.0 '
      + 'cmd/gpu-kubelet-plugin/mig.go',
  },
  dynamicMig: {
    begins: DRA_GATES.DynamicMIG,
    what: 'the driver can cut a GPU for a claim, behind the gate DynamicMIG',
    source: GATES,
  },
  multiUserMps: {
    begins: '0.5',
    what: 'mpsConfig.multiUser exists',
    source: 'kubernetes-sigs/dra-driver-nvidia-gpu@9593204 api/nvidia.com/resource/v1beta1/sharing.go',
  },
  wholeFunctions: {
    begins: DRA_GATES.PassthroughSupport,
    what: 'a VfioDeviceConfig exists, which the webhook of the driver does not know (DRA-070, DRA-087), and devices '
      + 'have deviceID, vendorID and addressableMemory',
    source: 'kubernetes-sigs/dra-driver-nvidia-gpu@v25.8.1, @v25.12.0 and @9593204 cmd/webhook/main.go, '
      + 'api/nvidia.com/resource/v1beta1/api.go',
  },
  passthroughExcludesHealthCheck: {
    begins: '0.4',
    what: 'the driver does not start with both PassthroughSupport and NVMLDeviceHealthCheck (DRA-004)',
    source: 'kubernetes-sigs/dra-driver-nvidia-gpu@v25.12.0 and @v0.4.0 pkg/featuregates/featuregates.go',
  },
  addressingMode: {
    begins: '0.3',
    what: 'devices may have the attribute addressingMode',
    source: `${DEVICE_INFO}, @v25.8.1 and @v25.12.0`,
  },
  plainPciBusId: {
    begins: '0.3',
    what: 'devices have pciBusID of the domain resource.kubernetes.io',
    source: `${DEVICE_INFO}, @v25.8.1 and @v25.12.0`,
  },
  numaOfFunctions: {
    begins: '0.3',
    ends: '0.5',
    what: 'whole functions have the attribute numa; since, numaNode of the domain resource.kubernetes.io (DRA-060)',
    source: `${DEVICE_INFO}, @v25.12.0 and @v0.4.1`,
  },
  numaNode: {
    begins: '0.5',
    what: 'devices may have numaNode of the domain resource.kubernetes.io',
    source: `${DEVICE_INFO} and @v0.4.1`,
  },
  iommuFd: {
    begins: '0.4',
    what: 'whole functions have the attribute iommuFDEnabled',
    source: `${DEVICE_INFO}, @v25.12.0 and @v0.4.1`,
  },
  fabricPartitions: {
    begins: DRA_GATES.FabricManagerPartitioning,
    what: 'devices may have the attributes gpuModuleID and partition<n>',
    source: `${DEVICE_INFO} and @v0.4.1`,
  },
  consumableShares: {
    begins: DRA_GATES.ConsumableShares,
    what: 'memory and shares of a GPU can be claimed, behind the gate ConsumableShares',
    source: GATES,
  },
  dynamicMigExcludesHealthCheck: {
    ends: '0.6',
    what: 'the driver does not start with both DynamicMIG and NVMLDeviceHealthCheck (DRA-003)',
    source: GATES,
  },
});
