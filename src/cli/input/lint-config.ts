import * as fs from 'fs';
import * as path from 'path';
import { matchesGlob } from './glob';
import { readFile, wholeText } from './read-file';
import { Fields, isFields, parseYaml, plainValue } from '../../kubernetes';
import { NAMED_PRODUCTS, RELEASE_TABLES } from '../../releases';
import { Finding, RULES, Severity } from '../../rules';
import { nearestName, shown } from '../../text';
import { whyUnread } from '../shell/file-errors';
import { UsageError } from '../shell/terminal';

/** What a person thinks of a rule, or of all, in some files. */
export interface RuleSetting {
  readonly rule: string;
  readonly severity: Severity | 'off';
  readonly paths?: readonly string[];
  readonly reason: string;
}

/** What `.cdk8s-gpu.yaml` says. Options of the command line win. */
export interface LintConfig {
  readonly releases: Readonly<Partial<Record<'gpuOperator' | 'nimOperator' | 'kubernetes' | 'draDriver', string>>>;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly rules: readonly RuleSetting[];
  readonly baseline?: string;
  readonly separate?: boolean;
  readonly together?: boolean;
  readonly strictReading?: boolean;
}

export const CONFIG_FILE = '.cdk8s-gpu.yaml';

/** A config is small. */
const MOST_CHARACTERS = 1024 * 1024;
const PACKAGE = 'package.json';

const NO_CONFIG: LintConfig = { releases: {}, include: [], exclude: [], rules: [] };

/** Keys by the place that they stand at; the JSON Schema of the config file has the same (docs/config.schema.json). */
export const CONFIG_KEYS = {
  top: ['releases', 'paths', 'rules', 'baseline', 'separate', 'together', 'strictReading'],
  releases: ['gpuOperator', 'nimOperator', 'kubernetes', 'draDriver'],
  paths: ['include', 'exclude'],
  rules: ['rule', 'severity', 'paths', 'reason'],
  severity: ['off', 'info', 'warning', 'error'],
} as const;

/**
 * The config of the working directory: `.cdk8s-gpu.yaml`, or the key `cdk8s-gpu` of `package.json`; or the file that is
 * named.
 * @throws UsageError for what it cannot mean: an unknown key, rule, severity or folder, a rule without a reason, two
 * settings that contradict
 */
export function lintConfig(named: string | undefined): LintConfig {
  if (named !== undefined) { return configIn(read(named, true)!, named); }
  const own = read(CONFIG_FILE, false);
  if (own !== undefined) { return configIn(own, CONFIG_FILE); }
  const inPackage = read(PACKAGE, false);
  return isFields(inPackage) && 'cdk8s-gpu' in inPackage ? configIn(inPackage['cdk8s-gpu'], PACKAGE) : NO_CONFIG;
}

function read(file: string, mustExist: boolean): unknown {
  let text: string;
  try {
    if (!fs.statSync(file).isFile()) { throw new Error('it is no file'); }
    text = wholeText(readFile(file), MOST_CHARACTERS);
  } catch (error) {
    if (!mustExist && (error as NodeJS.ErrnoException).code === 'ENOENT') { return undefined; }
    throw new UsageError(`${file}: ${whyUnread(error as NodeJS.ErrnoException)}`);
  }
  try {
    return (file === PACKAGE ? JSON.parse(text) : plainValue(parseYaml(text), text)) ?? {};
  } catch (error) {
    if (file === PACKAGE) { return undefined; }
    throw new UsageError(`${file}: ${(error as Error).message}`);
  }
}

function configIn(value: unknown, file: string): LintConfig {
  const top = mapOf(value, file, 'the config', CONFIG_KEYS.top);
  const paths = mapOf(top.paths ?? {}, file, 'paths', CONFIG_KEYS.paths);
  if (top.separate === true && top.together === true) {
    throw new UsageError(`${file}: separate and together contradict each other; keep one of them`);
  }
  return {
    releases: releasesIn(top.releases ?? {}, file),
    include: patternsOf(paths.include, file, 'paths.include'),
    exclude: patternsOf(paths.exclude, file, 'paths.exclude'),
    rules: listIn(top.rules, file, 'rules').map((each, index) => settingOf(each, file, `rules.${index}`)),
    baseline: top.baseline === undefined ? undefined : beside(file, textIn(top.baseline, file, 'baseline')),
    separate: switchOf(top.separate, file, 'separate'),
    together: switchOf(top.together, file, 'together'),
    strictReading: switchOf(top.strictReading, file, 'strictReading'),
  };
}

/** A path from the folder of a file on; an absolute one is what it is. */
function beside(file: string, named: string): string {
  return path.isAbsolute(named) ? named : path.join(path.dirname(file), named);
}

function releasesIn(value: unknown, file: string): LintConfig['releases'] {
  const releases = mapOf(value, file, 'releases', CONFIG_KEYS.releases);
  return Object.fromEntries(Object.entries(releases).map(([name, written]) => {
    try {
      return [name, RELEASE_TABLES[NAMED_PRODUCTS[name as keyof typeof NAMED_PRODUCTS]].of(shown(written))];
    } catch (error) {
      throw new UsageError(`${file}: releases.${name}: ${(error as Error).message}; write it in quotes`);
    }
  }));
}

function settingOf(value: unknown, file: string, place: string): RuleSetting {
  const { rule, severity, paths, reason } = mapOf(value, file, place, CONFIG_KEYS.rules);
  const id = textIn(rule, file, `${place}.rule`);
  const ids = RULES.map(each => each.id);
  if (!ids.includes(id)) {
    throw new UsageError(`${file}: ${place}.rule: there is no rule ${id}${meant(id, ids)}; cdk8s-gpu rules lists them`);
  }
  // YAML 1.1 reads `off` as false
  const level = severity === false ? 'off' : textIn(severity, file, `${place}.severity`);
  if (!(CONFIG_KEYS.severity as readonly string[]).includes(level)) {
    throw new UsageError(`${file}: ${place}.severity: "${level}" is none of `
      + `${CONFIG_KEYS.severity.join(', ')}${meant(level, CONFIG_KEYS.severity)}`);
  }
  const why = textIn(reason ?? '', file, `${place}.reason`);
  if (why.trim() === '') {
    throw new UsageError(`${file}: ${place}: give a reason, so that the next reader knows why ${id} is ${level} here`);
  }
  return {
    rule: id,
    severity: level as RuleSetting['severity'],
    ...paths !== undefined && { paths: patternsOf(paths, file, `${place}.paths`) },
    reason: why,
  };
}

function mapOf(value: unknown, file: string, place: string, keys: readonly string[]): Readonly<Fields> {
  if (!isFields(value)) { throw new UsageError(`${file}: ${place} is a map, got ${shown(value)}`); }
  const unknown = Object.keys(value).find(key => !keys.includes(key));
  if (unknown !== undefined) {
    throw new UsageError(`${file}: ${place} has no key "${unknown}"${meant(unknown, keys)}; it `
      + `may have ${keys.join(', ')}`);
  }
  return value;
}

function listIn(value: unknown, file: string, place: string): readonly unknown[] {
  if (value === undefined) { return []; }
  if (!Array.isArray(value)) { throw new UsageError(`${file}: ${place} is a list, got ${shown(value)}`); }
  return value;
}

/**
 * Patterns of paths from the working directory; one below a folder that is not there matches nothing, and is a mistake.
 */
function patternsOf(value: unknown, file: string, place: string): string[] {
  return listIn(value, file, place).map((each, index) => {
    const pattern = textIn(each, file, `${place}.${index}`);
    const names = pattern.replace(/^\.\//, '').split('/');
    const wild = names.findIndex(name => /[*?]/.test(name));
    const plain = (wild < 0 ? names : names.slice(0, wild)).filter(name => name !== '');
    const root = path.isAbsolute(pattern) ? path.parse(pattern).root : '';
    const upTo = (depth: number) => root + plain.slice(0, depth).join('/');
    const missing = plain.findIndex((_, depth) => !fs.existsSync(upTo(depth + 1)));
    if (missing >= 0) {
      const others = namesIn(upTo(missing) || '.');
      throw new UsageError(`${file}: ${place}.${index}: there is no ${upTo(missing + 1)}${meant(plain[missing], others)}`);
    }
    return pattern;
  });
}

/** What is in a folder; nothing where it is a file, or may not be read. */
function namesIn(folder: string): string[] {
  try { return fs.readdirSync(folder); } catch { return []; }
}

function textIn(value: unknown, file: string, place: string): string {
  if (typeof value !== 'string') { throw new UsageError(`${file}: ${place} is a text, got ${shown(value)}`); }
  return value;
}

function switchOf(value: unknown, file: string, place: string): boolean | undefined {
  if (value !== undefined && typeof value !== 'boolean') {
    throw new UsageError(`${file}: ${place} is true or false, got ${shown(value)}`);
  }
  return value;
}

function meant(word: string, words: readonly string[]): string {
  const nearest = nearestName(word, words);
  return nearest === undefined ? '' : `; did you mean ${nearest}`;
}

/** Whether files at a path are to be checked. */
export function isIncluded(file: string, { include, exclude }: LintConfig): boolean {
  return (include.length === 0 || include.some(pattern => isMeantBy(pattern, file)))
    && !exclude.some(pattern => isMeantBy(pattern, file));
}

/** Whether a pattern, from the working directory on or absolute, is for a file, whichever way that is named. */
function isMeantBy(pattern: string, file: string): boolean {
  if (path.isAbsolute(pattern)) { return matchesGlob(path.resolve(file), pattern); }
  return matchesGlob(path.isAbsolute(file) ? path.relative('', file) : file, pattern);
}

/**
 * Findings with the severities that the config gives them, less those of rules that it switches off; the last setting
 * for a place counts.
 */
export function withSettings(findings: readonly Finding[], { rules }: LintConfig): Finding[] {
  return findings.flatMap(finding => {
    const isFor = ({ rule, paths }: RuleSetting) =>
      rule === finding.rule && (paths?.some(pattern => isMeantBy(pattern, finding.file)) ?? true);
    const setting = rules.filter(isFor).at(-1);
    if (setting === undefined || finding.isFailure) { return [finding]; }
    return setting.severity === 'off' ? [] : [{ ...finding, severity: setting.severity }];
  });
}
