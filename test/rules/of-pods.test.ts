import * as fs from 'fs';
import * as path from 'path';
import { ClusterModel, isProblem, ManifestDocument, readManifests } from '../../src/cluster';
import { Finding, runRules } from '../../src/rules';

const FOLDER = path.join(__dirname, '..', '..', 'rules');
const fixtures = fs.readdirSync(FOLDER).filter(name => name.endsWith('.yaml')).sort();

const documentsOf = (name: string) => [...readManifests(fs.readFileSync(path.join(FOLDER, name), 'utf8'), name)].filter(each => !isProblem(each)) as ManifestDocument[];

/** A workload three times under different names; a note that differs makes no two of them alike. */
function thrice(document: ManifestDocument, index: number, differ: boolean): ManifestDocument[] {
  const { value, file, author } = document;
  if (!hasPods(document)) { return [document]; }
  const metadata = value.metadata as { name?: unknown; annotations?: object } | undefined;
  return ['', '-two', '-three'].map((suffix, number) => new ManifestDocument({
    ...value,
    metadata: { ...metadata, name: `${String(metadata?.name)}${suffix}`, annotations: { ...metadata?.annotations, 'cdk8s-gpu/test': differ ? suffix : 'same' } },
  }, file, 100 + index * 3 + number, author));
}

function hasPods(document: ManifestDocument): boolean {
  const model = new ClusterModel();
  model.add(document);
  return model.workloads.length > 0;
}

function judged(name: string, differ: boolean): { model: ClusterModel; findings: Finding[] } {
  const model = new ClusterModel();
  documentsOf(name).flatMap((each, index) => thrice(each, index, differ)).forEach(each => model.add(each));
  return { model, findings: runRules(model) };
}

describe('workloads whose pods are alike', () => {
  const withWorkloads = fixtures.filter(name => judged(name, false).model.workloads.length > 0);

  test('are in more than a tenth of the fixtures', () => {
    expect(withWorkloads.length).toBeGreaterThan(fixtures.length / 10);
  });

  test.each(withWorkloads)('are judged once, with the findings of each by itself: %s', name => {
    const [together, apart] = [judged(name, false), judged(name, true)];
    expect(together.findings).toEqual(apart.findings);
    expect(together.model.distinctWorkloads.length).toBeLessThanOrEqual(apart.model.distinctWorkloads.length);
    expect(together.model.workloads).toHaveLength(apart.model.workloads.length);
  });

  test('are all looked at by themselves where hardly any are alike', () => {
    const pod = (name: string, image: string) => new ManifestDocument({
      apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers: [{ name: 'a', image, resources: { limits: { 'nvidia.com/gpu': 1 } } }] },
    }, 'pods.yaml', 1);
    const model = new ClusterModel();
    for (let index = 0; index < 600; index++) { model.add(pod(`different-${index}`, `image-${index}`)); }
    model.add(pod('again', 'image-1'));
    expect(model.distinctWorkloads).toHaveLength(601);
    const alike = new ClusterModel();
    for (let index = 0; index < 600; index++) { alike.add(pod(`same-${index}`, 'image')); }
    expect([alike.distinctWorkloads.length, alike.workloads.length]).toEqual([1, 600]);
  });
});
