import { ClusterModel, Occupant, SeatedGpus, SeatedPool, seatingOf, Unseated } from '../../cluster';
import { FitReport } from '../../fit';
import { Gpu, GpuLayout, placeLayout } from '../../hardware';
import { containerFits } from '../../rules';
import { hideSecrets } from '../../secrets';
import { counted } from '../../text';
import { BoardView, Device, Tenant } from '../board/board-view';
import { FleetPool, keyOf } from '../board/fleet';
import { FILLS } from '../page/style';
import { inDigits } from '../plots/scale';

/** A container that asks for a GPU, as pictures and lists of a chart show it. */
export interface ChartTenant extends Tenant {
  readonly kind: string;
  readonly namespace?: string;
  /** How many of its pods have a place. */
  readonly seated: number;
  /** Pools that they are in, by title. */
  readonly pools: readonly string[];
  readonly report?: FitReport;
}

/** What the manifests of a cluster say of its boards and of who is on them. */
export interface ChartFleet {
  readonly pools: readonly FleetPool[];
  /** In the order of the letters. */
  readonly tenants: readonly ChartTenant[];
  readonly unseated: readonly (Unseated & { readonly name: string })[];
}

/** Reads the boards of a cluster out of its model. */
export function chartFleetOf(model: ClusterModel): ChartFleet {
  const seating = seatingOf(model);
  const reports = new Map(containerFits(model).map(({ container, report }) => [container, report]));
  const tenants = new Map<string, ChartTenant>();
  const places = new Map<string, { seated: number; pools: Set<string> }>();
  const numbers = new Map<Occupant['workload'], number>();
  // workloads that are described alike have their containers in common
  const keyFor = ({ workload, container }: Occupant): string => {
    numbers.set(workload, numbers.get(workload) ?? numbers.size);
    return `${numbers.get(workload)} ${workload.containers.indexOf(container)}`;
  };
  const tenantOf = (occupant: Occupant): ChartTenant => {
    const key = keyFor(occupant);
    const known = tenants.get(key) ?? asTenant(occupant, tenants.size, reports.get(occupant.container));
    tenants.set(key, known);
    return known;
  };
  const pools = seating.pools.map((seated): FleetPool => {
    const { pool: { title, boards: [known] }, gpus } = seated;
    const gpu = known ?? boardFor(gpus);
    for (const each of gpus) {
      for (const occupant of each.devices.flatMap(({ occupants }) => occupants)) {
        const place = places.get(keyFor(occupant)) ?? { seated: 0, pools: new Set<string>() };
        places.set(keyFor(occupant), place);
        place.seated += each.count;
        place.pools.add(title);
      }
    }
    const drawn = gpu === undefined ? [] : gpus.flatMap(each => boardOf(gpu, each, seated, tenantOf) ?? []);
    // what cannot be drawn has its workloads in the table all the same
    gpus.flatMap(({ devices }) => devices).forEach(({ occupants }) => occupants.forEach(tenantOf));
    return { title: hideSecrets(title), words: wordsOf(seated, drawn.length, gpu), boards: drawn };
  });
  return {
    pools,
    tenants: [...tenants].map(([key, tenant]) => {
      const place = places.get(key)!;
      return { ...tenant, seated: place.seated, pools: [...place.pools].map(title => hideSecrets(title)) };
    }),
    unseated: seating.unseated.map(each => ({ ...each, name: hideSecrets(each.workload.document.name) })),
  };
}

/** The first board on which all MIG devices can stand that are there, for nodes of which nothing says the board. */
function boardFor(gpus: readonly SeatedGpus[]): Gpu | undefined {
  const cut = gpus.flatMap(each => each.cut ?? []);
  return cut.length === 0 ? undefined : Gpu.all().find(gpu => cut.every(each => canStand(gpu, each)));
}

function canStand(gpu: Gpu, cut: ReadonlyMap<string, number>): boolean {
  const layout = layoutOf(cut);
  return !layout.isWhole && gpu.checkLayout(layout).valid;
}

function asTenant(
  { workload: { document, containers }, container }: Occupant,
  index: number,
  report: FitReport | undefined,
): ChartTenant {
  const isAlone = containers.length === 1 && document.kind !== 'NIMPipeline';
  return {
    key: keyOf(index),
    fill: index % FILLS,
    name: hideSecrets(isAlone ? document.name : `${document.name}/${container.name}`),
    bestMib: report?.neededBestMib,
    worstMib: report?.neededWorstMib,
    kind: document.kind,
    namespace: document.namespace,
    seated: 0,
    pools: [],
    report,
  };
}

/** Undefined for GPUs that cannot be drawn: no such layout can stand on the board, which a finding says. */
function boardOf(
  gpu: Gpu,
  seated: SeatedGpus,
  { pool }: SeatedPool,
  tenantOf: (occupant: Occupant) => Tenant,
): BoardView | undefined {
  const { cut, devices, count, nodes, indices } = seated;
  const common = { gpu, count, where: whereOf(indices, nodes, pool.nodes) };
  if (cut === undefined) {
    const holdsMib = gpu.usableMib ?? gpu.totalMib;
    const whole = devices.map(({
      kind,
      seats,
      occupants,
    }): Device => ({ kind, seats, holdsMib, tenants: occupants.map(tenantOf) }));
    return { ...common, units: 1, devices: whole, uncut: NONE, stranded: NONE, startsKnown: true };
  }
  const placed = placeLayout(gpu, layoutOf(cut));
  if (placed === undefined) { return undefined; }
  // devices of one profile stand from left to right in the order in which they are seated
  const left = [...devices];
  const standing = placed.instances.map(({ profile, placement }): Device | undefined => {
    const at = left.findIndex(device => device.profile === profile.name);
    if (at < 0) { return undefined; }
    const [{ kind, seats, occupants }] = left.splice(at, 1);
    const { name, computeSlices, memoryMib: holdsMib } = profile;
    return { kind, seats, profile: name, placement, computeSlices, holdsMib, tenants: occupants.map(tenantOf) };
  });
  const { units, uncut, stranded, startsKnown } = placed;
  return { ...common, units, devices: standing.filter(each => each !== undefined), uncut, stranded, startsKnown };
}

const NONE = { computeSlices: 0, memorySlices: 0 };

/** A layout that nobody could write down, as a count of 1.5, is none; another rule says so. */
function layoutOf(cut: ReadonlyMap<string, number>): GpuLayout {
  try {
    return GpuLayout.of(Object.fromEntries(cut));
  } catch {
    return GpuLayout.whole();
  }
}

function whereOf(indices: readonly number[], nodes: number, all: number | undefined): string {
  const gpus = indices.length === 1 ? `GPU ${indices[0]}` : `GPUs ${rangesOf(indices)}`;
  if (all === 1) { return gpus; }
  return `${gpus} on ${nodes === all ? `all ${inDigits(nodes, 0)} nodes` : counted(nodes, 'node')}`;
}

/** `0 to 7`, or `0, 2 and 5`. */
function rangesOf(indices: readonly number[]): string {
  const isRange = indices.length > 2 && indices.every((index, at) => index === indices[0] + at);
  if (isRange) { return `${indices[0]} to ${indices.at(-1)}`; }
  return `${indices.slice(0, -1).join(', ')} and ${indices.at(-1)}`;
}

function wordsOf(
  { pool, gpus, isCounted, wholeByDefault }: SeatedPool,
  drawn: number,
  drawnAs: Gpu | undefined,
): string {
  const { boards, nodes, gpusPerNode } = pool;
  const board = boards.length === 0
    ? 'The manifests do not say which board is in these nodes'
    : boards.map(String).join(' or ');
  const size = [
    ...nodes === undefined ? [] : [counted(nodes, 'node')],
    ...gpusPerNode === undefined ? [] : [`${counted(gpusPerNode, 'GPU')} each`],
  ].join(', ');
  const offers = [...pool.offers ?? []]
    .map(([name, count]) => (count === undefined ? name : `${count} × ${name}`))
    .sort()
    .join(', ');
  const sentences = [
    [board, size].filter(part => part !== '').join('; '),
    ...offers === '' ? [] : [`each node offers ${offers}`],
    ...(pool.published?.counters.size ?? 0) > 0 ? ['MIG devices are made when pods claim them: those claimed are drawn'] : [],
    ...boards.length > 1 ? [`drawn as ${boards[0]}`] : [],
    ...boards.length === 0 && drawn > 0 ? [`drawn as ${drawnAs}, the first board that can be cut so`] : [],
    ...gpus.length === 0 ? ['How its GPUs are cut or shared is not among the manifests, so they are not drawn'] : [],
    ...gpus.length > 0 && drawn === 0 && boards.length > 0
      ? ['the layout cannot stand on this board, so it is not drawn']
      : [],
    ...gpus.length > 0 && wholeByDefault ? ['nothing says whether the GPUs are cut: drawn whole'] : [],
    ...gpus.length > 0 && !isCounted
      ? ['the manifests do not count nodes and GPUs: as many are drawn as the pods need, and one at least']
      : [],
  ];
  return `${sentences.join('. ').replace(/\. ([a-z])/g, (_, letter: string) => `. ${letter.toUpperCase()}`)}.`;
}
