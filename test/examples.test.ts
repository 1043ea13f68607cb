import * as fs from 'fs';
import * as path from 'path';
import { App, Chart } from 'cdk8s';
import { GpuChecks } from '../src/synthesis';

const folder = path.join(__dirname, '..', 'examples');
const names = fs.readdirSync(folder).filter(name => fs.existsSync(path.join(folder, name, 'chart.ts')));

/** Every chart that an example exports; each is a cluster of its own. */
const charts = names.flatMap(name => {
  const exported = Object.entries(jest.requireActual(path.join(folder, name, 'chart.ts')) as Record<string, new (app: App, id: string) => Chart>);
  return exported.map(([chart, Example]) => ({ title: `${name}: ${chart}`, make: () => new Example(new App(), 'chart') }));
});

test('there are examples', () => {
  expect(charts.length).toBeGreaterThanOrEqual(5);
});

test.each(charts)('$title has no error of our own rules, at the severity for what we generate', ({ make }) => {
  expect(GpuChecks.of(make()).errors).toEqual([]);
});
