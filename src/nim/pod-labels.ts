import { NimService } from './nim-service';
import { WrittenSpec } from './rendered-spec';

/**
 * The label by which the operator's own Deployment finds the pods of a NIM (k8s-nim-operator
 * api/apps/v1alpha1/nimservice_types.go GetStandardSelectorLabels): the name, or that of the LeaderWorkerSet where a
 * replica spans nodes.
 * @throws when KServe makes the pods, which it labels its own way
 */
export function podLabels(service: NimService, spec: WrittenSpec): Record<string, string> {
  if (spec.inferencePlatform === 'kserve') {
    throw new Error(`${service.node.path}: inferencePlatform kserve makes pods without the label `
      + `app=${service.name}, so neither callers nor placement would find them; leave callers and placement out, and `
      + 'write the policy for KServe\'s pods yourself');
  }
  return { app: spec.multiNode === undefined ? service.name : `${service.name}-lws` };
}
