/**
 * Runs tests written for jest in the process of StrykerJS, without jest. A run of jest takes a second before its first test starts, and there are
 * thousands of changes to try. What the tests use of jest is here: describe, test, each, hooks, expect, and spies.
 *
 * Every change is tried on modules that were loaded anew, so that nothing that one of them left in a cache is there for the next. Modules that
 * load none of the changed files, not even through others, hold nothing of a change and stay.
 */
import { createHash } from 'crypto';
import fs from 'fs';
import Module, { createRequire } from 'module';
import path from 'path';
import { fileURLToPath } from 'url';
import { compileFunction } from 'vm';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { determineHitLimitReached, DryRunStatus, MutantRunStatus, TestStatus, toMutantRunResult } from '@stryker-mutator/api/test-runner';

const require = createRequire(import.meta.url);
const { keyOf } = require('./sample.js');
const ts = require('typescript');
const { expect } = require('expect');
const { bind } = require('jest-each');
const { ModuleMocker } = require('jest-mock');

let root; // the copy that StrykerJS made
const original = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const OWN = ['src', 'test', 'examples'];
const PLAN = process.env.MUTATION_PLAN;
const TRANSPILED = path.join(path.dirname(PLAN), 'transpiled');
/** How long each test took without a change: a process that is started again after a time-out finds it there. */
const TIMES = `${PLAN}.times`;

/** TypeScript as JavaScript, kept between processes. */
function transpile(file) {
  const source = fs.readFileSync(file, 'utf8');
  const kept = path.join(TRANSPILED, `${createHash('sha256').update(source).digest('hex')}.js`);
  if (fs.existsSync(kept)) { return fs.readFileSync(kept, 'utf8'); }
  const { outputText } = ts.transpileModule(source, {
    fileName: file,
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, esModuleInterop: true, experimentalDecorators: true },
  });
  fs.writeFileSync(kept, outputText);
  return outputText;
}

const compiled = new Map();
/** Who loads a file, by its path. */
const loadedBy = new Map();

/** A file as a function that makes a module of it: compiled once in a process, evaluated anew for every change. */
function compile(file) {
  if (!compiled.has(file)) {
    const run = compileFunction(transpile(file), ['exports', 'require', 'module', '__filename', '__dirname'], { filename: file });
    compiled.set(file, { run, require: notingRequire(file) });
  }
  return compiled.get(file);
}

function notingRequire(file) {
  const own = createRequire(file);
  const known = new Map();
  return Object.assign(request => {
    if (!known.has(request)) {
      known.set(request, own.resolve(request));
      const loaders = loadedBy.get(known.get(request));
      if (loaders === undefined) { loadedBy.set(known.get(request), new Set([file])); } else { loaders.add(file); }
    }
    return own(request);
  }, own);
}

Module._extensions['.ts'] = (module, file) => {
  const { run, require: own } = compile(file);
  run.call(module.exports, module.exports, own, module, file, path.dirname(file));
};
const resolve = Module._resolveFilename;
Module._resolveFilename = (request, ...others) => resolve(request === 'cdk8s-gpu' ? path.join(root, 'src') : request, ...others);

/** Forgets the modules of this repository that load one of some files, and all tests. */
function forgetModules(changed) {
  const reached = [...changed];
  const all = new Set(reached);
  while (reached.length > 0) {
    for (const loader of loadedBy.get(reached.pop()) ?? []) {
      if (!all.has(loader)) { all.add(loader); reached.push(loader); }
    }
  }
  for (const file of Object.keys(require.cache)) {
    const folder = OWN.find(each => file.startsWith(path.join(root, each) + path.sep));
    if (folder !== undefined && (folder !== 'src' || all.has(file))) { delete require.cache[file]; }
  }
}

/** The tests of a file, in their order, with what is around them. */
class Collector {
  tests = [];
  hooks = [[]]; // by block, from the outermost

  constructor() {
    const describe = (name, define) => {
      this.names.push(String(name));
      this.hooks.push([]);
      define();
      this.hooks.pop();
      this.names.pop();
    };
    const test = (name, run) => { this.tests.push({ name: [...this.names, String(name)].join(' '), run, hooks: this.hooks.map(each => each) }); };
    const hook = kind => run => { this.hooks.at(-1).push({ kind, run, done: false }); };
    const withEach = define => Object.assign(define, { each: bind(define, false), skip: () => undefined, todo: () => undefined });
    const mocker = new ModuleMocker(globalThis);
    Object.assign(globalThis, {
      expect,
      describe: withEach(describe),
      test: withEach(test),
      it: withEach(test),
      beforeEach: hook('beforeEach'),
      afterEach: hook('afterEach'),
      beforeAll: hook('beforeAll'),
      afterAll: hook('afterAll'),
      jest: { fn: mocker.fn.bind(mocker), spyOn: mocker.spyOn.bind(mocker), requireActual: require, clearAllMocks: () => mocker.clearAllMocks() },
    });
    this.mocker = mocker;
  }

  names = [];

  /** The tests of a file; where it cannot be loaded, that is one test that fails. */
  load(file) {
    this.names = [];
    const before = this.tests.length;
    try {
      require(path.join(root, file));
    } catch (error) {
      this.tests.length = before;
      this.tests.push({ name: 'loads', run: () => { throw error; }, hooks: [] });
    }
    const met = new Map();
    for (const each of this.tests.slice(before)) {
      const times = (met.get(each.name) ?? 0) + 1;
      met.set(each.name, times);
      each.file = file;
      each.id = `${file} ${each.name}${times > 1 ? ` (${times})` : ''}`;
    }
  }
}

async function hooksOf({ hooks }, kind) {
  for (const hook of hooks.flat().filter(each => each.kind === kind)) {
    if (kind === 'beforeAll' && hook.done) { continue; }
    hook.done = true;
    await hook.run();
  }
}

async function runOne(collector, test) {
  const start = performance.now();
  const result = { id: test.id, name: test.id, fileName: path.join(root, test.file) };
  try {
    await hooksOf(test, 'beforeAll');
    await hooksOf(test, 'beforeEach');
    await test.run();
    return { ...result, status: TestStatus.Success, timeSpentMs: performance.now() - start };
  } catch (error) {
    return { ...result, status: TestStatus.Failed, failureMessage: String(error?.message ?? error), timeSpentMs: performance.now() - start };
  } finally {
    try { await hooksOf(test, 'afterEach'); } catch { /* the next test tells */ }
    collector.mocker.restoreAllMocks();
  }
}

class InProcess {
  constructor() {
    const { changed, drawn, tests, deadline } = JSON.parse(fs.readFileSync(PLAN, 'utf8'));
    this.files = tests;
    this.names = changed;
    this.drawn = new Set(drawn);
    this.deadline = deadline ?? Infinity;
  }

  init() {
    root = process.cwd();
    this.changed = this.names.map(file => path.join(root, file));
    fs.mkdirSync(TRANSPILED, { recursive: true });
    process.emitWarning = () => undefined;
    for (const method of ['log', 'warn', 'error']) { console[method] = () => undefined; }
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  async dryRun() {
    const state = this.state();
    state.mutantCoverage = { static: {}, perTest: {} };
    const tests = await this.run(this.files, {});
    fs.writeFileSync(TIMES, JSON.stringify(Object.fromEntries(tests.map(({ id, timeSpentMs }) => [id, timeSpentMs]))));
    return { status: DryRunStatus.Complete, tests, mutantCoverage: state.mutantCoverage };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit, mutantActivation }) {
    const errorMessage = !this.drawn.has(keyOf(path.relative(original, activeMutant.fileName), activeMutant)) ? 'not drawn'
      : Date.now() > this.deadline ? 'no time left' : undefined;
    if (errorMessage !== undefined) { return { status: MutantRunStatus.Error, errorMessage }; }
    const state = this.state();
    Object.assign(state, { hitCount: hitLimit === undefined ? undefined : 0, hitLimit, mutantCoverage: { static: {}, perTest: {} } });
    const files = this.cheapestFirst(testFilter);
    const only = testFilter && new Set(testFilter);
    const tests = await this.run(files, { only, mutant: activeMutant.id, whileLoading: mutantActivation === 'static', bail: true });
    return toMutantRunResult(determineHitLimitReached(state.hitCount, state.hitLimit) ?? { status: DryRunStatus.Complete, tests });
  }

  /** Files of the tests that reach the change, the quickest first: most changes are noticed by the first test that there is. */
  cheapestFirst(testFilter) {
    if (testFilter === undefined) { return this.files; }
    this.times ??= JSON.parse(fs.readFileSync(TIMES, 'utf8'));
    const needed = new Map();
    for (const id of testFilter) {
      const file = this.files.find(each => id.startsWith(`${each} `));
      needed.set(file, (needed.get(file) ?? 0) + (this.times[id] ?? 0));
    }
    return [...needed].sort(([, a], [, b]) => a - b).map(([file]) => file);
  }

  state() {
    return globalThis.__stryker__ ??= {};
  }

  /**
   * @param only the tests that are wanted; all where undefined
   * @param mutant the change that is active, where there is one
   * @param whileLoading whether it is active already while modules are loaded
   * @param bail whether the first test that fails is enough
   */
  async run(files, { only, mutant, whileLoading = false, bail = false }) {
    const state = this.state();
    const results = [];
    // a file at a time, each with modules of its own, as jest has it
    for (const file of files) {
      forgetModules(this.changed);
      const collector = new Collector();
      state.activeMutant = whileLoading ? mutant : undefined;
      collector.load(file);
      state.activeMutant = mutant;
      const tests = collector.tests.filter(({ id, name }) => only === undefined || only.has(id) || name === 'loads');
      for (const test of tests) {
        state.currentTestId = test.id;
        const result = await runOne(collector, test);
        state.currentTestId = undefined;
        results.push(result);
        if (bail && result.status === TestStatus.Failed) { break; }
      }
      for (const test of tests) { await endOf(test); }
      if (bail && results.at(-1)?.status === TestStatus.Failed) { break; }
    }
    state.activeMutant = undefined;
    return results;
  }
}

/** What cleans up after a block: folders are removed, also after a change that was noticed. */
async function endOf(test) {
  for (const hook of test.hooks.flat().filter(({ kind, done }) => kind === 'afterAll' && !done)) {
    hook.done = true;
    try { await hook.run(); } catch { /* there may be nothing to clean up */ }
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'in-process', InProcess)];
