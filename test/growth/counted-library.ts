import * as fs from 'fs';
import { createRequire } from 'module';
import * as path from 'path';
import * as ts from 'typescript';
import { COUNTS, CountingCode, WORK } from './counting-code';
import { EngineWork } from './engine-work';

const ROOT = path.join(__dirname, '..', '..');

/** The packages that read for the library. Other packages are used as they are, and their work is not counted. */
const COUNTED_PACKAGES = ['yaml', 'shell-quote'];

/** How much was done at each place, by its number. */
export type Steps = Float64Array;

/** The library from its sources, loaded once more so that it counts what it does. */
export class CountedLibrary {
  private readonly code = new CountingCode();
  private readonly sources = compiled(this.code);
  private readonly modules = new Map<string, { exports: unknown }>();
  private readonly counts = new Float64Array(MOST_PLACES);
  private readonly work = new EngineWork(this.counts);

  /**
   * A module of it.
   * @param name its path from the root of the repository: `src/cluster`
   */
  public load<Module>(name: string): Module {
    return this.moduleOf(this.found(path.join(ROOT, name))) as Module;
  }

  /** A module that a test writes, in plain JavaScript of CommonJS. */
  public loadText<Module>(text: string): Module {
    return this.evaluated(path.join(ROOT, 'test', 'growth', 'written-by-a-test.js'), this.code.written(text, 'test')) as Module;
  }

  /** What was done where while `run` ran. */
  public async stepsOf(run: () => void | Promise<void>): Promise<Steps> {
    this.counts.fill(0);
    await run();
    return this.counts.slice(0, this.code.places.length);
  }

  /** The file and the function of a place. */
  public placeOf(number: number): string {
    return this.code.places[number];
  }

  private moduleOf(file: string): unknown {
    const known = this.modules.get(file);
    if (known !== undefined) { return known.exports; }
    if (file.endsWith('.json')) { return JSON.parse(fs.readFileSync(file, 'utf8')) as unknown; }
    return this.evaluated(file, this.sources.get(file) ?? this.code.written(fs.readFileSync(file, 'utf8'), nameOf(file)));
  }

  private evaluated(file: string, code: string): unknown {
    const module = { exports: {} as unknown };
    this.modules.set(file, module); // before it runs: what it loads may load it
    if (this.code.places.length > MOST_PLACES) { throw new Error('there are more places than counts; raise MOST_PLACES'); }
    // not with vm: what its code makes would be of other globals than those of the tests
    // eslint-disable-next-line @typescript-eslint/no-implied-eval
    const run = new Function('module', 'exports', 'require', '__filename', '__dirname', COUNTS, WORK, `${code}\n//# sourceURL=${file}`);
    // eslint-disable-next-line @typescript-eslint/no-unsafe-call
    run(module, module.exports, this.requireFrom(file), file, path.dirname(file), this.counts, this.work);
    return module.exports;
  }

  private requireFrom(file: string): (name: string) => unknown {
    const { resolve } = createRequire(file);
    return name => {
      if (name.startsWith('.')) { return this.moduleOf(this.found(path.resolve(path.dirname(file), name))); }
      return COUNTED_PACKAGES.includes(name) ? this.moduleOf(resolve(name)) : jest.requireActual<object>(name);
    };
  }

  private found(place: string): string {
    const file = [`${place}.ts`, path.join(place, 'index.ts'), place, `${place}.js`, path.join(place, 'index.js')]
      .find(each => this.sources.has(each) || (!each.endsWith('.ts') && fs.statSync(each, { throwIfNoEntry: false })?.isFile()));
    if (file === undefined) { throw new Error(`nothing to load at ${place}`); }
    return file;
  }
}

/** Room for the counts of all places; today there are about half as many. */
const MOST_PLACES = 100_000;

const nameOf = (file: string) => path.relative(ROOT, file).replaceAll(path.sep, '/');

/** Every file of `src` that can run, as it counts itself, in one go: one by one the compiler takes twice as long. */
function compiled(code: CountingCode): ReadonlyMap<string, string> {
  const files = (fs.readdirSync(path.join(ROOT, 'src'), { recursive: true }) as string[])
    .filter(each => each.endsWith('.ts'))
    .map(each => path.join(ROOT, 'src', each));
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.CommonJS,
    target: ts.ScriptTarget.ES2022,
    esModuleInterop: true,
    isolatedModules: true,
    noCheck: true,
    noLib: true,
    noResolve: true,
    types: [],
    removeComments: true,
    ignoreDeprecations: '6.0',
  };
  const written = new Map<string, string>();
  const program = ts.createProgram(files, options, {
    ...ts.createCompilerHost(options),
    getSourceFile: (file, target) =>
      ts.createSourceFile(file, code.written(fs.readFileSync(file, 'utf8'), nameOf(file)), target),
    writeFile: (file, text) => { written.set(file.replace(/\.js$/, '.ts'), text); },
  });
  program.emit();
  return written;
}
