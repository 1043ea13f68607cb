import { ReleaseTable } from './release-table';

/** mig-manager, which is mig-parted on Kubernetes. */
export const MIG_MANAGER = new ReleaseTable({
  product: 'mig-manager',
  title: 'mig-manager',
  releases: ['0.10.0', '0.12.3', '0.13.1', '0.14.2', '0.15.0', '0.15.1'],
}, {
  negativeAttributes: {
    begins: '0.12.3',
    what: 'the attributes `-me` and `+me.all` are read; before, one of them makes the whole file unreadable (MIG-014)',
    source: 'NVIDIA/go-nvlib@v0.7.4 pkg/nvlib/device/mig_profile.go',
  },
  rtxPro6000: {
    begins: '0.12.3',
    what: 'RTX PRO 6000 is cut; before, it is taken for a board without MIG, and nothing is made (MIG-033)',
    source: 'NVIDIA/mig-parted@v0.12.3 CHANGELOG.md',
  },
  subsystemFilters: {
    begins: '0.15.0',
    what: 'a device filter may name the subsystem; before, such an entry matches nothing (MIG-013)',
    source: 'NVIDIA/mig-parted@v0.15.0 pkg/types/device.go',
  },
  clientLabel: {
    begins: '0.15.0',
    what: 'DaemonSets that hold the GPU and carry nvidia.com/gpu.deploy.client are paused while a '
      + 'layout changes (LBL-002)',
    source: 'NVIDIA/mig-parted@v0.15.0 cmd/nvidia-mig-manager/reconfigure.go',
  },
  zeroCounts: {
    begins: '0.15.1',
    what: 'a count of 0 equals a profile that is left out; before, a config with one never counts as applied (MIG-008)',
    source: 'NVIDIA/mig-parted#489; that v0.15.1 has it: second-hand',
  },
});
