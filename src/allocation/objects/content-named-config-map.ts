import { ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';

/**
 * A ConfigMap whose name carries the hash of its content. Both are known only when every pool has registered, so
 * name and data are produced on demand.
 */
export class ContentNamedConfigMap extends ApiObject {
  constructor(scope: Construct, id: string, options: {
    readonly namespace: string;
    readonly name: () => string;
    readonly data: () => Record<string, string>;
    readonly annotations?: () => Record<string, string>;
  }) {
    super(scope, id, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: id, namespace: options.namespace },
      data: Lazy.any({ produce: options.data }),
    });
    for (const target of [this, this.metadata]) {
      Object.defineProperty(target, 'name', { get: options.name, enumerable: true, configurable: true });
    }
  }
}
