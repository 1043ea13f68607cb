import { DraDriverGate, DraFeature, DraReleases } from './requirements';
import { ANNOTATION } from '../../kubernetes';

/**
 * What an object needs, for people; and for the rules that what it needs was switched on.
 * @param operator path of the operator on which that was said
 */
export function annotationsOf(
  operator: string,
  releases: DraReleases,
  features: DraFeature[],
  gates: DraDriverGate[],
): Record<string, string> {
  const ofDriver = [...gates, ...(features.includes('partitionableDevices') ? ['DynamicMIG' as const] : [])];
  const needs = [
    ...features.map(feature => `Kubernetes: ${releases.gateOf(feature)}`),
    ...ofDriver.map(gate => `DRA driver: ${gate}`),
  ].join('; ');
  return { ...(needs !== '' && { [ANNOTATION.needs]: needs }), ...acceptedGates(operator, releases, features) };
}

/**
 * The rules go by what Kubernetes has on by itself; what somebody switched on is accepted in the form that they read.
 */
export function acceptedGates(operator: string, releases: DraReleases, features: DraFeature[]): Record<string, string> {
  const accepted = features.flatMap(feature => releases.rulesSwitchedOff(feature)
    .map(rule => `${rule}: kubernetesGates of ${operator} says that ${releases.gateOf(feature)} is on`));
  return accepted.length === 0 ? {} : { [ANNOTATION.acknowledge]: accepted.join('; ') };
}
