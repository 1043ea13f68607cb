import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { CONFIG_MAP_BYTES } from './generator-files';

/**
 * The load generator and what it is to do, in a ConfigMap that never changes: another program or another configuration
 * is another name.
 * @throws when it would not fit
 */
export function generatorConfigMap(
  scope: Construct,
  name: string,
  program: Record<string, string>,
  config: object,
): ApiObject {
  const data = { ...program, 'config.json': `${JSON.stringify(config, null, 2)}\n` };
  const bytes = Object.values(data).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes > CONFIG_MAP_BYTES) {
    throw new Error(`${scope.node.path}: generator and configuration take ${bytes} bytes, and a ConfigMap holds `
      + `${CONFIG_MAP_BYTES}; give fewer sentences, or recordings in a claim`);
  }
  return new ApiObject(scope, 'Program', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name },
    immutable: true,
    data,
  });
}
