import { MEMORY_SHARE, SLICE_WITH_TENANT, REQUESTS } from './queries';

/** An alert as a PrometheusRule writes it. */
export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Labels of a board and of who has it. */
const BOARD = 'Hostname, UUID, modelName, namespace, pod';

/** The most that the engine of a slice was active over a range, where a pod has the slice. */
const mostActivity = (range: string) =>
  `max by (${SLICE_WITH_TENANT}) (max_over_time(DCGM_FI_PROF_GR_ENGINE_ACTIVE{pod!=""}${range}))`;

/** Alerts on slices, each with what to do. */
export const ALERTS: readonly Alert[] = [
  {
    alert: 'GpuSliceMemoryNearlyFull',
    expr: `${MEMORY_SHARE} > 0.97`,
    for: '10m',
    labels: { severity: 'warning' },
    annotations: {
      summary: 'The memory of a slice is nearly full',
      description: '{{ $labels.namespace }}/{{ $labels.pod }} uses {{ $value | humanizePercentage }} of its slice {{ '
        + '$labels.GPU_I_PROFILE }} on {{ $labels.Hostname }}. Under time-slicing, the tenant that asks next is '
        + 'refused. Give the model a smaller memory '
          + 'fraction or a larger slice.',
    },
  },
  {
    alert: 'GpuSliceIdle',
    // a pod that began an hour ago has an hour without work behind it, and not six
    expr: `${mostActivity('[6h]')} < 0.01 and ${mostActivity('[10m] offset 6h')} >= 0`,
    for: '1h',
    labels: { severity: 'info' },
    annotations: {
      summary: 'A slice is asked for and not used',
      description: '{{ $labels.namespace }}/{{ $labels.pod }} has {{ $labels.modelName }} {{ $labels.GPU_I_PROFILE '
        + '}} on {{ $labels.Hostname }} and did nothing on it for six hours.',
    },
  },
  {
    alert: 'GpuXidError',
    // the gauge keeps the last error, so a change is what tells of a new one
    expr: `max by (${BOARD}) (DCGM_FI_DEV_XID_ERRORS) > 0 and max by (${BOARD}) `
      + '(changes(DCGM_FI_DEV_XID_ERRORS[5m])) > 0',
    for: '0m',
    labels: { severity: 'critical' },
    annotations: {
      summary: 'The driver reports an error of a board',
      description: 'Xid {{ $value }} on {{ $labels.UUID }} of {{ $labels.Hostname }}. Under MPS and time-slicing '
        + 'every tenant of the board may be hit; look at their logs.',
    },
  },
  {
    alert: 'NimRequestsWaiting',
    expr: `sum by (namespace, pod) (${REQUESTS.waiting}) > 0 and sum by (namespace, pod) (${REQUESTS.waiting}) >= `
      + `sum by (namespace, pod) (${REQUESTS.running})`,
    for: '5m',
    labels: { severity: 'warning' },
    annotations: {
      summary: 'As many requests wait as run',
      description: '{{ $labels.namespace }}/{{ $labels.pod }} has {{ $value }} requests that wait: the load is '
        + 'beyond its slice. Add replicas, or give it a larger slice.',
    },
  },
];
