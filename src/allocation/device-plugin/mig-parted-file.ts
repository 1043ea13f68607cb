import { GpuLayout } from '../../hardware';

/** One entry of a mig-parted config: which GPUs, and how they are cut (mig-parted api/spec/v1/spec.go). */
export interface MigPartedEntry {
  'device-filter'?: string | string[];
  'devices': 'all' | number[];
  'mig-enabled': boolean;
  'mig-devices'?: Record<string, number>;
}

/** A layout for some GPUs of a node: by index, or all of them; of one board type, or of any. */
export interface LayoutRule {
  readonly layout: GpuLayout;
  /** NVML indices; undefined means every GPU. */
  readonly indices?: number[];
  /** Values of `device-filter`, such as `0x20B210DE`; undefined means any board. */
  readonly deviceFilters?: string[];
}

/**
 * The name that the operator gives nodes without a layout while `migManager.config.default` is `all-disabled`
 * (MIG-019).
 */
export const ALL_DISABLED = 'all-disabled';

/** The entries of one config. */
export function migPartedEntries(rules: LayoutRule[]): MigPartedEntry[] {
  return rules.map(({ layout, indices, deviceFilters }) => {
    const entry: MigPartedEntry = { 'devices': indices ?? 'all', 'mig-enabled': !layout.isWhole };
    if (!layout.isWhole) { entry['mig-devices'] = layout.profiles; }
    if (deviceFilters === undefined) { return entry; }
    return { 'device-filter': deviceFilters.length === 1 ? deviceFilters[0] : deviceFilters, ...entry };
  });
}

/**
 * Layouts by GPU index, gathered so that equal layouts share an entry. Every index stands in exactly one entry:
 * an uncovered GPU keeps its old mode and the node never counts as configured (MIG-015), a GPU covered twice with
 * different modes never can be (MIG-026).
 */
export function layoutRulesByIndex(layouts: GpuLayout[], deviceFilters?: string[]): LayoutRule[] {
  const indicesOf = new Map<string, { layout: GpuLayout; indices: number[] }>();
  layouts.forEach((layout, index) => {
    const group = indicesOf.get(layout.toString()) ?? { layout, indices: [] };
    group.indices.push(index);
    indicesOf.set(layout.toString(), group);
  });
  return [...indicesOf.values()].map(({ layout, indices }) => ({ layout, indices, deviceFilters }));
}

/**
 * The whole file. `all-disabled` is always there: the operator labels every MIG-capable node without a label of
 * its own with that name, and a custom file replaces all names that the operator ships (MIG-019).
 */
export function migPartedFile(configs: Map<string, MigPartedEntry[]>): {
  'version': 'v1';
  'mig-configs': Record<string, MigPartedEntry[]>;
} {
  const named = [...configs.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    'version': 'v1',
    'mig-configs': {
      [ALL_DISABLED]: [{ 'devices': 'all', 'mig-enabled': false }],
      ...Object.fromEntries(named),
    },
  };
}
