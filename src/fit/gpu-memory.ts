import { Gpu, GpuFigureStatus, GpuSliceKind } from '../hardware';

const MIB = 2 ** 20;

/** The lowest ratio of usable to total memory that was seen on a board (T4: 14912 of 15360 MiB). */
const LEAST_USABLE_RATIO = 0.97;
/**
 * Lowest ratios of a slice's memory to its part of the board seen: 0.908 on one and two eighths, 0.968 on the rest;
 * rounded down.
 */
const LEAST_SLICE_RATIO = { eighths: 0.9, others: 0.96 };

/**
 * The memory that a model has: of a whole GPU, of a MIG slice, or of a share.
 *
 * @example
 * const share = GpuMemory.migSlice(Gpu.A100_SXM4_80GB, '3g.40gb');
 */
export class GpuMemory {
  /**
   * A whole GPU.
   * @param gpu the board
   */
  public static wholeGpu(gpu: Gpu): GpuMemory {
    return new GpuMemory(GpuSliceKind.WHOLE, String(gpu), boardBounds(gpu), 1, gpu);
  }

  /**
   * A MIG slice.
   * @param gpu the board
   * @param profile the MIG profile, such as `3g.40gb`
   * @throws when the board does not have the profile
   */
  public static migSlice(gpu: Gpu, profile: string): GpuMemory {
    return new GpuMemory(GpuSliceKind.MIG, `${profile} on ${gpu}`, sliceBounds(gpu, profile), 1, gpu, profile);
  }

  /**
   * A share of a GPU through MPS: `1/replicas` of the memory, and an engine that sees all of it.
   * @param gpu the board
   * @param replicas how many share it
   */
  public static mpsShare(gpu: Gpu, replicas: number): GpuMemory {
    return new GpuMemory(
      GpuSliceKind.MPS,
      `one of ${wholeNumber(replicas)} MPS shares of ${gpu}`,
      boardBounds(gpu),
      replicas,
      gpu,
    );
  }

  /**
   * A turn on a GPU. Nothing limits what a tenant takes, so `tenants` equals must fit together.
   * @param gpu the board
   * @param tenants how many take turns on one GPU at most
   */
  public static timeSliced(gpu: Gpu, tenants: number): GpuMemory {
    return new GpuMemory(
      GpuSliceKind.TIME_SLICED,
      `one of ${wholeNumber(tenants)} tenants of ${gpu}`,
      boardBounds(gpu),
      tenants,
      gpu,
    );
  }

  /**
   * A turn on a MIG slice.
   * @param gpu the board
   * @param profile the MIG profile
   * @param tenants how many take turns on it
   */
  public static timeSlicedMigSlice(gpu: Gpu, profile: string, tenants: number): GpuMemory {
    return new GpuMemory(GpuSliceKind.MIG_TIME_SLICED, `one of ${wholeNumber(tenants)} `
      + `tenants of ${profile} on ${gpu}`, sliceBounds(gpu, profile), tenants, gpu,
    profile);
  }

  /**
   * A part of the memory of a device that the scheduler keeps an account of, as claims of Dynamic Resource Allocation
   * can ask for it. The engine sees all of the device, and nothing limits what it takes.
   * @param gpu the board
   * @param mib what the claim asks for
   * @param profile the MIG profile, of a slice
   */
  public static setAside(gpu: Gpu, mib: number, profile?: string): GpuMemory {
    const kind = profile === undefined ? GpuSliceKind.TIME_SLICED : GpuSliceKind.MIG_TIME_SLICED;
    const bounds = profile === undefined ? boardBounds(gpu) : sliceBounds(gpu, profile);
    return new GpuMemory(
      kind,
      `${mib} MiB of ${profile === undefined ? gpu : `${profile} on ${gpu}`}`,
      bounds,
      1,
      gpu,
      profile,
      mib,
    );
  }

  /**
   * A number of MiB that CUDA sees.
   * @param mib as `cudaMemGetInfo` or `nvidia-smi` prints it
   */
  public static ofMib(mib: number): GpuMemory {
    if (!Number.isFinite(mib) || mib <= 0) { throw new Error(`a share has a positive number of MiB, got ${mib}`); }
    return new GpuMemory(undefined, `${mib} MiB`, { least: mib, most: mib, known: true }, 1);
  }

  /** Whether the memory is known, or only a lower bound of it. */
  public readonly isKnown: boolean;
  /**
   * MiB that an engine in it sees as the size of the GPU: the slice under MIG, the whole board under MPS and
   * time-slicing.
   */
  public readonly visibleMib: number;
  /** MiB that the model may take: at most this, whatever the engine sees. */
  public readonly limitMib: number;
  /** What is there even when all tenants take what they may. @internal */
  public readonly _safeMib: number;
  /** The same, if the board turns out to have as much as it could. @internal */
  public readonly _limitMostMib: number;
  /** @internal */
  public readonly _visibleMostMib: number;

  private constructor(
    /** How the GPU is shared; undefined for a number of MiB that may have come about in any way. */
    public readonly kind: GpuSliceKind | undefined,
    private readonly description: string,
    bounds: Bounds,
    /** How many share the device; 1 is alone. */
    public readonly tenants: number,
    /** The board, when known. */
    public readonly gpu?: Gpu,
    /** The MIG profile, of a slice. */
    public readonly profile?: string,
    setAsideMib?: number,
  ) {
    this.isKnown = bounds.known;
    this.visibleMib = bounds.least;
    this._visibleMostMib = bounds.most;
    // MPS limits each client to total / replicas (k8s-device-plugin mps/daemon.go); the total is the driver's, not what
    // is usable
    const mpsLimit = kind === GpuSliceKind.MPS && gpu?.totalMib !== undefined
      ? Math.floor(gpu.totalMib / tenants)
      : undefined;
    this.limitMib = setAsideMib ?? mpsLimit ?? Math.floor(bounds.least / tenants);
    // the accounts of a device add up to what the driver calls its memory, of which a part is not usable
    const ratio = profile === undefined ? bounds.least / (gpu?.totalMib ?? bounds.most) : 1;
    this._safeMib = setAsideMib === undefined
      ? Math.min(this.limitMib, Math.floor(bounds.least / tenants))
      : Math.floor(setAsideMib * Math.min(1, ratio));
    this._limitMostMib = setAsideMib ?? mpsLimit ?? Math.floor(bounds.most / tenants);
  }

  /** Whether an engine sees more than it may take, so that its memory fraction must be set. */
  public get needsFraction(): boolean {
    return this.tenants > 1 || this.limitMib < this.visibleMib;
  }

  /** Whether it is on a MIG slice. */
  public get isMig(): boolean {
    return this.kind === GpuSliceKind.MIG || this.kind === GpuSliceKind.MIG_TIME_SLICED;
  }

  /** Bytes that an engine sees. @internal */
  public get _visibleBytes(): number {
    return this.visibleMib * MIB;
  }

  /** As in `3g.40gb on NVIDIA-A100-SXM4-80GB`. */
  public toString(): string {
    return this.description;
  }
}

interface Bounds { readonly least: number; readonly most: number; readonly known: boolean }

function boardBounds(gpu: Gpu): Bounds {
  if (gpu.usableMib !== undefined) { return { least: gpu.usableMib, most: gpu.usableMib, known: true }; }
  if (gpu.totalMib !== undefined) {
    return { least: Math.floor(gpu.totalMib * LEAST_USABLE_RATIO), most: gpu.totalMib, known: true };
  }
  if (gpu.nominalGb === undefined) {
    throw new Error(`the memory of ${gpu} is not known, not even nominally; use GpuMemory.ofMib `
      + 'with what nvidia-smi prints');
  }
  const nominal = gpu.nominalGb * 1e9 / MIB;
  return { least: Math.floor(nominal * LEAST_USABLE_RATIO), most: Math.ceil(gpu.nominalGb * 1024), known: false };
}

function sliceBounds(gpu: Gpu, profileName: string): Bounds {
  const profile = gpu.profile(profileName);
  if (profile.memoryMib !== undefined) {
    // the lowest figure seen; where sources disagree they are up to 7.3 % apart (1g.23gb of B200), else 1 % at most
    const spread = profile.memoryStatus === GpuFigureStatus.CONFLICT ? 1.075 : 1.01;
    return { least: profile.memoryMib, most: Math.ceil(profile.memoryMib * spread), known: true };
  }
  const whole = boardBounds(gpu);
  const part = profile.memorySlices / gpu.memorySlices!;
  const ratio = gpu.memorySlices === 8 && profile.memorySlices <= 2
    ? LEAST_SLICE_RATIO.eighths
    : LEAST_SLICE_RATIO.others;
  return { least: Math.floor(whole.least * part * ratio), most: Math.ceil(whole.most * part), known: false };
}

function wholeNumber(count: number): number {
  if (!Number.isInteger(count) || count < 1) {
    throw new Error(`a GPU is shared by a whole number from 1, got ${count}`);
  }
  return count;
}
