import * as vm from 'vm';
import * as ts from 'typescript';
import { loadingLate } from '../../build-tools/load-late';

/** Compiles a module as the build does, and runs it with modules that note when they are loaded. */
function run(text: string, modules: Record<string, unknown>): { exports: any; loaded: string[] } {
  const { outputText } = ts.transpileModule(text, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } });
  const exports: any = {};
  const loaded: string[] = [];
  const load = (name: string) => {
    loaded.push(name);
    return modules[name];
  };
  vm.runInNewContext(loadingLate(outputText), { exports, require: load });
  return { exports, loaded };
}

class Board {
  constructor(public readonly id: string) {}
}

const MODULES = {
  './board': { Board: Object.assign(Board, { of: (id: string) => new Board(id) }), find: (id: string) => id, LIMITS: { most: 4 } },
  './other': { Other: class {} },
  'fs': { readFileSync: () => 'content' },
};

test('a module is loaded once, when something in it is used', () => {
  const { exports, loaded } = run("import { Board, find } from './board'; export const of = (id: string) => [Board.of(id).id, find(id), new Board(id).id];", MODULES);
  expect(loaded).toEqual([]);
  expect(exports.of('a')).toEqual(['a', 'a', 'a']);
  expect(exports.of('b')).toEqual(['b', 'b', 'b']);
  expect(loaded).toEqual(['./board']);
});

test('what is passed on is loaded by those who ask for it', () => {
  const { exports, loaded } = run("export { Board } from './board'; export { Other } from './other';", MODULES);
  expect(Object.keys(exports).sort()).toEqual(['Board', 'Other']);
  expect(loaded).toEqual([]);
  expect(new exports.Board('x').id).toBe('x');
  expect(loaded).toEqual(['./board']);
});

test('a class extends one of another module, and a constant is made of one, as before', () => {
  const { exports } = run("import { Board, LIMITS } from './board'; export class Own extends Board {} export const TWICE = 2 * LIMITS.most;", MODULES);
  expect(new exports.Own('own').id).toBe('own');
  expect(exports.TWICE).toBe(8);
});

test('names that only look alike stay, and packages are loaded at once', () => {
  const { exports, loaded } = run("import * as fs from 'fs'; import { find } from './board'; export const all = { board_1: 1, text: fs.readFileSync('x'), find: (o: any) => o.board_1, f: () => find('f') };", MODULES);
  expect(loaded).toEqual(['fs']);
  expect([exports.all.board_1, exports.all.find({ board_1: 2 }), exports.all.f()]).toEqual([1, 2, 'f']);
});

test('a file that was rewritten stays as it is', () => {
  const once = loadingLate('const a_1 = require("./a");\nexports.x = () => new a_1.A.B(a_1.c, (0, a_1.f)(1));\n');
  expect(once).toBe('let a_1_loaded; const a_1 = () => a_1_loaded ??= require("./a");\nexports.x = () => new (a_1().A.B)(a_1().c, (0, a_1().f)(1));\n');
  expect(loadingLate(once)).toBe(once);
});
