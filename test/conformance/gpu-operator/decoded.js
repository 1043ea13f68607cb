// Upstream's own types and the library's field facts refuse the same objects.
'use strict';
const { checkSchema } = require('../../../lib/kubernetes/crd/check-schema');
const { canonical, scalars, withValue } = require('./fields');
const { objectsOfFiles } = require('./objects-of-files');
const { only } = require('./upstream');

const RELEASE = '25.10';
const KINDS = { ClusterPolicy: 'nvidia.com/v1', NVIDIADriver: 'nvidia.com/v1alpha1' };
/** What decoding finds. Enums, bounds and what is missing are for the API server. */
const DECODED = new Set(['unknown', 'newer', 'type']);

/** Each known disagreement: when it is that one, and why. */
const KNOWN = [
  {
    name: 'fields that 25.10 got after the snapshot',
    why: 'driver.secretEnv, driver.licensingConfig.secretName, dcgmExporter.hostPID and hpcJobMapping are in 25.10.1',
    is: ({ ours, upstream }) => ours.length === 0
      && /unknown field "spec\.(?:(?:driver\.)?(?:secretEnv|licensingConfig\.secretName)|dcgmExporter\.(?:hostPID|hpcJobMapping))/.test(upstream),
  },
];

/** Maps whose keys are anybody's. */
const FREE = new Set(['labels', 'nodeSelector']);

/** Objects with one thing wrong: each name and each value of `object` in turn. */
function* spoiled(object) {
  for (const { path, value } of scalars(object.spec, ['spec'])) {
    if (value !== null) { yield withValue(object, path, typeof value === 'string' ? 7.5 : 'a word'); }
    const key = path.at(-1);
    if (typeof key === 'string' && !path.some(each => FREE.has(each))) { yield withValue(object, [...path.slice(0, -1), `${key}Typo`], value); }
  }
}

/** The fields that 25.10.1 has and the snapshot does not, one an object. */
function newer() {
  const name = 'some-secret';
  const policy = spec => ({ apiVersion: 'nvidia.com/v1', kind: 'ClusterPolicy', metadata: { name: 'cluster-policy' }, spec });
  const driver = spec => ({
    apiVersion: 'nvidia.com/v1alpha1', kind: 'NVIDIADriver', metadata: { name: 'default' }, spec: { driverType: 'gpu', image: 'driver', ...spec },
  });
  return [
    policy({ driver: { secretEnv: name } }), policy({ driver: { licensingConfig: { secretName: name } } }), policy({ dcgmExporter: { hostPID: true } }),
    policy({ dcgmExporter: { hpcJobMapping: { enabled: true } } }), driver({ secretEnv: name }), driver({ licensingConfig: { secretName: name } }),
  ];
}

function decoded(upstream, programs) {
  const byHelm = upstream.render([{}, { driver: { nvidiaDriverCRD: { enabled: true } } }]);
  const ofChart = [only(byHelm[0], 'ClusterPolicy'), only(byHelm[1], 'ClusterPolicy'), only(byHelm[1], 'NVIDIADriver')];
  const cases = [
    ...programs.flatMap(({ name, PARTIAL, FULL }) => [PARTIAL, FULL].filter(Boolean)
      .map(({ policy }) => ({ group: 'PARTIAL and FULL forms', from: name, object: policy, good: true }))),
    ...ofChart.map(object => ({ group: 'what the chart renders', from: object.kind, object, good: true })),
    ...objectsOfFiles(KINDS)
      .map(({ file, object, failing }) => ({ group: failing ? 'failing fixtures' : 'examples and passing fixtures', from: file, object })),
    ...newer().map(object => ({ group: 'newer than the snapshot', from: object.kind, object })),
    ...[programs[0].FULL.policy, ...ofChart].flatMap(object => [...spoiled(object)]
      .map(each => ({ group: 'one thing spoiled', from: object.kind, object: each, bad: true }))),
  ];
  const answers = upstream.ask(cases.map(({ object }) => ({ ask: 'decode', object })));
  const groups = {};
  const wrong = [];
  const known = new Map(KNOWN.map(each => [each, 0]));
  cases.forEach(({ group, from, object, good, bad }, index) => {
    const ours = checkSchema(object.kind, RELEASE, object).filter(({ problem }) => DECODED.has(problem)).map(({ message }) => message);
    const { error: upstreamSays } = answers[index];
    const row = groups[group] ??= { objects: 0, bothAccept: 0, bothRefuse: 0, known: 0 };
    row.objects++;
    const reason = KNOWN.find(({ is }) => is({ ours, upstream: upstreamSays ?? '' }));
    const agree = (ours.length === 0) === (upstreamSays === undefined);
    if (reason) {
      row.known++;
      known.set(reason, known.get(reason) + 1);
    } else if (agree) { row[upstreamSays === undefined ? 'bothAccept' : 'bothRefuse']++; } else {
      wrong.push(`${from}: upstream ${upstreamSays ?? 'accepts'}; the library ${ours.join('; ') || 'accepts'}`);
    }
    if (good && upstreamSays !== undefined) { wrong.push(`${from}: ${upstreamSays}`); }
    if (bad && upstreamSays === undefined && ours.length === 0) { wrong.push(`${from}: a spoiled object passes: ${canonical(object.spec)}`); }
  });
  for (const [{ name }, times] of known) { if (times === 0) { wrong.push(`known, but not seen: ${name}`); } }
  return { wrong, groups, known: [...known].map(([{ name, why }, times]) => ({ name, why, times })) };
}

module.exports = { decoded };
