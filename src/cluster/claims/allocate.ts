import { consumedOf, GpuDevice, NodeDevices } from './gpu-device';
import { matchesOf, selectedBy } from './matches';
import { ClaimedRequest, PodClaim, RequestWay } from './pod-claims';
import { listOf, plainText, textOf } from '../../kubernetes';

/** What has been given out of a node: for each device, in order. */
export interface DeviceUse {
  /** Whether somebody has all of it. */
  isTaken: boolean;
  /** How much of each capacity is given out of a device that claims may share. */
  readonly consumed: Map<string, number>;
}

/** A device that a request of a claim gets. */
export interface Given {
  readonly claim: PodClaim;
  readonly request: ClaimedRequest;
  /** Index of the device on its node. */
  readonly device: number;
  /** What it takes of a device that claims may share; undefined for all of it. */
  readonly consumes?: ReadonlyMap<string, number>;
  /** Whether it only looks at the device. */
  readonly adminAccess: boolean;
}

/** `unknown` where nobody knows which devices an expression selects, or where there are too many ways to try. */
export type Allocation = readonly Given[] | 'none' | 'unknown';

/**
 * The most devices of a claim (k8s.io/api/resource/v1 AllocationResultsMaxSize): what `allocationMode: All` may come
 * to.
 */
export const MOST_DEVICES = 32;

/** More tries than this take longer than the answer is worth. */
const MOST_TRIES = 20_000;

/** One device to be found, or all that a request selects. */
interface Wanted { readonly claim: PodClaim; readonly request: ClaimedRequest }

/**
 * The first devices of a node that meet all claims of a pod, in the order of the claims, requests, alternatives and
 * devices, as the scheduler takes them (dynamic-resource-allocation structured/internal/incubating
 * allocator_incubating.go).
 */
export function allocate(node: NodeDevices, uses: readonly DeviceUse[], claims: readonly PodClaim[]): Allocation {
  const wanted = claims.flatMap(claim => claim.requests.map((request): Wanted => ({ claim, request })));
  const isUnknown = wanted.some(({ request }) =>
    request.ways.some(way => matchesOf(node, way).some(each => each === undefined)));
  return isUnknown ? 'unknown' : new Search(node, uses, wanted).run();
}

/** A device that is tried, and whether the counters that it takes are booked for it. */
interface Tried extends Given { readonly way: RequestWay; readonly isBooked: boolean }

class Search {
  private readonly given: Tried[] = [];
  private readonly counters: Map<string, number>;
  private tries = 0;

  constructor(
    private readonly node: NodeDevices,
    private readonly uses: readonly DeviceUse[],
    private readonly wanted: readonly Wanted[],
  ) {
    this.counters = new Map(node.counters);
    node.devices.forEach((device, index) => {
      if (isInUse(uses[index])) { this.takeCounters(device, 1); }
    });
  }

  public run(): Allocation {
    if (this.meet(0)) { return this.given; }
    return this.tries > MOST_TRIES ? 'unknown' : 'none';
  }

  private meet(number: number): boolean {
    if (number === this.wanted.length) { return true; }
    const { request } = this.wanted[number];
    return request.ways.some(way => (way.count === 'all'
      ? this.takeAll(number, way)
      : this.take(number, way, way.count, 0)));
  }

  /** So many devices from an index on, then what the next requests want. */
  private take(number: number, way: RequestWay, count: number, from: number): boolean {
    if (count === 0) { return this.meet(number + 1); }
    const matches = matchesOf(this.node, way);
    const tried = new Set<string>();
    for (let index = from; index < this.node.devices.length; index++) {
      if (!matches[index] || ++this.tries > MOST_TRIES) { continue; }
      const alike = likeness(this.node.devices[index]);
      if (alike !== undefined && tried.has(alike)) { continue; } // what has failed with one fails with another
      if (!this.give(number, way, index)) { continue; }
      if (this.take(number, way, count - 1, index + 1)) { return true; }
      this.takeBack();
      if (alike !== undefined) { tried.add(alike); }
    }
    return false;
  }

  private takeAll(number: number, way: RequestWay): boolean {
    const all = selectedBy(this.node, way).flatMap((selected, index) => (selected ? [index] : []));
    const open = matchesOf(this.node, way);
    if (all.length === 0 || all.length > MOST_DEVICES || !all.every(index => open[index])) { return false; }
    const before = this.given.length;
    if (all.every(index => this.give(number, way, index)) && this.meet(number + 1)) { return true; }
    while (this.given.length > before) { this.takeBack(); }
    return false;
  }

  private give(number: number, way: RequestWay, index: number): boolean {
    const { claim, request } = this.wanted[number];
    const device = this.node.devices[index];
    const { adminAccess } = way;
    const isShared = device.allowMultipleAllocations;
    const consumes = isShared ? consumedOf(device, way.capacity) : undefined;
    const isFree = isShared ? this.hasRoom(device, index, consumes) : this.isUnused(claim, index, adminAccess);
    if (!isFree) { return false; }
    // all of a device that is not shared has more than is asked for, or too little
    const isTooSmall = [...way.capacity].some(([name, least]) => (device.capacity.get(name) ?? 0) < least);
    if (!isShared && isTooSmall) { return false; }
    // of a device in parts the first part has its counters
    const isBooked = !isShared || !(isInUse(this.uses[index]) || this.given.some(each => each.device === index));
    const isCounted = [...device.consumes].every(([name, part]) => part <= (this.counters.get(name) ?? 0));
    if (isBooked && !isCounted) { return false; }
    const next = { claim, request, device: index, consumes, adminAccess, way, isBooked };
    if (!this.keepsConstraints(next)) { return false; }
    if (isBooked) { this.takeCounters(device, 1); }
    this.given.push(next);
    return true;
  }

  private takeBack(): void {
    const { device, isBooked } = this.given.pop()!;
    if (isBooked) { this.takeCounters(this.node.devices[device], -1); }
  }

  /** Nobody has it; or who only looks at it has it not twice in one claim. */
  private isUnused(claim: PodClaim, index: number, adminAccess: boolean): boolean {
    const here = this.given.filter(({ device }) => device === index);
    return adminAccess ? here.every(each => each.claim !== claim) : here.length === 0 && !this.uses[index].isTaken;
  }

  /** Whether a device that claims share has as much left. */
  private hasRoom(device: GpuDevice, index: number, consumes: Given['consumes']): boolean {
    if (this.uses[index].isTaken || consumes === undefined) { return false; }
    const here = this.given.filter(each => each.device === index && !each.adminAccess);
    const parts = [this.uses[index].consumed, ...here.map(each => each.consumes ?? new Map<string, number>())];
    return [...consumes].every(([name, part]) =>
      parts.reduce((sum, each) => sum + (each.get(name) ?? 0), part) <= (device.capacity.get(name) ?? 0));
  }

  private takeCounters({ consumes }: GpuDevice, times: 1 | -1): void {
    for (const [name, part] of consumes) { this.counters.set(name, (this.counters.get(name) ?? 0) - times * part); }
  }

  /** Whether devices of one claim keep having one attribute alike, or all different. */
  private keepsConstraints(next: Tried): boolean {
    return next.claim.constraints.every(constraint => {
      const names = listOf(constraint.requests).map(plainText);
      const isMeant = ({ request, way }: Tried) =>
        names.length === 0 || names.includes(request.name) || names.includes(way.name);
      const same = textOf(constraint.matchAttribute);
      const different = textOf(constraint.distinctAttribute);
      const attribute = same ?? different;
      if (attribute === undefined || !isMeant(next)) { return true; }
      const valueOf = ({ device }: Given) => valueText(this.node.devices[device].attributes.get(attribute));
      const value = valueOf(next);
      if (value === undefined) { return false; }
      const others = this.given.filter(each => each.claim === next.claim && isMeant(each)).map(valueOf);
      return same === undefined ? !others.includes(value) : others.every(each => each === value);
    });
  }
}

const valueText = (value: unknown) => (value === undefined ? undefined : JSON.stringify(value));

/** Whether a device, or a part of it, is given out. */
export function isInUse({ isTaken, consumed }: DeviceUse): boolean {
  return isTaken || consumed.size > 0;
}

const likenesses = new WeakMap<GpuDevice, string | undefined>();

/** Devices without counters that have all in common are alike for every claim, on one board. */
function likeness(device: GpuDevice): string | undefined {
  if (device.consumes.size > 0) { return undefined; }
  if (!likenesses.has(device)) {
    const { board, profile, attributes, capacity, allowMultipleAllocations } = device;
    likenesses.set(device, JSON.stringify([board, profile, [...attributes], [...capacity], allowMultipleAllocations]));
  }
  return likenesses.get(device);
}
