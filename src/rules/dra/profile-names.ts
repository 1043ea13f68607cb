import { Gpu } from '../../hardware';
import { dnsLabel } from '../../kubernetes';

let names: Set<string> | undefined;

/**
 * The profiles of every board as device names have them: `3g40gb` (kubernetes-sigs/dra-driver-nvidia-gpu@95932046
 * cmd/gpu-kubelet-plugin/mig.go).
 */
export function plainProfileNames(): ReadonlySet<string> {
  names ??= new Set(Gpu.all().flatMap(gpu => gpu.profiles.map(({ name }) => dnsLabel(name.replace('.', '')))));
  return names;
}
