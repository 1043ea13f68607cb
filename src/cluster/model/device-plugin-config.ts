import { ClusterModel } from './cluster-model';
import { EmbeddedFile } from './document';
import { at, isFields, listOf, numberIn, textOf } from '../../kubernetes';
import { GPU_OPERATOR } from '../../releases';

/** A resource that a device-plugin config shares. */
export interface SharedResource {
  /** With its prefix, as in `nvidia.com/gpu`. */
  readonly name: string;
  /** What pods ask for: the name, or the one with `.shared`. */
  readonly advertised: string;
  readonly replicas: number;
}

/** How a device-plugin config shares GPUs. */
export interface Sharing {
  readonly method: 'mps' | 'timeSlicing';
  readonly renamed: boolean;
  /** Whether the plugin refuses a container that asks for more than one replica. */
  readonly refusesSeveral: boolean;
  readonly resources: SharedResource[];
}

/**
 * What a config shares; undefined when it shares nothing. MPS wins over time-slicing (k8s-device-plugin
 * api/config/v1/sharing.go).
 */
export function sharingOf(config: unknown, gpuOperator: string): Sharing | undefined {
  const method = (['mps', 'timeSlicing'] as const).find(each => isFields(at(config, 'sharing', each)));
  if (method === undefined) { return undefined; }
  const fields = at(config, 'sharing', method);
  const renamed = at(fields, 'renameByDefault') === true;
  const refuse = at(fields, 'failRequestsGreaterThanOne');
  const resources = listOf(at(fields, 'resources')).flatMap(each => {
    const [name, replicas] = [textOf(at(each, 'name')), numberIn(at(each, 'replicas'))];
    if (name === undefined || !Number.isInteger(replicas) || replicas < 2) { return []; }
    const whole = name.startsWith('nvidia.com/') ? name : `nvidia.com/${name}`;
    return [{ name: whole, advertised: renamed ? `${whole}.shared` : whole, replicas }];
  });
  // MPS refused it always before device plugin 0.20.0, and by default since (api/config/v1/config.go)
  const refusesSeveral = method === 'mps'
    ? GPU_OPERATOR.lacks('mpsMultipleReplicas', gpuOperator) || refuse !== false
    : refuse === true;
  return { method, renamed, refusesSeveral, resources };
}

/** The device-plugin config of nodes without a label for it; empty when the policies name none. */
export function defaultConfigOf(model: ClusterModel): string {
  return model.once(defaultConfigOf, () =>
    model.policies.map(policy => textOf(at(policy.spec, 'devicePlugin', 'config', 'default'))).find(Boolean) ?? '');
}

/** A device-plugin config by its key. */
export interface NodeConfig {
  readonly key: string;
  readonly file: EmbeddedFile;
  readonly sharing?: Sharing;
}

/**
 * The device-plugin config of the nodes that a selector leads to: the one that it names, else the default of the
 * policy. Undefined when there is none, and when it is not among the manifests or several have its name.
 */
export function nodeConfigOf(
  model: ClusterModel,
  nodeSelector: Readonly<Record<string, string>>,
): NodeConfig | undefined {
  const key = nodeSelector['nvidia.com/device-plugin.config'] ?? defaultConfigOf(model);
  return key === '' ? undefined : nodeConfigsOf(model).get(key);
}

/** The configs by their keys; undefined for a key that several files have. */
function nodeConfigsOf(model: ClusterModel): ReadonlyMap<string, NodeConfig | undefined> {
  return model.once(nodeConfigsOf, () => {
    const configs = new Map<string, NodeConfig | undefined>();
    for (const { key, file } of model.devicePluginFiles) {
      configs.set(key, configs.has(key) ? undefined : { key, file, sharing: sharingOf(file.value, model.gpuOperator) });
    }
    return configs;
  });
}
