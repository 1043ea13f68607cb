import { performance } from 'perf_hooks';
import { parseDocument, stringify } from 'yaml';
import { ClusterModel, isProblem, ManifestDocument, readManifests } from '../src/cluster';
import { runRules } from '../src/rules';

/** What linting costs over parsing the same documents with the same library, and whether it grows with the number of documents. */
function manifests(count: number): string {
  const filler = 'x'.repeat(1500);
  return Array.from({ length: count }, (_, index) => stringify({
    apiVersion: 'apps/v1',
    kind: index % 2 === 0 ? 'Deployment' : 'Service',
    metadata: { name: `object-${index}`, annotations: { filler } },
    spec: {
      replicas: 1,
      template: {
        spec: {
          nodeSelector: { 'nvidia.com/mig.config': 'slices' },
          containers: [{ name: 'main', image: 'registry.example.com/x:1', resources: { limits: { 'nvidia.com/mig-1g.10gb': 1 } } }],
        },
      },
    },
  })).join('---\n');
}

function lint(text: string): number {
  const model = new ClusterModel();
  for (const read of readManifests(text, 'bench.yaml')) {
    if (!isProblem(read)) { model.add(read as ManifestDocument); }
  }
  return runRules(model).length;
}

function parseOnly(text: string): number {
  return text.split(/^---$/m).map(part => parseDocument(part, { version: '1.1', uniqueKeys: false }).toJS()).length;
}

function time(run: () => unknown): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

const perDocument: number[] = [];
for (const count of [500, 2000, 8000]) {
  const text = manifests(count);
  lint(text.slice(0, 100000));
  const ratios: number[] = [];
  let least = Infinity;
  for (let round = 0; round < 3; round++) {
    const ours = time(() => lint(text));
    ratios.push(ours / time(() => parseOnly(text)));
    least = Math.min(least, ours);
  }
  perDocument.push(least / count);
  console.log(`  ${String(count).padStart(6)} documents, ${(text.length / 1e6).toFixed(1)} MB: ratio ${ratios.sort((a, b) => a - b)[1].toFixed(2)} (aim: at most 1.5)`);
}
console.log(`  time per document, 8,000 over 500: ${(perDocument[2] / perDocument[0]).toFixed(2)} (linear is 1)`);
