import { ClusterModel, ManifestDocument } from '../../cluster';
import { at, checkValues, fieldsOf, isFields, Path, textOf, ValueIssue } from '../../kubernetes';
import { minorOf, Product, RELEASE_TABLES } from '../../releases';
import { joinOf } from '../folders';
import { defineRule, Rule, RuleFinding } from '../rule';

/** What each chart is called, and the product whose release its version is. */
const CHARTS: Readonly<Record<string, { readonly title: string; readonly product?: Product }>> = {
  'gpu-operator': { title: 'gpu-operator', product: 'gpu-operator' },
  'nvidia-device-plugin': { title: 'nvidia-device-plugin' },
  'dra-driver': { title: 'of the DRA driver', product: 'dra-driver' },
  'node-feature-discovery': { title: 'node-feature-discovery' },
  'nim-operator': { title: 'k8s-nim-operator', product: 'nim-operator' },
};

/** Under which key the charts have that of node-feature-discovery. */
const NFD_IN: Readonly<Record<string, string>> = {
  'gpu-operator': 'node-feature-discovery',
  'nvidia-device-plugin': 'nfd',
};

/** Each of the objects is asked about twice. */
const checked = new WeakMap<ManifestDocument, { readonly release?: string; readonly issues: ValueIssue[] }>();

/**
 * The release of the chart: as an option says it, else as the object that brings the chart, else as another that is of
 * one cluster with it.
 */
function releaseOf(model: ClusterModel, document: ManifestDocument): string | undefined {
  const { product } = CHARTS[document.name];
  if (product === undefined) { return textOf(at(document.value, 'chart', 'version')); }
  const given = product === 'gpu-operator'
    ? model.versions.gpuOperator
    : product === 'dra-driver'
      ? model.versions.draDriver
      : model.versions.nimOperator;
  const noted = ({ annotations }: ManifestDocument) => annotations[`cdk8s-gpu/${product}`];
  const joined = () => model.once(`notes of ${product}`, () =>
    [...model.policies, ...model.ofKind('HelmValues')].filter(each => noted(each) !== undefined))
    .find(each => joinOf(model, each, document) === 'together');
  const written = given ?? noted(document) ?? joined()?.annotations[`cdk8s-gpu/${product}`];
  return written === undefined ? undefined : RELEASE_TABLES[product].find(written);
}

function issuesOf(model: ClusterModel, document: ManifestDocument): ValueIssue[] {
  const found = releaseOf(model, document);
  const release = found === undefined ? undefined : minorOf(found.replace(/^v/, ''));
  const known = checked.get(document);
  if (known !== undefined && known.release === release) { return known.issues; }
  const values = fieldsOf(document.value.values);
  const isSure = at(document.value, 'chart', 'isGuessed') !== true;
  const nfd = NFD_IN[document.name];
  const issues = [
    ...checkValues(document.name, values, { title: CHARTS[document.name].title, release, isSure }),
    ...nfd === undefined || !isFields(values[nfd])
      ? []
      : checkValues('node-feature-discovery', values[nfd], { title: 'node-feature-discovery', isSure, above: [nfd] }),
  ];
  checked.set(document, { release, issues });
  return issues;
}

/** Whether a key switches a chart on or off for the chart around it (`condition` of its dependency). */
function isSwitch(document: ManifestDocument, key: unknown): boolean {
  return at(document.value, 'chart', 'isPart') === true
    && ['enabled', 'enable', 'create', 'install'].includes(key as string);
}

function* unread(model: ClusterModel, isOfOtherRelease: boolean): Generator<RuleFinding> {
  for (const document of model.ofKind('HelmValues').filter(({ name }) => Object.hasOwn(CHARTS, name))) {
    for (const { path, message, fix, isOfLaterRelease, ...issue } of issuesOf(model, document)) {
      if (issue.isOfOtherRelease !== isOfOtherRelease || (path.length === 1 && isSwitch(document, path[0]))) {
        continue;
      }
      yield { document, path: ['values', ...path], message, fix, ...isOfLaterRelease && { severity: 'info' as const } };
    }
  }
}

/** Where the gpu-operator chart makes a ConfigMap of values, when it is told to. */
const WITH_DATA: readonly Path[] = [['devicePlugin', 'config'], ['migManager', 'config'], ['dcgmExporter', 'config']];

/** Of such a ConfigMap. */
interface Config { readonly create?: unknown; readonly data?: unknown }

const EVIDENCE = 'values and templates of the charts: NVIDIA/gpu-operator 24.9.2 to 26.7.0, NVIDIA/k8s-device-plugin '
  + '0.17.4 to 0.20.0, NVIDIA/k8s-dra-driver-gpu 25.3.2 to 25.12.0, '
  + 'kubernetes-sigs/dra-driver-nvidia-gpu 0.4.1 and @9593204, kubernetes-sigs/node-feature-discovery 0.16.9 to '
  + '0.19.0, NVIDIA/k8s-nim-operator 1.0.1 to 3.1.2; '
  + 'NVIDIA/gpu-operator@v26.7.0 deployments/gpu-operator/templates/clusterpolicy.yaml';

/** Rules about the values that people give to charts. */
export const CHART_VALUE_RULES: Rule[] = [
  defineRule({
    id: 'VAL-001',
    name: 'unknown-chart-value',
    area: 'chart-values',
    severity: 'warning',
    lintSeverity: 'warning',
    aboutKey: true,
    sentence: 'every value that a chart is given is one that it reads',
    why: 'Helm drops a value that no template reads without a word, so that a setting with a typing error has no '
      + 'effect. Where the chart was only made out by a few of the values, slips alone are told; of a release that is '
      + 'newer than those that were read, a note',
    evidence: EVIDENCE,
    check: model => unread(model, false),
  }),
  defineRule({
    id: 'VAL-002',
    name: 'chart-value-of-other-release',
    area: 'chart-values',
    severity: 'warning',
    lintSeverity: 'warning',
    aboutKey: true,
    sentence: 'every value that a chart is given is one that it reads in the release that is installed',
    why: 'an older chart drops the value without a word, and a newer one may do without it',
    evidence: EVIDENCE,
    check: model => unread(model, true),
  }),
  defineRule({
    id: 'VAL-003',
    name: 'config-data-without-create',
    area: 'chart-values',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'in values of the gpu-operator chart, `config.data` of devicePlugin, migManager and dcgmExporter has '
      + '`create: true` beside it',
    why: 'the chart makes the ConfigMap of the data only then; the operand waits for one that somebody else '
      + 'makes, or has no config at all',
    evidence: 'NVIDIA/gpu-operator@a22dbf67 deployments/gpu-operator/templates/plugin_config.yaml; '
      + 'NVIDIA/gpu-operator@a22dbf67 deployments/gpu-operator/templates/mig_config.yaml; NVIDIA/gpu-operator@a22dbf67 '
      + 'deployments/gpu-operator/templates/dcgm_exporter_config.yaml',
    *check(model) {
      for (const path of WITH_DATA) {
        const configs = model.valuesOf('gpu-operator')
          .map(document => ({ document, ...fieldsOf(at(document.value, 'values', ...path)) as Config }));
        // files of values are laid over one another, and those of other objects are not seen here
        if (configs.some(({ document, create }) =>
          Boolean(create) || at(document.value, 'chart', 'isIncomplete') === true)) { continue; }
        for (const { document, data } of configs) {
          const isWritten = typeof data === 'string' ? data !== '' : Object.keys(fieldsOf(data)).length > 0;
          if (!isWritten) { continue; }
          yield {
            document,
            path: ['values', ...path, 'data'],
            message: `${path.join('.')}.data has no effect without create: true: the chart makes no ConfigMap of it`,
            fix: 'write create: true beside it, or remove the data and name a ConfigMap that exists',
          };
        }
      }
    },
  }),
];
