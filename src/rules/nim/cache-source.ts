import { isSet, ofCaches, ofWholeCaches } from './nim-check';
import { at, fieldsOf, isFields, listOf, textOf } from '../../kubernetes';
import { NIM_OPERATOR } from '../../releases';
import { shown } from '../../text';
import { REFUSED } from '../false-alarms';
import { defineRule, Rule } from '../rule';

const SOURCES = ['ngc', 'dataStore', 'hf'];

/** What each source must say, beside the name of the model (CRD nimcaches). */
const REQUIRED: Record<string, string[]> = {
  ngc: ['authSecret', 'modelPuller'],
  hf: ['endpoint', 'namespace', 'authSecret', 'modelPuller', 'pullSecret'],
  dataStore: ['endpoint', 'authSecret', 'modelPuller', 'pullSecret'],
};

const WAY_OUT: Record<string, (source: string) => string> = {
  authSecret: source => `name the Secret with the key ${source === 'ngc' ? 'NGC_API_KEY' : 'HF_TOKEN'}`,
  modelPuller: source =>
    'write the image that downloads the model, such as '
      + `nvcr.io/nim/${source === 'ngc' ? 'meta/llama-3.1-8b-instruct:1.13.1' : 'nvidia/llm-nim:1.12'}`,
  pullSecret: () => 'name the Secret of the registry that modelPuller comes from',
  endpoint: source =>
    `write ${source === 'hf' ? 'https://huggingface.co' : 'the URL of the data store, with /v1/hf at its end'}`,
  namespace: () => 'write the organisation that the model is published under',
};

const ENDPOINT: Record<string, RegExp> = { hf: /^https?:\/\/.*$/, dataStore: /^https?:\/\/.*\/v1\/hf\/?$/ };

/** Rules about where a NIMCache gets its model from. */
export const NIM_CACHE_SOURCE_RULES: Rule[] = [
  defineRule({
    id: 'NIM-140',
    name: 'one-cache-source',
    area: 'NIMCache',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    sentence: 'spec.source: exactly one of ngc, dataStore, hf',
    why: 'CEL',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimcaches CEL on source',
    check: ofWholeCaches(function* ({ source }) {
      const given = SOURCES.filter(each => isSet(at(source, each)));
      if (given.length !== 1) {
        yield {
          path: ['source'],
          message: `source has ${given.length === 0 ? 'none' : `${given.length} (${given.join(', ')})`} of `
            + `${SOURCES.join(', ')}; it must be one`,
          fix: 'keep one',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-141',
    name: 'ngc-source',
    area: 'NIMCache',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byWebhook,
    sentence: 'spec.source.ngc needs non-empty authSecret and modelPuller',
    why: 'CRD requires the keys, the webhook non-empty values',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimcaches required; '
      + 'NVIDIA/k8s-nim-operator@f63f74d7 internal/webhook/apps/v1alpha1/nimcache_webhook_validation_helper.go '
      + 'validateNGCSource',
    check: ofWholeCaches(spec => missingIn(spec, 'ngc')),
  }),
  defineRule({
    id: 'NIM-142',
    name: 'ngc-model-and-endpoint',
    area: 'NIMCache',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    since: NIM_OPERATOR.milestones.modelEndpoint,
    sentence: 'source.ngc: model and modelEndpoint exclude each other',
    why: 'CEL',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimcaches CEL on ngc',
    check: ofCaches(function* ({ source }) {
      if (isSet(at(source, 'ngc', 'model')) && isSet(at(source, 'ngc', 'modelEndpoint'))) {
        yield {
          path: ['source', 'ngc', 'modelEndpoint'],
          message: 'ngc has model and modelEndpoint; the API server refuses both together',
          fix: 'keep one',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-143',
    name: 'hugging-face-source',
    area: 'NIMCache',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    since: NIM_OPERATOR.milestones.huggingFaceCache,
    refusedAtOnce: true,
    sentence: 'source.hf needs endpoint (http or https), namespace, authSecret, modelPuller, pullSecret, all non-empty',
    why: 'CRD',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimcaches required, '
      + 'pattern, minLength',
    check: ofWholeCaches(spec => missingIn(spec, 'hf')),
  }),
  defineRule({
    id: 'NIM-144',
    name: 'data-store-source',
    area: 'NIMCache',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    refusedAtOnce: true,
    sentence: 'source.dataStore needs endpoint ending in /v1/hf, authSecret, modelPuller, pullSecret',
    why: 'CRD',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimcaches pattern '
      + '^https?://.*/v1/hf/?$',
    check: ofWholeCaches(spec => missingIn(spec, 'dataStore')),
  }),
  defineRule({
    id: 'NIM-184',
    name: 'namespace-in-model-name',
    area: 'NIMCache',
    severity: 'error',
    lintSeverity: 'warning',
    since: NIM_OPERATOR.milestones.huggingFaceCache,
    refusedAtOnce: true,
    sentence: 'modelName and datasetName of source.hf and source.dataStore leave the namespace out',
    why: 'the operator makes hf://<namespace>/<name> of them, so that a namespace in the name stands there '
      + 'twice and nothing is found',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 api/apps/v1alpha1/nimcache_types.go#L479-L481',
    check: ofCaches(function* ({ source }) {
      for (const [kind, field] of ['hf', 'dataStore'].flatMap(each => [[each, 'modelName'], [each, 'datasetName']])) {
        const name = textOf(at(source, kind, field));
        if (name === undefined || !name.includes('/')) { continue; }
        const namespace = textOf(at(source, kind, 'namespace')) ?? 'default';
        yield {
          path: ['source', kind, field],
          message: `${field} ${name} has the namespace in it: the operator asks for ${namespace}/${name}`,
          fix: `write ${field}: ${name.slice(name.indexOf('/') + 1)}, with namespace: `
            + `${name.slice(0, name.indexOf('/'))}`,
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-145',
    name: 'model-or-dataset',
    area: 'NIMCache',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    since: NIM_OPERATOR.milestones.huggingFaceCache,
    refusedAtOnce: true,
    sentence: 'source.hf and source.dataStore: exactly one of modelName, datasetName',
    why: 'CEL',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimcaches CEL',
    check: ofWholeCaches(function* ({ source }) {
      for (const each of ['hf', 'dataStore'].filter(name => isFields(at(source, name)))) {
        const given = ['modelName', 'datasetName'].filter(key => isSet(at(source, each, key)));
        if (given.length !== 1) {
          yield {
            path: ['source', each],
            message: `source.${each} has ${given.length === 0
              ? 'neither modelName nor datasetName'
              : 'modelName and datasetName'}`,
            fix: 'write one of them',
          };
        }
      }
    }),
  }),
  defineRule({
    id: 'NIM-146',
    name: 'profiles-exclude-filters',
    area: 'NIMCache',
    severity: 'error',
    lintSeverity: 'warning',
    since: NIM_OPERATOR.milestones.webhooks,
    sentence: 'model.profiles excludes precision, engine, tensorParallelism, qosProfile, gpus, lora, buildable',
    why: 'webhook; otherwise the others are ignored',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/webhook/apps/v1alpha1/nimcache_webhook_validation_helper.go '
      + 'validateModel',
    check: ofCaches(function* ({ source }) {
      const model = fieldsOf(at(source, 'ngc', 'model'));
      if (listOf(model.profiles).length === 0) { return; }
      for (const key of [
        'precision', 'engine', 'tensorParallelism', 'qosProfile', 'gpus', 'lora', 'buildable',
      ].filter(each => !isEmpty(model[each]))) {
        yield {
          path: ['source', 'ngc', 'model', key],
          message: `${key} beside profiles is ignored, and refused where the webhook runs`,
          fix: 'remove it, or profiles',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-147',
    name: 'all-profiles-alone',
    area: 'NIMCache',
    severity: 'error',
    lintSeverity: 'warning',
    since: NIM_OPERATOR.milestones.webhooks,
    refusedAtOnce: true,
    sentence: 'model.profiles: all must be the only entry',
    why: 'webhook; otherwise everything is downloaded',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/webhook/apps/v1alpha1/nimcache_webhook_validation_helper.go '
      + 'validateModel; NVIDIA/k8s-nim-operator@f63f74d7 internal/controller/nimcache_controller.go constructJob',
    check: ofCaches(function* ({ source }) {
      const profiles = listOf(at(source, 'ngc', 'model', 'profiles'));
      if (profiles.length > 1 && profiles.includes('all')) {
        yield {
          path: ['source', 'ngc', 'model', 'profiles'],
          message: `profiles has all beside ${profiles.length - 1} other: everything is downloaded`,
          fix: 'write [all], or the ids alone',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-148',
    name: 'qos-profile',
    area: 'NIMCache',
    severity: 'error',
    lintSeverity: 'warning',
    since: NIM_OPERATOR.milestones.webhooks,
    sentence: 'model.qosProfile is latency or throughput',
    why: 'webhook',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/webhook/apps/v1alpha1/nimcache_webhook_validation_helper.go '
      + 'validQoSProfiles',
    check: ofCaches(function* ({ source }) {
      const profile = at(source, 'ngc', 'model', 'qosProfile');
      if (!isEmpty(profile) && !['latency', 'throughput'].includes(shown(profile))) {
        yield {
          path: ['source', 'ngc', 'model', 'qosProfile'],
          message: `qosProfile "${shown(profile)}" is none`,
          fix: 'write latency or throughput',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-149',
    name: 'tensor-parallelism-type',
    area: 'NIMCache',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    sentence: 'model.tensorParallelism is a string',
    why: 'CRD type',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimcaches',
    check: ofCaches(function* ({ source }) {
      const parallel = at(source, 'ngc', 'model', 'tensorParallelism');
      if (isSet(parallel) && typeof parallel !== 'string') {
        yield {
          path: ['source', 'ngc', 'model', 'tensorParallelism'],
          message: `tensorParallelism ${JSON.stringify(parallel)} is no string, and the API server refuses it`,
          fix: `write "${shown(parallel)}"`,
        };
      }
    }),
  }),
];

/** How charts write that there is none; an empty list is one to the webhook. */
function isEmpty(value: unknown): boolean {
  return !isSet(value) || value === '';
}

function* missingIn(spec: Readonly<Record<string, unknown>>, source: string) {
  const given = at(spec, 'source', source);
  if (!isFields(given)) { return; }
  for (const key of REQUIRED[source].filter(each => !isSet(given[each]) || given[each] === '')) {
    yield {
      path: ['source', source, key],
      message: `source.${source}.${key} is ${given[key] === '' ? 'empty' : 'missing'}`,
      fix: WAY_OUT[key](source),
    };
  }
  const { endpoint } = given;
  if (isSet(endpoint) && endpoint !== '' && ENDPOINT[source] !== undefined && !ENDPOINT[source].test(shown(endpoint))) {
    yield {
      path: ['source', source, 'endpoint'],
      message: `endpoint "${shown(endpoint)}" `
        + `${source === 'hf' ? 'does not begin with http:// or https://' : 'does not end in /v1/hf'}`,
      fix: source === 'hf' ? 'write https://huggingface.co' : `write ${shown(endpoint).replace(/\/$/, '')}/v1/hf`,
    };
  }
}
