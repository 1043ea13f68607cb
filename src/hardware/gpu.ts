/* eslint-disable @typescript-eslint/member-ordering -- the catalogue must come before the members that look themselves up in it */
import { BOARDS } from './boards/all-boards';
import { Board, readEngines, readProfile } from './boards/board';
import { GpuArchitecture } from './gpu-architecture';
import { GpuLayout } from './gpu-layout';
import { checkLayout, GpuLayoutCheck, maximalLayouts } from './layout-check';
import { GpuEngines, MigProfile } from './mig-profile';
import { MigProfileName } from './mig-profile-name';

/**
 * A type of GPU board: what it is called, how much memory it has, and how MIG can cut it.
 *
 * What is `undefined` is not known; nothing is guessed. In languages that re-case constants (Python writes
 * `Gpu.A100_SXM4_80_GB`), `Gpu.of('a100-sxm4-80gb')` and `Gpu.fromProductLabel('NVIDIA-A100-SXM4-80GB')` read better.
 *
 * @example
 * const gpu = Gpu.fromProductLabel('NVIDIA-H200');
 * gpu.profile('1g.18gb').memoryMib; // 16384: the name says 18 GB, the slice holds 16.0 GiB
 * gpu.assertLayout(GpuLayout.of({ '3g.71gb': 2 }));
 */
export class Gpu {
  // first of all static members: the others look themselves up in it
  private static readonly catalogue = new Map(BOARDS.map(board => [board.id, new Gpu(board)]));

  /** A100 SXM4 40GB (0x20B010DE). In Python and Java `A100_SXM4_40_GB`. */
  public static readonly A100_SXM4_40GB = Gpu.of('a100-sxm4-40gb');
  /** A100 PCIe 40GB (0x20F110DE, 0x20B110DE). In Python and Java `A100_PCIE_40_GB`. */
  public static readonly A100_PCIE_40GB = Gpu.of('a100-pcie-40gb');
  /** A100 SXM4 80GB (0x20B210DE). In Python and Java `A100_SXM4_80_GB`. */
  public static readonly A100_SXM4_80GB = Gpu.of('a100-sxm4-80gb');
  /** A100 PCIe 80GB (0x20B510DE). In Python and Java `A100_PCIE_80_GB`. */
  public static readonly A100_PCIE_80GB = Gpu.of('a100-pcie-80gb');
  /** A800 SXM4 80GB (0x20F310DE). In Python and Java `A800_SXM4_80_GB`. */
  public static readonly A800_SXM4_80GB = Gpu.of('a800-sxm4-80gb');
  /** A800 PCIe 80GB (0x20F510DE). In Python and Java `A800_PCIE_80_GB`. */
  public static readonly A800_PCIE_80GB = Gpu.of('a800-pcie-80gb');
  /** A800 SXM4 40GB (0x20BD10DE). In Python and Java `A800_SXM4_40_GB`. */
  public static readonly A800_SXM4_40GB = Gpu.of('a800-sxm4-40gb');
  /** A800 40GB Active (PCIe) (0x20F610DE). In Python and Java `A800_PCIE_40_GB`. */
  public static readonly A800_PCIE_40GB = Gpu.of('a800-pcie-40gb');
  /** PG506-232 (GA100 96GB) (0x20B610DE). In Python and Java `PG506_232_96_GB`. */
  public static readonly PG506_232_96GB = Gpu.of('pg506-232-96gb');
  /** A30 24GB (0x20B710DE). */
  public static readonly A30 = Gpu.of('a30');
  /** H100 SXM5 80GB (0x233010DE). In Python and Java `H100_SXM5_80_GB`. */
  public static readonly H100_SXM5_80GB = Gpu.of('h100-sxm5-80gb');
  /** H100 PCIe 80GB (0x233110DE). In Python and Java `H100_PCIE_80_GB`. */
  public static readonly H100_PCIE_80GB = Gpu.of('h100-pcie-80gb');
  /** H100 NVL 94GB (0x232110DE). In Python and Java `H100_NVL_94_GB`. */
  public static readonly H100_NVL_94GB = Gpu.of('h100-nvl-94gb');
  /** H100 SXM5 94GB (0x233910DE). In Python and Java `H100_SXM5_94_GB`. */
  public static readonly H100_SXM5_94GB = Gpu.of('h100-sxm5-94gb');
  /** H800 NVL 94GB (0x233A10DE). In Python and Java `H800_NVL_94_GB`. */
  public static readonly H800_NVL_94GB = Gpu.of('h800-nvl-94gb');
  /** H800 SXM5 80GB (0x232410DE). In Python and Java `H800_SXM5_80_GB`. */
  public static readonly H800_SXM5_80GB = Gpu.of('h800-sxm5-80gb');
  /** H800 PCIe 80GB (0x232210DE). In Python and Java `H800_PCIE_80_GB`. */
  public static readonly H800_PCIE_80GB = Gpu.of('h800-pcie-80gb');
  /** H100 96GB (PCIe 233D / SXM5 2338) (0x233D10DE, 0x233810DE). In Python and Java `H100_96_GB`. */
  public static readonly H100_96GB = Gpu.of('h100-96gb');
  /** H100 SXM5 64GB (0x233710DE). In Python and Java `H100_SXM5_64_GB`. */
  public static readonly H100_SXM5_64GB = Gpu.of('h100-sxm5-64gb');
  /** H20 96GB (0x232910DE). In Python and Java `H20_96_GB`. */
  public static readonly H20_96GB = Gpu.of('h20-96gb');
  /** H20-3e 141GB (0x232C10DE). In Python and Java `H20_3_E_141_GB`. */
  public static readonly H20_3E_141GB = Gpu.of('h20-3e-141gb');
  /** GH200 Grace Hopper 96GB HBM3 (0x234210DE). In Python and Java `GH200_96_GB`. */
  public static readonly GH200_96GB = Gpu.of('gh200-96gb');
  /** GH200 Grace Hopper 144GB HBM3e (0x234810DE). In Python and Java `GH200_144_GB`. */
  public static readonly GH200_144GB = Gpu.of('gh200-144gb');
  /** H200 SXM 141GB (0x233510DE). In Python and Java `H200_SXM_141_GB`. */
  public static readonly H200_SXM_141GB = Gpu.of('h200-sxm-141gb');
  /** H200 NVL 141GB (0x233B10DE). In Python and Java `H200_NVL_141_GB`. */
  public static readonly H200_NVL_141GB = Gpu.of('h200-nvl-141gb');
  /** B200 180GB (0x290110DE). In Python and Java `B200_180_GB`. */
  public static readonly B200_180GB = Gpu.of('b200-180gb');
  /** GB200 186GB (also sold as 192GB) (0x294110DE). In Python and Java `GB200_186_GB`. */
  public static readonly GB200_186GB = Gpu.of('gb200-186gb');
  /** B300 SXM6 288GB (269 GiB reported) (0x318210DE). In Python and Java `B300_269_GB`. */
  public static readonly B300_269GB = Gpu.of('b300-269gb');
  /** GB300 288GB (278 GiB reported) (0x31C210DE). In Python and Java `GB300_278_GB`. */
  public static readonly GB300_278GB = Gpu.of('gb300-278gb');
  /**
   * GB300 in DGX Station / 252GB desktop (driver 61x) (PCI id as its sibling, so not told apart by it). In Python and
   * Java `GB300_STATION_252_GB`.
   */
  public static readonly GB300_STATION_252GB = Gpu.of('gb300-station-252gb');
  /** RTX PRO 6000 Blackwell Server Edition 96GB (0x2BB510DE). */
  public static readonly RTX_PRO_6000_SERVER = Gpu.of('rtx-pro-6000-server');
  /** RTX PRO 6000 Blackwell Workstation Edition 96GB (0x2BB110DE). */
  public static readonly RTX_PRO_6000_WORKSTATION = Gpu.of('rtx-pro-6000-workstation');
  /** RTX PRO 6000 Blackwell Max-Q Workstation Edition 96GB (0x2BB410DE). */
  public static readonly RTX_PRO_6000_MAXQ = Gpu.of('rtx-pro-6000-maxq');
  /** RTX PRO 5000 Blackwell 48GB (0x2BB310DE). In Python and Java `RTX_PRO_5000_48_GB`. */
  public static readonly RTX_PRO_5000_48GB = Gpu.of('rtx-pro-5000-48gb');
  /** RTX PRO 4500 Blackwell 32GB (0x2C3110DE). In Python and Java `RTX_PRO_4500_32_GB`. */
  public static readonly RTX_PRO_4500_32GB = Gpu.of('rtx-pro-4500-32gb');
  /** T4 16GB (0x1EB810DE). */
  public static readonly T4 = Gpu.of('t4');
  /** L4 24GB (0x27B810DE). */
  public static readonly L4 = Gpu.of('l4');
  /** L40 48GB (0x26B510DE). */
  public static readonly L40 = Gpu.of('l40');
  /** L40S 48GB (0x26B910DE). In Python and Java `L40_S`. */
  public static readonly L40S = Gpu.of('l40s');
  /** L20 48GB (0x26BA10DE). */
  public static readonly L20 = Gpu.of('l20');
  /** A2 16GB (0x25B610DE). */
  public static readonly A2 = Gpu.of('a2');
  /** A10 24GB (0x223610DE). */
  public static readonly A10 = Gpu.of('a10');
  /** A10G 24GB (0x223710DE). In Python and Java `A10_G`. */
  public static readonly A10G = Gpu.of('a10g');
  /** A16 4x16GB (0x25B610DE). */
  public static readonly A16 = Gpu.of('a16');
  /** A40 48GB (0x223510DE). */
  public static readonly A40 = Gpu.of('a40');
  /** V100 SXM2 16GB (0x1DB110DE). In Python and Java `V100_SXM2_16_GB`. */
  public static readonly V100_SXM2_16GB = Gpu.of('v100-sxm2-16gb');
  /** V100 PCIe 16GB (0x1DB410DE). In Python and Java `V100_PCIE_16_GB`. */
  public static readonly V100_PCIE_16GB = Gpu.of('v100-pcie-16gb');
  /** V100 SXM2 32GB (0x1DB510DE). In Python and Java `V100_SXM2_32_GB`. */
  public static readonly V100_SXM2_32GB = Gpu.of('v100-sxm2-32gb');
  /** V100 PCIe 32GB (0x1DB610DE). In Python and Java `V100_PCIE_32_GB`. */
  public static readonly V100_PCIE_32GB = Gpu.of('v100-pcie-32gb');
  /** RTX 6000 Ada Generation 48GB (0x26B110DE). */
  public static readonly RTX_6000_ADA = Gpu.of('rtx-6000-ada');
  /** DGX Spark GB10 (128GB unified) (0x2E1210DE). */
  public static readonly GB10 = Gpu.of('gb10');

  /** Every board of the catalogue: those with MIG first. */
  public static all(): Gpu[] {
    return [...Gpu.catalogue.values()];
  }

  /**
   * A board by its id in the catalogue.
   * @param id such as `h200-sxm-141gb`
   * @throws when the catalogue has no such board
   */
  public static of(id: string): Gpu {
    const gpu = Gpu.find(id);
    if (gpu === undefined) {
      throw new Error(`no board "${id}" in the catalogue; near: ${nearest(id, [...Gpu.catalogue.keys()])}`);
    }
    return gpu;
  }

  /**
   * A board by its id in the catalogue.
   * @param id such as `h200-sxm-141gb`
   * @returns undefined when the catalogue has no such board
   */
  public static find(id: string): Gpu | undefined {
    return Gpu.catalogue.get(id);
  }

  /**
   * A board by the node label `nvidia.com/gpu.product`. Suffixes (`-MIG-3g.40gb`, `-SHARED`) and a missing `NVIDIA-`,
   * as old drivers have it, do not matter. Two boards called `NVIDIA-GB300` exist; the data-centre one is meant.
   * @param label such as `NVIDIA-H200`
   * @throws when no board is known by that label
   */
  public static fromProductLabel(label: string): Gpu {
    const gpu = Gpu.findByProductLabel(label);
    if (gpu === undefined) {
      throw new Error(`no board has the product label "${label}"; near: `
        + `${nearest(label, Gpu.all().flatMap(each => each.productLabels))}`);
    }
    return gpu;
  }

  /**
   * A board by its product label.
   * @param label such as `NVIDIA-H200`
   * @returns undefined when no board is known by it
   */
  public static findByProductLabel(label: string): Gpu | undefined {
    const plain = label.replace(/-SHARED$/, '').replace(/-MIG-.*$/, '');
    return Gpu.all().find(gpu => gpu.productLabels.some(each => each === plain || each === `NVIDIA-${plain}`));
  }

  /**
   * A board by its PCI id as mig-parted writes it: device, then vendor.
   * @param id such as `0x233510DE`, in any case, also with `:0x<subsystem>`
   * @throws when no board is known by it
   */
  public static fromPciDeviceId(id: string): Gpu {
    const gpu = Gpu.findByPciDeviceId(id);
    if (gpu === undefined) {
      const reversed = /^0x10de([0-9a-f]{4})$/i.exec(id);
      const hint = reversed
        ? `; the device comes first: 0x${reversed[1]}10DE`
        : '; it is 0x, four digits of the device and 10DE, as in 0x233510DE';
      throw new Error(`no board has the PCI id "${id}"${hint} [MIG-011]`);
    }
    return gpu;
  }

  /**
   * A board by its PCI id.
   * @param id such as `0x233510DE`
   * @returns undefined when no board is known by it
   */
  public static findByPciDeviceId(id: string): Gpu | undefined {
    const [device, subsystem] = id.toLowerCase().split(':');
    const boards = Gpu.all().filter(gpu => gpu.pciDeviceIds.some(each => each.toLowerCase() === device));
    if (subsystem === undefined) { return boards[0]; }
    return boards.find(gpu => gpu.pciSubsystemIds.some(each => subsystem.startsWith(each.toLowerCase())))
      ?? boards.find(gpu => gpu.pciSubsystemIds.length === 0);
  }

  /** Id in the catalogue, such as `a100-sxm4-80gb`. */
  public readonly id: string;
  /** What people call it. */
  public readonly name: string;
  /** Chip generation. */
  public readonly architecture: GpuArchitecture;
  /** Whether it can do MIG. */
  public readonly migCapable: boolean;
  /** CUDA compute capability, such as `8.0`. */
  public readonly computeCapability?: string;
  /** Memory that it is sold with, in GB. */
  public readonly nominalGb?: number;
  /** Memory in MiB as the driver reports it: the value of the label `nvidia.com/gpu.memory`. */
  public readonly totalMib?: number;
  /** Memory in MiB that is free on an idle board with MIG off: total less what the driver keeps. */
  public readonly usableMib?: number;
  /** The oldest driver that can cut it. */
  public readonly minimumDriver?: string;
  /** Compute slices in all. */
  public readonly computeSlices?: number;
  /** Memory slices in all. */
  public readonly memorySlices?: number;
  /** Units in which placements are counted: 8 or 4, and 12 on RTX PRO 6000. */
  public readonly placementUnits?: number;
  /** How many GPU instances fit at most. */
  public readonly maxGpuInstances?: number;

  private _profiles?: MigProfile[];

  private constructor(private readonly board: Board) {
    this.id = board.id;
    this.name = board.name;
    this.architecture = board.architecture as GpuArchitecture;
    this.migCapable = board.migCapable;
    this.computeCapability = board.computeCapability;
    this.nominalGb = board.nominalGb;
    this.totalMib = board.totalMib;
    this.usableMib = board.usableMib;
    this.minimumDriver = board.minimumDriver;
    this.computeSlices = board.computeSlices;
    this.memorySlices = board.memorySlices;
    this.placementUnits = board.placementUnits;
    this.maxGpuInstances = board.maxGpuInstances;
  }

  /** Values of the node label `nvidia.com/gpu.product` that it is known by. */
  public get productLabels(): string[] {
    return [...this.board.productLabels];
  }

  /** The first of its product labels; undefined when none is known. */
  public get productLabel(): string | undefined {
    return this.board.productLabels[0];
  }

  /** PCI ids, device before vendor: `0x20B210DE`. */
  public get pciDeviceIds(): string[] {
    return [...this.board.pciDeviceIds];
  }

  /** PCI subsystem device ids, such as `0x157E`, where only they tell it from another board; else empty. */
  public get pciSubsystemIds(): string[] {
    return [...this.board.pciSubsystemIds];
  }

  /** Product names as NVML prints them, which is also the DRA attribute `productName`. */
  public get nvmlProductNames(): string[] {
    return [...this.board.nvmlProductNames];
  }

  /** The engines of the whole GPU, which MIG profiles share out. */
  public get engines(): GpuEngines {
    return readEngines(this.board.engines);
  }

  /** Whether the device plugin can share it through MPS: compute capability 7.0 and later. */
  public get supportsMps(): boolean {
    return !this.board.mpsUnknown && this.capabilityNumber >= 7.0;
  }

  /**
   * How many MPS clients the device plugin takes: 48 from compute capability 7.5, 16 below
   * (cmd/mps-control-daemon/mps/device.go; MPS-002).
   */
  public get maxMpsReplicas(): number {
    return this.capabilityNumber >= 7.5 ? 48 : 16;
  }

  /** Its MIG profiles, smallest first; empty without MIG. */
  public get profiles(): MigProfile[] {
    return [...this.migProfiles];
  }

  /**
   * One of its MIG profiles.
   * @param profileName such as `3g.40gb`
   * @throws when the board does not have it, with those that it has
   */
  public profile(profileName: string): MigProfile {
    const profile = this.findProfile(profileName);
    if (profile === undefined) {
      throw new Error(`${this} has no MIG profile ${this._describeMissing(profileName)} [MIG-025]`);
    }
    return profile;
  }

  /**
   * One of its MIG profiles.
   * @param profileName such as `3g.40gb`
   * @returns undefined when the board does not have it
   */
  public findProfile(profileName: string): MigProfile | undefined {
    return this.migProfiles.find(each => each.name === profileName);
  }

  /** Every layout to which nothing can be added, in a stable order. Empty without MIG. */
  public maximalLayouts(): GpuLayout[] {
    return maximalLayouts(this);
  }

  /**
   * Whether the profiles of a layout can stand on one GPU of this type together.
   * @param layout the layout
   * @returns the verdict with its reasons in numbers
   */
  public checkLayout(layout: GpuLayout): GpuLayoutCheck {
    return checkLayout(this, layout);
  }

  /**
   * Refuses a layout that cannot be.
   * @param layout the layout
   * @throws with the reasons when it does not fit
   */
  public assertLayout(layout: GpuLayout): void {
    const check = this.checkLayout(layout);
    if (!check.valid) {
      throw new Error(`layout ${layout} does not fit ${this}: ${check.reasons.join('; ')} [MIG-032]; ${check.fix}`);
    }
  }

  /** The product label, or the name where no label is known. */
  public toString(): string {
    return this.productLabel ?? this.name;
  }

  /** The name with what is probably meant and what there is. @internal */
  public _describeMissing(profileName: string): string {
    if (!this.migCapable) { return `${profileName}: the board cannot do MIG`; }
    const asked = MigProfileName.find(profileName);
    const attributes = (name: MigProfileName) => name.canonical.replace(/^.*gb/, '');
    const meant = asked && !asked.isComputeInstance && this.migProfiles.map(each => MigProfileName.parse(each.name))
      .find(each => each.gpuInstanceSlices === asked.gpuInstanceSlices && attributes(each) === attributes(asked));
    const hint = meant ? `; its ${meant.gpuInstanceSlices}-slice profile is called ${meant.canonical}` : '';
    return `${profileName}${hint}; it has ${this.migProfiles.map(each => each.name).join(', ')}`;
  }

  /** Read when first asked for: most programs use one or two boards of the catalogue. */
  private get migProfiles(): MigProfile[] {
    this._profiles ??= (this.board.profiles?.rows ?? []).map(row => MigProfile._of(readProfile(row)));
    return this._profiles;
  }

  private get capabilityNumber(): number {
    return this.computeCapability === undefined ? 0 : Number(this.computeCapability);
  }
}

/** The three candidates that share most of their parts with `text`. */
function nearest(text: string, candidates: string[]): string {
  const parts = (value: string) =>
    new Set(value.toLowerCase().split(/[^a-z0-9]+/).filter(part => part !== '' && part !== 'nvidia'));
  const wanted = parts(text);
  const score = (candidate: string) => {
    const have = parts(candidate);
    // l40s is in NVIDIA-L40S whole, l4 is a beginning of it
    const shared = [...wanted].map(part =>
      (have.has(part) ? 2 : Number([...have].some(each => each.startsWith(part) || part.startsWith(each)))));
    return shared.reduce((sum, each) => sum + each, 0) * 10 - Math.abs(have.size - wanted.size);
  };
  return [...candidates].sort((a, b) => score(b) - score(a)).slice(0, 3).join(', ');
}
