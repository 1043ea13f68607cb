import { contradiction, isEmpty, isNumber, Issues, missing } from './shape-issue';
import { at, Fields, isFields, listOf, Path, textOf } from '../../fields';

/** What containers of one pod take of its node (pkg/apis/core/validation AccumulateUniqueHostPorts). */
export function* hostPortIssues(path: Path, containers: unknown): Issues {
  const taken = new Set<string>();
  for (const [index, container] of listOf(containers).entries()) {
    for (const [number, port] of listOf(at(container, 'ports')).entries()) {
      const hostPort = at(port, 'hostPort');
      if (!isNumber(hostPort) || hostPort === 0) { continue; }
      const identity = `${textOf(at(port, 'protocol')) ?? 'TCP'} ${textOf(at(port, 'hostIP')) ?? ''} ${hostPort}`;
      if (taken.has(identity)) {
        const place = [...path, index, 'ports', number, 'hostPort'];
        yield contradiction(place, `is ${hostPort}, which another port of the pod has on the node`, 'give each its own');
      }
      taken.add(identity);
    }
  }
}

/** pkg/apis/core/validation validatePodDNSConfig: what else would the pod ask. */
export function* nameServerIssues(path: Path, { dnsPolicy, dnsConfig }: Readonly<Fields>): Issues {
  if (dnsPolicy !== 'None' || !isEmpty(at(dnsConfig, 'nameservers'))) { return; }
  yield missing(path, 'has dnsPolicy None and no dnsConfig.nameservers', 'add a nameserver, or remove dnsPolicy');
}

/** Block devices are of claims (pkg/apis/core/validation ValidateVolumeDevices). */
export function* blockDeviceIssues(path: Path, devices: unknown, volumes: ReadonlyMap<unknown, unknown>): Issues {
  for (const [index, device] of listOf(devices).entries()) {
    const name = textOf(at(device, 'name'));
    if (name === undefined || name === '') { continue; }
    const place = [...path, index, 'name'];
    if (!volumes.has(name)) {
      yield contradiction(
        place,
        `is "${name}", and the pod has no volume of that name`,
        'add the volume, or correct the name',
      );
      continue;
    }
    const volume = volumes.get(name);
    if (!isFields(volume) || isFields(volume.persistentVolumeClaim) || isFields(volume.ephemeral)) { continue; }
    yield contradiction(place, `is "${name}", a volume that is no claim`, 'name a volume of a claim, or mount it');
  }
}
