import { IConstruct } from 'constructs';
import { shareOfSlice } from './memory-of-slice';
import { FitReport, FitVerdict, GpuFit, GpuMemory, LlmServingOptions, ModelFootprint } from '../../fit';
import { NimModel } from '../../models';
import { GpuSlice } from '../../pools';

/** What the memory check of a NIM goes by. */
export interface NimMemoryOptions {
  readonly model: NimModel;
  /** Undefined: claimed devices. */
  readonly slice?: GpuSlice;
  /** The model is spread over nodes as well, and the figures are for too few GPUs. */
  readonly multiNode?: { readonly parallelism: { readonly pipeline: number } };
  readonly selector?: string;
  readonly serving?: LlmServingOptions;
  readonly footprint?: ModelFootprint;
  readonly acceptUncertainMemory?: string;
}

/**
 * Checks a NIM's memory against its slice.
 * @returns environment variables that make the verdict true
 * @throws when it does not fit, or may not and nobody accepted that
 */
export function checkNimMemory(path: string, options: NimMemoryOptions): Record<string, string> {
  const footprint = footprintOf(path, options);
  const { slice } = options;
  if (slice === undefined) {
    refuseUncertain(path, options, 'the devices that draResources claims are not known here, so neither is their memory');
    return {};
  }
  const share = shareOf(path, slice, footprint);
  if (share === undefined) {
    refuseUncertain(path, options, `${slice} has an unknown amount of memory: pool ${slice.pool} does not say its board. Give it a gpu`);
    return {};
  }
  const report = GpuFit.check(footprint, share);
  const nodes = options.multiNode?.parallelism.pipeline ?? 1;
  if (report.verdict === FitVerdict.DOES_NOT_FIT && nodes > 1 && options.footprint === undefined) {
    refuseUncertain(path, options, `${withRule(report, 'MEM-002')}\n  The figures are for one node; its layers are spread over ${nodes}`);
    return report.engineSettings;
  }
  if (report.verdict === FitVerdict.DOES_NOT_FIT) { throw new Error(`${path}: ${withRule(report, 'MEM-001')}`); }
  if (report.verdict === FitVerdict.UNCERTAIN) { refuseUncertain(path, options, withRule(report, 'MEM-002')); }
  return options.footprint === undefined ? report.engineSettings : {};
}

function footprintOf(path: string, { footprint, model, selector, serving }: NimMemoryOptions): ModelFootprint {
  try {
    return footprint ?? ModelFootprint.ofNim(model, { selector, serving });
  } catch (error) {
    throw new Error(`${path}: serving: ${(error as Error).message}; give another, or leave it out`, { cause: error });
  }
}

/** The first line of the explanation with the rule, then the rest. */
function withRule(report: FitReport, rule: string): string {
  const [first, ...rest] = GpuFit.explain(report).split('\n');
  return [`${first} [${rule}]`, ...rest].join('\n');
}

function refuseUncertain(path: string, options: NimMemoryOptions, why: string): void {
  if (options.acceptUncertainMemory !== undefined) { return; }
  throw new Error(`${path}: ${why}\n  Whether it fits is not certain. Measure it once and give footprint: ModelFootprint.measured(mib), or accept it with a reason: ` +
    'acceptUncertainMemory');
}

/**
 * The share that the slice is. A language model under time-slicing gets its part of the device, because its engine takes a fraction;
 * anything else takes what it needs, so alone it must fit the device, and `MemoryLedger` adds its neighbours.
 */
function shareOf(path: string, slice: GpuSlice, footprint: ModelFootprint): GpuMemory | undefined {
  try {
    return shareOfSlice(slice, takesFraction(footprint) ? slice.replicas : 1);
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

function takesFraction(footprint: ModelFootprint): boolean {
  return Object.keys(GpuFit.check(footprint, GpuMemory.ofMib(80 * 1024)).engineSettings).some(name => /FRACTION|PERCENT|PASSTHROUGH/.test(name));
}

/** A NIM on a time-sliced device. */
interface Tenant {
  readonly construct: IConstruct;
  readonly slice: GpuSlice;
  readonly mostReplicas: number;
  readonly worstMib: number;
}

const TENANTS = Symbol.for('cdk8s-gpu.time-sliced-tenants');

/**
 * Adds up what may meet on one time-sliced device. Nothing isolates the tenants' memory, and which replicas meet is not ours to
 * choose, so the largest of them must fit together.
 */
export function enterLedger(construct: IConstruct, options: NimMemoryOptions & { slice: GpuSlice }, mostReplicas: number): void {
  if (!options.slice.memoryIsShared || options.slice.memoryMib === undefined) { return; }
  const footprint = footprintOf(construct.node.path, options);
  const capacity = options.slice.memoryMib;
  const report = GpuFit.check(footprint, GpuMemory.ofMib(capacity));
  if (report.neededWorstMib === undefined) { return; }
  const worstMib = takesFraction(footprint) ? Math.floor(capacity / options.slice.replicas) : report.neededWorstMib;
  const root = construct.node.root as IConstruct & { [TENANTS]?: Tenant[] };
  if (root[TENANTS] === undefined) {
    const tenants: Tenant[] = [];
    Object.defineProperty(root, TENANTS, { value: tenants });
    root.node.addValidation({ validate: () => crowded(tenants) });
  }
  root[TENANTS]!.push({ construct, slice: options.slice, mostReplicas, worstMib });
}

function crowded(tenants: Tenant[]): string[] {
  const devices = new Map<string, Tenant[]>();
  for (const tenant of tenants) {
    const key = `${tenant.slice.pool} ${tenant.slice.access}`;
    devices.set(key, [...devices.get(key) ?? [], tenant]);
  }
  return [...devices.values()].flatMap(each => {
    const { slice } = each[0];
    const pods = each
      .flatMap(tenant => Array<Tenant>(Math.min(tenant.mostReplicas, slice.replicas)).fill(tenant))
      .sort((a, b) => b.worstMib - a.worstMib);
    const together = pods.slice(0, slice.replicas);
    const sum = together.reduce((total, tenant) => total + tenant.worstMib, 0);
    if (sum <= slice.memoryMib!) { return []; }
    return [`${together.map(tenant => `${tenant.construct.node.path} (${tenant.worstMib} MiB)`).join(', ')} may meet on one ${slice} of pool ${slice.pool}: ` +
      `${sum} MiB together, the device has ${slice.memoryMib} MiB [MEM-001]. Use fewer replicas for the pool, smaller profiles, or MIG`];
  });
}
