import { Testing } from 'cdk8s';
import { GpuDashboards, GpuDashboardsProps } from '../../src';

/** Prometheus' own grammar. Its types are those of an ES module, which this CommonJS file cannot import. */
interface Tree { iterate(options: { enter: (node: { type: { isError: boolean }; from: number }) => void }): void }
const { parser } = jest.requireActual<{ parser: { parse(text: string): Tree } }>('@prometheus-io/lezer-promql');

function manifests(props?: GpuDashboardsProps): any[] {
  const chart = Testing.chart();
  new GpuDashboards(chart, 'dashboards', props);
  return Testing.synth(chart);
}

/** Every query that is written, with where. */
function queriesOf(all: any[]): [string, string][] {
  return all.flatMap(({ kind, data, spec }): [string, string][] => {
    if (kind === 'PrometheusRule') { return spec.groups.flatMap(({ rules }: any) => rules.map(({ alert, expr }: any) => [alert, expr])); }
    const panels = Object.values<string>(data).flatMap(text => JSON.parse(text).panels);
    return panels.flatMap(({ title, targets }: any) => targets.map(({ expr }: any) => [title, expr]));
  });
}

/** Where Prometheus' own grammar sees an error. */
function errorsIn(query: string): string[] {
  const errors: string[] = [];
  parser.parse(query).iterate({ enter: node => { if (node.type.isError) { errors.push(`at ${node.from}: ${query.slice(node.from, node.from + 20)}`); } } });
  return errors;
}

const queries = queriesOf(manifests({ pricePerGpuHour: 2.5 }));

test('the grammar sees what is no query', () => {
  expect(errorsIn('sum by (pod) (x')).not.toEqual([]);
  expect(errorsIn('rate(x[5m]')).not.toEqual([]);
});

test('there are queries of slices, NIMs, cost and alerts', () => {
  expect(queries.length).toBeGreaterThanOrEqual(13);
});

test.each(queries)('%s is a query by Prometheus\' own grammar', (_, query) => {
  expect(errorsIn(query)).toEqual([]);
});

test('no query asks for GPU_UTIL, which is absent under MIG', () => {
  expect(queries.filter(([, query]) => query.includes('DCGM_FI_DEV_GPU_UTIL'))).toEqual([]);
});

test('every query of DCGM tells MIG devices of one board apart', () => {
  const ofSlices = queries.filter(([title, query]) => query.includes('DCGM_') && title !== 'GpuXidError');
  expect(ofSlices.filter(([, query]) => !query.includes('GPU_I_ID'))).toEqual([]);
});

test('cost is shown where a price is given, and only there', () => {
  expect(queries.map(([title]) => title)).toContain('Cost an hour');
  expect(queriesOf(manifests()).map(([title]) => title)).not.toContain('Cost an hour');
  expect(() => manifests({ pricePerGpuHour: 0 })).toThrow('pricePerGpuHour is 0; give a number above 0, or leave it out');
});

test('Grafana and Prometheus find them by the labels that are given', () => {
  const all = manifests({ dashboardLabels: { dashboards: 'yes' }, ruleLabels: { release: 'monitoring' } });
  expect(all.map(({ kind, metadata }) => [kind, metadata.labels])).toEqual([
    ['ConfigMap', { dashboards: 'yes' }], ['ConfigMap', { dashboards: 'yes' }], ['PrometheusRule', { release: 'monitoring' }],
  ]);
  expect(manifests({ alerts: false }).map(({ kind }) => kind)).toEqual(['ConfigMap', 'ConfigMap']);
});

test('a dashboard names no data source of its own', () => {
  const slices = JSON.parse(Object.values<string>(manifests()[0].data)[0]);
  expect(slices.templating.list[0]).toMatchObject({ name: 'datasource', type: 'datasource' });
  expect(slices.panels.every(({ datasource }: any) => datasource.uid === '${datasource}')).toBe(true);
});
