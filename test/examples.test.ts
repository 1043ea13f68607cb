import * as fs from 'fs';
import * as path from 'path';
import { App, Chart } from 'cdk8s';
import { ClusterModel, ManifestDocument } from '../src/cluster';
import { runRules } from '../src/rules';

const folder = path.join(__dirname, '..', 'examples');
const names = fs.readdirSync(folder).filter(name => fs.existsSync(path.join(folder, name, 'chart.ts')));

/** Every chart that an example exports; each is a cluster of its own. */
const charts = names.flatMap(name => {
  const exported = Object.entries(jest.requireActual(path.join(folder, name, 'chart.ts')) as Record<string, new (app: App, id: string) => Chart>);
  return exported.map(([chart, make]) => ({ title: `${name}: ${chart}`, manifests: () => new make(new App(), 'chart').toJson() as Record<string, unknown>[] }));
});

test('there are examples', () => {
  expect(charts.length).toBeGreaterThanOrEqual(5);
});

test.each(charts)('$title has no error of our own rules, at the severity for what we generate', ({ manifests }) => {
  const model = new ClusterModel();
  manifests().forEach((manifest, index) => model.add(new ManifestDocument(manifest, 'chart', index + 1, 'construct')));
  expect(runRules(model).filter(finding => finding.severity === 'error' && finding.acknowledged === undefined)).toEqual([]);
});
