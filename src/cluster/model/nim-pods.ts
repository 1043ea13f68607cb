import { ManifestDocument } from './document';
import { at, Path } from '../../kubernetes';

/** The most pods at one time that the NIM Operator makes of a service. */
export function mostNimPodsOf(document: ManifestDocument, path: Path): number | undefined {
  if (document.kind === 'NIMService') { return nimPods(document.spec); }
  const service = at(document.value, ...path.slice(0, 3));
  // left out, the operator takes it for false (NIM-170)
  return at(service, 'enabled') === true ? nimPods(at(service, 'spec')) : 0;
}

/**
 * A replica that spans nodes is a LeaderWorkerSet of as many pods as there are pipeline stages
 * (docs/facts/nim-operator.md "From a NIMService to its pods").
 */
function nimPods(spec: unknown): number {
  const most = at(spec, 'scale', 'enabled') === true ? numberOf(at(spec, 'scale', 'hpa', 'maxReplicas')) : undefined;
  const pods = numberOf(at(spec, 'multiNode', 'parallelism', 'pipeline')) ?? 1;
  return (most ?? numberOf(at(spec, 'replicas')) ?? 1) * pods;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
