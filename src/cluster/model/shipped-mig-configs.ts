import { ClusterModel } from './cluster-model';
import { Gpu, MigProfileName } from '../../hardware';
import { at, plainText } from '../../kubernetes';

/**
 * Whether the names of NVIDIA's own list, or those that mig-manager makes for each board, count: no file of one's own
 * takes their place.
 */
export function usesShippedNames(model: ClusterModel): boolean {
  const names = model.policies.map(({ spec }) => plainText(at(spec, 'migManager', 'config', 'name') ?? ''));
  return model.policies.length > 0
    && names.every(name => name === '' || name === 'default-mig-parted-config')
    && model.migPartedFiles.length === 0;
}

/** The profile of `all-1g.5gb` and `all-1g.5gb.me`. */
export function shippedProfileOf(config: string): MigProfileName | undefined {
  const name = /^all-(\d+g\.\d+gb)(\.[a-z.]+|-[a-z.]+)?$/.exec(config);
  return name === null ? undefined : MigProfileName.find(name[1] + (name[2] ?? '').replace('.', '+'));
}

/** Devices of `all-balanced` by compute slices, on boards of that many (NVIDIA/mig-parted@bd7160f4 pkg/mig/builder/balanced.go). */
const BALANCED: Readonly<Record<number, readonly (readonly [slices: number, count: number])[]>> = {
  7: [[1, 2], [2, 1], [3, 1]],
  4: [[1, 2], [2, 1]],
};

/**
 * The MIG devices that a config of NVIDIA's own makes of each GPU of a board; undefined for a name that does nothing
 * there, and for all-disabled. The list that is shipped and the configs that mig-manager makes agree
 * (NVIDIA/gpu-operator@v25.10.1 assets/state-mig-manager/0400_configmap.yaml; NVIDIA/mig-parted@bd7160f4
 * pkg/mig/builder/builder.go).
 */
export function shippedDevicesOf(config: string, gpu: Gpu): ReadonlyMap<string, number> | undefined {
  if (!gpu.migCapable) { return undefined; }
  if (config === 'all-enabled') { return new Map(); }
  if (config === 'all-balanced') { return balanced(gpu); }
  const profile = gpu.findProfile(shippedProfileOf(config)?.canonical ?? '');
  return profile === undefined ? undefined : new Map([[profile.name, profile.maxInstances]]);
}

/** Of the profiles with as many slices the one that a GPU takes most of. */
function balanced(gpu: Gpu): ReadonlyMap<string, number> | undefined {
  const plain = gpu.profiles.filter(({ name }) => /^\d+g\.\d+gb$/.test(name));
  const slicesOf = (name: string) => MigProfileName.parse(name).gpuInstanceSlices;
  const parts = BALANCED[Math.max(0, ...plain.map(({ name }) => slicesOf(name)))] ?? [];
  const devices = parts.map(([slices, count]) => {
    const [most] = plain.filter(({ name }) => slicesOf(name) === slices)
      .sort((a, b) => b.maxInstances - a.maxInstances);
    return most === undefined ? undefined : [most.name, count] as const;
  });
  const known = devices.filter(each => each !== undefined);
  return known.length === 0 || known.length < devices.length ? undefined : new Map(known);
}
