import { GpuMemory } from '../../fit';
import { Gpu, GpuLayout, GpuSliceKind, MigProfile } from '../../hardware';
import { GpuPlanSupply } from '../fleet';

/** The name of a whole board where a profile could stand. */
export const WHOLE = 'whole';

/** A place for one replica on boards of one supply: a MIG device, a whole board, or a share of one. */
export interface Slot {
  /** Index in `Slots.all`. */
  readonly index: number;
  /** Index of the supply. */
  readonly supply: number;
  readonly kind: GpuSliceKind;
  /** The MIG profile, or `whole`. */
  readonly profile: string;
  /** How many share the board, of a share; else 1. */
  readonly tenants: number;
  readonly memory: GpuMemory;
}

/** The places that the boards of a fleet can offer, each made when first asked for. */
export class Slots {
  public readonly all: Slot[] = [];
  private readonly known = new Map<string, Slot>();

  constructor(private readonly supplies: readonly GpuPlanSupply[]) {}

  public mig(supply: number, profile: string): Slot {
    return this.slot(supply, GpuSliceKind.MIG, profile, 1, gpu => GpuMemory.migSlice(gpu, profile));
  }

  public whole(supply: number): Slot {
    return this.slot(supply, GpuSliceKind.WHOLE, WHOLE, 1, gpu => GpuMemory.wholeGpu(gpu));
  }

  /** A share: through MPS where the board can, which limits what each tenant takes; else a turn, which does not. */
  public share(supply: number, tenants: number): Slot {
    const kind = this.supplies[supply].gpu.supportsMps ? GpuSliceKind.MPS : GpuSliceKind.TIME_SLICED;
    return this.slot(supply, kind, WHOLE, tenants, gpu => shareOf(gpu, tenants));
  }

  private slot(
    supply: number,
    kind: GpuSliceKind,
    profile: string,
    tenants: number,
    memory: (gpu: Gpu) => GpuMemory,
  ): Slot {
    const key = `${supply} ${kind} ${profile} ${tenants}`;
    let slot = this.known.get(key);
    if (slot === undefined) {
      slot = { index: this.all.length, supply, kind, profile, tenants, memory: memory(this.supplies[supply].gpu) };
      this.known.set(key, slot);
      this.all.push(slot);
    }
    return slot;
  }
}

/** The memory of one of several equal shares, as `Slots.share` makes them. */
export function shareOf(gpu: Gpu, tenants: number): GpuMemory {
  return gpu.supportsMps ? GpuMemory.mpsShare(gpu, tenants) : GpuMemory.timeSliced(gpu, tenants);
}

/** What the planner knows of a type of board, worked out once. */
export class BoardFacts {
  public static of(gpu: Gpu): BoardFacts {
    let facts = BoardFacts.known.get(gpu.id);
    if (facts === undefined) {
      facts = new BoardFacts(gpu);
      BoardFacts.known.set(gpu.id, facts);
    }
    return facts;
  }

  private static readonly known = new Map<string, BoardFacts>();

  /** Layouts to which nothing can be added, as counts of profiles. */
  public readonly maximal: readonly Readonly<Record<string, number>>[];
  /**
   * Profiles that a replica gets when it says only how much memory it needs: those without attributes such as `+me`.
   */
  public readonly plain: readonly MigProfile[];
  private readonly stands = new Map<string, boolean>();
  private readonly replaces = new Map<string, boolean>();

  private readonly growths = new Map<string, Map<string, { profiles: string; valid: boolean }>>();

  private constructor(private readonly gpu: Gpu) {
    this.maximal = gpu.maximalLayouts().map(layout => layout.profiles);
    this.plain = gpu.profiles.filter(({ name }) => /gb$/.test(name));
  }

  /** Whether counts of profiles can stand on one board. */
  public canStand(profiles: Readonly<Record<string, number>>): boolean {
    const key = Object.keys(profiles).sort().map(name => `${name}=${profiles[name]}`).join(',');
    let answer = this.stands.get(key);
    if (answer === undefined) {
      answer = this.gpu.checkLayout(GpuLayout.of(profiles)).valid;
      this.stands.set(key, answer);
    }
    return answer;
  }

  /** What stands on a board, as text: the same for the same profiles. */
  public grown(profiles: string, profile: string): string {
    return this.growthOf(profiles, profile).profiles;
  }

  /** Whether one more profile can stand on a board. */
  public canGrow(profiles: string, profile: string): boolean {
    return this.growthOf(profiles, profile).valid;
  }

  /** Whether every layout stays one when a `larger` in it becomes a `smaller`. */
  public canReplace(smaller: string, larger: string): boolean {
    const key = `${smaller} ${larger}`;
    let answer = this.replaces.get(key);
    if (answer === undefined) {
      answer = this.maximal.filter(layout => (layout[larger] ?? 0) > 0).every(layout => {
        const changed: Record<string, number> = {
          ...layout,
          [smaller]: (layout[smaller] ?? 0) + 1,
          [larger]: layout[larger] - 1,
        };
        if (changed[larger] === 0) { delete changed[larger]; }
        return this.canStand(changed);
      });
      this.replaces.set(key, answer);
    }
    return answer;
  }

  private growthOf(profiles: string, profile: string): { profiles: string; valid: boolean } {
    let growths = this.growths.get(profiles);
    if (growths === undefined) { this.growths.set(profiles, growths = new Map()); }
    let growth = growths.get(profile);
    if (growth === undefined) {
      const names = [...profiles.split(' ').filter(name => name !== ''), profile].sort();
      const counts: Record<string, number> = {};
      for (const name of names) { counts[name] = (counts[name] ?? 0) + 1; }
      growths.set(profile, growth = { profiles: names.join(' '), valid: this.canStand(counts) });
    }
    return growth;
  }

  /** Whether a profile leaves no room for any other. */
  public fillsBoard(profile: string): boolean {
    return this.maximal.filter(layout => (layout[profile] ?? 0) > 0)
      .every(layout => Object.keys(layout).length === 1 && layout[profile] === 1);
  }
}
