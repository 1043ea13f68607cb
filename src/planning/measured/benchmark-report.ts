import { BENCHMARK_REPORT, REPORT_FIELDS, ReportFields } from './report-fields';
import { Gpu } from '../../hardware';
import { isFields } from '../../kubernetes';
import { counted, parsedVisible, shown, visible } from '../../text';
import type { GpuPlanOption } from '../fleet';
import { faultsOf } from '../fleet-file/check-schema';

/** As much of a wrong value as a message shows. */
const SHOWN = 80;

/**
 * What a benchmark measured on your own boards, as `cdk8s-gpu bench report RESULTS --format json` says it.
 * `StrategyAdvice` takes it as evidence (`measured`), and a workload of a plan takes its `options` from it.
 */
export class BenchmarkReport {
  /**
   * Reads a report.
   * @param json the output of `cdk8s-gpu bench report --format json`
   * @throws when it is something else, or of a form that this release does not read
   */
  public static of(json: string): BenchmarkReport {
    const report = parsed(json);
    if (!isFields(report) || report.schema !== BENCHMARK_REPORT) {
      const form = isFields(report) && typeof report.schema === 'string'
        ? `its schema is ${visible(report.schema).slice(0, SHOWN)}, and this release reads ${BENCHMARK_REPORT}`
        : 'it has no schema';
      throw new Error(`this is no report of a benchmark (${form}); give what cdk8s-gpu bench `
        + 'report --format json prints');
    }
    const [fault] = faultsOf(report, REPORT_FIELDS);
    if (fault !== undefined) {
      const place = visible(['report', ...fault.path].join('.'));
      const message = visible(fault.message);
      throw new Error(`the report of the benchmark is damaged: ${place}: `
        + `${message.length > SHOWN ? `${message.slice(0, SHOWN)}…` : message}`);
    }
    return new BenchmarkReport(report as unknown as ReportFields);
  }

  private constructor(private readonly fields: ReportFields) {}

  /** Names of the loads that were measured. */
  public get loads(): string[] {
    return this.fields.loads.map(({ load: { name } }) => name);
  }

  /**
   * The report without its other loads, for advice where arms are best under different loads and one of them is yours.
   * @param name the name of the load
   * @throws when there is no such load
   */
  public forLoad(name: string): BenchmarkReport {
    const loads = this.fields.loads.filter(({ load }) => load.name === name);
    if (loads.length === 0) {
      throw new Error(`the report has no load ${shown(name)}; it has ${this.loads.map(visible).join(', ') || 'none'}`);
    }
    return new BenchmarkReport({ ...this.fields, loads });
  }

  /**
   * Ways to run one replica of a stage, for `options` of a workload of a plan: the best load of its sweep whose targets
   * were kept. The unit of `demand` is turns a second then.
   * @param stage `asr`, `llm` or `tts`
   * @throws when the report has none of that stage, or names a board that is not in the catalogue
   */
  public options(stage: string): GpuPlanOption[] {
    const { options } = this.fields;
    const own = options.filter(each => each.stage === stage);
    if (own.length === 0) {
      const others = [...new Set(options.map(each => visible(each.stage)))];
      throw new Error('the report has no options of stage '
        + `${shown(stage)}${others.length === 0 ? '' : ` (of ${others.join(' and ')} it has)`}: `
        + 'they come from loads of that stage alone (BenchmarkLoad.sweep), of arms that share nothing but by MIG, ' +
        'whose targets 95 of 100 turns kept, in a run that found where the pods are (placement)');
    }
    return own.map(({
      profile,
      throughput,
      gpu,
    }) => ({ profile, throughput, ...(gpu !== undefined && { gpu: Gpu.fromProductLabel(gpu) }) }));
  }

  /** The report as a sentence: which runs, and on which boards as far as they say. @internal */
  public get _about(): string {
    const { runs } = this.fields;
    const days = [...new Set(runs.flatMap(({ startedAt }) =>
      (startedAt === undefined ? [] : [visible(startedAt).slice(0, 10)])))];
    const boards = this._products;
    return `${counted(runs.length, 'run')}${days.length === 0 ? '' : ` of ${days.join(', ')}`} on `
      + `${boards.length === 0 ? 'boards that the results do not name' : boards.join(', ')}`;
  }

  /** Product labels of the boards on which pods were found. @internal */
  public get _products(): string[] {
    const products = this.fields.placements.flatMap(({ found }) =>
      found.flatMap(({ product }) => (product === undefined ? [] : [visible(product).replaceAll(' ', '-')])));
    return [...new Set(products)].sort();
  }

  /** What was measured under each load. @internal */
  public get _loads(): ReportFields['loads'] {
    return this.fields.loads;
  }
}

function parsed(json: string): unknown {
  try {
    return parsedVisible(json);
  } catch {
    // what the parser says quotes the text, which may be any file
    throw new Error('this is no report of a benchmark (it is no JSON); give what cdk8s-gpu bench '
      + 'report --format json prints');
  }
}
