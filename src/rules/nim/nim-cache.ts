import { at, fieldsOf, isFields, isPositive, listOf, NO_PROXY_ENTRIES, wrongNoProxyEntry } from '../../kubernetes';
import { shown } from '../../text';
import { Rule } from '../rule';
import { ACCESS_MODES, gpuResourcesOf, isSet, specRule, wholeSpecRule } from './nim-rule';

const SOURCES = ['ngc', 'dataStore', 'hf'];

/** What each source must say, beside the name of the model (CRD nimcaches). */
const REQUIRED: Record<string, string[]> = {
  ngc: ['authSecret', 'modelPuller'],
  hf: ['endpoint', 'namespace', 'authSecret', 'modelPuller', 'pullSecret'],
  dataStore: ['endpoint', 'authSecret', 'modelPuller', 'pullSecret'],
};

const WAY_OUT: Record<string, (source: string) => string> = {
  authSecret: source => `name the Secret with the key ${source === 'ngc' ? 'NGC_API_KEY' : 'HF_TOKEN'}`,
  modelPuller: source => `write the image that downloads the model, such as nvcr.io/nim/${source === 'ngc' ? 'meta/llama-3.1-8b-instruct:1.13.1' : 'nvidia/llm-nim:1.12'}`,
  pullSecret: () => 'name the Secret of the registry that modelPuller comes from',
  endpoint: source => `write ${source === 'hf' ? 'https://huggingface.co' : 'the URL of the data store, with /v1/hf at its end'}`,
  namespace: () => 'write the organisation that the model is published under',
};

const ENDPOINT: Record<string, RegExp> = { hf: /^https?:\/\/.*$/, dataStore: /^https?:\/\/.*\/v1\/hf\/?$/ };

/** Rules about a NIMCache. */
export const NIM_CACHE_RULES: Rule[] = [
  wholeCacheRule('NIM-140', function* ({ source }) {
    const given = SOURCES.filter(each => isSet(at(source, each)));
    if (given.length !== 1) {
      yield { path: ['source'], message: `source has ${given.length === 0 ? 'none' : `${given.length} (${given.join(', ')})`} of ${SOURCES.join(', ')}; it must be one`, fix: 'keep one' };
    }
  }),
  wholeCacheRule('NIM-141', spec => missingIn(spec, 'ngc')),
  cacheRule('NIM-142', function* ({ source }) {
    if (isSet(at(source, 'ngc', 'model')) && isSet(at(source, 'ngc', 'modelEndpoint'))) {
      yield { path: ['source', 'ngc', 'modelEndpoint'], message: 'ngc has model and modelEndpoint; the API server refuses both together', fix: 'keep one' };
    }
  }),
  wholeCacheRule('NIM-143', spec => missingIn(spec, 'hf')),
  wholeCacheRule('NIM-144', spec => missingIn(spec, 'dataStore')),
  wholeCacheRule('NIM-145', function* ({ source }) {
    for (const each of ['hf', 'dataStore'].filter(name => isFields(at(source, name)))) {
      const given = ['modelName', 'datasetName'].filter(key => isSet(at(source, each, key)));
      if (given.length !== 1) {
        yield { path: ['source', each], message: `source.${each} has ${given.length === 0 ? 'neither modelName nor datasetName' : 'modelName and datasetName'}`, fix: 'write one of them' };
      }
    }
  }),
  cacheRule('NIM-146', function* ({ source }) {
    const model = fieldsOf(at(source, 'ngc', 'model'));
    if (listOf(model.profiles).length === 0) { return; }
    for (const key of ['precision', 'engine', 'tensorParallelism', 'qosProfile', 'gpus', 'lora', 'buildable'].filter(each => !isEmpty(model[each]))) {
      yield { path: ['source', 'ngc', 'model', key], message: `${key} beside profiles is ignored, and refused where the webhook runs`, fix: 'remove it, or profiles' };
    }
  }),
  cacheRule('NIM-147', function* ({ source }) {
    const profiles = listOf(at(source, 'ngc', 'model', 'profiles'));
    if (profiles.length > 1 && profiles.includes('all')) {
      yield { path: ['source', 'ngc', 'model', 'profiles'], message: `profiles has all beside ${profiles.length - 1} other: everything is downloaded`, fix: 'write [all], or the ids alone' };
    }
  }),
  cacheRule('NIM-148', function* ({ source }) {
    const profile = at(source, 'ngc', 'model', 'qosProfile');
    if (!isEmpty(profile) && !['latency', 'throughput'].includes(String(profile))) {
      yield { path: ['source', 'ngc', 'model', 'qosProfile'], message: `qosProfile "${shown(profile)}" is none`, fix: 'write latency or throughput' };
    }
  }),
  cacheRule('NIM-149', function* ({ source }) {
    const parallel = at(source, 'ngc', 'model', 'tensorParallelism');
    if (isSet(parallel) && typeof parallel !== 'string') {
      yield { path: ['source', 'ngc', 'model', 'tensorParallelism'], message: `tensorParallelism ${JSON.stringify(parallel)} is no string, and the API server refuses it`, fix: `write "${shown(parallel)}"` };
    }
  }),
  wholeCacheRule('NIM-150', function* ({ storage }, { name }) {
    if (!isSet(at(storage, 'pvc'))) {
      yield { path: ['storage'], message: `storage without pvc: the job looks for an existing claim ${name}-pvc`, fix: 'write storage.pvc' };
    }
  }),
  wholeCacheRule('NIM-151', function* ({ storage }) {
    const pvc = at(storage, 'pvc');
    if (!isFields(pvc) || pvc.create !== true) { return; }
    if (!isPositive(pvc.size)) {
      yield { path: ['storage', 'pvc', 'size'], message: `pvc.create needs a size, and it is ${isSet(pvc.size) ? `"${shown(pvc.size)}"` : 'missing'}`, fix: 'write a quantity such as 50Gi' };
    }
    if (!isSet(pvc.volumeAccessMode) || pvc.volumeAccessMode === '') {
      yield { path: ['storage', 'pvc', 'volumeAccessMode'], message: 'pvc.create needs volumeAccessMode', fix: 'write ReadWriteMany, or ReadWriteOnce for one node' };
    } else if (!ACCESS_MODES.includes(String(pvc.volumeAccessMode))) {
      yield { path: ['storage', 'pvc', 'volumeAccessMode'], message: `volumeAccessMode "${shown(pvc.volumeAccessMode)}" is none that Kubernetes knows`, fix: `write one of ${ACCESS_MODES.join(', ')}` };
    }
  }),
  cacheRule('NIM-152', function* ({ storage }) {
    const host = at(storage, 'hostPath');
    if (isSet(host) && host !== '') { yield { path: ['storage', 'hostPath'], message: 'storage.hostPath is never read: the job mounts a claim', fix: 'write storage.pvc' }; }
  }),
  cacheRule('NIM-153', function* ({ resources }) {
    for (const key of ['limits', 'requests'].filter(each => isSet(at(resources, each)))) {
      yield { path: ['resources', key], message: `resources.${key} is dropped: a NIMCache has cpu and memory directly`, fix: 'write resources: {cpu, memory}' };
    }
  }),
  {
    id: 'NIM-154',
    *check(model) {
      // the GPU Operator brings Node Feature Discovery, and a rule of it needs it
      if (model.policies.length > 0 || model.ofKind('NodeFeatureRule').length > 0) { return; }
      const caches = model.ofKind('NIMCache').filter(({ spec }) => Object.keys(fieldsOf(spec.nodeSelector)).length === 0);
      if (caches.length === 0) { return; }
      yield {
        document: caches[0],
        path: ['spec', 'nodeSelector'],
        message: `without nodeSelector the caching job (${caches.slice(0, 5).map(({ name }) => name).join(', ')}${caches.length > 5 ? ', …' : ''}) waits for a node that `
          + 'Node Feature Discovery labelled feature.node.kubernetes.io/pci-10de.present=true',
        fix: 'where NFD does not run, write a nodeSelector such as kubernetes.io/os: linux; caching needs no GPU',
      };
    },
  },
  {
    id: 'NIM-155',
    *check(model) {
      const onMig = new Map(model.nimServices
        .filter(({ spec }) => gpuResourcesOf(spec).some(name => name.startsWith('nvidia.com/mig-')))
        .map(({ document, spec, name }) => [`${document.namespace ?? ''}/${shown(at(spec, 'storage', 'nimCache', 'name'))}`, name]));
      for (const document of model.ofKind('NIMCache')) {
        const user = onMig.get(`${document.namespace ?? ''}/${document.name}`);
        const ngc = at(document.spec, 'source', 'ngc');
        const chosen = isSet(at(ngc, 'modelEndpoint')) || listOf(at(ngc, 'model', 'profiles')).length > 0 || listOf(at(ngc, 'model', 'gpus')).length > 0;
        if (user === undefined || !isFields(ngc) || chosen) { continue; }
        yield {
          document,
          path: ['spec', 'source', 'ngc'],
          message: `${user} runs this model on a MIG slice, and without profiles the operator goes by nvidia.com/gpu.product, which MIG can change: it may find none to cache`,
          fix: 'write model.profiles',
        };
      }
    },
  },
  cacheRule('NIM-156', function* ({ certConfig }) {
    if (isSet(certConfig)) { yield { path: ['certConfig'], message: 'certConfig ends every reconcile with an error', fix: 'use proxy.certConfigMap' }; }
  }),
  cacheRule('NIM-158', function* ({ proxy }) {
    for (const key of ['httpProxy', 'httpsProxy']) {
      const url = at(proxy, key);
      if (isSet(url) && url !== '' && !/^https?:\/\//.test(String(url))) {
        yield { path: ['proxy', key], message: `${key} "${shown(url)}" does not begin with http:// or https://`, fix: `write http://${shown(url)}` };
      }
    }
    const wrong = wrongNoProxyEntry(String(at(proxy, 'noProxy') ?? ''));
    if (wrong !== undefined) {
      yield { path: ['proxy', 'noProxy'], message: `noProxy entry "${wrong}" is no host name, address or network to the webhook`, fix: NO_PROXY_ENTRIES };
    }
  }),
  cacheRule('NIM-159', function* (spec) {
    if (isSet(spec.gpuSelectors)) { yield { path: ['gpuSelectors'], message: 'gpuSelectors is no field since 1.0.1 and is dropped', fix: 'use nodeSelector' }; }
    if (isSet(spec.affinity)) { yield { path: ['affinity'], message: 'a NIMCache has no affinity; it is dropped', fix: 'use nodeSelector' }; }
  }),
  wholeCacheRule('NIM-162', function* ({ storage }, { name }) {
    const pvc = at(storage, 'pvc');
    if (isFields(pvc) && pvc.create !== true && (!isSet(pvc.name) || pvc.name === '')) {
      yield { path: ['storage', 'pvc'], message: `storage.pvc neither names a claim nor asks for one; the job looks for ${name}-pvc`, fix: 'write name, or create: true' };
    }
  }),
];

type CacheCheck = Parameters<typeof specRule>[2];

function cacheRule(id: string, check: CacheCheck): Rule {
  return specRule(id, 'NIMCache', check);
}

/** A check that finds something missing. */
function wholeCacheRule(id: string, check: CacheCheck): Rule {
  return wholeSpecRule(id, 'NIMCache', check);
}

/** How charts write that there is none; an empty list is one to the webhook. */
function isEmpty(value: unknown): boolean {
  return !isSet(value) || value === '';
}

function* missingIn(spec: Readonly<Record<string, unknown>>, source: string) {
  const given = at(spec, 'source', source);
  if (!isFields(given)) { return; }
  for (const key of REQUIRED[source].filter(each => !isSet(given[each]) || given[each] === '')) {
    yield { path: ['source', source, key], message: `source.${source}.${key} is ${given[key] === '' ? 'empty' : 'missing'}`, fix: WAY_OUT[key](source) };
  }
  const { endpoint } = given;
  if (isSet(endpoint) && endpoint !== '' && ENDPOINT[source] !== undefined && !ENDPOINT[source].test(String(endpoint))) {
    yield {
      path: ['source', source, 'endpoint'],
      message: `endpoint "${shown(endpoint)}" ${source === 'hf' ? 'does not begin with http:// or https://' : 'does not end in /v1/hf'}`,
      fix: source === 'hf' ? 'write https://huggingface.co' : `write ${String(endpoint).replace(/\/$/, '')}/v1/hf`,
    };
  }
}
