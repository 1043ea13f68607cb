import { Schema } from '../fleet-file/schema';

/** The form of `bench report --format json` that this release writes and reads. */
export const BENCHMARK_REPORT = 'cdk8s-gpu.benchmark-report/1';

/** A figure of an arm: the mean over repetitions with its 95 % interval, null with too few of them. */
export interface ReportedFigure {
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly title: string;
  readonly unit: string;
  readonly better: string;
}

/** One arm under one load. */
export interface ReportedArm {
  readonly arm: { readonly name: string; readonly strategy?: string };
  readonly metrics: Readonly<Record<string, ReportedFigure>>;
}

/** All arms under one load. */
export interface ReportedLoad {
  readonly load: { readonly name: string; readonly stage: string; readonly faultAfterSeconds?: number };
  readonly arms: readonly ReportedArm[];
  /** The first is by the figure that decides. */
  readonly winners: readonly { readonly by: string }[];
}

/** The part of a report that advice and plans read. */
export interface ReportFields {
  readonly runs: readonly { readonly id: string; readonly startedAt?: string }[];
  readonly loads: readonly ReportedLoad[];
  readonly options: readonly {
    readonly stage: string;
    readonly profile: string;
    readonly gpu?: string;
    readonly throughput: number;
  }[];
  readonly placements: readonly { readonly found: readonly { readonly product?: string }[] }[];
}

const text: Schema = { type: 'string' };
const number: Schema = { type: 'number' };
const listOf = (required: readonly string[], properties: Readonly<Record<string, Schema>>): Schema => ({
  type: 'array',
  items: mapOf(required, properties),
});
const mapOf = (required: readonly string[], properties: Readonly<Record<string, Schema>>): Schema => ({
  type: 'object',
  required,
  properties,
});

/** What a report must have to be read; the rest of it is for others. */
export const REPORT_FIELDS: Schema = mapOf(['runs', 'loads', 'options', 'placements'], {
  runs: listOf(['id'], { id: text, startedAt: text }),
  loads: listOf(['load', 'arms', 'winners'], {
    load: mapOf(['name', 'stage'], { name: text, stage: text, faultAfterSeconds: number }),
    arms: listOf(['arm', 'metrics'], {
      arm: mapOf(['name'], { name: text, strategy: text }),
      // low and high are null with too few repetitions, and are looked at where they are used
      metrics: {
        type: 'object',
        additionalProperties: mapOf(['mean', 'title', 'unit', 'better'], {
          mean: number,
          title: text,
          unit: text,
          better: text,
        }),
      },
    }),
    winners: listOf(['by'], { by: text }),
  }),
  options: listOf(['stage', 'profile', 'throughput'], {
    stage: text,
    profile: text,
    gpu: text,
    throughput: { type: 'number', exclusiveMinimum: 0 },
  }),
  placements: listOf(['found'], { found: listOf([], { product: text }) }),
});
