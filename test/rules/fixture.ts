import * as fs from 'fs';
import * as path from 'path';
import { ClusterModel, isProblem, ManifestDocument, readManifests } from '../../src/cluster';
import { CHECKED_RULES, Finding, runRules } from '../../src/rules';

/** Where the fixtures of the rules are; they are part of the package, because `cdk8s-gpu explain` shows them. */
export const FIXTURES = path.join(__dirname, '..', '..', 'rules');

/** What the rules say of a fixture; its first line may name the releases. */
export function findingsOfFixture(name: string, author: 'person' | 'construct' = 'person'): Finding[] {
  const text = fs.readFileSync(path.join(FIXTURES, name), 'utf8');
  const release = (product: string) => new RegExp(`^# versions:.* ${product}=([\\d.]+)`).exec(text)?.[1];
  const model = new ClusterModel({
    gpuOperator: release('gpu-operator'), nimOperator: release('nim-operator'), kubernetes: release('kubernetes'), draDriver: release('dra-driver'),
  });
  for (const read of readManifests(text, name)) {
    if (isProblem(read)) { throw new Error(`${name}:${read.line}: ${read.message}`); }
    model.add(author === 'person' ? read : new ManifestDocument(read.value, read.file, read.index, 'construct', 'app/chart'));
  }
  return runRules(model);
}

/** The families of rules, each with a file of expected findings: `MIG`. */
export const FAMILIES = [...new Set(CHECKED_RULES.map(({ id }) => familyOf(id)))];

export function familyOf(id: string): string {
  return id.slice(0, id.indexOf('-'));
}

/** All that the rules say of the fixtures of a family, for manifests of a person and for those of constructs. */
export function expectedFindings(family: string): string {
  const names = CHECKED_RULES.filter(({ id }) => familyOf(id) === family).flatMap(({ id }) => [`${id}.bad.yaml`, `${id}.good.yaml`]);
  return names.map(name => [`# ${name}`, ...linesOf(name)].join('\n')).join('\n\n') + '\n';
}

function linesOf(name: string): string[] {
  const generated = findingsOfFixture(name, 'construct');
  const written = findingsOfFixture(name);
  const all = [...written, ...generated.filter(each => !written.some(other => isSame(each, other)))];
  if (all.length === 0) { return ['nothing']; }
  return all.flatMap(finding => {
    const severityIn = (findings: Finding[]) => findings.find(other => isSame(finding, other))?.severity ?? 'not said';
    return [
      `${finding.rule} ${severityIn(written)}, in constructs ${severityIn(generated)}: `
        + `${finding.kind} ${finding.name} at ${finding.path}${finding.line === undefined ? '' : `, line ${finding.line}`}`,
      `  ${finding.message}`,
      `  ${finding.fix}`,
    ];
  });
}

function isSame(a: Finding, b: Finding): boolean {
  return (['rule', 'document', 'path', 'message', 'fix'] as const).every(key => a[key] === b[key]);
}
