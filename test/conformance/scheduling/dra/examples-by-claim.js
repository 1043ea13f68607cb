// The examples again, from the same programs, with Dynamic Resource Allocation said on their operators.
'use strict';
const path = require('path');
const { App } = require('cdk8s');
const { register } = require('ts-node');
const { parseAllDocuments } = require('yaml');
const library = require('../../../../lib');

const { GpuAllocation } = library;
const EXAMPLES = path.join(__dirname, '../../../../examples');
const LIBRARY = require.resolve('../../../../lib');

/** What is for the device plugin alone is left out; everything else of the program stays as it is. */
function librarySaying(kubernetes, dra) {
  const without = Pool => class extends Pool {
    constructor(scope, id, { devicePlugin, ...props }) { super(scope, id, props); }
  };
  class GpuOperator extends library.GpuOperator {
    constructor(scope, id, { clusterPolicy, migStrategy, releases, ...props }) {
      super(scope, id, { ...props, releases: { ...releases, kubernetes }, allocation: GpuAllocation.DRA, dra });
    }
  }
  return { ...library, GpuOperator, TimeSlicedGpu: without(library.TimeSlicedGpu), MpsSharedGpu: without(library.MpsSharedGpu) };
}

// the charts of the examples are read from their sources
register({ transpileOnly: true, project: path.join(__dirname, '../../../tsconfig.json') });

/** Without what a synthesis tells a person to do, which is hundreds of lines here. */
function quietly(synthesize) {
  const { write } = process.stderr;
  process.stderr.write = (text, ...rest) => (String(text).startsWith('cdk8s-gpu: ') ? true : write.call(process.stderr, text, ...rest));
  try { return synthesize(); } finally { process.stderr.write = write; }
}

const className = file => path.basename(file, '.k8s.yaml').replace(/(?:^|-)([a-z])/g, (_, letter) => letter.toUpperCase());

/**
 * @param file of the example, as in `voice-mig/voice-mig.k8s.yaml`
 * @param kubernetes a KubernetesVersion
 * @param dra how it is used
 * @returns the manifests
 * @throws what the library refuses
 */
function exampleByClaim(file, kubernetes, dra) {
  const chart = path.join(EXAMPLES, path.dirname(file), 'chart.ts');
  const loaded = require.cache[LIBRARY];
  const before = loaded.exports;
  loaded.exports = librarySaying(kubernetes, dra);
  try {
    delete require.cache[chart];
    const app = new App();
    const Example = require(chart)[className(file)];
    new Example(app, path.basename(file, '.k8s.yaml'));
    return parseAllDocuments(quietly(() => app.synthYaml())).map(each => each.toJS()).filter(each => each !== null);
  } finally {
    delete require.cache[chart];
    loaded.exports = before;
  }
}

module.exports = { exampleByClaim };
