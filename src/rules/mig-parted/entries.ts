import { boardsOfNodes, ClusterModel, deviceFiltersOf, EmbeddedFile, MigPartedFile } from '../../cluster';
import { Gpu, GpuLayout, MigProfileName } from '../../hardware';
import { fieldsOf, isFields, listOf, Path } from '../../kubernetes';
import { Check, RuleFinding, Severity } from '../rule';

/** An entry of a config, where it stands. */
export interface Entry {
  readonly owner: MigPartedFile;
  readonly file: EmbeddedFile;
  readonly config: string;
  readonly path: Path;
  readonly value: unknown;
}

/** Says something of a place in a mig-parted file. */
export function finding(file: EmbeddedFile, filePath: Path, message: string, fix: string): RuleFinding {
  return { document: file.document, path: file.path, file, filePath, message, fix };
}

/** Files that can be read at all. */
export function* files(model: ClusterModel): Generator<{
  owner: MigPartedFile;
  file: EmbeddedFile;
  content: Readonly<Record<string, unknown>>;
}> {
  for (const owner of model.migPartedFiles) {
    if (owner.file !== undefined && isFields(owner.file.value)) {
      yield { owner, file: owner.file, content: owner.file.value };
    }
  }
}

export function* entries(model: ClusterModel): Generator<Entry> {
  for (const { owner, file, content } of files(model)) {
    for (const [config, list] of Object.entries(fieldsOf(content['mig-configs']))) {
      for (const [index, value] of listOf(list).entries()) {
        yield { owner, file, config, path: ['mig-configs', config, index], value };
      }
    }
  }
}

/** Where in the entry, what, the way out, and a severity other than that of the rule. */
type Found = [Path, string, string, Severity?];

/** Entries with one bad key: the pattern of most rules here. */
export function ofEntries(check: (entry: Entry, value: Readonly<Record<string, unknown>>) => Found | undefined): Check {
  return function* (model) {
    for (const entry of entries(model)) {
      const found = isFields(entry.value) ? check(entry, entry.value) : undefined;
      if (found !== undefined) {
        const [path, message, fix, severity] = found;
        yield { ...finding(entry.file, [...entry.path, ...path], `config ${entry.config}: ${message}`, fix), severity };
      }
    }
  };
}

/** Profiles of an entry with their counts. */
export function profilesOf(value: Readonly<Record<string, unknown>>): [string, unknown][] {
  return Object.entries(fieldsOf(value['mig-devices']));
}

/** A value in a message, short of what nobody would read. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Boards that an entry is for: by its filter, else those of the nodes that select the config. */
export function boardsOf(model: ClusterModel, entry: Entry, value: Readonly<Record<string, unknown>>): Gpu[] {
  const filters = deviceFiltersOf(value);
  if (filters.length > 0) {
    // a board with subsystem ids has its device id in common with others
    const known = (filter: string) =>
      [Gpu.findByPciDeviceId(filter)].filter(gpu => filter.includes(':') || gpu?.pciSubsystemIds.length === 0);
    return filters.flatMap(known).filter((gpu): gpu is Gpu => gpu !== undefined);
  }
  return model.once(`boards of nodes with nvidia.com/mig.config ${entry.config}`, () =>
    [...new Set(model.labelsWith('nvidia.com/mig.config', entry.config)
      .flatMap(label => boardsOfNodes(model, label)))]);
}

/** The GPU instances that the profiles of an entry need at least: compute instances share those of their kind. */
export function layoutOf(value: Readonly<Record<string, unknown>>): GpuLayout | undefined {
  const counts = profilesOf(value).filter((each): each is [string, number] =>
    Number.isInteger(each[1]) && Number(each[1]) > 0);
  const slices = new Map<string, { each: number; all: number }>();
  for (const [name, count] of counts) {
    const profile = MigProfileName.find(name);
    if (profile === undefined) { return undefined; }
    const { gpuInstanceSlices, computeInstanceSlices } = profile;
    const instance = gpuInstanceOf(profile);
    slices.set(instance, {
      each: gpuInstanceSlices,
      all: (slices.get(instance)?.all ?? 0) + count * computeInstanceSlices,
    });
  }
  if (slices.size === 0) { return undefined; }
  return GpuLayout.of(Object.fromEntries([...slices].map(([name, { each, all }]) => [name, Math.ceil(all / each)])));
}

/** The profile of the GPU instance that a compute instance is in; of others their own. */
export function gpuInstanceOf(profile: MigProfileName): string {
  return profile.canonical.replace(/^\d+c\./, '');
}

