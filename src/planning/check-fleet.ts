import { counted, shown, visible } from '../text';
import { GpuFleet, GpuPlanIsolation, GpuPlanSupply, GpuPlanWorkload } from './fleet';
import { wholeNumbers } from './formulation/whole-numbers';

/**
 * Refuses a fleet that says nothing that could be planned.
 * @throws with the place and the value
 */
export function checkFleet({ gpus, workloads }: GpuFleet): void {
  if (gpus.length === 0) { throw new Error('gpus: a plan needs at least one type of board'); }
  if (workloads.length === 0) { throw new Error('workloads: a plan needs at least one workload'); }
  gpus.forEach(checkSupply);
  const priced = gpus.filter(({ costPerHour }) => costPerHour !== undefined).length;
  if (priced > 0 && priced < gpus.length) {
    const without = gpus.findIndex(({ costPerHour }) => costPerHour === undefined);
    throw new Error(`gpus[${without}] (${gpus[without].gpu}): costPerHour is missing; say it `
      + 'for all boards or for none');
  }
  const seen = new Set<string>();
  workloads.forEach((workload, index) => {
    checkWorkload(workload, `workloads[${index}] (${shown(workload.name)})`);
    if (seen.has(workload.name)) {
      throw new Error(`workloads[${index}]: ${workload.name} is there twice; every workload has a name of its own`);
    }
    seen.add(workload.name);
  });
  const replicas = workloads.reduce((sum, workload) => sum + replicasOf(workload), 0);
  if (replicas > MOST_REPLICAS) {
    throw new Error(`workloads: a plan takes at most ${MOST_REPLICAS} replicas in all, these are ${replicas}; plan a `
      + 'part, the rest is like it');
  }
}

function checkSupply(supply: GpuPlanSupply, index: number): void {
  const place = `gpus[${index}] (${supply.gpu})`;
  whole(place, 'count', supply.count, 0);
  whole(place, 'gpusPerNode', supply.gpusPerNode, 1);
  positive(place, 'costPerHour', supply.costPerHour);
  if (supply.touchCost !== undefined && !(supply.touchCost >= 0 && supply.touchCost < 1e9)) {
    throw new Error(`${place}: touchCost is a number from 0, got ${supply.touchCost}`);
  }
  for (const [key, value] of Object.entries({ costPerHour: supply.costPerHour, touchCost: supply.touchCost })) {
    if (value !== undefined && !wholeNumbers([value]).isExact) {
      throw new Error(`${place}: ${key} has at most six decimals, got ${value}; a proof needs exact prices`);
    }
  }
  const { current = [], gpusPerNode } = supply;
  const width = gpusPerNode ?? current[0]?.layouts.length ?? 1;
  supply.nodes?.forEach(name => printable(place, name));
  const names = new Set<string>();
  for (const node of current) {
    if (names.has(node.name)) { throw new Error(`${place}: node ${node.name} is in current twice`); }
    printable(place, node.name);
    names.add(node.name);
    if (node.layouts.length !== width) {
      throw new Error(`${place}: node ${node.name} has ${counted(node.layouts.length, 'layout')}, and nodes of this `
        + `type have ${counted(width, 'GPU')}; say one layout for each, "whole" for one that is not cut`);
    }
    node.layouts.forEach(layout => supply.gpu.assertLayout(layout));
  }
  if (supply.count !== undefined && current.length * width > supply.count) {
    throw new Error(`${place}: current has ${current.length * width} boards, and count says ${supply.count}`);
  }
}

function checkWorkload(workload: GpuPlanWorkload, place: string): void {
  const { name, memoryMib, footprint, profiles, options, demand, headroom, isolation } = workload;
  if (typeof name !== 'string' || name === '') { throw new Error(`${place}: a workload needs a name`); }
  printable(place, name);
  const said = Object.entries({ memoryMib, footprint, profiles, options })
    .filter(([, value]) => value !== undefined)
    .map(([key]) => key);
  if (said.length !== 1) {
    throw new Error(`${place}: say what one replica needs in exactly one of memoryMib, model, profiles and options; `
      + `${said.length === 0 ? 'there is none' : `there are ${said.join(' and ')}`}`);
  }
  whole(place, 'replicas', workload.replicas, 0);
  positive(place, 'memoryMib', memoryMib);
  if (headroom !== undefined && !(headroom >= 0 && headroom <= 10)) {
    throw new Error(`${place}: headroom is a fraction from 0, such as 0.1 for a tenth more; got ${headroom}`);
  }
  if (profiles?.length === 0 || options?.length === 0) {
    throw new Error(`${place}: ${said[0]} is empty, so nothing will do`);
  }
  if (demand !== undefined && options === undefined) {
    throw new Error(`${place}: demand needs options, which say what one replica does on each profile`);
  }
  positive(place, 'demand', demand);
  options?.forEach(({ profile, throughput }, index) =>
    positive(`${place}: options[${index}] (${profile})`, 'throughput', throughput));
  if (headroom !== undefined && headroom > 0 && memoryMib === undefined && footprint === undefined) {
    throw new Error(`${place}: headroom is for memory; a workload with ${said[0]} names its slices itself`);
  }
  if (isolation === GpuPlanIsolation.ANY && memoryMib === undefined && footprint === undefined) {
    throw new Error(`${place}: isolation any shares boards by their memory, so it needs memoryMib or model; a `
      + `workload with ${said[0]} names its slices itself`);
  }
}

/** A plan of so many takes seconds and half a GiB; both grow with their number. */
const MOST_REPLICAS = 1_000_000;

/** The replicas that a workload has, or the fewest that do what is asked for. */
function replicasOf({ replicas = 1, demand, options = [] }: GpuPlanWorkload): number {
  return demand === undefined ? replicas : Math.ceil(demand / Math.max(...options.map(({ throughput }) => throughput)));
}

/** A name stands in texts, pages and pictures. */
function printable(place: string, name: string): void {
  if (visible(name) !== name) {
    throw new Error(`${visible(place)}: a name has no control characters, got ${visible(name)}`);
  }
}

function whole(place: string, key: string, value: number | undefined, least: number): void {
  if (value !== undefined && !(Number.isInteger(value) && value >= least && value <= 1e7)) {
    throw new Error(`${place}: ${key} is a whole number from ${least} to 10000000, got ${value}`);
  }
}

function positive(place: string, key: string, value: number | undefined): void {
  if (value !== undefined && !(value > 0 && value < 1e9)) {
    throw new Error(`${place}: ${key} is a number above 0, got ${value}`);
  }
}
