// Lint finds no error in what the operator itself puts into a cluster: the operands' objects and the MIG configs that it ships.
'use strict';
const fs = require('fs');
const path = require('path');
const { parse, parseAllDocuments, stringify } = require('yaml');
const { lint } = require('./lint-both-readings');

/** What the operator fills in before it applies an asset. */
const FILLED = { namespace: 'gpu-operator' };

/** Names that it fills in, and a volume that it adds (controllers/object_controls.go): as they lie there, no API server takes these assets. */
const FILLED_LATER = /FILLED_BY_OPERATOR|shared-nvidia-driver-toolkit/;

/** Names that belong to the operator: MIG-021 tells others to keep off them. */
const ITS_OWN = new Set(['MIG-021']);

function lintAssets(upstream) {
  const folder = path.join(upstream.folder, 'assets');
  const numbers = { files: 0, objects: 0, configs: 0 };
  const wrong = [];
  const texts = fs.readdirSync(folder, { recursive: true }).filter(name => /\.ya?ml$/.test(name)).sort()
    .map(name => ({ name, text: fs.readFileSync(path.join(folder, name), 'utf8') }));
  for (const { name, text } of texts) {
    const { documents, problems, findings } = lint(text.replace(/"FILLED BY THE OPERATOR"/g, FILLED.namespace), `assets/${name}`);
    numbers.files++;
    numbers.objects += documents;
    const errors = findings.filter(({ rule, severity }) => severity === 'error' && !ITS_OWN.has(rule)).filter(({ message }) => !FILLED_LATER.test(message));
    wrong.push(...problems, ...errors.map(({ rule, message }) => `assets/${name}: ${rule} ${message}`));
  }
  // the shipped file as one that a policy selects, under a name of one's own
  const shipped = texts.flatMap(({ text }) => parseAllDocuments(text).map(each => each.toJS()))
    .find(each => each?.metadata?.name === 'default-mig-parted-config');
  const spec = { mig: { strategy: 'mixed' }, migManager: { config: { name: 'shipped' } } };
  const policy = { apiVersion: 'nvidia.com/v1', kind: 'ClusterPolicy', metadata: { name: 'cluster-policy' }, spec };
  const copy = { ...shipped, metadata: { name: 'shipped', namespace: FILLED.namespace } };
  const { findings } = lint([policy, copy].map(each => stringify(each)).join('---\n'), 'the shipped MIG configs');
  const found = findings.filter(({ kind }) => kind === 'ConfigMap').map(({ rule, message }) => `${rule} ${message}`);
  wrong.push(...found.map(each => `the shipped MIG configs: ${each}`));
  numbers.configs = Object.keys(parse(copy.data['config.yaml'])['mig-configs']).length;
  return { wrong, numbers };
}

module.exports = { lintAssets };
