import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { checkProps, checkText, given, mapOf, Shape, TEXT } from '../../props';

/** How Prometheus is told of a server. */
export interface ServerMonitorOptions {
  /**
   * Labels of the monitor, by which your Prometheus finds it, such as `release: kube-prometheus-stack`.
   * @default - none
   */
  readonly labels?: Record<string, string>;
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

const OPTIONS: Shape<ServerMonitorOptions> = { labels: mapOf(TEXT), interval: TEXT, scrapeTimeout: TEXT };

/** Where a server has its metrics. */
export interface MetricsContext {
  readonly name: string;
  readonly labels: Record<string, string>;
  /** Name of the port. */
  readonly port: string;
}

/** A monitor of the Prometheus Operator for the metrics of a server. It needs that operator. */
export class ServerMonitor {
  /**
   * A ServiceMonitor: Prometheus scrapes the pods behind the Service.
   * @param options labels and times
   */
  public static service(options: ServerMonitorOptions = {}): ServerMonitor {
    return new ServerMonitor('ServiceMonitor', checked('ServerMonitor.service', options));
  }

  /**
   * A PodMonitor: Prometheus scrapes the pods, ready or not.
   * @param options labels and times
   */
  public static pods(options: ServerMonitorOptions = {}): ServerMonitor {
    return new ServerMonitor('PodMonitor', checked('ServerMonitor.pods', options));
  }

  private constructor(
    private readonly kind: 'ServiceMonitor' | 'PodMonitor',
    private readonly options: ServerMonitorOptions,
  ) {}

  /** @internal */
  public _write(scope: Construct, { name, labels, port }: MetricsContext): ApiObject {
    const endpoint = { port, path: '/metrics', ...given(this.options, 'interval', 'scrapeTimeout') };
    return new ApiObject(scope, 'Monitor', {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: this.kind,
      metadata: { name, ...given(this.options, 'labels') },
      spec: {
        selector: { matchLabels: labels },
        [this.kind === 'ServiceMonitor' ? 'endpoints' : 'podMetricsEndpoints']: [endpoint],
      },
    });
  }
}

/** Durations of Prometheus (prometheus-operator pkg/apis/monitoring/v1 Duration). */
const DURATION = /^(?:0|(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?(?:\d+ms)?)$/;

function checked(place: string, options: ServerMonitorOptions): ServerMonitorOptions {
  checkProps(place, options, OPTIONS);
  for (const key of ['interval', 'scrapeTimeout'] as const) {
    const text = options[key];
    checkText(place, key, text);
    if (text !== undefined && !DURATION.test(text)) {
      throw new Error(`${place}: ${key} "${text}" is no duration of Prometheus; write one such as 30s or 1m`);
    }
  }
  return options;
}
