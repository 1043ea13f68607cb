/**
 * Writes src/kubernetes/chart/value-facts.ts out of a folder of charts: one folder a chart and release, such as
 * `gpu-operator-26.7.0`, with the chart of that release in it; the DRA driver's of its first year by the numbers that
 * came later (0.1 for 25.3). Only facts are kept: which values a chart reads, and which it lists without reading them.
 *
 *   ts-node --transpile-only --project build-tools/tsconfig.json build-tools/write-chart-facts.ts FOLDER
 */
import * as fs from 'fs';
import * as path from 'path';
import { parse } from 'yaml';

/** A value of one release. */
interface Value {
  readonly keys: Map<string, Value>;
  /** A template gives it on whole, whatever it holds. */
  isOpen: boolean;
}

/** A value over all releases. */
interface MergedValue {
  readonly keys: Map<string, MergedValue>;
  readonly releases: number[];
  readonly openIn: number[];
  /** Some release says nothing of what it holds. */
  isLeaf: boolean;
}

const newValue = (): Value => ({ keys: new Map(), isOpen: false });

/** What a template reads: `.Values.driver.env`, `$.Values.config.map`, `.context.Values.image`. */
const READ = /(?:(with|range|toYaml|deepCopy|tpl|dict|merge|include)\b[^{}|]*?)?(?<![\w])\$?\.?(?:\w+\.)*Values\.([\w-]+(?:\.[\w-]+)*)/g;

function reach(root: Value, keys: readonly string[]): Value {
  return keys.reduce((value, key) => {
    if (!value.keys.has(key)) { value.keys.set(key, newValue()); }
    return value.keys.get(key)!;
  }, root);
}

/** Takes in what the chart's own file lists; below what a template gives on whole it is an example. */
function list(into: Value, values: unknown): void {
  if (typeof values !== 'object' || values === null || Array.isArray(values) || (into.isOpen && into.keys.size === 0)) {
    return;
  }
  for (const [key, value] of Object.entries(values)) { list(reach(into, [key]), value); }
}

function templatesIn(folder: string): string[] {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const file = path.join(folder, entry.name);
    return entry.isDirectory() ? templatesIn(file) : [fs.readFileSync(file, 'utf8')];
  });
}

function valuesOf(folder: string): Value {
  const root = newValue();
  const reads = templatesIn(path.join(folder, 'templates')).flatMap(text =>
    [...text.matchAll(READ)].map(([, whole, keys]) => ({ isWhole: whole !== undefined, keys })));
  const above = new Set(reads.flatMap(({ keys }) =>
    keys.split('.').map((_, index, all) => all.slice(0, index).join('.'))));
  for (const { keys, isWhole } of reads) {
    const value = reach(root, keys.split('.'));
    // what is read as it is, with nothing below it that is read by itself, may hold anything
    if (!above.has(keys) || isWhole) { value.isOpen = true; }
  }
  const {
    dependencies,
  } = parse(fs.readFileSync(
    path.join(folder, 'Chart.yaml'),
    'utf8',
  )) as { dependencies?: { name: string; alias?: string; condition?: string }[] };
  for (const { name, alias, condition } of dependencies ?? []) {
    reach(root, [alias ?? name]).isOpen = true; // of a chart of its own
    const conditions = (condition?.split(',') ?? [])
      .map(each => each.trim().split('.'))
      .filter(([first]) => first !== (alias ?? name));
    for (const each of conditions) { reach(root, each).isOpen = true; }
  }
  for (const key of ['global', 'tags']) { reach(root, [key]).isOpen = true; } // Helm's own
  list(root, parse(fs.readFileSync(path.join(folder, 'values.yaml'), 'utf8')));
  return root;
}

function merge(into: MergedValue, value: Value, release: number): void {
  into.releases.push(release);
  if (value.isOpen) { into.openIn.push(release); }
  if (value.keys.size === 0) { into.isLeaf = true; }
  for (const [key, each] of value.keys) {
    if (!into.keys.has(key)) { into.keys.set(key, { keys: new Map(), releases: [], openIn: [], isLeaf: false }); }
    merge(into.keys.get(key)!, each, release);
  }
}

/** In the form of `ValueNode`. */
function written({ keys, releases, openIn, isLeaf }: MergedValue, newest: number): object {
  const names = isLeaf ? [] : [...keys.keys()].sort();
  return {
    ...releases[0] > 0 && { from: releases[0] },
    ...releases[releases.length - 1] < newest && { to: releases[releases.length - 1] },
    ...names.length > 0 && openIn.length > 0 && { open: true },
    ...names.length > 0 && { keys: Object.fromEntries(names.map(name => [name, written(keys.get(name)!, newest)])) },
  };
}

const [folder] = process.argv.slice(2);
if (folder === undefined) { throw new Error('which folder holds the charts?'); }
const byNumber = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true });
const charts = new Map<string, string[]>();
for (const name of fs.readdirSync(folder)) {
  const [, chart, release] = /^([a-z-]+)-(\d+\.\d+\.\d+)$/.exec(name) ?? [];
  if (chart === undefined) { throw new Error(`${name} is not named CHART-MAJOR.MINOR.PATCH`); }
  charts.set(chart, [...charts.get(chart) ?? [], release]);
}
const lines = [
  '/* eslint-disable */',
  '// Generated by build-tools/write-chart-facts.ts from the charts that it names.',
  "import { ChartFacts } from './value-node';",
  '',
  '/** The values of charts, in their releases. */',
  'export const CHARTS: Record<string, ChartFacts> = {',
  ...[...charts.keys()].sort().flatMap(chart => {
    const releases = charts.get(chart)!.sort(byNumber);
    const root: MergedValue = { keys: new Map(), releases: [], openIn: [], isLeaf: false };
    releases.forEach((release, index) => merge(root, valuesOf(path.join(folder, `${chart}-${release}`)), index));
    const text = (value: MergedValue) =>
      JSON.stringify(written(value, releases.length - 1)).replace(/"(\w+)":/g, '$1:');
    return [
      `${JSON.stringify(chart)}:{releases:${JSON.stringify(releases)},keys:{`,
      ...[...root.keys.keys()].sort().map(key => `${JSON.stringify(key)}:${text(root.keys.get(key)!)},`),
      '}},',
    ];
  }),
  '};',
  '',
];
fs.writeFileSync(path.join(__dirname, '..', 'src', 'kubernetes', 'chart', 'value-facts.ts'), lines.join('\n'));
