/**
 * Rewrites what was compiled, so that a module is loaded when something in it is used for the first time, not when it
 * is imported:
 *
 *   const gpu_1 = require("./gpu"); becomes let gpu_1_loaded; const gpu_1 = () => gpu_1_loaded ??= require("./gpu");
 *   gpu_1.Gpu.of(id) gpu_1().Gpu.of(id)
 *
 * Who imports this package loads what it uses, and a command loads what it runs. No line moves, so positions in stack
 * traces stay. Only files of this package load late; of packages, their own builds decide.
 *
 *   ts-node --transpile-only --project build-tools/tsconfig.json build-tools/load-late.ts lib
 */
import * as fs from 'fs';
import * as path from 'path';
import * as ts from 'typescript';

/** A piece of a file, and what stands there instead. */
interface Edit { readonly start: number; readonly end: number; readonly text: string }

export function loadingLate(code: string): string {
  const source = ts.createSourceFile('module.js', code, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const imported = new Map<string, ts.VariableStatement>();
  for (const statement of source.statements) {
    const name = nameOfImport(statement);
    if (name !== undefined) { imported.set(name, statement as ts.VariableStatement); }
  }
  const edits: Edit[] = [...imported].map(([name, statement]) => {
    const required = statement.declarationList.declarations[0].initializer!.getText(source);
    return {
      start: statement.getStart(source),
      end: statement.end,
      text: `let ${name}_loaded; const ${name} = () => ${name}_loaded ??= ${required};`,
    };
  });
  const visit = (node: ts.Node): void => {
    if (imported.has((node as ts.Identifier).text) && ts.isIdentifier(node) && isUse(node)) {
      edits.push(...editsOfUse(node));
    }
    ts.forEachChild(node, visit);
  };
  source.statements
    .filter(statement => ![...imported.values()].includes(statement as ts.VariableStatement))
    .forEach(visit);
  return edits.sort((a, b) => b.start - a.start)
    .reduce((text, edit) => text.slice(0, edit.start) + edit.text + text.slice(edit.end), code);
}

/** The name in `const NAME = require("./…");`. */
function nameOfImport(statement: ts.Statement): string | undefined {
  if (!ts.isVariableStatement(statement) || statement.declarationList.declarations.length !== 1) { return undefined; }
  const [{ name, initializer: call }] = statement.declarationList.declarations;
  if (!ts.isIdentifier(name) || call === undefined || !ts.isCallExpression(call) || !ts.isIdentifier(call.expression)) {
    return undefined;
  }
  const [module] = call.arguments;
  const isOwn = call.expression.text === 'require' && ts.isStringLiteral(module) && module.text.startsWith('.');
  return isOwn ? name.text : undefined;
}

/** Whether an identifier stands for the module, not for a property or a key of that name. */
function isUse(name: ts.Identifier): boolean {
  return (name.parent as ts.Node & { readonly name?: ts.Node }).name !== name;
}

/** `module()`, and `new (module().Name)` where the call would be taken for the constructor's. */
function editsOfUse(name: ts.Identifier): Edit[] {
  let made: ts.Expression = name;
  while (ts.isPropertyAccessExpression(made.parent) && made.parent.expression === made) { made = made.parent; }
  const isMade = ts.isNewExpression(made.parent) && made.parent.expression === made;
  const start = name.getStart();
  return isMade
    ? [{ start, end: made.end, text: `(${name.text}()${made.getText().slice(name.text.length)})` }]
    : [{ start, end: name.end, text: `${name.text}()` }];
}

if (require.main === module) {
  const [folder] = process.argv.slice(2);
  for (const file of fs.readdirSync(folder, { recursive: true }) as string[]) {
    if (!file.endsWith('.js')) { continue; }
    const whole = path.join(folder, file);
    fs.writeFileSync(whole, loadingLate(fs.readFileSync(whole, 'utf8')));
  }
}
