import { hashedName } from '../../kubernetes';
import { profilesOf } from '../board-layouts';
import { MigStrategy } from '../mig-strategy';
import { PoolDeclaration } from '../pool-declaration';
import { DevicePluginConfig, devicePluginFile, SharedResource } from './device-plugin-file';
import { layoutRules } from './layout-rules';
import { migPartedEntries, MigPartedEntry } from './mig-parted-file';

/** What the two files say for the nodes of a pool, each under a name that carries the hash of its content. */
export interface PoolConfig {
  /** An entry of the mig-parted file; undefined where no GPU is cut. */
  readonly mig?: { readonly name: string; readonly entries: MigPartedEntry[] };
  /** A key of the device-plugin ConfigMap; undefined where nothing is shared. */
  readonly devicePlugin?: NamedDevicePluginConfig;
}

/** A key of the device-plugin ConfigMap. */
export interface NamedDevicePluginConfig {
  readonly name: string;
  readonly config: DevicePluginConfig;
}

/** The meaning of a pool in the words of the two files. */
export function poolConfig(pool: PoolDeclaration, strategy: MigStrategy): PoolConfig {
  const entries = pool.boards.length === 0 ? undefined : migPartedEntries(layoutRules(pool.path, pool.boards));
  const config = pool.sharing && sharingConfig(pool, strategy);
  return {
    mig: entries && { name: hashedName(pool.name, entries), entries },
    devicePlugin: config && { name: hashedName(pool.name, devicePluginFile(config)), config },
  };
}

/** The config of a MIG node that shares nothing and whose strategy the ClusterPolicy must not say (STR-005). */
export function strategyConfig(): NamedDevicePluginConfig {
  const config: DevicePluginConfig = { migStrategy: MigStrategy.MIXED };
  return { name: hashedName('mig-mixed', devicePluginFile(config)), config };
}

function sharingConfig(pool: PoolDeclaration, strategy: MigStrategy): DevicePluginConfig {
  const { sharing, devicePlugin, boards } = pool;
  const { method } = sharing!;
  return {
    // the same in the policy, or absent there: then this one decides for the node (STR-005)
    migStrategy: boards.length === 0 ? undefined : strategy,
    allocationPolicy: devicePlugin?.allocationPolicy,
    sharing: {
      method,
      renameByDefault: devicePlugin?.renameByDefault ?? false,
      // MPS without the field refuses by itself, in every release (DP-017)
      failRequestsGreaterThanOne: devicePlugin?.failRequestsGreaterThanOne
        ?? (method === 'timeSlicing' ? true : undefined),
      resources: sharedResources(pool, strategy),
    },
  };
}

function sharedResources({ sharing, boards }: PoolDeclaration, strategy: MigStrategy): SharedResource[] {
  const { profiles, replicas } = sharing!;
  if (profiles.length === 0 || strategy === MigStrategy.SINGLE) { return [{ name: 'nvidia.com/gpu', replicas }]; }
  const board = boards.find(each => profilesOf([each]).includes(profiles[0]))!;
  return profiles.map(profile => ({ name: board.gpu.profile(profile).resourceName, replicas }));
}
