import { ApiObject, ApiObjectProps } from 'cdk8s';
import { Construct } from 'constructs';

/** An object without a namespace, also in a chart that has one: `ApiObject` would put the chart's namespace on it. */
export class ClusterScopedObject extends ApiObject {
  constructor(scope: Construct, id: string, props: ApiObjectProps) {
    super(scope, id, props);
    Object.defineProperty(this.metadata, 'namespace', { value: undefined });
  }
}
