import { isFields, parseYaml, plainValue, UnreadableYaml } from '../../kubernetes';
import { shown, visible } from '../../text';
import { GpuArrival } from '../arrivals/arrival';
import { GpuPlanResult } from '../plan-result';
import { UnreadableFleet } from './read-fleet';

/**
 * Reads a series of arrivals, YAML or JSON: a list of profiles (`3g.40gb`), of workloads of the plan (`workload: asr`),
 * of named requests (`name: a`, `profile: 3g.40gb`), and of leaves (`leaves: a`, or the name of a workload, of which
 * the first replica that came leaves).
 * @throws UnreadableFleet with the place
 */
export function readArrivals(text: string, file: string, plan: GpuPlanResult): GpuArrival[] {
  const list = parse(text, file);
  if (!Array.isArray(list)) { throw new UnreadableFleet(`${file}: arrivals are a list, got ${shown(list)}`); }
  const series = new Series(plan);
  return list.map((item: unknown, index) => {
    const arrival = series.read(item, index);
    if (arrival === undefined) {
      throw new UnreadableFleet(`${file}: [${index}] is no arrival: a profile, { workload: NAME }, { name: NAME, `
        + `profile: PROFILE } or { leaves: NAME }; got ${shown(item)}`);
    }
    return arrival;
  });
}

function parse(text: string, file: string): unknown {
  try {
    return plainValue(parseYaml(text), text);
  } catch (error) {
    if (!(error instanceof UnreadableYaml)) { throw error; }
    throw new UnreadableFleet(`${file}: ${error.message}`, { cause: error });
  }
}

class Series {
  /** Of each workload, its replicas that came and have not left, in order. */
  private readonly present = new Map<string, string[]>();
  private readonly came = new Map<string, number>();

  constructor(private readonly plan: GpuPlanResult) {}

  public read(item: unknown, index: number): GpuArrival | undefined {
    if (typeof item === 'string') { return { name: `arrival-${index}`, profile: item }; }
    if (!isFields(item)) { return undefined; }
    const { workload, name, profile, leaves } = item;
    if (typeof leaves === 'string') { return { name: this.present.get(leaves)?.shift() ?? visible(leaves) }; }
    if (typeof workload === 'string') { return this.replicaOf(workload); }
    return typeof profile === 'string'
      ? { name: typeof name === 'string' ? visible(name) : `arrival-${index}`, profile }
      : undefined;
  }

  private replicaOf(workload: string): GpuArrival | undefined {
    const planned = this.plan.assignments.find(each => each.workload === workload);
    if (planned === undefined) { return undefined; }
    const number = this.came.get(workload) ?? 0;
    this.came.set(workload, number + 1);
    const name = `${workload}-${number}`;
    this.present.set(workload, [...this.present.get(workload) ?? [], name]);
    return { name, profile: planned.profile };
  }
}
