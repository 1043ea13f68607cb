/** How well a figure is known. */
export type FigureStatus = 'verified' | 'single-source' | 'derived' | 'conflict' | 'unknown';

/** One MIG profile of a board, as the driver prints it. */
export interface ProfileRow {
  readonly name: string;
  /** GPU instance profile id: what `nvidia-smi mig -cgi` takes. */
  readonly giProfileId?: number;
  readonly computeSlices: number;
  readonly memorySlices: number;
  /** The lowest figure seen, over drivers and placements. */
  readonly memoryMib?: number;
  readonly memoryStatus: FigureStatus;
  readonly multiprocessors?: number;
  readonly maxInstances: number;
  /** Start units and size, of the board's placement units. */
  readonly placements?: { readonly starts: number[]; readonly size: number };
  readonly engines: EngineRow;
}

/** Engines of a board or of a profile; undefined is unknown. */
export interface EngineRow {
  readonly copyEngines?: number;
  readonly decoders?: number;
  readonly encoders?: number;
  readonly jpegEngines?: number;
  readonly ofaEngines?: number;
}

/** A board type. What is absent is unknown. */
export interface Board {
  readonly id: string;
  readonly name: string;
  /** Keys of `sources.ts`: where the figures of this row were read. */
  readonly sources: string;
  readonly architecture: string;
  readonly migCapable: boolean;
  readonly nvmlProductNames: string[];
  readonly productLabels: string[];
  readonly pciDeviceIds: string[];
  readonly pciSubsystemIds: string[];
  readonly computeCapability?: string;
  readonly nominalGb?: number;
  readonly totalMib?: number;
  readonly usableMib?: number;
  readonly minimumDriver?: string;
  readonly computeSlices?: number;
  readonly memorySlices?: number;
  readonly placementUnits?: number;
  readonly maxGpuInstances?: number;
  /** Copy engines, decoders, encoders, JPEG, OFA; `-` is unknown. */
  readonly engines?: string;
  readonly mpsUnknown?: boolean;
  readonly profiles?: ProfileTable;
}

/**
 * name, GI profile id, compute/memory slices, conservative MiB, status of that figure, SMs, max instances,
 * `starts:size`, copy engines/decoders/encoders/JPEG/OFA (`-` is unknown).
 */
export type Row = [
  string, number | undefined, string, number | undefined, string, number | undefined, number, string | undefined,
  string | undefined,
];

/** The profiles of one or more boards; its rows are read when somebody asks for them. */
export interface ProfileTable {
  /** Keys of `sources.ts`. */
  readonly sources: string;
  readonly rows: Row[];
}

/** The rows of a board table, checked by the compiler. */
export function rows(sources: string, table: Row[]): ProfileTable {
  return { sources, rows: table };
}

/** Reads one row of a board table. */
export function readProfile(row: Row): ProfileRow {
  const [name, giProfileId, slices, memoryMib, status, multiprocessors, maxInstances, placements, engineCells] = row;
  const [computeSlices, memorySlices] = slices.split('/').map(Number);
  return {
    name,
    giProfileId,
    computeSlices,
    memorySlices,
    memoryMib,
    memoryStatus: status as FigureStatus,
    multiprocessors,
    maxInstances,
    placements: placements === undefined ? undefined : readPlacements(placements),
    engines: readEngines(engineCells),
  };
}

function readPlacements(cell: string): { starts: number[]; size: number } {
  const [starts, size] = cell.split(':');
  return { starts: starts.split(',').map(Number), size: Number(size) };
}

/** Reads `7/5/0/1/1`. */
export function readEngines(cells: string | undefined): EngineRow {
  if (cells === undefined) { return {}; }
  const [copyEngines, decoders, encoders, jpegEngines, ofaEngines] = cells.split('/')
    .map(cell => cell === '-' ? undefined : Number(cell));
  return { copyEngines, decoders, encoders, jpegEngines, ofaEngines };
}
