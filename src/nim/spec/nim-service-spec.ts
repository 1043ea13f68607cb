import { IConstruct } from 'constructs';
import { checkNimMemory, noteNim } from './memory-check';
import { imageOf } from './nim-image';
import { checkOverridden } from './override-guard';
import { SliceAccess } from '../../allocation';
import { engineVersionOfImage, footprintAnnotations, InferenceEngine } from '../../fit';
import { deepMerge } from '../../kubernetes';
import { NimKind, NimModel } from '../../models';
import { checkQuantity, checkText } from '../../props';
import { NIM_OPERATOR, NimOperatorVersion } from '../../releases';
import { NimStorage } from '../cache/nim-storage';
import { checkDevices, deviceCount, mostReplicas, toScaling } from '../service/nim-devices';
import { checkDisruptionBudget } from '../service/nim-disruption-budget';
import { NimDraResource, toDraResources } from '../service/nim-dra';
import { toEnvironment } from '../service/nim-environment';
import { toExpose } from '../service/nim-exposure';
import { kserveAnnotations, NimInferencePlatform } from '../service/nim-kserve';
import { loraVariables } from '../service/nim-lora';
import { toMetrics } from '../service/nim-metrics';
import { toMultiNode } from '../service/nim-multi-node';
import { toPlacement, toPod, toResources } from '../service/nim-pod';
import { toProbes } from '../service/nim-probes';
import { toProxy } from '../service/nim-proxy';
import { checkSelector } from '../service/nim-selector';
import { NimServiceProps } from '../service/nim-service-props';

/** NVIDIA's speech documentation and, for synthesis, its voice blueprint. */
const SHARED_MEMORY: Partial<Record<NimKind, string>> = {
  [NimKind.ASR]: '8Gi',
  [NimKind.NMT]: '8Gi',
  [NimKind.TTS]: '16Gi',
};

/**
 * `spec` of a NIMService, checked. The one place where it is made, for services of their own and for those of a
 * pipeline.
 * @param construct whose slice it takes
 * @param name of the service
 * @param runs whether it takes its slice; a service that is switched off does not
 */
export function nimServiceSpec(
  construct: IConstruct,
  name: string,
  props: NimServiceProps,
  runs: boolean = true,
): Record<string, unknown> {
  const place = construct.node.path;
  const { model, slice, lora } = props;
  if ((slice === undefined) === (props.draResources === undefined)) {
    throw new Error(`${place}: a NIM runs on a slice or on claimed devices (draResources): give exactly one of them`);
  }
  for (const key of ['authSecret', 'imageTag', 'selector', 'acceptUncertainMemory'] as const) {
    checkText(place, key, props[key]);
  }
  checkSelector(place, model, props.selector);
  props.pullSecrets?.forEach(secret => checkText(place, 'a name in pullSecrets', secret));
  checkQuantity(place, 'sharedMemory', props.sharedMemory, 'NIM-047');
  checkPlatform(place, props);
  checkDisruptionBudget(place, props.disruptionBudget);
  const image = imageOf(place, model, props.imageTag);
  checkDevices(place, props, image.tag);
  const access = slice?._giveTo(construct, deviceCount(props));
  const memory = {
    ...props,
    serving: servingOf(props, engineVersionOfImage(`${image.repository}:${image.tag}`, isLanguageModel(model))),
  };
  const engineSettings = checkNimMemory(place, memory);
  if (slice !== undefined) {
    if (runs) { noteNim(construct, { ...memory, slice }, mostReplicas(props)); }
  }
  const severalPods = mostReplicas(props) > 1 || props.multiNode !== undefined;
  const multiNode = toMultiNode(place, props.multiNode);
  const annotations = { ...props.annotations, ...kserveAnnotations(props.kserveMode, readsOldKey(props.nimOperator)) };

  const spec: Record<string, unknown> = {
    image: { ...image, pullPolicy: 'IfNotPresent', pullSecrets: props.pullSecrets ?? ['ngc-secret'] },
    authSecret: props.authSecret ?? 'ngc-api-secret',
    ...(props.inferencePlatform !== undefined && { inferencePlatform: props.inferencePlatform }),
    ...toScaling(props),
    ...multiNode,
    ...toResources(
      place,
      access === undefined || access.isClaim ? {} : slice!._resources(deviceCount(props)),
      props.containerResources,
    ),
    ...toDraResources(place, props.draResources ?? (access?.isClaim ? [claimOf(access)] : undefined), severalPods),
    ...toPlacement(props, slice, name),
    ...toPod(place, { ...props, annotations: Object.keys(annotations).length === 0 ? undefined : annotations }),
    storage: {
      ...(props.storage ?? NimStorage.newPvc())._toSpec(place, { model, severalReplicas: severalPods }),
      ...(props.readOnlyStorage !== undefined && { readOnly: props.readOnlyStorage }),
      ...sharedMemory(props),
    },
    expose: toExpose(place, model, props.expose),
    ...toProbes(place, model, props),
    ...toMetrics(place, props.metrics),
    ...toProxy(place, props.proxy),
    ...toEnvironment(place, props, { ...engineSettings, ...loraVariables(place, model, lora) }),
  };
  const merged = deepMerge(spec, props.overrides);
  checkOverridden(place, spec, merged);
  return merged;
}

/**
 * What lint goes by to count as the construct did.
 * @param service its name, where the object holds others too
 */
export function memoryAnnotations(props: NimServiceProps, service?: string): Record<string, string> {
  return footprintAnnotations({ ...props, serving: servingOf(props) }, service);
}

/** A slice that a claim gives access to, in the words of the NIM Operator. */
function claimOf({ claimName, claimTemplateName, request }: SliceAccess): NimDraResource {
  return {
    ...(claimName === undefined ? { resourceClaimTemplateName: claimTemplateName } : { resourceClaimName: claimName }),
    ...(request !== undefined && { requests: [request] }),
  };
}

function isLanguageModel({ kind }: NimModel): boolean {
  return kind === NimKind.LLM || kind === NimKind.VLM;
}

/**
 * The release of the engine in the image, the adapters that the NIM takes room for, and the GPUs that its layers are
 * spread over, count in the memory check.
 */
function servingOf({ serving, lora, multiNode }: NimServiceProps, engineVersion?: string): NimServiceProps['serving'] {
  const counted = {
    ...(engineVersion !== undefined
      && [undefined, InferenceEngine.VLLM].includes(serving?.engine)
      && { engineVersion }),
    ...(lora?.maxGpuLoras !== undefined && { loraSlots: lora.maxGpuLoras }),
    ...(lora?.maxRank !== undefined && { loraRank: lora.maxRank }),
    ...(multiNode !== undefined
      && { tensorParallel: multiNode.parallelism.tensor, pipelineParallel: multiNode.parallelism.pipeline }),
  };
  return Object.keys(counted).length === 0 ? serving : { ...counted, ...serving };
}

function checkPlatform(place: string, props: NimServiceProps): void {
  const isKServe = props.inferencePlatform === NimInferencePlatform.KSERVE;
  if (props.kserveMode !== undefined && !isKServe) {
    throw new Error(`${place}: kserveMode has no meaning without inferencePlatform KSERVE; leave it out`);
  }
  if (isKServe && props.multiNode !== undefined) {
    throw new Error(`${place}: multiNode has no effect on KServe, and the operator's webhook refuses it [NIM-086]; `
      + 'use the standalone platform');
  }
  if (!isKServe && props.multiNode === undefined) { return; }
  for (const key of ['spreadOverNodes', 'disruptionBudget'] as const) {
    if (props[key] !== undefined) {
      throw new Error(`${place}: ${key} goes by the label that the operator gives to the pods of a Deployment, and `
        + `${isKServe ? 'KServe' : 'a LeaderWorkerSet'} has none; leave it out`);
    }
  }
}

function sharedMemory({ model, sharedMemory: asked }: NimServiceProps): Record<string, unknown> {
  const limit = asked ?? SHARED_MEMORY[model.kind];
  return limit === undefined ? {} : { sharedMemorySizeLimit: limit };
}

function readsOldKey(release: NimOperatorVersion | undefined): boolean {
  return NIM_OPERATOR.lacks('kserveDeploymentMode', release?.version);
}
