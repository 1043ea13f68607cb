import { Testing } from 'cdk8s';
import { llm } from './maximal';
import { NimModel } from '../../src/models';
import { NimAccessMode, NimCache, NimCacheProps, NimCacheSource, NimQosProfile } from '../../src/nim';
import { manifestOf } from '../cluster';

function specOf(props: Partial<NimCacheProps> = {}): any {
  const chart = Testing.chart();
  new NimCache(chart, 'cache', { model: llm, ...props });
  return manifestOf(chart, 'NIMCache').spec;
}

const puller = { modelPuller: 'registry.example.com/own-llm:1.13.1', pullSecret: 'ngc-secret' };

test('the image of the NIM pulls the model, whatever the source', () => {
  const ngc = { ...puller, authSecret: 'ngc-api-secret' };
  const hub = { ...puller, authSecret: 'hf-api-secret' };
  expect(specOf().source).toEqual({ ngc });
  expect(specOf({ source: NimCacheSource.ngcProfiles('a', 'b') }).source).toEqual({ ngc: { ...ngc, model: { profiles: ['a', 'b'] } } });
  expect(specOf({ source: NimCacheSource.ngcEndpoint('ngc://o/m:1') }).source).toEqual({ ngc: { ...ngc, modelEndpoint: 'ngc://o/m:1' } });
  expect(specOf({ source: NimCacheSource.huggingFace({ namespace: 'meta-llama', modelName: 'm' }) }).source)
    .toEqual({ hf: { ...hub, endpoint: 'https://huggingface.co', namespace: 'meta-llama', modelName: 'm' } });
  expect(specOf({ source: NimCacheSource.dataStore({ endpoint: 'http://d/v1/hf', datasetName: 'd', revision: '2' }), authSecret: 'own' }).source)
    .toEqual({ dataStore: { ...puller, authSecret: 'own', endpoint: 'http://d/v1/hf', namespace: 'default', datasetName: 'd', revision: '2' } });
});

test('the number of GPUs that a profile is for is text, as the CRD wants it', () => {
  const selector = { tensorParallelism: 2, qosProfile: NimQosProfile.THROUGHPUT, lora: false, gpus: [{ product: 'h100', ids: ['2330'] }] };
  expect(specOf({ source: NimCacheSource.ngc(selector) }).source.ngc.model).toEqual({ ...selector, tensorParallelism: '2' });
});

test('the download needs no GPU: it may run on any node', () => {
  expect(specOf({ anyNode: true }).nodeSelector).toEqual({ 'kubernetes.io/os': 'linux' });
  expect(specOf({ nodeSelector: { pool: 'cpu' } }).nodeSelector).toEqual({ pool: 'cpu' });
  expect(specOf().nodeSelector).toBeUndefined();
});

test('CPU and memory stand directly under resources', () => {
  expect(specOf({ resources: { cpu: '2', memory: '8Gi' } }).resources).toEqual({ cpu: '2', memory: '8Gi' });
});

test('a claim is made of a size that fits the model, or one that exists is named', () => {
  expect(specOf({ model: NimModel.LLAMA_3_3_NEMOTRON_SUPER_49B_V1_5 }).storage.pvc.size).toBe('292Gi');
  expect(specOf({ pvc: { accessMode: NimAccessMode.READ_WRITE_MANY, subPath: 'llm' } }).storage.pvc)
    .toEqual({ create: true, size: '50Gi', volumeAccessMode: 'ReadWriteMany', subPath: 'llm' });
  expect(specOf({ existingPvc: 'models' }).storage.pvc).toEqual({ name: 'models' });
});
