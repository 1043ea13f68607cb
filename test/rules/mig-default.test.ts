import { ClusterModel, ManifestDocument, readManifests } from '../../src/cluster';
import { runRules } from '../../src/rules';

function rulesOf(config: string): string[] {
  const model = new ClusterModel();
  const text = `apiVersion: nvidia.com/v1\nkind: ClusterPolicy\nmetadata: {name: cluster-policy}\nspec: {migManager: {config: ${config}}}\n`;
  for (const document of readManifests(text, 'policy.yaml')) { model.add(document as ManifestDocument); }
  return runRules(model).map(({ rule }) => rule);
}

test('a null default, as the chart of 25.3 renders an empty one, is a default left out and no wrong value', () => {
  expect(rulesOf('{name: layouts, default: all-1g.10gb}')).toContain('MIG-020');
  expect(rulesOf('{name: layouts, default: null}')).toEqual(rulesOf('{name: layouts}'));
});
