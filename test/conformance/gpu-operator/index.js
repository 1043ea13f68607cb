// The library's forms of the ClusterPolicy, its facts and its rules, against NVIDIA's own gpu-operator: types, chart, CRDs, assets.
// Usage: node index.js PROGRAM CONTROL_PLANE HELM_UPGRADE [--check]. Fails on any disagreement without a reason, or (--check) when the page is stale.
'use strict';
const { section } = require('../page');
const { chartEqualsFull } = require('./chart-equals-full');
const { crdsAgainstFacts } = require('./crds-against-facts');
const { decoded } = require('./decoded');
const { lintAssets } = require('./lint-assets');
const { lintBothReadings } = require('./lint-both-readings');
const { onApiServer } = require('./on-api-server');
const { programs } = require('./programs');
const { Upstream } = require('./upstream');

const RANDOM_VALUES = 500;

const row = cells => `| ${cells.join(' | ')} |`;
const table = (head, rows) => [row(head), row(head.map((_, index) => index === 0 ? '---' : '---:')), ...rows.map(row)];
const knownList = known => known.map(({ name, path, why, times }) => `- ${path === undefined ? name : `\`${path}\``} (${times}): ${why}`);

function pageOf(upstream, { chart, server, crds, types, lint, assets }) {
  const { numbers } = chart;
  return [
    `gpu-operator ${upstream.version}, Kubernetes ${server.kubernetes}.`, '',
    '### Helm values, through the chart', '',
    `${numbers.programs} programs in all kinds of pools and strategies. ${numbers.equal} fields of the \`FULL\` form stand in the chart's ClusterPolicy with the same value;`,
    `\`mig.strategy\` is absent in the ${numbers.unset} programs that want it unset; ${numbers.configMaps} ConfigMaps that the chart makes of our files have the same bytes, the`,
    `newline at the end of the last file aside, which the chart trims. Each of the ${numbers.values} values is read by a template: the release changes with it. No list of`,
    'the chart loses an item of its own. Left out of the comparison:', '',
    ...chart.left.map(({ path, why }) => `- \`${path}\` (${numbers.left}): ${why}`),
    ...knownList(chart.known), '',
    `The chart adds ${[...chart.added.values()].reduce((sum, each) => sum + each.size, 0)} fields about which the library says nothing, such as images, in: ${[...chart.added.keys()].sort().join(', ')}.`, '',
    '### The forms, on an API server with upstream\'s CRDs', '',
    '`PARTIAL` and `MERGE_PATCH` are applied onto the ClusterPolicy that Helm creates from the chart\'s own values; `FULL`, and what the chart makes of',
    'Helm values, are created alone. Fields that were set hold what the form says; the others hold what they held before.', '',
    ...table(['form', 'objects', 'fields set', 'strategy unset', 'other fields, as they were', 'known'],
      Object.entries(server.numbers).map(([form, { objects, set, unset, untouched, known }]) => [`\`${form}\``, objects, set, unset, form === 'FULL' ? '' : untouched, known])), '',
    ...Object.entries(server.kinds).map(([kind, { objects, accepted, known }]) =>
      `${kind}: ${accepted} of ${objects} of the programs, examples and passing fixtures are accepted${known > 0 ? `, ${known} has a field of a later release` : ''}.`), '',
    '### A later `helm upgrade`', '',
    'The chart is installed, a form is applied beside Helm, and the release is upgraded with the code that `helm upgrade` runs (Helm 3.19.5, Helm 4.0.1).',
    'The chart of the snapshot is installed with one value more, without which it renders `spec.validator.plugin` as null and Helm 4 cannot install it.', '',
    '| by | form | the upgrade brings | the settings |', '| --- | --- | --- | --- |',
    ...server.upgrades.map(({ way, form, upgrade, outcome }) => `| ${way} | \`${form}\` | ${upgrade} | ${outcome} |`), '',
    '### Types and CRDs against the library\'s facts on fields', '',
    ...table(['objects', 'number', 'both accept', 'both refuse', 'known'],
      Object.entries(types.groups).map(([group, { objects, bothAccept, bothRefuse, known }]) => [group, objects, bothAccept, bothRefuse, known])), '',
    ...knownList(types.known), '',
    ...table(['kind', 'facts of', 'fields compared', 'fields added since'],
      crds.rows.map(({ kind, release, fields, added }) => [kind, release, fields, added.length])), '',
    'Added since the snapshot:', '',
    ...crds.rows.filter(({ added }) => added.length > 0).map(({ kind, added }) => `- ${kind}: ${added.map(each => `\`${each.slice(kind.length + 1)}\``).join(', ')}`),
    ...crds.changed.map(({ name, why }) => `- ${name}: ${why}`), '',
    '### `lint`, on what upstream writes', '',
    ...table(['values', 'documents', 'errors', 'findings', 'in the values file too'], lint.rows.map(({ name, ...row }) => [name, row.documents, row.errors, row.findings, row.both])), '',
    `${lint.numbers.random} random values files: the same is found about the ClusterPolicy and its ConfigMaps in the values file as in the release that the chart makes of it,`,
    `${lint.numbers.both} findings in ${lint.numbers.withFindings} of them.`, '',
    ...knownList(lint.known), '',
    `No error in the ${assets.numbers.objects} objects that the operator keeps for its operands, and none in the ${assets.numbers.configs} MIG configs that it ships,`,
    'those for early boards included, whose profiles no board has now.',
  ].join('\n');
}

async function main() {
  const [program, controlPlane, helm, mode] = process.argv.slice(2);
  const upstream = new Upstream(program);
  const all = programs();
  const results = {
    chart: chartEqualsFull(upstream, all),
    crds: crdsAgainstFacts(upstream.crds()),
    types: decoded(upstream, all),
    lint: lintBothReadings(upstream, RANDOM_VALUES),
    assets: lintAssets(upstream),
    server: await onApiServer({ program: controlPlane, helm }, upstream, all),
  };
  const wrong = Object.entries(results).flatMap(([name, each]) => each.wrong.map(text => `${name}: ${text}`));
  const text = pageOf(upstream, results);
  console.log(text);
  wrong.slice(0, 60).forEach(each => console.log(`DISAGREEMENT ${each}`));
  if (wrong.length > 0) { console.log(`${wrong.length} disagreements without a reason`); }
  const fresh = section('gpu-operator', text, { check: mode === '--check' });
  process.exitCode = wrong.length > 0 || !fresh ? 1 : 0;
}

main().catch(error => { console.error(error); process.exitCode = 1; });
