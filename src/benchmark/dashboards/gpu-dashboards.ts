import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { ALERTS } from './alerts';
import { costQuery, DashboardQuery, NIM_QUERIES, SLICE_QUERIES } from './queries';
import { checkProps, FLAG, mapOf, NUMBER, Shape, TEXT } from '../../props';

/** How dashboards and alerts are found, and what they tell. */
export interface GpuDashboardsProps {
  /**
   * Labels by which Grafana's sidecar finds dashboards.
   * @default - `grafana_dashboard: "1"`, the default of the Grafana chart (sidecar.dashboards.label)
   */
  readonly dashboardLabels?: Record<string, string>;
  /**
   * Labels by which a Prometheus finds rules (`ruleSelector`), such as `{ release: 'kube-prometheus-stack' }`.
   * @default - none
   */
  readonly ruleLabels?: Record<string, string>;
  /**
   * Whether to write a PrometheusRule. Its CRD comes with the Prometheus Operator.
   * @default true
   */
  readonly alerts?: boolean;
  /**
   * What a board costs an hour, in any currency: then the cost of slices is shown.
   * @default - no cost is shown
   */
  readonly pricePerGpuHour?: number;
}

/** Of Grafana's grid. */
const COLUMNS = 24;
const PANEL_HEIGHT = 8;

/**
 * Grafana dashboards (ConfigMaps for its sidecar) and alerts (a PrometheusRule) of slices: activity, memory, cost and
 * NIMs, by MIG device.
 *
 * DCGM Exporter must run with its profiling metrics, which the GPU Operator's does. Prometheus must keep the exporter's
 * own labels (`honorLabels: true` on its ServiceMonitor), or `pod` would be the exporter's.
 *
 * @example
 * new GpuDashboards(chart, 'dashboards', { ruleLabels: { release: 'kube-prometheus-stack' }, pricePerGpuHour: 2.5 });
 */
export class GpuDashboards extends Construct {
  /**
   * @param scope where it is
   * @param id its id
   * @param props how they are found
   * @throws when the price is no price
   */
  constructor(scope: Construct, id: string, props: GpuDashboardsProps = {}) {
    super(scope, id);
    checkProps(this.node.path, props, DASHBOARDS);
    const {
      dashboardLabels = { grafana_dashboard: '1' },
      ruleLabels = {},
      alerts = true,
      pricePerGpuHour: price,
    } = props;
    if (price !== undefined && !(price > 0 && Number.isFinite(price))) {
      throw new Error(`${this.node.path}: pricePerGpuHour is ${price}; give a number above 0, or leave it out`);
    }
    const slices = price === undefined ? SLICE_QUERIES : [...SLICE_QUERIES, costQuery(price)];
    this.addDashboard('gpu-slices', 'GPU slices', slices, dashboardLabels);
    this.addDashboard('nims', 'NIMs', NIM_QUERIES, dashboardLabels);
    if (alerts) {
      new ApiObject(this, 'Alerts', {
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'PrometheusRule',
        metadata: { labels: ruleLabels },
        spec: { groups: [{ name: 'gpu-slices', rules: ALERTS }] },
      });
    }
  }

  private addDashboard(
    uid: string,
    title: string,
    queries: readonly DashboardQuery[],
    labels: Record<string, string>,
  ): void {
    new ApiObject(this, uid, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { labels },
      data: { [`${uid}.json`]: `${JSON.stringify(dashboard(uid, title, queries), null, 2)}\n` },
    });
  }
}

const DASHBOARDS: Shape<GpuDashboardsProps> = {
  dashboardLabels: mapOf(TEXT),
  ruleLabels: mapOf(TEXT),
  alerts: FLAG,
  pricePerGpuHour: NUMBER,
};

/** A dashboard in Grafana's JSON, with the data source as a variable, since every Grafana has its own. */
function dashboard(uid: string, title: string, queries: readonly DashboardQuery[]): object {
  const datasource = { type: 'prometheus', uid: '${datasource}' };
  return {
    uid: `cdk8s-gpu-${uid}`,
    title,
    tags: ['gpu'],
    schemaVersion: 39,
    editable: true,
    time: { from: 'now-6h', to: 'now' },
    refresh: '1m',
    templating: { list: [{ name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Data source' }] },
    panels: queries.map(({ title: name, expression, legend, unit, description }, index) => ({
      id: index + 1,
      type: 'timeseries',
      title: name,
      description,
      datasource,
      gridPos: {
        x: index % 2 * (COLUMNS / 2),
        y: Math.floor(index / 2) * PANEL_HEIGHT,
        w: COLUMNS / 2,
        h: PANEL_HEIGHT,
      },
      fieldConfig: {
        defaults: { unit: unit === 'currency' ? 'short' : unit, min: 0, ...(unit === 'percentunit' && { max: 1 }) },
        overrides: [],
      },
      targets: [{ refId: 'A', datasource, expr: expression, legendFormat: legend }],
    })),
  };
}
