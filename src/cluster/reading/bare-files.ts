import * as path from 'path';
import { at, Fields, isFields, LineTree, textOf } from '../../kubernetes';
import { ManifestDocument } from '../model/document';

/**
 * A file of mig-parted or of the device plugin by itself, as the ConfigMap that somebody will make of it: many keep it
 * as a file and make the ConfigMap by `kubectl create configmap --from-file`. Undefined for what is neither.
 */
export function bareFileOf(
  value: Readonly<Fields>,
  source: string,
  firstLine: number,
  file: string,
  index: number,
): ManifestDocument | undefined {
  if (value.kind !== undefined || value.apiVersion !== undefined) { return undefined; }
  const isMigParted = isFields(value['mig-configs']);
  const isDevicePlugin = textOf(value.version) !== undefined
    && [value.sharing, value.flags, value.timeSlicing].some(isFields)
    && !isFields(at(value, 'services'));
  if (!isMigParted && !isDevicePlugin) { return undefined; }
  const name = path.basename(file).replace(/\.\w{1,8}$/, '');
  const key = isMigParted ? 'config.yaml' : name;
  const metadata = { name, annotations: { 'cdk8s-gpu/form': 'partial' } };
  const whole: LineTree = {
    line: firstLine,
    child: each => (each === 'data'
      ? { line: firstLine, child: () => ({ line: firstLine - 1, child: () => undefined }) }
      : undefined),
  };
  return new ManifestDocument(
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { [key]: source } },
    file,
    index,
    'person',
    undefined,
    () => whole,
  );
}
