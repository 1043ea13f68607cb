import * as path from 'path';
import { versionOf } from './chart-version';
import { Chart, chartNamed } from './charts';
import { at, fieldsOf, listOf, Path, plainText, textOf } from '../../kubernetes';
import { ManifestDocument } from '../model/document';

/** The chart that values are given to, as another file says it. */
export interface NamedChart {
  /** Undefined: one that is not known, so that nothing is said of its values. */
  readonly chart?: Chart;
  readonly version?: string;
  readonly repository?: string;
  /** Whether other values are laid over them. */
  readonly isIncomplete?: boolean;
  /** The charts in it, by the keys that have their values. */
  readonly parts?: ReadonlyMap<string, NamedChart>;
}

/** A file of values that another file names, or files of a folder. */
export interface ValuesFile extends NamedChart {
  /** From the folder of the file that names it, or from the root of a repository whose place is not known. */
  readonly path: string;
  readonly isOfRepository: boolean;
  /** Whether it is a folder, of which every file called values is one. */
  readonly isFolder: boolean;
}

/** The files of values that an object names, and the chart that each is given to. */
export function valuesFilesOf(document: ManifestDocument): ValuesFile[] {
  const { kind, value, apiVersion, file } = document;
  if (kind === '' && path.basename(file) === 'Chart.yaml') { return ofChart(document); }
  switch (`${apiVersion.split('/')[0]} ${kind}`) {
    case 'argoproj.io Application': return ofSources(value, ['spec']);
    case 'argoproj.io ApplicationSet': return ofSources(value, ['spec', 'template', 'spec']);
    case 'kustomize.config.k8s.io Kustomization':
    case ' Kustomization': return ofKustomization(document);
    default: return [];
  }
}

/**
 * `$values/gpu/values.yaml` of a source with a chart is a file of the source that has `ref: values` (argo-cd
 * docs/user-guide/multiple_sources.md, Helm value files from external Git repository).
 */
function ofSources(value: ManifestDocument['value'], spec: Path): ValuesFile[] {
  const sources = listOf(at(value, ...spec, 'sources'));
  const references = sources.map(each => textOf(at(each, 'ref')));
  return sources.flatMap(source => {
    const chart = textOf(at(source, 'chart'));
    const files = listOf(at(source, 'helm', 'valueFiles')).map(plainText);
    const isAlone = files.length === 1
      && ['values', 'valuesObject', 'parameters'].every(key => at(source, 'helm', key) === undefined);
    return chart === undefined ? [] : files.flatMap(each => {
      const [, reference, below] = /^\$([^/]+)\/(.+)$/.exec(each) ?? [];
      if (below === undefined || below.includes('{{') || !references.includes(reference)) { return []; }
      return [{
        path: path.posix.normalize(below),
        isOfRepository: true,
        isFolder: false,
        chart: chartNamed(chart),
        version: versionOf(at(source, 'targetRevision')),
        isIncomplete: !isAlone,
      }];
    });
  });
}

/** kubernetes-sigs/kustomize@api/v0.20.1 api/types/helmchartargs.go */
function ofKustomization({ value, file }: ManifestDocument): ValuesFile[] {
  return listOf(value.helmCharts).flatMap(chart => {
    const named = [at(chart, 'valuesFile'), ...listOf(at(chart, 'additionalValuesFiles'))]
      .flatMap(each => textOf(each) ?? []);
    return named.map(each => ({
      path: path.join(path.dirname(file), each),
      isOfRepository: false,
      isFolder: false,
      chart: chartNamed(textOf(at(chart, 'name'))),
      version: versionOf(at(chart, 'version')),
      isIncomplete: named.length > 1 || at(chart, 'valuesInline') !== undefined,
    }));
  });
}

/** A chart around others gives each what stands under its name, or its alias (Helm documentation, dependencies). */
function ofChart({ value, file }: ManifestDocument): ValuesFile[] {
  const parts = new Map(listOf(value.dependencies).flatMap((each): [string, NamedChart][] => {
    const name = textOf(at(each, 'name'));
    const chart = chartNamed(name);
    const key = textOf(at(each, 'alias')) ?? name;
    if (key === undefined || chart === undefined) { return []; }
    return [[key, { chart, version: versionOf(at(each, 'version')), repository: textOf(at(each, 'repository')) }]];
  }));
  // a chart of NVIDIA's own, with its parts, is known by its values
  const isKnown = chartNamed(textOf(fieldsOf(value).name)) !== undefined;
  return isKnown || parts.size === 0
    ? []
    : [{ path: path.dirname(file), isOfRepository: false, isFolder: true, parts }];
}

/** What all that name a file say of it; undefined where nobody names it. */
export function namedChartOf(file: string, named: readonly ValuesFile[]): NamedChart | undefined {
  const [first, ...others] = named.filter(each => isFor(each, file));
  if (first === undefined || others.length === 0) { return first; }
  if (others.some(({ chart }) => chart !== first.chart)) { return {}; } // of several charts
  return {
    ...first,
    version: others.every(({ version }) => version === first.version) ? first.version : undefined,
    isIncomplete: [first, ...others].some(each => each.isIncomplete === true),
  };
}

function isFor({ path: named, isOfRepository, isFolder }: ValuesFile, file: string): boolean {
  if (isFolder) {
    return path.resolve(path.dirname(file)) === path.resolve(named) && /values/i.test(path.basename(file));
  }
  if (!isOfRepository) { return path.resolve(file) === path.resolve(named); }
  const whole = `/${path.normalize(file).split(path.sep).join('/')}`;
  return whole === `/${named}` || (named.includes('/') && whole.endsWith(`/${named}`));
}
