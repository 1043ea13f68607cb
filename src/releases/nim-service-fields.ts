import { pointsOf } from './release';
import type { Path } from '../kubernetes';

/**
 * Fields of a NIMService by the first release of the NIM Operator that knows them (CHANGELOG and CRDs of the releases).
 */
export const NIM_SERVICE_SINCE: [Path, string][] = [
  [['runtimeClassName'], '1.0.1'],
  [['proxy'], '2.0.0'],
  [['expose', 'service', 'grpcPort'], '2.0.1'],
  [['expose', 'service', 'metricsPort'], '2.0.1'],
  [['schedulerName'], '2.0.1'],
  [['storage', 'sharedMemorySizeLimit'], '2.0.1'],
  [['draResources'], '3.0.0'],
  [['multiNode'], '3.0.0'],
  [['inferencePlatform'], '3.0.0'],
  [['affinity'], '3.0.2'],
  [['storage', 'emptyDir'], '3.0.2'],
  [['expose', 'router'], '3.1.0'],
  [['initContainers'], '3.1.0'],
  [['sidecarContainers'], '3.1.0'],
  [['multiNode', 'computeDomain'], '3.1.0'],
  [['multiNode', 'ray'], '3.1.1'],
  [['priorityClassName'], '3.1.2'],
  [['expose', 'service', 'labels'], '3.1.2'],
];

/** The fields that no patch of a release knows, with the first release that does. */
export function laterNimServiceFields(release: string): [Path, string][] {
  return NIM_SERVICE_SINCE.filter(([, begins]) => pointsOf(begins).first > pointsOf(release).last);
}
