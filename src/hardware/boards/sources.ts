/** What the source keys in the board tables stand for. */
export const SOURCES: Record<string, string> = {
  'A100-40CAP': 'A100 40GB captures (NVIDIA forum 170488)',
  'A100-80CAP': 'A100 80GB captures',
  'A30CAP': 'A30 captures',
  'CUDAGPUS': 'NVIDIA\'s public list of GPUs by compute capability, from memory; check before relying on 10.3 and 12.1',
  'DRA': 'kubernetes-sigs/dra-driver-nvidia-gpu @ 959320466837 (cmd/gpu-kubelet-plugin; issue #933)',
  'GH200-96': 'GH200 96GB captures',
  'GKE': 'Google cluster-autoscaler partition-size table',
  'GONVLIB': 'NVIDIA/go-nvlib @ 3c161560521e pkg/nvlib/device/mig_profile.go, pkg/pciids',
  'GONVML': 'NVIDIA/go-nvml @ 2f9e261fe40a pkg/nvml/mock/gpus/{a30,a100}.go (h100/h200/b200 tables there are '
    + 'synthetic and were NOT used)',
  'GPUOP-PR': 'NVIDIA/gpu-operator PR #1242/#1351 (B200), #1303 (GB200 early board)',
  'GPUOPDOC': 'NVIDIA/cloud-native-docs @ 52dcb7b8d956 gpu-operator (mig-mixed-node-labels.json H100, driver '
    + '550.54.15; label examples)',
  'H100NVL-A': 'H100 NVL captures with 10.62 GiB slices',
  'H100NVL-B': 'H100 NVL captures with 10.75 GiB slices',
  'H100PCIE': 'H100 PCIe capture, driver 570.169',
  'H100SXM': 'H100 SXM5 captures',
  'H200FIX': 'H200 nvidia-smi fixture',
  'HAMI': 'Project-HAMi/HAMi @ 4707fb02c91c MIG allow-list and tests',
  'HPFURY': 'GB300 252GB workstation outputs',
  'HW580': 'read from the boards themselves through NVML, MIG mode off, driver 580.159.04 (H100 80GB '
    + 'HBM3 and H200), 2026-11-23',
  'HWXML': 'NVIDIA/k8s-test-infra @ 3b2b865d91b1 tests/e2e/go/assertions/nvidiasmi/testdata/hardware/qx-*.xml (real '
    + 'nvidia-smi -q -x captures, published by NVIDIA)',
  'KARPENTER': 'Karpenter nvidiadra, profiles of a p6-b200.48xlarge (called an example by its header; its A100 '
    + 'and H100 rows equal ours)',
  'K8STI': 'NVIDIA/k8s-test-infra @ 3b2b865d91b1 placement table in the mock (NVIDIA-authored '
    + 'derivation, not a capture)',
  'L40CAP': 'L40 outputs',
  'MIGPARTED': 'NVIDIA/mig-parted @ bd7160f43f16 deployments/systemd/config-default.yaml',
  'MIGPARTED-CODE': 'NVIDIA/mig-parted @ bd7160f43f16 pkg/mig/config/config.go, pkg/types/*.go, '
    + 'pkg/mig/discovery/discovery.go, pkg/mig/builder/balanced.go',
  'MISC': 'several public nvidia-smi outputs (not individually recorded)',
  'MP101': 'NVIDIA/mig-parted PR #101 (H100 NVL)',
  'MP120': 'NVIDIA/mig-parted issue #120 (H200 nvidia-smi mig -lgip)',
  'MP139': 'NVIDIA/mig-parted PR #139 (GH200 144GB)',
  'MP166': 'NVIDIA/mig-parted PR #166 / #187 (B200)',
  'MP227': 'NVIDIA/mig-parted issue #227 (GB200, production board)',
  'MP97': 'NVIDIA/mig-parted issue #97 (A100 80GB nvidia-smi output)',
  'OGKM': 'NVIDIA/open-gpu-kernel-modules @ df1c9a3de2be (driver 595.45.04): README device table; '
    + 'src/nvidia/src/kernel/gpu/mig_mgr',
  'PCIIDS': 'pci.ids (as vendored in go-nvlib @ 3c161560521e)',
  'RTXBLOG': 'real RTX PRO 6000 Blackwell Server Edition -lgip/-lgipp/-lgi output',
  'STATION': 'NVIDIA/dgx-spark-playbooks @ 0db7c141da60 station-mig README ; station-ai-skills mig-configure SKILL.md',
  'UG580': 'NVIDIA MIG User Guide, driver R580 edition - https://docs.nvidia.com/datacenter/tesla/mig-user-guide/',
  'UG620': 'NVIDIA MIG User Guide, newer edition \'deployment considerations\' page (docs) - minimum drivers',
  'UG6xx': 'NVIDIA MIG User Guide, newer edition \'supported MIG profiles\'',
  'V100CAP': 'V100 outputs: SXM2 32GB with driver 580.178.04; Tesla V100-PCIE-32GB 32768 MiB by nvidia-smi with driver '
    + '575.57.08 (older drivers 32510)',
  'VGPU-HOPPER': 'NVIDIA vGPU documentation, Hopper MIG-backed types',
  'VGPU-RTX': 'vGPU / RTX PRO 6000 host output and bigstack-oss/cubecos issue #312',
};
