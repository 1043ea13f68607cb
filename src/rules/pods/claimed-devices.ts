import { forNodes, hasOrHave, titlesOf } from './pools-in-words';
import { ClusterModel, OfferingPool, ShortOfDevices, shortOfDevices, unmetClaims, Workload } from '../../cluster';
import { at, isFields, Path } from '../../kubernetes';
import { counted } from '../../text';
import { RuleFinding } from '../rule';

/** Where a pod says what it claims; the resource that it asks for, where a DeviceClass stands for it. */
function placeOf({ document, path, containers }: Workload): Path {
  const claims = ['resourceClaims', 'draResources'].find(key => at(document.value, ...path, key) !== undefined);
  if (claims !== undefined) { return [...path, claims]; }
  const asking = containers.find(each => isFields(at(document.value, ...each.path, 'resources', 'limits')));
  return asking === undefined ? path : [...asking.path, 'resources', 'limits'];
}

/** How a message calls a workload and how much it asks for. */
type InWords = (each: ShortOfDevices['asked'][number], amount: string) => string;

/** Claims that together ask for more than the known nodes have (CAP-002). */
export function* claimsBeyond(model: ClusterModel, inWords: InWords): Generator<RuleFinding> {
  for (const { what, unit, room, sum, asked, pools, isJob } of shortOfDevices(model)) {
    const { workload } = asked.at(-1)!;
    const amount = (count: number) => (unit === 'bytes' ? inGib(count) : String(count));
    const shown = asked.map(each => inWords(each, amount(each.count)));
    const list = (shown.length > 6 ? [...shown.slice(0, 5), `${shown.length - 5} more`] : shown).join(', ');
    yield {
      document: workload.document,
      path: placeOf(workload),
      message: `${titlesOf(pools)} ${hasOrHave(pools)} ${amount(room)} ${unit === 'counter' ? what : `of ${what}`}, and `
        + `${isJob ? `the job claims ${amount(sum)} at one time` : `at the most ${amount(sum)} are claimed: ${list}`}`,
      fix: isJob
        ? `lower parallelism, or add nodes: the ${counted(workload.podsInParallel ?? 1, 'pod')} are never all there at `
          + 'one time. Nodes that no file here shows may have room'
        : 'lower the replicas, or add nodes; the pods beyond stay Pending. Nodes that no file here shows may have room',
    };
  }
}

/** Claims that select none of the devices that the nodes publish (CAP-001). */
export function* claimsForNothing(model: ClusterModel): Generator<RuleFinding> {
  for (const { workload, request, pools } of unmetClaims(model)) {
    if (request === undefined) { continue; }
    yield {
      document: workload.document,
      path: placeOf(workload),
      message: `request ${request.name} selects none of the devices of ${titlesOf(pools)}: it wants `
        + `${request.ways.map(({ words }) => words).join(' or ')}, and there are ${devicesIn(pools)}`,
      fix: 'claim one of these, cut a GPU so, or add nodes that have it; the pods stay Pending till then',
      severity: 'warning',
    };
  }
}

/** Pods that claim more than any node has (CAP-003). */
export function* claimsAboveNode(model: ClusterModel): Generator<RuleFinding> {
  for (const { workload, request, pools } of unmetClaims(model)) {
    if (request !== undefined) { continue; }
    yield {
      document: workload.document,
      path: placeOf(workload),
      message: `${forNodes(pools, `${titlesOf(pools)} does not meet`, `none of ${titlesOf(pools)} meets`)} all that one `
        + `pod claims, even when nobody else is on it; the devices are ${devicesIn(pools)}`,
      fix: 'claim fewer, spread the work over several pods, or drop a constraint that keeps devices on one board',
      severity: 'warning',
    };
  }
}

/** What the nodes publish, by profile. */
function devicesIn(pools: readonly OfferingPool[]): string {
  const devices = pools.flatMap(({ published }) => published?.devices ?? []);
  return [...new Set(devices.map(({ profile }) => profile ?? 'whole GPUs'))].sort().join(', ') || 'none';
}

const inGib = (bytes: number) => `${Number((bytes / 1024 ** 3).toFixed(1))} GiB`;
