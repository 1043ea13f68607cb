import { ClusterModel, DevicePluginFile } from '../../cluster';
import { at, listOf, Path } from '../../kubernetes';
import { Check, RuleFinding } from '../rule';

export type Found = [Path, string, string];

/** A rule about one config: the pattern of most here. */
export function ofConfigs(
  check: (config: unknown, file: DevicePluginFile, model: ClusterModel) => Found | undefined,
): Check {
  return function* (model) {
    for (const each of model.devicePluginFiles) {
      const found = each.file.error === undefined ? check(each.file.value, each, model) : undefined;
      if (found !== undefined) { yield findingIn(each, ...found); }
    }
  };
}

export function findingIn({ key, file }: DevicePluginFile, filePath: Path, message: string, fix: string): RuleFinding {
  return { document: file.document, path: file.path, file, filePath, message: `config ${key}: ${message}`, fix };
}

export const show = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

export const METHODS = ['timeSlicing', 'mps'] as const;

/** The shared resources of a config, whichever way they are shared. */
export function resourcesOf(config: unknown): { method: string; index: number; resource: unknown; path: Path }[] {
  return METHODS.flatMap(method => listOf(at(config, 'sharing', method, 'resources'))
    .map((resource, index) => ({ method, index, resource, path: ['sharing', method, 'resources', index] as Path })));
}

