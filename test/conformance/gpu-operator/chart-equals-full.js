// Helm values through upstream's chart give the ClusterPolicy of the FULL form, and every value is read by a template.
'use strict';
const { at, canonical, leaves, merged, same, scalars, withValue } = require('./fields');
const { only } = require('./upstream');

/** What the FULL form has to say because nobody else does, and the chart leaves to the CRD's default. */
const NOT_IN_CHART = [{ path: 'operator.defaultRuntime', why: 'a whole object says it, the chart leaves it to the default of the CRD' }];

/** What the snapshot of the chart is known to get wrong; each must be seen, or the snapshot is no longer the one that this was written for. */
const KNOWN = [
  {
    path: 'migManager.config.default',
    wrong: value => value === null,
    ours: '',
    why: 'the snapshot renders an empty default as null, so the CRD\'s all-disabled comes in; 25.10.1 quotes it (NVIDIA/gpu-operator#1784, #1785, #2003)',
  },
];

/** A field of the FULL form in the chart's policy: equal, known, or a disagreement. */
function compare(full, fromChart) {
  const counts = { equal: 0, known: new Map(), left: 0 };
  const disagreements = [];
  for (const { path, value } of leaves(full.spec)) {
    const name = path.join('.');
    const found = at(fromChart.spec, path);
    const known = KNOWN.find(each => each.path === name && each.ours === value && each.wrong(found));
    if (same(value, found)) { counts.equal++; } else if (known) {
      counts.known.set(known, (counts.known.get(known) ?? 0) + 1);
    } else if (found === undefined && NOT_IN_CHART.some(each => each.path === name)) { counts.left++; } else {
      disagreements.push(`${name} is ${canonical(found)}, the FULL form says ${canonical(value)}`);
    }
  }
  return { ...counts, disagreements };
}

/** Another value of the same type, still fit for the templates. */
const changed = value => typeof value === 'boolean' ? !value : typeof value === 'number' ? value + 1 : `${value}x`;

/** The values that make no difference: change one, and the chart renders the same. */
function deadValues(upstream, values) {
  const all = scalars(values);
  const [plain, ...rendered] = upstream.render([values, ...all.map(({ path, value }) => withValue(values, path, changed(value)))]).map(canonical);
  return { read: all.length, dead: all.filter((_, index) => rendered[index] === plain).map(({ path }) => path.join('.')) };
}

/** The chart makes the ConfigMaps itself from the same files, when the values hold them. */
function withFiles({ values, manifests }) {
  const files = name => manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name)?.data;
  return ['migManager', 'devicePlugin'].reduce((all, section) => {
    const data = files(at(all, [section, 'config', 'name']));
    return data === undefined ? all : merged(all, { [section]: { config: { create: true, data } } });
  }, values);
}

/** The template trims the end of the ConfigMap, and with it the newline that ends the last file. */
function withoutLastNewline(data) {
  const last = Object.keys(data).sort().at(-1);
  return { ...data, [last]: data[last].replace(/\n$/, '') };
}

/** Items of the chart's own lists that a list of these values replaces and does not say again. */
function lostItems(own, values) {
  return leaves(values).filter(({ value }) => Array.isArray(value)).flatMap(({ path, value }) => (at(own, path) ?? [])
    .filter(item => !value.some(each => same(each, item))).map(item => `${path.join('.')} loses ${canonical(item)} of the chart`));
}

function chartEqualsFull(upstream, programs) {
  const wrong = [];
  const numbers = { programs: 0, equal: 0, unset: 0, left: 0, known: 0, values: 0, configMaps: 0 };
  const known = new Map(KNOWN.map(each => [each, 0]));
  const added = new Map();
  const withValues = programs.filter(each => each.HELM_VALUES !== undefined);
  const [{ values: own }] = upstream.ask([{ ask: 'values' }]);
  const releases = upstream.render(withValues.map(each => withFiles(each.HELM_VALUES)));

  withValues.forEach(({ name, unset, FULL, HELM_VALUES }, index) => {
    const policy = only(releases[index], 'ClusterPolicy');
    const compared = compare(FULL.policy, policy);
    wrong.push(...compared.disagreements.map(each => `${name}: ${each}`));
    if (unset) {
      numbers.unset++;
      const strategy = at(policy.spec, ['mig', 'strategy']);
      if (strategy !== undefined) { wrong.push(`${name}: mig.strategy is ${canonical(strategy)}, and must be unset`); }
    }
    numbers.programs++;
    numbers.equal += compared.equal;
    numbers.left += compared.left;
    for (const [each, times] of compared.known) { known.set(each, known.get(each) + times); numbers.known += times; }
    for (const { path } of leaves(policy.spec)) {
      if (at(FULL.policy.spec, path) === undefined) { added.set(path[0], (added.get(path[0]) ?? new Set()).add(path.slice(1).join('.'))); }
    }

    wrong.push(...lostItems(own, HELM_VALUES.values).map(each => `${name}: ${each}`));
    const { read, dead } = deadValues(upstream, HELM_VALUES.values);
    numbers.values += read;
    wrong.push(...dead.map(each => `${name}: no template reads the value ${each}`));

    for (const { metadata, data } of FULL.manifests.filter(({ kind }) => kind === 'ConfigMap')) {
      const made = releases[index].find(({ object }) => object.kind === 'ConfigMap' && object.metadata.name === metadata.name)?.object;
      numbers.configMaps++;
      if (!same(made?.data, withoutLastNewline(data))) { wrong.push(`${name}: ConfigMap ${metadata.name} of the chart has other bytes`); }
    }
  });

  for (const [each, times] of known) { if (times === 0) { wrong.push(`known, but not seen: ${each.path}: ${each.why}`); } }
  // the search for dead values must find one that is known to be dead (MPS-005)
  const { dead } = deadValues(upstream, { devicePlugin: { mps: { root: '/mnt/mps' } } });
  if (!same(dead, ['devicePlugin.mps.root'])) { wrong.push('devicePlugin.mps.root is a dead value of the chart, and was not found to be one'); }
  return { wrong, numbers, known: [...known].map(([{ path, why }, times]) => ({ path, why, times })), left: NOT_IN_CHART, added };
}

module.exports = { chartEqualsFull };
