import { GpuArrival } from './arrival';
import { BoardStates, Place } from './board-states';
import { Gpu } from '../../hardware';
import { profileNamed } from '../formulation/needs';
import { WHOLE } from '../formulation/slots';

/** Somebody who holds a slice: the number of the arrival, the board and the place. */
export interface Holder {
  readonly arrival: number;
  readonly board: number;
  readonly place: Place;
}

/** Where a series of arrivals led. */
export interface FirstFitOutcome {
  readonly holders: ReadonlyMap<number, Holder>;
  /** Numbers of arrivals that still wait, in order. */
  readonly waiting: readonly number[];
  readonly stranded: readonly number[];
  readonly placed: number;
  readonly states: Int32Array;
}

/**
 * A scheduler at work: each arrival takes the first board that has room, in the order of the boards, and there the
 * first free placement. Who finds none waits, and is tried again, first come first served, whenever somebody leaves.
 */
export function firstFit(gpus: readonly Gpu[], arrivals: readonly GpuArrival[]): FirstFitOutcome {
  const boards = new Boards(gpus);
  const holders = new Map<number, Holder>();
  const present = new Map<string, number>();
  const waiting: number[] = [];
  const stranded: number[] = [];
  let placed = 0;
  const tryToPlace = (arrival: number): boolean => {
    const place = boards.take(arrivals[arrival].profile!);
    if (place === undefined) { return false; }
    holders.set(arrival, { arrival, ...place });
    placed++;
    return true;
  };
  arrivals.forEach(({ name, profile }, number) => {
    if (profile !== undefined) {
      present.set(name, number);
      if (tryToPlace(number)) { return; }
      waiting.push(number);
      if (boards.haveEnough(profile)) { stranded.push(number); }
      return;
    }
    const leaving = present.get(name);
    if (leaving === undefined) { return; }
    present.delete(name);
    const holder = holders.get(leaving);
    if (holder === undefined) {
      waiting.splice(waiting.indexOf(leaving), 1);
      return;
    }
    holders.delete(leaving);
    boards.giveBack(holder);
    for (let at = 0; at < waiting.length;) {
      if (tryToPlace(waiting[at])) { waiting.splice(at, 1); } else { at++; }
    }
  });
  return { holders, waiting, stranded, placed, states: boards.states };
}

class Boards {
  public readonly states: Int32Array;
  private readonly kinds: readonly BoardStates[];
  /** For each profile as it was asked for, what it is called on each board. */
  private readonly names = new Map<string, (string | undefined)[]>();
  /** Boards before it had no room for that profile, and nobody has left them since. */
  private readonly firstWithRoom = new Map<string, number>();

  constructor(private readonly gpus: readonly Gpu[]) {
    this.states = new Int32Array(gpus.length);
    this.kinds = gpus.map(gpu => BoardStates.of(gpu));
  }

  public take(profile: string): { board: number; place: Place } | undefined {
    const names = this.namesOf(profile);
    for (let board = this.firstWithRoom.get(profile) ?? 0; board < this.states.length; board++) {
      const name = names[board];
      const next = name === undefined ? undefined : this.kinds[board].add(this.states[board], name);
      if (next !== undefined) {
        this.firstWithRoom.set(profile, board);
        this.states[board] = next.state;
        return { board, place: next.place };
      }
    }
    this.firstWithRoom.set(profile, this.states.length);
    return undefined;
  }

  public giveBack({ board, place }: Holder): void {
    this.states[board] = this.kinds[board].remove(this.states[board], place.start);
    for (const [profile, first] of this.firstWithRoom) {
      if (first > board) { this.firstWithRoom.set(profile, board); }
    }
  }

  public haveEnough(profile: string): boolean {
    const names = this.namesOf(profile);
    return names.some((name, board) => name !== undefined && this.kinds[board].hasEnough(this.states[board], name));
  }

  private namesOf(profile: string): (string | undefined)[] {
    let names = this.names.get(profile);
    if (names === undefined) {
      const known = new Map<Gpu, string | undefined>();
      names = this.gpus.map(gpu => {
        if (!known.has(gpu)) { known.set(gpu, profile === WHOLE ? WHOLE : profileNamed(gpu, profile)); }
        return known.get(gpu);
      });
      this.names.set(profile, names);
    }
    return names;
  }
}
