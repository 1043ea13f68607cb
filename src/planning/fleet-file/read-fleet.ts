import { faultsOf, SchemaFault } from './check-schema';
import { FLEET_SCHEMA } from './schema';
import { InferenceEngine, LlmServingOptions, ModelFootprint } from '../../fit';
import { Gpu, GpuLayout } from '../../hardware';
import { LineTree, lineTree, parseYaml, plainValue, UnreadableYaml, yamlLibrary } from '../../kubernetes';
import { KvCacheType, LlmArchitecture, NimModel, Precision } from '../../models';
import { nearestName } from '../../text';
import { checkFleet } from '../check-fleet';
import {
  GpuFleet, GpuPlanIsolation, GpuPlanNode, GpuPlanOption, GpuPlanSpread, GpuPlanSupply, GpuPlanWorkload,
} from '../fleet';
import type { BenchmarkReport } from '../measured/benchmark-report';

/** As many faults are told at once. */
const MOST_FAULTS = 10;

/** A fleet file that cannot be planned: every line of the message is one fault with its place. */
export class UnreadableFleet extends Error {}

type Layout = string | Record<string, number>;
interface SupplyFields extends Omit<GpuPlanSupply, 'gpu' | 'current'> {
  gpu: string;
  current?: {
    name: string;
    layouts: Layout[];
  }[];
}
interface ServingFields extends Omit<LlmServingOptions, 'engine' | 'precision' | 'kvCache'> { selector?: string; engine?: string; precision?: string; kvCache?: string }
interface WorkloadFields extends Omit<GpuPlanWorkload, 'footprint' | 'options' | 'isolation' | 'spread'> {
  model?: string;
  serving?: ServingFields;
  options?: { profile: string; throughput: number; gpu?: string }[];
  measured?: { report: string; stage: string };
  isolation?: string;
  spread?: string;
}
interface FleetFields { gpus: SupplyFields[]; workloads: WorkloadFields[] }

/** Reads the report of a benchmark that a fleet file names. */
export type ReadReport = (name: string) => BenchmarkReport;

/**
 * Reads a fleet file, YAML or JSON.
 * @param text what is in it
 * @param file what it is called in messages
 * @param readReport reads a report that `measured` names; without it such a workload is refused
 * @throws UnreadableFleet with every fault and its line
 */
export function readFleet(text: string, file: string, readReport?: ReadReport): GpuFleet {
  const { value, lines } = parse(text, file);
  const faults = faultsOf(value, FLEET_SCHEMA);
  if (faults.length > 0) { throw new UnreadableFleet(describe(file, faults, lines)); }
  const { gpus, workloads } = value as FleetFields;
  const own: SchemaFault[] = [];
  const attempt = <T>(path: (string | number)[], read: () => T): T | undefined => {
    try { return read(); } catch (error) { own.push({ path, message: (error as Error).message }); return undefined; }
  };
  const footprints = new Map<string, ModelFootprint>();
  const fleet = {
    gpus: gpus.map((fields, index) => attempt(['gpus', index, 'gpu'], () => supplyOf(fields))),
    workloads: workloads.map((fields, index) =>
      attempt(['workloads', index], () => workloadOf(fields, footprints, readReport))),
  };
  if (own.length > 0) { throw new UnreadableFleet(describe(file, own, lines)); }
  try {
    checkFleet(fleet as GpuFleet);
  } catch (error) {
    const { message } = error as Error;
    const [, list, index] = /^(gpus|workloads)\[(\d+)\]/.exec(message) ?? [];
    throw new UnreadableFleet(
      `${file}:${lineOf(lines, list === undefined ? [] : [list, Number(index)])}: ${message}`,
      { cause: error },
    );
  }
  return fleet as GpuFleet;
}

function parse(text: string, file: string): { value: unknown; lines: LineTree } {
  const counter = new (yamlLibrary().LineCounter)();
  try {
    const document = parseYaml(text, counter);
    const value: unknown = plainValue(document, text);
    return { value, lines: lineTree(document.contents, 1, offset => counter.linePos(offset).line) };
  } catch (error) {
    if (!(error instanceof UnreadableYaml)) { throw error; }
    throw new UnreadableFleet(`${file}:${counter.linePos(error.offset).line || 1}: ${error.message}`, { cause: error });
  }
}

function supplyOf({ gpu, current, ...rest }: SupplyFields): GpuPlanSupply {
  const ids = Gpu.all().find(({ id }) => id === gpu);
  const nodes = current?.map(({ name, layouts }): GpuPlanNode => ({ name, layouts: layouts.map(layoutOf) }));
  return { ...rest, gpu: ids ?? Gpu.fromProductLabel(gpu), current: nodes };
}

function layoutOf(layout: Layout): GpuLayout {
  return typeof layout === 'string' ? GpuLayout.parse(layout) : GpuLayout.of(layout);
}

function workloadOf(
  { model, serving, options, measured, isolation, spread, ...rest }: WorkloadFields,
  footprints: Map<string, ModelFootprint>, readReport?: ReadReport,
): GpuPlanWorkload {
  if (serving !== undefined && model === undefined) {
    throw new Error('serving says how a model is served, and there is no model');
  }
  if (measured !== undefined && options !== undefined) {
    throw new Error('measured stands for options; leave one of them out');
  }
  return {
    ...rest,
    footprint: model === undefined ? undefined : footprintOf(model, serving ?? {}, footprints),
    options: measured === undefined ? options?.map(optionOf) : measuredOptions(measured, readReport),
    isolation: isolation as GpuPlanIsolation | undefined,
    spread: spread as GpuPlanSpread | undefined,
  };
}

function optionOf({ gpu, ...option }: NonNullable<WorkloadFields['options']>[number]): GpuPlanOption {
  return { ...option, gpu: gpu === undefined ? undefined : Gpu.fromProductLabel(gpu) };
}

function measuredOptions(
  { report, stage }: NonNullable<WorkloadFields['measured']>,
  readReport?: ReadReport,
): GpuPlanOption[] {
  if (readReport === undefined) {
    throw new Error('measured names a file, and files are read by the command line alone; give options');
  }
  try {
    return readReport(report).options(stage);
  } catch (error) {
    throw new Error(`measured: ${report}: ${(error as Error).message}`, { cause: error });
  }
}

/** Workloads that serve one model alike share its footprint. */
function footprintOf(model: string, fields: ServingFields, known: Map<string, ModelFootprint>): ModelFootprint {
  const key = JSON.stringify([model, fields]);
  let footprint = known.get(key);
  if (footprint === undefined) {
    const { selector, engine, precision, kvCache, ...rest } = fields;
    const serving: LlmServingOptions = {
      ...rest,
      engine: member('engine', engine, Object.values(InferenceEngine)),
      precision: member('precision', precision, Object.values(Precision)),
      kvCache: member('kvCache', kvCache, Object.values(KvCacheType)),
    };
    footprint = modelNamed(model, serving, selector);
    known.set(key, footprint);
  }
  return footprint;
}

function modelNamed(model: string, serving: LlmServingOptions, selector?: string): ModelFootprint {
  const nim = NimModel.findByImage(model);
  if (nim !== undefined) { return ModelFootprint.ofNim(nim, { selector, serving }); }
  const architecture = LlmArchitecture.find(model);
  if (architecture !== undefined) { return ModelFootprint.ofLlm(architecture, serving); }
  throw new Error(`no model "${model}" in the catalogue: give a NIM by image name `
    + '(parakeet-1-1b-ctc-en-us), a model id (meta-llama/Llama-3.1-8B-Instruct), or memoryMib as nvidia-smi prints '
    + 'it');
}

function member<T extends string>(key: string, value: string | undefined, members: readonly T[]): T | undefined {
  if (value === undefined || members.includes(value as T)) { return value as T | undefined; }
  const nearest = nearestName(value, members);
  throw new Error(`serving.${key} is one of ${members.join(', ')}, got `
    + `${value}${nearest === undefined ? '' : `; did you mean ${nearest}`}`);
}

function describe(file: string, faults: readonly SchemaFault[], lines: LineTree): string {
  const told = faults.slice(0, MOST_FAULTS)
    .map(({ path, message }) =>
      `${file}:${lineOf(lines, path)}: ${path.length === 0 ? 'the file' : pathText(path)} ${message}`);
  return [...told, ...(faults.length > MOST_FAULTS ? [`and ${faults.length - MOST_FAULTS} more`] : [])].join('\n');
}

function pathText(path: readonly (string | number)[]): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('')
    + ':';
}

function lineOf(lines: LineTree, path: readonly (string | number)[]): number {
  let tree: LineTree = lines;
  for (const key of path) { tree = tree.child(key) ?? tree; }
  return tree.line;
}
