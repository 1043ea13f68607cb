import { Gpu } from '../../hardware';

/**
 * Values of cloud.google.com/gke-accelerator (Google Cloud, GPU machine types and GKE "About GPUs"); a name that
 * several boards have is left out.
 */
const GKE: Readonly<Record<string, string>> = {
  'nvidia-tesla-t4': 'Tesla-T4',
  'nvidia-tesla-v100': 'Tesla-V100-SXM2-16GB',
  'nvidia-l4': 'NVIDIA-L4',
  'nvidia-tesla-a100': 'NVIDIA-A100-SXM4-40GB',
  'nvidia-a100-80gb': 'NVIDIA-A100-SXM4-80GB',
  'nvidia-h100-80gb': 'NVIDIA-H100-80GB-HBM3',
  'nvidia-h100-mega-80gb': 'NVIDIA-H100-80GB-HBM3',
  'nvidia-h200-141gb': 'NVIDIA-H200',
  'nvidia-b200': 'NVIDIA-B200',
  'nvidia-gb200': 'NVIDIA-GB200',
};

/**
 * Values of karpenter.k8s.aws/instance-gpu-name (karpenter-provider-aws website, scheduling); a100 is of two sizes, so
 * it tells nothing.
 */
const KARPENTER: Readonly<Record<string, string>> = {
  t4: 'Tesla-T4', a10g: 'NVIDIA-A10G', l4: 'NVIDIA-L4', l40s: 'NVIDIA-L40S', h100: 'NVIDIA-H100-80GB-HBM3', h200: 'NVIDIA-H200', b200: 'NVIDIA-B200', b300: 'NVIDIA-B300-SXM6-AC',
};

/**
 * Machines whose board is known by their name: instance types of EC2 (AWS, "Specifications for Amazon EC2 accelerated
 * computing instances"), sizes of Azure (Microsoft, "GPU accelerated virtual machine sizes"), machine types of Google
 * Cloud ("GPU machine types"). Machines with a part of a board (g6f, gr6f, NVadsA10) are left out.
 */
const MACHINES: readonly [RegExp, string][] = [
  [/^g4dn\./, 'Tesla-T4'], [/^g5\./, 'NVIDIA-A10G'], [/^(?:g6|gr6)\./, 'NVIDIA-L4'], [/^g6e\./, 'NVIDIA-L40S'],
  [/^p4d\./, 'NVIDIA-A100-SXM4-40GB'], [/^p4de\./, 'NVIDIA-A100-SXM4-80GB'], [/^p5\./, 'NVIDIA-H100-80GB-HBM3'],
  [/^p5en?\./, 'NVIDIA-H200'],
  [/^p6-b200\./, 'NVIDIA-B200'], [/^p6-b300\./, 'NVIDIA-B300-SXM6-AC'],
  [/^p3\./, 'Tesla-V100-SXM2-16GB'], [/^p3dn\./, 'Tesla-V100-SXM2-32GB'],
  [/^standard_nc\d+as_t4_v3$/, 'Tesla-T4'], [/^standard_nc\d+ads_a100_v4$/, 'NVIDIA-A100-80GB-PCIe'],
  [/^standard_nd96asr_(?:a100_)?v4$/, 'NVIDIA-A100-SXM4-40GB'],
  [/^standard_nd96amsr_a100_v4$/, 'NVIDIA-A100-SXM4-80GB'], [/^standard_nc\d+adi?s_h100_v5$/, 'NVIDIA-H100-NVL'],
  [/^standard_nd96isr_h100_v5$/, 'NVIDIA-H100-80GB-HBM3'],
  [/^standard_nd96isr_h200_v5$/, 'NVIDIA-H200'],
  [/^g2-standard-/, 'NVIDIA-L4'], [/^a2-(?:highgpu|megagpu)-/, 'NVIDIA-A100-SXM4-40GB'],
  [/^a2-ultragpu-/, 'NVIDIA-A100-SXM4-80GB'],
  [/^a3-(?:highgpu|megagpu|edgegpu)-/, 'NVIDIA-H100-80GB-HBM3'], [/^a3-ultragpu-/, 'NVIDIA-H200'],
  [/^a4-highgpu-/, 'NVIDIA-B200'],
];

type Labels = Readonly<Record<string, string>>;

/** Every board that a machine of a cloud is said to have. */
export const CLOUD_BOARDS: readonly string[] = [
  ...Object.values(GKE),
  ...Object.values(KARPENTER),
  ...MACHINES.map(([, board]) => board),
];

/**
 * The board that node labels name: by the product of GPU feature discovery, else by the machine that a cloud says it
 * is; undefined where none is known.
 */
export function boardNamedBy(labels: Labels): Gpu | undefined {
  const product = labels['nvidia.com/gpu.product'];
  if (product !== undefined) { return Gpu.findByProductLabel(product); }
  const machine = (labels['node.kubernetes.io/instance-type']
    ?? labels['beta.kubernetes.io/instance-type']
    ?? '').toLowerCase();
  const name = own(GKE, labels['cloud.google.com/gke-accelerator'])
    ?? karpenterBoard(labels)
    ?? MACHINES.find(([pattern]) => pattern.test(machine))?.[1];
  return name === undefined ? undefined : Gpu.findByProductLabel(name);
}

/** An A100 of 40 and one of 80 GB have one name; their memory, in MiB, tells them apart. */
function karpenterBoard(labels: Labels): string | undefined {
  const name = labels['karpenter.k8s.aws/instance-gpu-name'];
  const memory = labels['karpenter.k8s.aws/instance-gpu-memory'];
  if (name === 'a100' && memory === '40960') { return 'NVIDIA-A100-SXM4-40GB'; }
  if (name === 'a100' && memory === '81920') { return 'NVIDIA-A100-SXM4-80GB'; }
  return own(KARPENTER, name);
}

function own(table: Labels, key: string | undefined): string | undefined {
  return key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
}
