import * as fs from 'fs';
import * as path from 'path';
import * as ts from 'typescript';

const src = path.join(__dirname, '..', '..', 'src');

/** Tables of other things, where numbers of this form are tags, quantities and schema versions. */
const OTHER_TABLES: Readonly<Record<string, string>> = {
  'hardware/boards': 'compute capability',
  'models/catalogue': 'tags of images',
  'kubernetes/core/core-facts.ts': 'generated from the OpenAPI of each release of Kubernetes',
  'kubernetes/chart/value-facts.ts': 'generated from charts; test/releases/tables.test.ts holds its releases against the tables',
  'kubernetes/crd/field-facts.ts': 'generated from CRDs; test/releases/tables.test.ts holds its releases against the tables',
};

/** Literals that are no release of these products. */
const NO_RELEASE: Readonly<Record<string, string>> = {
  'kubernetes/yaml/yaml-text.ts 1.1': 'version of YAML',
  'report/findings/sarif.ts 2.1.0': 'version of SARIF',
  'fit/language-models/llm-memory.ts 0.11.0': 'release of vLLM, an engine',
  'workloads/servers/engines/vllm-server.ts 0.31.0': 'release of vLLM, an engine',
  'workloads/servers/engines/sglang-server.ts 0.5.23': 'release of SGLang, an engine',
  'workloads/servers/engines/triton-server.ts 26.10': 'release of Triton, an engine',
};

const files = (fs.readdirSync(src, { recursive: true }) as string[])
  .filter(file => file.endsWith('.ts') && !file.startsWith('releases') && !Object.keys(OTHER_TABLES).some(table => file.startsWith(table)));

/** What a rule says of itself tells of releases as they were; what it finds takes them from the tables. */
const PROSE = ['sentence', 'why', 'evidence', 'notCheckable', 'bad', 'good'];

/** The texts of a file, without comments and prose: literals and the parts of templates. */
function textsOf(file: string): string[] {
  const source = ts.createSourceFile(file, fs.readFileSync(path.join(src, file), 'utf8'), ts.ScriptTarget.Latest);
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && PROSE.includes(node.name.getText(source))) { return; }
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node)) { texts.push(node.text); }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return texts;
}

/** Releases of engines stand in a table of their own, beside the arithmetic that they are for. */
const ENGINES = /^fit[/\\]engines[/\\]/;

test('a release stands in src/releases alone: no literal elsewhere is one', () => {
  const found = files.filter(file => !ENGINES.test(file)).flatMap(file => textsOf(file).filter(text => /^v?\d+\.\d+(\.\d+)?$/.test(text)).map(text => `${file} ${text}`));
  expect(found.filter(each => !(each in NO_RELEASE))).toEqual([]);
  expect(Object.keys(NO_RELEASE).filter(each => !found.includes(each))).toEqual([]); // what is gone needs no exception
});

test('a message takes the release of a product from its table', () => {
  const named = /(?:GPU Operator|NIM Operator|Kubernetes|device plugin|mig-manager|mig-parted|DRA driver) (?:v|>= ?v?)?\d+\.\d+/i;
  const found = files.filter(file => !ENGINES.test(file)).flatMap(file => textsOf(file).filter(text => named.test(text)).map(text => `${file}: ${text}`));
  expect(found).toEqual([]);
});
