import { given } from '../../props';

/** A ServiceMonitor of the Prometheus Operator, which the NIM Operator makes. */
export interface NimServiceMonitor {
  /**
   * Labels by which your Prometheus finds it, such as `release: kube-prometheus-stack`.
   * @default - none
   */
  readonly additionalLabels?: Record<string, string>;
  /**
   * Annotations of the ServiceMonitor.
   * @default - none
   */
  readonly annotations?: Record<string, string>;
  /**
   * Time between scrapes, as Prometheus writes it: `30s`.
   * @default - that of Prometheus
   */
  readonly interval?: string;
  /**
   * How long a scrape may take, as Prometheus writes it. At most the interval.
   * @default - that of Prometheus
   */
  readonly scrapeTimeout?: string;
}

/** Metrics of a NIM. */
export interface NimMetrics {
  /** The monitor. With none of its fields the operator's webhook refuses it. */
  readonly serviceMonitor: NimServiceMonitor;
}

/** `metrics` of a NIMService. */
export function toMetrics(place: string, metrics: NimMetrics | undefined): Record<string, unknown> {
  if (metrics === undefined) { return {}; }
  const serviceMonitor = given(metrics.serviceMonitor, 'additionalLabels', 'annotations', 'interval', 'scrapeTimeout');
  if (Object.keys(serviceMonitor).length === 0) {
    throw new Error(`${place}: metrics.serviceMonitor is empty, which the operator's webhook refuses [NIM-082]; give `
      + 'it the labels that your Prometheus selects by');
  }
  return { metrics: { enabled: true, serviceMonitor } };
}
