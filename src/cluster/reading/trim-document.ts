import { at, Fields, fieldsOf, isFields, isPodKind, plainText } from '../../kubernetes';
import { ManifestDocument } from '../model/document';
import { workloadsOf } from '../model/workload';

/**
 * What pods of no interest to any rule do not have anywhere: names of resources, labels, images, variables and flags
 * that rules look for.
 */
export const ABOUT_GPUS = /nvidia|nvcr|gpu|cuda|\bnim\b|resourceclaim|feature_gates|consumable_shares|enable-taints/i;

/**
 * What the files that rules look for in ConfigMaps have somewhere: mig-parted, the device plugin, clients,
 * node-feature-discovery.
 */
const FILE_FOR_GPUS = /mig-(?:configs|devices|enabled)|migStrategy|timeSlicing|\bmps\b|failRequestsGreaterThanOne|renameByDefault|nvidia|\bversion["']?\s*:\s*["']?v\d|systemd-services|enableTaints|deviceLabelFields|deviceClassWhitelist/;

/** A text that is none of these is kept as far as a message may tell of it. */
const LONGEST_OTHER_TEXT = 256;

/** Of KServe: an InferenceService and the runtime that it names make one pod, and either may ask for the GPUs. */
function isOfKServe({ kind, spec }: ManifestDocument): boolean {
  return /^(?:Cluster)?ServingRuntime$/.test(kind)
    || (kind === 'InferenceService' && at(spec, 'predictor', 'model', 'runtime') !== undefined);
}

/** What the API server and kubectl add, and no rule reads. */
const ADDED_ANNOTATION = 'kubectl.kubernetes.io/last-applied-configuration';
const NODE_STATUS = ['nodeInfo', 'capacity', 'allocatable'];

/**
 * Texts that are looked for by their key, whatever is in them (node-feature-discovery
 * deployment/helm/node-feature-discovery/templates).
 */
const KEYS_FOR_GPUS = ['nfd-worker.conf', 'nfd-master.conf'];

/**
 * What the rules may need of a document, so that a cluster's worth of manifests stays small: no pods that have nothing
 * to do with GPUs, no files that no rule reads, nothing that the API server adds. Undefined when the name is enough.
 * @param isRead whether rules are about its kind; of another they may be about pods in it
 */
export function keptPart(document: ManifestDocument, isRead: boolean): Fields | undefined {
  const { apiVersion, kind, value } = document;
  if (!isRead && !(mentionsGpus(value.spec) && workloadsOf(document).length > 0)) { return undefined; }
  const kept: Fields = { ...value };
  if (isFields(value.metadata)) { kept.metadata = ownMetadata(value.metadata); }
  if (kind === 'ConfigMap') {
    kept.data = isFields(value.data) ? mapped(value.data, textForRules) : value.data;
    kept.binaryData = isFields(value.binaryData) ? mapped(value.binaryData, binaryForRules) : value.binaryData;
  } else if (kind === 'Node') {
    kept.status = Object.fromEntries(NODE_STATUS.map(key => [key, fieldsOf(value.status)[key]]));
  } else if (isPodKind(kind, apiVersion)) {
    delete kept.status;
    if (!isOfKServe(document) && !mentionsGpus(kept) && !asksForDevices(document)) { return undefined; }
  }
  return kept;
}

function ownMetadata({ managedFields: _, annotations, ...metadata }: Readonly<Fields>): Fields {
  if (!isFields(annotations)) { return { ...metadata, ...annotations !== undefined && { annotations } }; }
  const { [ADDED_ANNOTATION]: __, ...own } = annotations;
  return { ...metadata, annotations: own };
}

function textForRules(key: string, text: unknown): unknown {
  if (typeof text !== 'string'
    || text.length <= LONGEST_OTHER_TEXT
    || KEYS_FOR_GPUS.includes(key)
    || FILE_FOR_GPUS.test(text)) { return text; }
  const start = text.slice(0, LONGEST_OTHER_TEXT);
  return start.slice(0, start.lastIndexOf('\n') + 1) || start;
}

/** The same of a file that is written in base64. */
function binaryForRules(key: string, coded: unknown): unknown {
  if (typeof coded !== 'string' || coded.length <= LONGEST_OTHER_TEXT) { return coded; }
  const text = Buffer.from(coded, 'base64').toString();
  const kept = textForRules(key, text);
  return kept === text ? coded : Buffer.from(plainText(kept)).toString('base64');
}

function mapped(fields: Readonly<Fields>, change: (key: string, value: unknown) => unknown): Fields {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, change(key, value)]));
}

/** Whether a word of GPUs stands anywhere in a value. */
export function mentionsGpus(value: unknown): boolean {
  if (typeof value === 'string') { return ABOUT_GPUS.test(value); }
  if (Array.isArray(value)) { return value.some(mentionsGpus); }
  return isFields(value) && Object.entries(value).some(([key, each]) => ABOUT_GPUS.test(key) || mentionsGpus(each));
}

/** Whether a container asks for a resource that some device plugin or driver offers. */
function asksForDevices(document: ManifestDocument): boolean {
  return workloadsOf(document).some(({ containers }) => containers.some(({ limits, requests }) =>
    Object.keys({ ...limits, ...requests }).some(name => name.includes('/'))));
}
