import { ModelFootprint } from '../../fit';
import { Gpu } from '../../hardware';
import { GpuPlanIsolation } from '../fleet';
import type { BenchmarkReport } from '../measured/benchmark-report';

/** What an environment is for. */
export enum GpuEnvironment {
  /** Users depend on it. */
  PRODUCTION = 'production',
  /** Development, tests, proofs of concept: a fault of one tenant may end the others. */
  DEVELOPMENT = 'development',
}

/**
 * A group of workloads that are to share boards, all alike. What is not known is left out, and then says nothing for or
 * against.
 */
export interface GpuStrategyQuestion {
  /** The type of board. */
  readonly gpu: Gpu;
  /** How many of them there are to be on one board. */
  readonly tenants: number;
  /**
   * MiB that one of them needs.
   * @default - said by `footprint`
   */
  readonly memoryMib?: number;
  /**
   * The model.
   * @default - said by `memoryMib`
   */
  readonly footprint?: ModelFootprint;
  /**
   * What has to keep them apart.
   * @default GpuPlanIsolation.ANY
   */
  readonly isolation?: GpuPlanIsolation;
  /**
   * What the environment is for.
   * @default - not known
   */
  readonly environment?: GpuEnvironment;
  /**
   * How many of them work at the same time, as seen or expected.
   * @default - not known
   */
  readonly busyTenants?: number;
  /**
   * Whether they peak at the same time.
   * @default - not known
   */
  readonly burstsOverlap?: boolean;
  /**
   * Whether they are bound by the bandwidth of the memory, as the decoding of language models is.
   * @default - not known
   */
  readonly bandwidthBound?: boolean;
  /**
   * Whether there is a target for the slowest requests (p95, p99).
   * @default - not known
   */
  readonly tailLatencyTarget?: boolean;
  /**
   * Whether the split changes while other tenants run.
   * @default - not known
   */
  readonly reconfiguredOften?: boolean;
  /**
   * Whether other GPUs of the same node have to stay whole.
   * @default false
   */
  readonly unsharedGpusOnNode?: boolean;
  /**
   * Whether devices are claimed through DRA and not through the device plugin.
   * @default false
   */
  readonly dra?: boolean;
  /**
   * What a benchmark measured on your own boards. Between strategies that it decides, what others measured elsewhere
   * says nothing more of load.
   * @default - nothing was measured here
   */
  readonly measured?: BenchmarkReport;
}
