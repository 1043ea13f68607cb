import { helmValuesOf } from './helm-values';
import { at, Fields, fieldsOf, isFields, LineTree, lineTree, listOf, parseYaml, Path, plainText, textOf, yamlLibrary } from '../../kubernetes';
import { EmbeddedFile, ManifestDocument } from '../model/document';

/** Where an object of a deployment tool has the values of a chart. */
interface Release {
  readonly chart: unknown;
  readonly values: Path;
}

/** The charts of a HelmRelease of Flux, an Application of Argo CD or a HelmChart of Rancher, with what each may call its values. */
function releasesIn(value: Readonly<Fields>): Release[] {
  const group = plainText(value.apiVersion).split('/')[0];
  switch (`${group} ${plainText(value.kind)}`) {
    case 'helm.toolkit.fluxcd.io HelmRelease': return [{ chart: at(value, 'spec', 'chart', 'spec', 'chart'), values: ['spec', 'values'] }];
    case 'helm.cattle.io HelmChart': return [{ chart: at(value, 'spec', 'chart'), values: ['spec', 'valuesContent'] }];
    case 'argoproj.io Application': {
      const places: Path[] = [['spec', 'source'], ...listOf(at(value, 'spec', 'sources')).map((_, index): Path => ['spec', 'sources', index])];
      return places.flatMap(path => ['valuesObject', 'values'].map(key => ({ chart: at(value, ...path, 'chart'), values: [...path, 'helm', key] })));
    }
    default: return [];
  }
}

/** What the gpu-operator chart makes of the values that an object of a deployment tool gives it. */
export function releasedValuesOf(value: Readonly<Fields>, file: string, index: number, lines: () => LineTree): ManifestDocument[] {
  return releasesIn(value).filter(({ chart }) => /(?:^|\/)gpu-operator$/.test(textOf(chart) ?? '')).flatMap(({ values }) => {
    const given = at(value, ...values);
    const above = () => values.reduce<LineTree | undefined>((tree, key) => tree?.child(key), lines()) ?? lines();
    if (typeof given !== 'string') { return isFields(given) ? helmValuesOf(given, file, index, above) ?? [] : []; }
    const embedded = new EmbeddedFile(new ManifestDocument(value, file, index), values, given);
    if (embedded.error !== undefined || given.includes('{{')) { return []; }
    return helmValuesOf(fieldsOf(embedded.value), file, index, () => linesOf(given, above().line)) ?? [];
  });
}

/** Lines of a text that begins below a line. */
function linesOf(text: string, above: number): LineTree {
  const counter = new (yamlLibrary().LineCounter)();
  return lineTree(parseYaml(text, counter).contents, above, offset => above + counter.linePos(offset).line);
}
