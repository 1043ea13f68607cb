import { Gpu } from '../../src/hardware';
import { GpuFleet, GpuPlanSupply, GpuPlanWorkload } from '../../src/planning';

export const A100 = Gpu.A100_SXM4_80GB;

/** Workloads that ask for so many of each profile. */
export function asking(demand: Record<string, number>): GpuPlanWorkload[] {
  return Object.entries(demand).map(([profile, replicas]) => ({ name: `w-${profile}`, replicas, profiles: [profile] }));
}

/** A fleet of one type of board. */
export function fleet(workloads: GpuPlanWorkload[], supply: Partial<GpuPlanSupply> = {}): GpuFleet {
  return { gpus: [{ gpu: A100, ...supply }], workloads };
}

/** Whole numbers below a limit, the same ones every time. */
export function randomOf(seed: number): (limit: number) => number {
  let state = seed;
  return limit => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff; // eslint-disable-line no-bitwise
    return Math.floor(state / 0x80000000 * limit);
  };
}
