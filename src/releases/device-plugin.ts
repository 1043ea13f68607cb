import { ReleaseTable } from './release-table';

const V0_20 = '0.20.0';

/** NVIDIA's device plugin for Kubernetes, and GPU feature discovery, which is released with it. */
export const DEVICE_PLUGIN = new ReleaseTable({
  product: 'device-plugin',
  title: 'device plugin',
  releases: ['0.17.0', '0.17.4', '0.18.1', '0.19.3', V0_20, '0.20.1'],
}, {
  attributeResources: {
    begins: V0_20,
    what: '`1g.10gb+me` is a resource of its own; before, it is pooled with `1g.10gb` (STR-004)',
    source: 'NVIDIA/k8s-device-plugin@v0.20.0 CHANGELOG.md',
  },
  packedAllocation: {
    begins: V0_20,
    what: '`flags.plugin.sharedDevicesAllocationPolicy` exists (DP-010)',
    source: 'NVIDIA/k8s-device-plugin@v0.20.0 api/config/v1/flags.go',
  },
  mpsMultipleReplicas: {
    begins: V0_20,
    what: '`sharing.mps.failRequestsGreaterThanOne: false` is honoured; before, it is always true (DP-017)',
    source: 'NVIDIA/k8s-device-plugin@v0.20.0 api/config/v1/config.go',
  },
  refusesComputeInstances: {
    begins: V0_20,
    what: 'a compute-instance profile stops the plugin under the strategy `mixed` (STR-003)',
    source: 'NVIDIA/k8s-device-plugin@v0.20.0 internal/rm/rm.go',
  },
});
