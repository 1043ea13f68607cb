import { FigureStatus, ProfileRow } from './boards/board';
import { MigProfileName } from './mig-profile-name';

/** Where a GPU instance can stand on a GPU. */
export interface MigPlacement {
  /** First unit, in the placement units of the board. */
  readonly start: number;
  /** How many units. */
  readonly size: number;
}

/** Engines besides the multiprocessors. What is undefined is not known. */
export interface GpuEngines {
  /**
   * Copy engines.
   * @default - unknown
   */
  readonly copyEngines?: number;
  /**
   * Video decoders (NVDEC).
   * @default - unknown
   */
  readonly decoders?: number;
  /**
   * Video encoders (NVENC).
   * @default - unknown
   */
  readonly encoders?: number;
  /**
   * JPEG engines.
   * @default - unknown
   */
  readonly jpegEngines?: number;
  /**
   * Optical flow accelerators.
   * @default - unknown
   */
  readonly ofaEngines?: number;
}

/** How well a figure is known. */
export enum GpuFigureStatus {
  /** Two or more independent sources agree, or NVIDIA's table and a capture do. */
  VERIFIED = 'verified',
  /** One source. */
  SINGLE_SOURCE = 'single-source',
  /** Follows from the same chip or naming rule; this exact board was not captured. */
  DERIVED = 'derived',
  /** Sources disagree; the figure is the lowest of them. */
  CONFLICT = 'conflict',
  /** Not found: the figure is undefined. */
  UNKNOWN = 'unknown',
}

const STATUS: Record<FigureStatus, GpuFigureStatus> = {
  'verified': GpuFigureStatus.VERIFIED,
  'single-source': GpuFigureStatus.SINGLE_SOURCE,
  'derived': GpuFigureStatus.DERIVED,
  'conflict': GpuFigureStatus.CONFLICT,
  'unknown': GpuFigureStatus.UNKNOWN,
};

/**
 * A MIG profile of one board. The same name is another thing on another board: `1g.10gb` differs between A100 40GB and
 * 80GB.
 */
export class MigProfile {
  /** @internal */
  public static _of(row: ProfileRow): MigProfile {
    return new MigProfile(row);
  }

  /** The name, such as `3g.40gb`. */
  public readonly name: string;
  /** GPU instance profile id: the number that `nvidia-smi mig -cgi` takes. */
  public readonly giProfileId?: number;
  /** Compute slices that it takes. */
  public readonly computeSlices: number;
  /** Memory slices that it takes. */
  public readonly memorySlices: number;
  /** Memory in MiB: the lowest figure seen over drivers and placements, which is what to plan with. */
  public readonly memoryMib?: number;
  /** How well `memoryMib` is known. */
  public readonly memoryStatus: GpuFigureStatus;
  /** Streaming multiprocessors. */
  public readonly multiprocessors?: number;
  /** How many fit on one GPU at most. */
  public readonly maxInstances: number;
  /** The extended resource under the strategy `mixed`. */
  public readonly resourceName: string;
  private readonly row: ProfileRow;

  private constructor(row: ProfileRow) {
    this.row = row;
    this.name = row.name;
    this.giProfileId = row.giProfileId;
    this.computeSlices = row.computeSlices;
    this.memorySlices = row.memorySlices;
    this.memoryMib = row.memoryMib;
    this.memoryStatus = STATUS[row.memoryStatus];
    this.multiprocessors = row.multiprocessors;
    this.maxInstances = row.maxInstances;
    this.resourceName = MigProfileName.parse(row.name).resourceName;
  }

  /** Its engines. */
  public get engines(): GpuEngines {
    return { ...this.row.engines };
  }

  /** Where it can stand; undefined when not known. Floor-swept boards may differ: never write starts into manifests. */
  public get placements(): MigPlacement[] | undefined {
    const placements = this.row.placements;
    return placements?.starts.map(start => ({ start, size: placements.size }));
  }
}
