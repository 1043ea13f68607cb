/**
 * Queries on DCGM Exporter and on NIMs. A series of a MIG device carries the UUID of its board with GPU_I_ID and
 * GPU_I_PROFILE, and the pod that has it (NVIDIA/dcgm-exporter etc/dcp-metrics-included.csv and its Kubernetes labels).
 * DCGM_FI_DEV_GPU_UTIL is absent under MIG (NVIDIA/dcgm-exporter#216), so activity is DCGM_FI_PROF_GR_ENGINE_ACTIVE and
 * DCGM_FI_PROF_PIPE_TENSOR_ACTIVE, from 0 to 1. Both are in the list of counters that the GPU Operator's exporter runs
 * with; DCGM_FI_PROF_SM_ACTIVE is there as a comment only, so nothing is asked of it (NVIDIA/dcgm-exporter@084a245
 * etc/dcp-metrics-included.csv). Under time-slicing and MPS these are of the board: none is a tenant's own.
 */

/** Labels that tell one slice from another: board, MIG device and who has it. */
const SLICE = 'Hostname, UUID, modelName, GPU_I_ID, GPU_I_PROFILE';
export const SLICE_WITH_TENANT = `${SLICE}, namespace, pod`;
const TENANT = SLICE_WITH_TENANT;

/** One query with what it shows. */
export interface DashboardQuery {
  readonly title: string;
  readonly expression: string;
  /** The name of a line, with labels as Grafana fills them in. */
  readonly legend: string;
  /** A unit of Grafana. */
  readonly unit: string;
  /** What a reader must know. */
  readonly description: string;
}

const LEGEND = '{{namespace}}/{{pod}} {{modelName}} {{GPU_I_PROFILE}} {{GPU_I_ID}}';

/** Memory in use by memory there is, of a board or of a MIG device. */
export const MEMORY_SHARE = `sum by (${TENANT}) (DCGM_FI_DEV_FB_USED) / (sum by (${TENANT}) (DCGM_FI_DEV_FB_USED) + `
  + `sum by (${TENANT}) (DCGM_FI_DEV_FB_FREE))`;

/** Activity over five minutes, from 0 to 1. */
export const ACTIVITY = `avg by (${TENANT}) (avg_over_time(DCGM_FI_PROF_GR_ENGINE_ACTIVE[5m]))`;

/** Slices and what is done on them. */
export const SLICE_QUERIES: readonly DashboardQuery[] = [
  {
    title: 'Engine activity of a slice',
    expression: ACTIVITY,
    legend: LEGEND,
    unit: 'percentunit',
    description: 'Part of the time in which the compute engine worked. Of a MIG device it is its own; under '
      + 'time-slicing and MPS it is that of the whole board.',
  },
  {
    title: 'Tensor cores of a slice',
    expression: `avg by (${TENANT}) (avg_over_time(DCGM_FI_PROF_PIPE_TENSOR_ACTIVE[5m]))`,
    legend: LEGEND,
    unit: 'percentunit',
    description: 'Part of the cycles in which the tensor cores worked. A busy engine with idle tensor cores waits '
      + 'for memory, or has small batches.',
  },
  {
    title: 'Memory bandwidth in use',
    expression: `avg by (${TENANT}) (avg_over_time(DCGM_FI_PROF_DRAM_ACTIVE[5m]))`,
    legend: LEGEND,
    unit: 'percentunit',
    description: 'Part of the cycles in which memory was read or written. Tenants that share it without MIG slow '
      + 'each other down where it is high.',
  },
  {
    title: 'Share of memory in use',
    expression: MEMORY_SHARE,
    legend: LEGEND,
    unit: 'percentunit',
    description: 'Engines reserve memory ahead, so a full slice is no sign of load.',
  },
];

/** A metric of NIM LLM before 2.0, and of vLLM, which writes the same names behind `vllm:`. */
const either = (name: string) => `{__name__=~"(vllm:)?${name}"}`;

/** Requests in a language model's server. */
export const REQUESTS = { running: either('num_requests_running'), waiting: either('num_requests_waiting') } as const;

/**
 * Servers of language models; names as on NVIDIA's observability page of NIM LLM, and in vllm-project/vllm
 * vllm/v1/metrics/loggers.py, which calls the use of the cache kv_cache_usage_perc.
 */
export const NIM_QUERIES: readonly DashboardQuery[] = [
  {
    title: 'Requests that run',
    expression: `sum by (namespace, pod, model_name) (${REQUESTS.running})`,
    legend: '{{namespace}}/{{pod}} {{model_name}}',
    unit: 'short',
    description: 'Requests that the engine works on at once.',
  },
  {
    title: 'Requests that wait',
    expression: `sum by (namespace, pod, model_name) (${REQUESTS.waiting})`,
    legend: '{{namespace}}/{{pod}} {{model_name}}',
    unit: 'short',
    description: 'Requests that wait are a load beyond the slice.',
  },
  {
    title: 'KV cache in use',
    expression: `max by (namespace, pod, model_name) (${either('(gpu|kv)_cache_usage_perc')})`,
    legend: '{{namespace}}/{{pod}} {{model_name}}',
    unit: 'percentunit',
    description: '1 is full: requests are then put back.',
  },
  {
    title: 'Time to first token, 95th percentile',
    expression: 'histogram_quantile(0.95, sum by (namespace, pod, le) '
      + `(rate(${either('time_to_first_token_seconds_bucket')}[5m])))`,
    legend: '{{namespace}}/{{pod}}',
    unit: 's',
    description: 'From the arrival of a request to its first token, without the network.',
  },
  {
    title: 'Tokens a second',
    expression: `sum by (namespace, pod, model_name) (rate(${either('generation_tokens_total')}[5m]))`,
    legend: '{{namespace}}/{{pod}} {{model_name}}',
    unit: 'short',
    description: 'Of all requests together.',
  },
];

/** Boards of four compute slices; every other board with MIG has seven (the boards of the catalogue). */
const OF_FOUR = '.*(A30|RTX PRO).*';

/** Parts of a board, by which a MIG profile shares its price: the first digit is its compute slices. */
const SHARE_OF_BOARD = [
  ...[1, 2, 3, 4, 7].map(slices =>
    `count by (${TENANT}) (DCGM_FI_DEV_FB_USED{GPU_I_PROFILE=~"${slices}g[.].*", `
      + `modelName!~"${OF_FOUR}"}) * ${slices} / 7`),
  ...[1, 2, 4].map(slices =>
    `count by (${TENANT}) (DCGM_FI_DEV_FB_USED{GPU_I_PROFILE=~"${slices}g[.].*", `
      + `modelName=~"${OF_FOUR}"}) * ${slices} / 4`),
];

/**
 * What the slices cost that a pod has, an hour. A MIG device costs its part of the compute slices, a whole board all.
 * @param pricePerHour of a board
 */
export function costQuery(pricePerHour: number): DashboardQuery {
  const whole = `count by (${TENANT}) (DCGM_FI_DEV_FB_USED{GPU_I_PROFILE=""})`;
  return {
    title: 'Cost an hour',
    expression: `sum by (namespace, pod) (${[...SHARE_OF_BOARD, whole].join(' or ')}) * ${pricePerHour}`,
    legend: '{{namespace}}/{{pod}}',
    unit: 'currency',
    description: `A board at ${pricePerHour} an hour; a MIG device costs its part of the compute slices, whether it `
      + 'is used or not. Tenants that share a board are not told apart.',
  };
}
