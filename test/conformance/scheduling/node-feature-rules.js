// The labels that NodeFeatureRules give a machine, read as node-feature-discovery reads them (api/nfd/v1alpha1, NodeFeatureRule).
'use strict';

const OPERATORS = {
  In: (values, wanted) => values.some(value => wanted.includes(value)),
  NotIn: (values, wanted) => values.length > 0 && !values.some(value => wanted.includes(value)),
  Exists: values => values.length > 0,
  DoesNotExist: values => values.length === 0,
};

/** Instances of each feature: a system has one name, and each board is a PCI device. */
function featuresOf(machine) {
  const boards = Array.from({ length: machine.gpus }, () => ({ class: '0302', vendor: '10de', device: machine.board.device }));
  return { 'system.name': [{ nodename: machine.name }], 'pci.device': boards };
}

function matches(features, { feature, matchExpressions }) {
  const instances = features[feature];
  if (instances === undefined) { throw new Error(`this check knows no feature ${feature} of a machine`); }
  return instances.some(instance => Object.entries(matchExpressions).every(([attribute, { op, value }]) => {
    const test = OPERATORS[op];
    if (test === undefined) { throw new Error(`this check knows no operator ${op} of a NodeFeatureRule`); }
    return test(instance[attribute] === undefined ? [] : [instance[attribute]], value ?? []);
  }));
}

function ruleLabels(manifests, machine) {
  const features = featuresOf(machine);
  const all = terms => terms.every(term => matches(features, term));
  const labels = {};
  for (const rule of manifests.filter(each => each.kind === 'NodeFeatureRule').flatMap(each => each.spec.rules)) {
    const some = rule.matchAny === undefined || rule.matchAny.some(each => all(each.matchFeatures));
    if (some && all(rule.matchFeatures ?? [])) { Object.assign(labels, rule.labels); }
  }
  return labels;
}

module.exports = { ruleLabels };
