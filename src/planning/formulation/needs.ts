import { FitVerdict, GpuFit, GpuMemory, ModelFootprint } from '../../fit';
import { Gpu, MigProfileName } from '../../hardware';
import { GpuPlanIsolation, GpuPlanSupply, GpuPlanWorkload } from '../fleet';
import { BoardFacts, shareOf, Slot, Slots, WHOLE } from './slots';
import { wholeNumbers } from './whole-numbers';

/** What one replica does on a slot, of a workload with measured options. */
export interface Choice {
  readonly slot: Slot;
  readonly throughput: number;
}

/** Where the replicas of a workload can stand. */
export interface Need {
  readonly workload: GpuPlanWorkload;
  /** Slots of which any will do, without those that another of them can always stand in for. */
  readonly slots: readonly Slot[];
  /** Of a workload with `options`: the same, with what one replica does there. */
  readonly choices?: readonly Choice[];
  /** Of a workload with `options`: what all replicas do together at least. */
  readonly demand?: number;
  /** Why there is no slot. */
  readonly whyNone?: string;
  /** MiB that one replica needs on a slot in the worst case. */
  readonly neededMib: (slot: Slot) => number | undefined;
}

/** Works out where replicas can stand. Workloads alike in what they need are asked once. */
export class Needs {
  private readonly known = new Map<string, Pick<Need, 'slots' | 'whyNone'>>();
  private readonly footprints = new Map<ModelFootprint, number>();
  private readonly verdicts = new Map<string, { fits: boolean; mib?: number; text: string }>();

  constructor(private readonly supplies: readonly GpuPlanSupply[], private readonly slots: Slots) {}

  public of(workload: GpuPlanWorkload): Need {
    if (workload.options !== undefined) { return this.ofOptions(workload); }
    const key = this.keyOf(workload);
    let found = this.known.get(key);
    if (found === undefined) {
      found = workload.profiles !== undefined ? this.ofProfiles(workload, workload.profiles) : this.ofMemory(workload);
      this.known.set(key, found);
    }
    return { workload, ...found, neededMib: slot => this.neededMib(workload, slot) };
  }

  private keyOf({ profiles, memoryMib, footprint, isolation, headroom }: GpuPlanWorkload): string {
    return JSON.stringify([profiles, memoryMib, footprint && this.numberOf(footprint), isolation, headroom]);
  }

  private numberOf(footprint: ModelFootprint): number {
    let number = this.footprints.get(footprint);
    if (number === undefined) {
      number = this.footprints.size;
      this.footprints.set(footprint, number);
    }
    return number;
  }

  private ofOptions(workload: GpuPlanWorkload): Need {
    const names = workload.options!.map(({ profile }) => profile).join(', ');
    const choices = workload.options!.flatMap(option => this.supplies.flatMap((supply, index): Choice[] => {
      if (option.gpu !== undefined && option.gpu.id !== supply.gpu.id) { return []; }
      const slot = this.slotNamed(index, option.profile, workload.isolation);
      return slot === undefined ? [] : [{ slot, throughput: millionths(option.throughput, Math.floor) }];
    }));
    const best = withoutNeedless(choices, (one, other) => this.isAsGood(one, other));
    return {
      workload,
      slots: best.map(({ slot }) => slot),
      choices: best,
      demand: workload.demand === undefined ? undefined : millionths(workload.demand, Math.ceil),
      whyNone: best.length > 0 ? undefined : `none of its options (${names}) exists on ${this.boardNames()}`,
      neededMib: () => undefined,
    };
  }

  private isAsGood(one: Choice, other: Choice): boolean {
    return one.slot.supply === other.slot.supply && one.throughput >= other.throughput
      && (one.slot === other.slot || this.standsInFor(one.slot, other.slot));
  }

  private ofProfiles(workload: GpuPlanWorkload, profiles: readonly string[]): Pick<Need, 'slots' | 'whyNone'> {
    const found = this.supplies.flatMap((_, index) =>
      profiles.map(profile => this.slotNamed(index, profile, workload.isolation)))
      .filter((slot): slot is Slot => slot !== undefined);
    if (found.length > 0) { return { slots: this.withoutNeedless(found) }; }
    const dedicated = workload.isolation === GpuPlanIsolation.DEDICATED ? ', and it wants a board of its own' : '';
    const known = this.supplies.map(({ gpu }) =>
      `${gpu} has ${[...gpu.profiles.map(({ name }) => name), WHOLE].join(', ')}`);
    return { slots: [], whyNone: `it takes ${profiles.join(' or ')}${dedicated}; ${known.join('; ')}` };
  }

  /** A profile by its name or by its compute slices alone, or the whole board. */
  private slotNamed(supply: number, profile: string, isolation?: GpuPlanIsolation): Slot | undefined {
    const { gpu } = this.supplies[supply];
    if (profile === WHOLE) { return this.slots.whole(supply); }
    const found = profileNamed(gpu, profile);
    if (found === undefined || (isolation === GpuPlanIsolation.DEDICATED && !BoardFacts.of(gpu).fillsBoard(found))) {
      return undefined;
    }
    return this.slots.mig(supply, found);
  }

  private ofMemory(workload: GpuPlanWorkload): Pick<Need, 'slots' | 'whyNone'> {
    const found: Slot[] = [];
    const refusals: string[] = [];
    this.supplies.forEach(({ gpu }, supply) => {
      const whole = this.verdict(workload, GpuMemory.wholeGpu(gpu), `whole ${gpu.id}`);
      if (whole.fits) { found.push(this.slots.whole(supply)); } else { refusals.push(whole.text); }
      if (workload.isolation === GpuPlanIsolation.DEDICATED) { return; }
      for (const { name } of BoardFacts.of(gpu).plain) {
        if (this.verdict(workload, GpuMemory.migSlice(gpu, name), `${name} ${gpu.id}`).fits) {
          found.push(this.slots.mig(supply, name));
        }
      }
      if (workload.isolation === GpuPlanIsolation.ANY && whole.fits) {
        const tenants = this.mostTenants(workload, gpu);
        if (tenants > 1) { found.push(this.slots.share(supply, tenants)); }
      }
    });
    return found.length > 0 ? { slots: this.withoutNeedless(found) } : { slots: [], whyNone: refusals.join('; ') };
  }

  /** How many equal shares of a board may there be for each to hold the workload: the fewer, the more each holds. */
  private mostTenants(workload: GpuPlanWorkload, gpu: Gpu): number {
    let [low, high] = [1, gpu.maxMpsReplicas];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.verdict(workload, shareOf(gpu, middle), `share ${middle} ${gpu.id}`).fits) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private verdict(
    workload: GpuPlanWorkload,
    memory: GpuMemory,
    memoryKey: string,
  ): { fits: boolean; mib?: number; text: string } {
    const { memoryMib, footprint, headroom = 0 } = workload;
    if (footprint === undefined) {
      const needed = Math.ceil(memoryMib! * (1 + headroom));
      // what MPS lets its clients take adds up to more than a board has
      const has = `${memory._safeMib}${memory.isKnown ? '' : ' or more, which is not known'}`;
      return {
        fits: memory.isKnown && needed <= memory._safeMib,
        mib: needed,
        text: `it needs ${needed} MiB, and ${memory} has ${has}`,
      };
    }
    const key = `${this.numberOf(footprint)} ${headroom} ${memoryKey}`;
    let answer = this.verdicts.get(key);
    if (answer === undefined) {
      const report = GpuFit.check(footprint, memory);
      const mib = report.neededWorstMib === undefined ? undefined : Math.ceil(report.neededWorstMib * (1 + headroom));
      const fits = report.verdict === FitVerdict.FITS
        && (headroom === 0 || (mib !== undefined && mib <= memory._safeMib));
      answer = { fits, mib, text: GpuFit.explain(report).split('\n')[0].replace(/\.$/, '') };
      this.verdicts.set(key, answer);
    }
    return answer;
  }

  private neededMib(workload: GpuPlanWorkload, slot: Slot): number | undefined {
    if (workload.profiles !== undefined) { return undefined; }
    const { gpu } = this.supplies[slot.supply];
    const key = slot.tenants > 1 ? `share ${slot.tenants} ${gpu.id}` : `${slot.profile} ${gpu.id}`;
    return this.verdict(workload, slot.memory, key).mib;
  }

  /**
   * Without slots that another of them can stand in for; those of nodes that are cut already are there all the same.
   */
  private withoutNeedless(slots: readonly Slot[]): Slot[] {
    const each = [...new Set(slots)];
    const needed = new Set(withoutNeedless(each, (one, other) => this.standsInFor(one, other)));
    return each.filter(slot => needed.has(slot) || this.isThere(slot));
  }

  private isThere({ supply, profile, tenants }: Slot): boolean {
    const layouts = (this.supplies[supply].current ?? []).flatMap(node => node.layouts);
    return tenants === 1
      && layouts.some(layout => (profile === WHOLE ? layout.isWhole : (layout.profiles[profile] ?? 0) > 0));
  }

  /** Whether a board that holds `larger` can always hold `smaller` in its place. */
  private standsInFor(smaller: Slot, larger: Slot): boolean {
    if (smaller.supply !== larger.supply) { return false; }
    const facts = BoardFacts.of(this.supplies[smaller.supply].gpu);
    const isMig = (slot: Slot) => slot.tenants === 1 && slot.profile !== WHOLE;
    if (isMig(smaller)) {
      return larger.tenants === 1 && (larger.profile === WHOLE || facts.canReplace(smaller.profile, larger.profile));
    }
    // a board that is not cut serves as well as one that is cut into one piece, and needs no MIG
    if (smaller.tenants === 1) { return isMig(larger) && facts.fillsBoard(larger.profile); }
    return isMig(larger) ? facts.fillsBoard(larger.profile) : smaller.tenants >= larger.tenants;
  }

  private boardNames(): string {
    return this.supplies.map(({ gpu }) => String(gpu)).join(' or ');
  }
}

/**
 * What is done is rounded down and what is asked for up, so that a plan never does too little; nothing is lost of six
 * decimals.
 */
function millionths(value: number, round: (value: number) => number): number {
  const { whole, factor } = wholeNumbers([value], round);
  return whole[0] / factor;
}

/** Without what another is as good as; of those that are as good as each other the first stays. */
function withoutNeedless<T>(each: readonly T[], isAsGood: (one: T, other: T) => boolean): T[] {
  return each.filter((one, at) =>
    !each.some((other, i) => i !== at && isAsGood(other, one) && (!isAsGood(one, other) || i < at)));
}

/** The profile of a board by its name, or by its compute slices alone (`3g`): the plain one with the least memory. */
export function profileNamed(gpu: Gpu, text: string): string | undefined {
  if (gpu.findProfile(text) !== undefined) { return text; }
  const slices = /^(\d)g$/.exec(text);
  if (slices === null) { return undefined; }
  return [...gpu.profiles].filter(({ name }) =>
    /gb$/.test(name) && MigProfileName.parse(name).gpuInstanceSlices === Number(slices[1]))
    .sort((a, b) => a.memorySlices - b.memorySlices)[0]?.name;
}
