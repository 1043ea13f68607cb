import * as fs from 'fs';
import { builtinModules } from 'module';
import * as path from 'path';
import * as ts from 'typescript';

const src = path.join(__dirname, '..', '..', 'src');

/** Modules of Node that a file may use, and of `fs` and `process` what of them. All else is forbidden everywhere. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'models/configs/checkpoint.ts': ['fs.readFileSync', 'fs.statSync', 'path'], // the config.json that the caller names, and what lies beside it
  'kubernetes/content-name.ts': ['crypto'], // names carry the hash of the content
  'benchmark/generator/generator-files.ts': ['fs.readFileSync', 'fs.readdirSync', 'path'], // the load generator of this package
  'rules/folders.ts': ['path'],
  'synthesis/app-checks.ts': ['process.stderr'], // warnings at synthesis
  'cli/input/read-file.ts': ['fs.openSync', 'fs.readSync', 'fs.closeSync'],
  'cli/input/baseline.ts': ['fs.statSync'], // whether what a config names is a regular file
  'cli/input/text-decoder.ts': ['buffer'], // whether bytes are UTF-8
  'cli/input/files-within.ts': ['fs.realpathSync', 'fs.statSync', 'path'],
  'cli/shell/progress.ts': ['perf_hooks'],
  'cli/validation-plugin.ts': ['path'],
  'cli/shell/terminal.ts': ['process.env', 'process.exit', 'process.exitCode', 'process.stderr', 'process.stdout'],
  'cli/main.ts': ['fs.readFileSync', 'path'], // the version, out of package.json
  'cli/input/manifest-files.ts': ['fs.Dirent', 'fs.readdirSync', 'fs.realpathSync', 'fs.statSync', 'path'],
  'cluster/reading/kustomize.ts': ['path'], // files that a Kustomization generates ConfigMaps of
  'report/page/html-page.ts': ['crypto'], // the Content Security Policy allows the style sheet by its hash
  'report/findings/sarif.ts': ['fs.readFileSync', 'path', 'url', 'zlib'], // where the page of the rules is, out of package.json; how large it is when sent
  'cli/commands/rule-examples.ts': ['fs.readFileSync', 'path'], // the fixtures of the rules
  'cli/commands/completion.ts': ['process.env'], // which shell it is
  'cli/input/lint-config.ts': ['fs.existsSync', 'fs.readdirSync', 'fs.statSync', 'path'],
  'cli/input/template-notes.ts': ['fs.existsSync', 'path'], // whether a chart is around them
  'cluster/reading/bare-files.ts': ['path'],
  'cluster/reading/overlays.ts': ['path'],
  'cluster/reading/values-files.ts': ['path'], // the files of values that an Application or a Kustomization names
  'cli/input/read-cluster.ts': ['path'],
  'cli/input/kustomizations.ts': ['fs.existsSync', 'path'],
  // the one file that starts programs, under `lint --render` alone: the person's own kubectl, kustomize and helm
  'cli/render/run-program.ts': ['child_process', 'fs.accessSync', 'fs.constants', 'fs.statSync', 'path', 'process.env'],
  'cli/render/rendered-folder.ts': ['fs.existsSync', 'path'], // whether the template that helm names is a file
  'cli/render/renderings.ts': ['path'],
  'cli/render/charts.ts': ['path'],
  'cluster/model/file-groups.ts': ['path'], // which folder a file stands in
  'cli/commands/plan.ts': ['fs.existsSync', 'path', 'perf_hooks', 'process.once', 'process.removeListener'],
  'cli/commands/report.ts': ['path'],
  'report/gpu-report.ts': ['path'],
  // beside, then renamed
  'report/write-whole.ts': [
    'fs.closeSync', 'fs.fsyncSync', 'fs.mkdirSync', 'fs.openSync', 'fs.realpathSync', 'fs.renameSync', 'fs.rmSync', 'fs.statSync', 'fs.writeFileSync',
    'path', 'process.pid',
  ],
};

/** Where `in` asks for what a class gives its objects, by a name that this library writes. */
const MAY_ASK_FOR_INHERITED = ['props/prop-type.ts'];

/** Names by which code runs text, or reaches beyond the process without a module. */
const FORBIDDEN = ['eval', 'Function', 'fetch', 'WebSocket', 'XMLHttpRequest', 'EventSource', 'Worker', 'WebAssembly', 'globalThis', 'global', 'importScripts'];

/** Modules of others that may be named at all. */
const PACKAGES = ['cdk8s', 'constructs', 'escape-html', 'shell-quote', 'yaml', 'yargs'];

const files = (fs.readdirSync(src, { recursive: true }) as string[]).filter(file => file.endsWith('.ts')).sort();

/** What a source uses of Node and beyond, and what nobody may use. */
function usesOf(text: string): { allowedOnly: string[]; forbidden: string[] } {
  const source = ts.createSourceFile('x.ts', text, ts.ScriptTarget.ES2022, true);
  const used = new Set<string>();
  const forbidden = new Set<string>();
  const ofFs = new Set<string>();
  const module = (specifier: string | undefined, clause?: ts.ImportClause) => {
    if (specifier === undefined) { forbidden.add('a module whose name is made at run time'); return; }
    if (specifier.startsWith('.')) { return; }
    const name = specifier.replace(/^node:/, '');
    if (name === 'fs' && clause?.namedBindings !== undefined && ts.isNamespaceImport(clause.namedBindings)) {
      ofFs.add(clause.namedBindings.name.text);
    } else if (builtinModules.includes(name)) {
      used.add(name);
    } else if (!PACKAGES.includes(name.split('/')[0])) {
      forbidden.add(`module ${name}`);
    }
  };
  const literal = (node: ts.Node | undefined) => (node !== undefined && ts.isStringLiteral(node) ? node.text : undefined);
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && node.importClause?.isTypeOnly !== true) { module(literal(node.moduleSpecifier), node.importClause); }
    if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined && !node.isTypeOnly) { module(literal(node.moduleSpecifier)); }
    if (ts.isCallExpression(node) && (node.expression.getText(source) === 'require' || node.expression.kind === ts.SyntaxKind.ImportKeyword)) { module(literal(node.arguments[0])); }
    // every object has a constructor: what a stranger names is looked up by Object.hasOwn
    const isIn = ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.InKeyword;
    if (isIn && literal(node.left) === undefined && !ts.isPrivateIdentifier(node.left)) { forbidden.add('in'); }
    if (ts.isIdentifier(node) && !isMember(node)) {
      if (FORBIDDEN.includes(node.text)) { forbidden.add(node.text); }
      if (node.text === 'process') { used.add(`process.${memberOf(node)}`); }
      if (ofFs.has(node.text) && !ts.isNamespaceImport(node.parent)) { used.add(`fs.${memberOf(node)}`); }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { allowedOnly: [...used].sort(), forbidden: [...forbidden].sort() };
}

/** Whether an identifier is the name of a member and not a name of its own. */
function isMember(node: ts.Identifier): boolean {
  const { parent } = node;
  return (ts.isPropertyAccessExpression(parent) && parent.name === node) || (ts.isQualifiedName(parent) && parent.right === node)
    || (ts.isPropertyAssignment(parent) && parent.name === node) || (ts.isPropertySignature(parent) && parent.name === node)
    || (ts.isPropertyDeclaration(parent) && parent.name === node) || (ts.isMethodDeclaration(parent) && parent.name === node)
    || (ts.isEnumMember(parent) && parent.name === node) || ts.isTypeReferenceNode(parent);
}

function memberOf(node: ts.Identifier): string {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) { return parent.name.text; }
  return ts.isQualifiedName(parent) ? parent.right.text : 'as a whole';
}

test('there are sources to look at', () => {
  expect(files.length).toBeGreaterThan(150);
});

test.each(files)('%s runs no text, opens no connection, starts no process but where that is said, and uses of Node what it may', file => {
  const { allowedOnly, forbidden } = usesOf(fs.readFileSync(path.join(src, file), 'utf8'));
  expect(forbidden).toEqual(MAY_ASK_FOR_INHERITED.includes(file) ? ['in'] : []);
  expect(allowedOnly).toEqual([...ALLOWED[file] ?? []].sort());
});

/** The one place that writes files: whole or not at all. */
const WRITER = 'report/write-whole.ts';

/** The one place that starts programs. */
const STARTER = 'cli/render/run-program.ts';

test('what is allowed writes files in one place and starts programs in one, reaches no net, and is of files that there are', () => {
  const risky = /write|append|mkdir|rm|unlink|rename|copy|truncate|link|chmod|Stream|child_process|http|net|tls|dgram|vm|worker/i;
  const uses = Object.entries(ALLOWED).filter(([file]) => file !== WRITER).flatMap(([file, all]) => all.map(use => `${file} ${use}`));
  expect(uses.filter(use => risky.test(use.split(' ')[1]))).toEqual([`${STARTER} child_process`]);
  expect(Object.keys(ALLOWED).filter(file => !files.includes(file))).toEqual([]);
});

test('programs are started by one function, without a shell, by nothing but lint --render', () => {
  const text = fs.readFileSync(path.join(src, STARTER), 'utf8');
  expect([...text.matchAll(/\bspawnSync\(|\bspawn\(|\bexec\w*\(|\bfork\(/g)].map(([each]) => each)).toEqual(['spawnSync(']);
  expect(text).toContain('shell: false');
  const importers = files.filter(file => /from '[^']*\/run-program'/.test(fs.readFileSync(path.join(src, file), 'utf8')));
  expect(importers).toEqual(['cli/render/renderings.ts']);
  expect(files.filter(file => /from '[^']*\/renderings'/.test(fs.readFileSync(path.join(src, file), 'utf8')))).toEqual(['cli/commands/lint-run.ts']);
});

test('what is kept for several copies of the package carries a version in its name', () => {
  const keys = files.flatMap(file => [...fs.readFileSync(path.join(src, file), 'utf8').matchAll(/Symbol\.for\(([^)]*)\)/g)].map(([, name]) => name));
  expect(keys.length).toBeGreaterThan(0);
  expect(keys.filter(name => !/^'cdk8s-gpu\.[a-z-]+\.v\d+'$/.test(name))).toEqual([]);
});

test.each([
  ['import { execSync } from \'child_process\';', ['child_process'], []],
  ['import * as files from \'node:fs\'; files.writeFileSync(\'a\', \'b\');', ['fs.writeFileSync'], []],
  ['import * as fs from \'fs\'; const all = fs;', ['fs.as a whole'], []],
  ['import { rmSync } from \'fs\';', ['fs'], []],
  ['const http = require(\'http\');', ['http'], []],
  ['await import(name);', [], ['a module whose name is made at run time']],
  ['import got from \'got\';', [], ['module got']],
  ['eval(\'1\'); new Function(\'1\'); fetch(\'x\'); globalThis.x', [], ['Function', 'eval', 'fetch', 'globalThis']],
  ['process.kill(1); process[name];', ['process.as a whole', 'process.kill'], []],
  ['name in TABLE; \'kind\' in value;', [], ['in']],
  ['const x = { fetch: 1 }.fetch; import type { Server } from \'http\';', [], []],
] as [string, string[], string[]][])('and the test would see it: %s', (text, allowedOnly, forbidden) => {
  expect(usesOf(text)).toEqual({ allowedOnly, forbidden });
});
