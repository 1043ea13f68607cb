import {
  boardsOfNodes, ClusterModel, defaultConfigOf, deviceFiltersOf, EmbeddedFile, LabelValue, nodeConfigOf,
  shippedDevicesOf, shippedProfileOf, usesShippedNames,
} from '../../cluster';
import { Gpu } from '../../hardware';
import { at, fieldsOf, isFields, listOf, numberIn, textOf } from '../../kubernetes';
import { shown } from '../../text';

/** What stands under the name of a config. */
export type Entries = readonly unknown[];

/** A config that nodes select, in a file that can be read. */
export interface SelectedConfig {
  readonly name: string;
  readonly file: EmbeddedFile;
  readonly entries: Entries;
  /** Effective strategies of the nodes, as far as they are known. */
  readonly strategies: ReadonlySet<string | undefined>;
  /** Entries that can be for one node together. */
  readonly groups: () => Iterable<Group>;
}

/**
 * The configs that nodes select.
 * @param orSelectable whether those count too that nodes may select, where no label is among the manifests
 */
export function* selectedConfigs(model: ClusterModel, orSelectable = false): Generator<SelectedConfig> {
  const nothingSelects = model.labelValues('nvidia.com/mig.config').length === 0;
  for (const { file } of model.migPartedFiles) {
    if (file === undefined || !isFields(file.value)) { continue; }
    for (const [name, list] of Object.entries(fieldsOf(file.value['mig-configs']))) {
      const labels = model.labelsWith('nvidia.com/mig.config', name);
      if (labels.length === 0 && !(orSelectable && nothingSelects)) { continue; }
      const entries = listOf(list);
      const { strategies, boards } = model.once(`nodes with nvidia.com/mig.config ${name}`, () => ({
        strategies: new Set(labels.length === 0
          ? [model.policyStrategy]
          : labels.map(label => strategyOf(model, label))),
        boards: [...new Set(labels.flatMap(label => boardsOfNodes(model, label)))],
      }));
      yield {
        name,
        file,
        entries,
        strategies,
        groups: () => groupsOf(entries, boards),
      };
    }
  }
}

/** A label that selects one of NVIDIA's own configs, and the strategy of its nodes. */
export interface ShippedLayout {
  readonly label: LabelValue;
  readonly strategy: string | undefined;
}

/** The labels that select NVIDIA's own configs which cut GPUs, where those count. */
export function* shippedLayouts(model: ClusterModel): Generator<ShippedLayout> {
  if (!usesShippedNames(model)) { return; }
  for (const label of model.labelValues('nvidia.com/mig.config')) {
    if (label.value !== 'all-balanced' && shippedProfileOf(label.value) === undefined) { continue; }
    const boards = boardsOfNodes(model, label);
    // of a board without MIG, MIG-034 tells
    if (boards.length > 0 && !boards.some(gpu => shippedDevicesOf(label.value, gpu) !== undefined)) { continue; }
    yield { label, strategy: strategyOf(model, label) };
  }
}

/**
 * The strategy of the nodes that carry a label: that of the policy, which wins, else what the config of their device
 * plugin says.
 */
function strategyOf(model: ClusterModel, { together }: LabelValue): string | undefined {
  if (model.policyStrategy !== undefined) { return model.policyStrategy; }
  const config = nodeConfigOf(model, together);
  const own = textOf(at(config?.file.value, 'flags', 'migStrategy'));
  const elsewhere = config === undefined
    && (together['nvidia.com/device-plugin.config'] !== undefined || defaultConfigOf(model) !== '');
  return own ?? (model.policyIsWhole && !elsewhere ? 'none' : undefined);
}

/** Entries that one node applies. */
export interface Group {
  /** Some of them, which show all that a rule asks: whether GPUs are cut, left whole, and into which profiles. */
  readonly few: Entries;
  all(): Entries;
}

/** Entries with filters for different boards never meet, as the boards of a node are alike as a rule. */
function* groupsOf(entries: Entries, boards: Gpu[]): Generator<Group> {
  const byFilter = new Map<string, unknown[]>();
  const others: unknown[] = [];
  for (const entry of entries) {
    const filters = new Set(deviceFiltersOf(entry));
    for (const filter of filters) { byFilter.set(filter, byFilter.get(filter) ?? []).get(filter)!.push(entry); }
    if (filters.size === 0) { others.push(entry); }
  }
  const ids = new Set(boards.map(({ id }) => id));
  const few = telling(others);
  for (const [filter, own] of byFilter) {
    const board = Gpu.findByPciDeviceId(filter);
    if (ids.size > 0 && board !== undefined && !ids.has(board.id)) { continue; }
    const isMine = (filters: string[]) => filters.length === 0 || filters.includes(filter);
    yield { few: [...few, ...telling(own)], all: () => entries.filter(each => isMine(deviceFiltersOf(each))) };
  }
  yield { few, all: () => others };
}

/** Of many entries one for each thing that they show, and of profiles two: no rule asks for more. */
function telling(entries: Entries): Entries {
  const shows = new Set<string>();
  const kinds = new Set<string>();
  return entries.filter(entry => {
    const [before, known] = [shows.size, kinds.size];
    shows.add(shown(at(entry, 'mig-enabled')));
    for (const profile of cut(entry) && kinds.size < 2 ? profiles(entry) : []) { kinds.add(profile); }
    return shows.size > before || kinds.size > known;
  });
}

/** The first that is wanted of what is worked out one after the other. */
export function firstOf<T>(all: Iterable<T>, isWanted: (each: T) => boolean): T | undefined {
  for (const each of all) {
    if (isWanted(each)) { return each; }
  }
  return undefined;
}

/** Whether an entry cuts GPUs. */
export const cut = (entry: unknown) => at(entry, 'mig-enabled') === true;

/** The profiles that an entry cuts some of. */
export const profiles = (entry: unknown) =>
  Object.entries(fieldsOf(at(entry, 'mig-devices'))).filter(([, count]) => numberIn(count) > 0).map(([name]) => name);

/** Whether some entries cut GPUs and others leave theirs whole. */
export const partly = (entries: Entries) => entries.some(cut) && entries.some(entry => at(entry, 'mig-enabled') === false);
