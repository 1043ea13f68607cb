import { Gpu } from '../../hardware';
import { BoardFacts, WHOLE } from '../formulation/slots';

/** A slice at its place: the profile, its first unit, and how many units. */
export interface Place {
  readonly profile: string;
  readonly start: number;
  readonly size: number;
}

/**
 * Everything that can stand on a board of one type, and where first fit puts one more: states are numbered, 0 is the
 * empty board, and each is worked out when it is first reached. A board that is simulated is one number.
 *
 * The order is that of the DRA driver's devices: by name, which for one profile is by the digits of the start
 * (dra-driver-nvidia-gpu cmd/gpu-kubelet-plugin: `gpu-0-mig-1g10gb-19-0`); the allocator of Kubernetes takes the first
 * that its counters allow (`test/conformance/allocator` compares step by step).
 */
export class BoardStates {
  public static of(gpu: Gpu): BoardStates {
    let states = BoardStates.known.get(gpu.id);
    if (states === undefined) {
      states = new BoardStates(gpu);
      BoardStates.known.set(gpu.id, states);
    }
    return states;
  }

  private static readonly known = new Map<string, BoardStates>();

  private readonly places: (readonly Place[])[] = [[]];
  private readonly numbers = new Map<string, number>([['', 0]]);
  private readonly added: Map<string, { state: number; place: Place } | undefined>[] = [new Map()];
  private readonly units: number;

  private constructor(private readonly gpu: Gpu) {
    this.units = gpu.placementUnits ?? gpu.memorySlices ?? 1;
  }

  /** What stands on a board in a state. */
  public at(state: number): readonly Place[] {
    return this.places[state];
  }

  /** Where first fit puts one more; undefined when there is no room. */
  public add(state: number, profile: string): { state: number; place: Place } | undefined {
    const known = this.added[state];
    if (!known.has(profile)) { known.set(profile, this.firstFit(state, profile)); }
    return known.get(profile);
  }

  /** The state without a slice that starts there. */
  public remove(state: number, start: number): number {
    return this.numberOf(this.places[state].filter(place => place.start !== start));
  }

  /** Whether the slices that are free would do, were they side by side. */
  public hasEnough(state: number, profile: string): boolean {
    if (profile === WHOLE || !this.gpu.migCapable) { return false; }
    const wanted = this.gpu.profile(profile);
    const free = { compute: this.gpu.computeSlices!, memory: this.gpu.memorySlices! };
    for (const place of this.places[state]) {
      if (place.profile === WHOLE) { return false; }
      const { computeSlices, memorySlices } = this.gpu.profile(place.profile);
      free.compute -= computeSlices;
      free.memory -= memorySlices;
    }
    return wanted.computeSlices <= free.compute && wanted.memorySlices <= free.memory
      && BoardFacts.of(this.gpu).canStand(this.countsWith(state, profile));
  }

  private firstFit(state: number, profile: string): { state: number; place: Place } | undefined {
    const here = this.places[state];
    if (profile === WHOLE) {
      return here.length > 0 ? undefined : this.stateWith(state, { profile, start: 0, size: this.units });
    }
    if (here.some(place => place.profile === WHOLE)
      || !BoardFacts.of(this.gpu).canStand(this.countsWith(state, profile))) { return undefined; }
    const starts = [...this.gpu.profile(profile).placements ?? []].sort((a, b) =>
      (String(a.start) < String(b.start) ? -1 : 1));
    const free = starts.find(({ start, size }) =>
      here.every(place => start + size <= place.start || place.start + place.size <= start));
    return free === undefined ? undefined : this.stateWith(state, { profile, ...free });
  }

  private stateWith(state: number, place: Place): { state: number; place: Place } {
    return { state: this.numberOf([...this.places[state], place].sort((a, b) => a.start - b.start)), place };
  }

  private countsWith(state: number, profile: string): Record<string, number> {
    const counts: Record<string, number> = { [profile]: 1 };
    for (const place of this.places[state]) { counts[place.profile] = (counts[place.profile] ?? 0) + 1; }
    return counts;
  }

  private numberOf(places: readonly Place[]): number {
    const key = places.map(({ profile, start }) => `${profile}@${start}`).join(' ');
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.places.push(places) - 1;
      this.added.push(new Map());
      this.numbers.set(key, number);
    }
    return number;
  }
}
