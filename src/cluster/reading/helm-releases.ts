import { versionOf } from './chart-version';
import { chartNamed } from './charts';
import { chartObjects } from './helm-values';
import { below } from './moved-lines';
import { ValuesPlace } from './values-place';
import {
  at, deepMerge, Fields, fieldsOf, isFields, LineTree, lineTree, listOf, parseYaml, Path, plainText, textOf,
  yamlLibrary,
} from '../../kubernetes';
import { EmbeddedFile, ManifestDocument } from '../model/document';

/** A chart that an object of a deployment tool brings, with its values. */
interface Release {
  /** The chart as it is named; @default - it is not */
  readonly chart?: unknown;
  /** Else what may be called as the chart is: the first that is known counts. */
  readonly alike?: readonly unknown[];
  readonly version?: unknown;
  readonly repository?: unknown;
  /** Where the values stand, as a map or as a text; of two, the first wins. */
  readonly values: readonly Path[];
  /** Single values over those, by their path with dots. */
  readonly set?: readonly (readonly [string, unknown])[];
  /** Whether other objects bring values too. */
  readonly isIncomplete?: boolean;
  /** Whether the controller of k3s and RKE2 installs it. */
  readonly isOfRancher?: boolean;
}

/**
 * The releases in a HelmRelease of Flux, an Application or ApplicationSet of Argo CD, a HelmChart or HelmChartConfig of
 * Rancher, a Kustomization, fleet.yaml, helmfile.yaml, or an object of Crossplane, Cluster API, Sveltos or k0s.
 */
function releasesIn(value: Readonly<Fields>): Release[] {
  const name = at(value, 'metadata', 'name');
  switch (`${plainText(value.apiVersion).split('/')[0]} ${plainText(value.kind)}`) {
    case 'helm.toolkit.fluxcd.io HelmRelease': {
      const chart = at(value, 'spec', 'chart', 'spec');
      return [{
        chart: at(chart, 'chart'),
        alike: chart === undefined ? [at(value, 'spec', 'chartRef', 'name'), name] : [],
        version: at(chart, 'version'),
        repository: at(chart, 'sourceRef', 'name'),
        values: [['spec', 'values']],
        isIncomplete: listOf(at(value, 'spec', 'valuesFrom')).length > 0,
      }];
    }
    case 'helm.cattle.io HelmChart': return [{
      chart: at(value, 'spec', 'chart'),
      alike: at(value, 'spec', 'chartContent') === undefined ? [] : [name],
      version: at(value, 'spec', 'version'),
      repository: at(value, 'spec', 'repo'),
      values: [['spec', 'valuesContent']],
      set: Object.entries(fieldsOf(at(value, 'spec', 'set'))),
      isOfRancher: true,
    }];
    case 'helm.cattle.io HelmChartConfig':
      return [{ alike: [name], values: [['spec', 'valuesContent']], isIncomplete: true, isOfRancher: true }];
    case 'argoproj.io Application': return sourcesOf(value, ['spec']);
    case 'argoproj.io ApplicationSet': return sourcesOf(value, ['spec', 'template', 'spec']);
    case 'kustomize.config.k8s.io Kustomization':
    case ' Kustomization': return listOf(value.helmCharts).map((chart, index) => ({
      chart: at(chart, 'name'),
      version: at(chart, 'version'),
      repository: at(chart, 'repo'),
      values: [['helmCharts', index, 'valuesInline']],
      isIncomplete: at(chart, 'valuesFile') !== undefined || listOf(at(chart, 'additionalValuesFiles')).length > 0,
    }));
    case 'helm.crossplane.io Release': return [releaseAt(['spec', 'forProvider'], {
      chart: at(value, 'spec', 'forProvider', 'chart', 'name'),
      version: at(value, 'spec', 'forProvider', 'chart', 'version'),
      isIncomplete: ['valuesFrom', 'set'].some(key => at(value, 'spec', 'forProvider', key) !== undefined),
    })];
    case 'addons.cluster.x-k8s.io HelmChartProxy': return [releaseAt(['spec'], {
      chart: at(value, 'spec', 'chartName'),
      version: at(value, 'spec', 'version'),
      values: [['spec', 'valuesTemplate']],
    })];
    case 'config.projectsveltos.io ClusterProfile':
    case 'config.projectsveltos.io Profile':
      return listOf(at(value, 'spec', 'helmCharts')).map((chart, index) => releaseAt(['spec', 'helmCharts', index], {
        chart: at(chart, 'chartName'),
        version: at(chart, 'chartVersion'),
        isIncomplete: at(chart, 'valuesFrom') !== undefined,
      }));
    case 'k0s.k0sproject.io ClusterConfig': {
      const charts: Path = ['spec', 'extensions', 'helm', 'charts'];
      return listOf(at(value, ...charts)).map((chart, index) =>
        releaseAt([...charts, index], { chart: at(chart, 'chartname'), version: at(chart, 'version') }));
    }
    case ' ': return isFields(value.helm) ? ofFleet(value) : ofHelmfile(value);
    default: return [];
  }
}

/** A release whose values stand in `values` at a path, unless something else is said. */
function releaseAt(path: Path, release: Omit<Release, 'values'> & Partial<Release>): Release {
  return { values: [[...path, 'values']], ...release };
}

/**
 * fleet.yaml of Rancher (rancher/fleet@04d1da9f pkg/apis/fleet.cattle.io/v1alpha1 bundledeployment_types.go
 * HelmOptions).
 */
function ofFleet(value: Readonly<Fields>): Release[] {
  const isIncomplete = ['valuesFiles', 'valuesFrom'].some(key => at(value, 'helm', key) !== undefined)
    || value.targetCustomizations !== undefined;
  const [chart, version] = [at(value, 'helm', 'chart'), at(value, 'helm', 'version')];
  return [releaseAt(['helm'], { chart, version, repository: at(value, 'helm', 'repo'), isIncomplete })];
}

/**
 * helmfile.yaml: values of a release are a list of maps and of names of files; the last counts (helmfile.readthedocs.io,
 * "Values Merging and Data Flow").
 */
function ofHelmfile(value: Readonly<Fields>): Release[] {
  return listOf(value.releases).map((release, index): Release => {
    const given = listOf(at(release, 'values'));
    return {
      chart: at(release, 'chart'),
      version: at(release, 'version'),
      values: given.flatMap((each, number): Path[] => (isFields(each) ? [['releases', index, 'values', number]] : [])).reverse(),
      isIncomplete: given.some(each => !isFields(each)) || value.environments !== undefined,
      set: listOf(at(release, 'set')).map((each): [string, unknown] => [plainText(at(each, 'name')), at(each, 'value')]),
    };
  });
}

/**
 * Argo CD lays `parameters` over `valuesObject`, and that over `values` (argo-cd pkg/apis/application/v1alpha1 types.go
 * ApplicationSourceHelm).
 */
function sourcesOf(value: Readonly<Fields>, spec: Path): Release[] {
  const places: Path[] = [
    [...spec, 'source'],
    ...listOf(at(value, ...spec, 'sources')).map((_, index): Path => [...spec, 'sources', index]),
  ];
  return places.map(path => {
    const source = at(value, ...path);
    return {
      chart: at(source, 'chart'),
      alike: [at(source, 'path')],
      version: at(source, 'chart') === undefined ? undefined : at(source, 'targetRevision'),
      repository: at(source, 'repoURL'),
      values: [[...path, 'helm', 'valuesObject'], [...path, 'helm', 'values']],
      set: listOf(at(source, 'helm', 'parameters')).map((each): [string, unknown] =>
        [textOf(at(each, 'name')) ?? '', at(each, 'value')]),
      isIncomplete: listOf(at(source, 'helm', 'valueFiles')).length > 0,
    };
  });
}

/** What a chart makes of the values that an object of a deployment tool gives it. */
export function releasedValuesOf(
  value: Readonly<Fields>,
  file: string,
  index: number,
  lines: () => LineTree,
): ManifestDocument[] {
  return releasesIn(value).flatMap(release => {
    const named = textOf(release.chart);
    const chart = [named, ...(release.alike ?? []).map(textOf)].map(chartNamed).find(each => each !== undefined);
    const given = release.values.flatMap(path => valuesAt(value, path, file, index, lines) ?? []);
    if (given.some(each => each === UNREADABLE)) { return []; }
    const read = given.filter((each): each is Given => each !== UNREADABLE);
    const set = release.set?.reduce<Fields>((values, [key, each]) => withValue(values, key.split('.'), each), {}) ?? {};
    const values = deepMerge([...read].reverse().reduce<Fields>((all, each) => deepMerge(all, each.values), {}), set);
    const place: ValuesPlace = {
      file,
      index,
      lines: read[0]?.lines ?? lines,
      chart, // one that is not known may have one that is for a part of it
      version: versionOf(release.version),
      repository: textOf(release.repository),
      // items of lists that are set one by one are not read
      isIncomplete: release.isIncomplete === true || release.set?.some(([key]) => key.includes('[')),
      isOfRancher: release.isOfRancher,
      isGuessed: named === undefined || /^(?:[./]|charts\/)/.test(named), // a folder may hold a chart of somebody's own
    };
    return chartObjects(values, place);
  });
}

interface Given {
  readonly values: Readonly<Fields>;
  readonly lines: () => LineTree;
}

const UNREADABLE = 'unreadable';

/** Values as they are written: a map, or a text that a template engine does not have to fill in first. */
function valuesAt(
  value: Readonly<Fields>,
  path: Path,
  file: string,
  index: number,
  lines: () => LineTree,
): Given | typeof UNREADABLE | undefined {
  const given = at(value, ...path);
  const above = below(path, lines);
  if (isFields(given)) { return { values: given, lines: above }; }
  if (typeof given !== 'string') { return undefined; }
  const embedded = new EmbeddedFile(new ManifestDocument(value, file, index), path, given);
  if (embedded.error !== undefined || given.includes('{{')) { return UNREADABLE; }
  return { values: fieldsOf(embedded.value), lines: () => linesOf(given, above().line) };
}

/** Values with one more at a path; keys with an index are of lists, which are left out. */
function withValue(values: Fields, [key, ...rest]: string[], value: unknown): Fields {
  if (key === undefined || key === '' || key === '__proto__' || key.includes('[')) { return values; }
  return { ...values, [key]: rest.length === 0 ? typed(value) : withValue({ ...fieldsOf(values[key]) }, rest, value) };
}

/** Helm reads `--set` values as what they look like. */
function typed(value: unknown): unknown {
  return value === 'true' ? true : value === 'false' ? false : value;
}

/** Lines of a text that begins below a line. */
function linesOf(text: string, above: number): LineTree {
  const counter = new (yamlLibrary().LineCounter)();
  return lineTree(parseYaml(text, counter).contents, above, offset => above + counter.linePos(offset).line);
}
