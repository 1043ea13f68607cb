import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { checkedProfiles, NimCacheSource } from './nim-cache-source';
import { existingPvcFields, newPvcFields, NIM_PVC, NimPvcOptions } from './nim-pvc';
import { GpuToleration } from '../../allocation';
import { deepMerge } from '../../kubernetes';
import { NimModel } from '../../models';
import {
  ANY, checkProps, checkQuantity, checkText, checkWhole, FLAG, given, listOf, made, mapOf, needed, NUMBER, Shape,
  struct, TEXT,
} from '../../props';
import { NimOperatorVersion } from '../../releases';
import { AppChecks } from '../../synthesis';
import { MODEL, VERSION } from '../common-prop-types';
import { CONTAINERS, NimContainer, toContainers } from '../service/nim-container';
import { NimSecretEnv, SECRET_ENV, toEnvironment } from '../service/nim-environment';
import { NimProxy, PROXY, toProxy } from '../service/nim-proxy';
import { checkKnownFields } from '../spec/crd-fields';
import { nimAnnotations } from '../spec/nim-annotations';
import { imageOf } from '../spec/nim-image';
import { withRelease } from '../spec/with-release';

/** CPU and memory of the host for the download; both what is set aside and the most. It needs no GPU. */
export interface NimCacheResources {
  /**
   * CPU, as Kubernetes writes quantities.
   * @default - not limited
   */
  readonly cpu?: string;
  /**
   * Memory, as Kubernetes writes quantities.
   * @default - not limited
   */
  readonly memory?: string;
}

/** A model that is downloaded before a NIM starts. */
export interface NimCacheProps {
  /** The NIM that serves the model; its image pulls it. For a source other than NGC, a multi-LLM NIM. */
  readonly model: NimModel;
  /**
   * Image tag of the NIM, whose image also pulls the model; with its digest behind it if need be.
   * @default - the newest tag that the catalogue has seen
   */
  readonly imageTag?: string;
  /**
   * Where the model's files come from. Not with `profiles`.
   * @default NimCacheSource.ngc()
   */
  readonly source?: NimCacheSource;
  /**
   * Name of the Secret with the key `NGC_API_KEY`, or `HF_TOKEN` for the other sources. The secret itself never passes
   * through here.
   * @default 'ngc-api-secret', or 'hf-api-secret' for Hugging Face and data stores
   */
  readonly authSecret?: string;
  /**
   * Name of the Secret that pulls images.
   * @default 'ngc-secret'
   */
  readonly pullSecret?: string;
  /**
   * The profiles to download, as by `NimCacheSource.ngcProfiles`.
   * @default - the operator chooses by the nodes' GPUs
   */
  readonly profiles?: string[];
  /**
   * The claim for the model. Not with `existingPvc`.
   * @default - made, of a size that fits the model
   */
  readonly pvc?: NimPvcOptions;
  /**
   * Name of a claim that exists. Not with `pvc`.
   * @default - a claim is made
   */
  readonly existingPvc?: string;
  /**
   * CPU and memory for the download.
   * @default - not limited
   */
  readonly resources?: NimCacheResources;
  /**
   * Whether the download may run on any Linux node: it needs no GPU. Not with `nodeSelector`.
   * @default false
   */
  readonly anyNode?: boolean;
  /**
   * Nodes that the download runs on.
   * @default - the operator's own: nodes with an NVIDIA PCI device, a label that NFD sets
   */
  readonly nodeSelector?: Record<string, string>;
  /**
   * Taints that the download tolerates.
   * @default - none
   */
  readonly tolerations?: GpuToleration[];
  /**
   * The runtime class of the download.
   * @default - that of the cluster
   */
  readonly runtimeClassName?: string;
  /**
   * The proxy.
   * @default - none
   */
  readonly proxy?: NimProxy;
  /**
   * Environment variables of the download. Not for secrets.
   * @default - none
   */
  readonly env?: Record<string, string>;
  /**
   * Environment variables from Secrets.
   * @default - none
   */
  readonly secretEnv?: NimSecretEnv[];
  /**
   * User that the download runs as; not 0, because the operator forbids root to it.
   * @default - the operator's own, 1000
   */
  readonly userId?: number;
  /**
   * Group that the download runs as, and that owns the claim.
   * @default - the operator's own, 2000
   */
  readonly groupId?: number;
  /**
   * Containers that run before the download. NIM Operator 3.1 and later.
   * @default - none
   */
  readonly initContainers?: NimContainer[];
  /**
   * The release of the NIM Operator in the cluster: a field that it does not know is an error.
   * @default - as the GpuOperator of the cluster says; else any field that this library knows
   */
  readonly nimOperator?: NimOperatorVersion;
  /**
   * Name of the object.
   * @default - made from the construct path
   */
  readonly name?: string;
  /**
   * Further fields of `spec`, merged last and checked against the fields that the release knows.
   * @default - none
   */
  readonly overrides?: Record<string, any>;
}

/**
 * A NIMCache: the NIM Operator downloads the model of a NIM once, and NIMServices mount it.
 *
 * The whole `spec` of a NIMCache is immutable: a change needs a new name.
 *
 * @example
 * const cache = new NimCache(chart, 'llm-cache', { model: NimModel.LLAMA_3_1_8B_INSTRUCT, imageTag: '1.13.1' });
 */
export class NimCache extends Construct {
  /** Name of the object. */
  public readonly name: string;
  /** The NIM. */
  public readonly model: NimModel;

  constructor(scope: Construct, id: string, asked: NimCacheProps) {
    super(scope, id);
    checkProps(this.node.path, asked, NIM_CACHE);
    const props = withRelease(this, asked);
    AppChecks.of(this).generated.add(this);
    this.model = props.model;
    const place = this.node.path;
    const spec = deepMerge(cacheSpec(place, props), props.overrides);
    checkKnownFields(place, 'NIMCache', props.nimOperator, spec);
    const object = new ApiObject(this, 'Resource', {
      apiVersion: 'apps.nvidia.com/v1alpha1',
      kind: 'NIMCache',
      metadata: { ...(props.name !== undefined && { name: props.name }), ...nimAnnotations(props) },
      spec,
    });
    this.name = object.name;
  }
}

function cacheSpec(place: string, props: NimCacheProps): Record<string, unknown> {
  for (const key of ['imageTag', 'authSecret', 'pullSecret', 'name', 'existingPvc', 'runtimeClassName'] as const) {
    checkText(place, key, props[key]);
  }
  // the operator says runAsNonRoot beside it (k8s-nim-operator internal/controller/nimcache_controller.go constructJob)
  if (props.userId === 0) {
    throw new Error(`${place}: userId 0 cannot be: the operator forbids the download to run as root, and the kubelet `
      + 'does not start it [SEC-002]; leave it out for 1000');
  }
  checkWhole(place, 'userId', props.userId, 0);
  checkWhole(place, 'groupId', props.groupId, 0);
  checkQuantity(place, 'resources.cpu', props.resources?.cpu);
  checkQuantity(place, 'resources.memory', props.resources?.memory);
  const image = imageOf(place, props.model, props.imageTag);
  return {
    source: sourceOf(place, props)._toSpec(place, {
      modelPuller: `${image.repository}:${image.tag}`,
      authSecret: props.authSecret,
      pullSecret: props.pullSecret
        ?? 'ngc-secret',
    }),
    storage: { pvc: pvcOf(place, props) },
    ...placementOf(place, props),
    ...given(props, 'tolerations', 'runtimeClassName'),
    ...(props.resources !== undefined && { resources: given(props.resources, 'cpu', 'memory') }),
    ...toProxy(place, props.proxy),
    ...toEnvironment(place, { env: props.env, secretEnv: props.secretEnv }, {}),
    ...(props.userId !== undefined && { userID: props.userId }),
    ...(props.groupId !== undefined && { groupID: props.groupId }),
    ...toContainers(place, 'initContainers', props.initContainers),
  };
}

function sourceOf(place: string, { source, profiles }: NimCacheProps): NimCacheSource {
  if (profiles === undefined) { return source ?? NimCacheSource.ngc(); }
  if (source !== undefined) {
    throw new Error(`${place}: source and profiles both say what to download; use NimCacheSource.ngcProfiles alone`);
  }
  return NimCacheSource.ngcProfiles(...checkedProfiles(place, profiles));
}

function pvcOf(place: string, { pvc, existingPvc, model }: NimCacheProps): Record<string, unknown> {
  if (existingPvc === undefined) { return newPvcFields(place, pvc ?? {}, { model, severalReplicas: false }); }
  if (pvc !== undefined) { throw new Error(`${place}: pvc makes a claim and existingPvc names one; give one of them`); }
  return existingPvcFields(place, existingPvc, undefined);
}

/**
 * Without a selector the operator takes nodes with the label that NFD gives to an NVIDIA PCI device
 * (nimcache_types.go).
 */
function placementOf(place: string, { anyNode, nodeSelector }: NimCacheProps): Record<string, unknown> {
  if (anyNode === true && nodeSelector !== undefined) {
    throw new Error(`${place}: anyNode and nodeSelector contradict each other; give one of them`);
  }
  if (nodeSelector !== undefined && Object.keys(nodeSelector).length === 0) {
    throw new Error(`${place}: an empty nodeSelector is dropped, and the operator then waits for a node with an `
      + 'NVIDIA PCI device [NIM-154]; use anyNode');
  }
  const selector = anyNode === true ? { 'kubernetes.io/os': 'linux' } : nodeSelector;
  return selector === undefined ? {} : { nodeSelector: selector };
}
export const NIM_CACHE: Shape<NimCacheProps> = {
  model: needed(MODEL),
  imageTag: TEXT,
  source: made('a NimCacheSource, such as NimCacheSource.ngc()', '_toSpec'),
  authSecret: TEXT,
  pullSecret: TEXT,
  profiles: listOf(TEXT),
  pvc: struct(NIM_PVC),
  existingPvc: TEXT,
  resources: struct<NimCacheResources>({ cpu: TEXT, memory: TEXT }),
  anyNode: FLAG,
  nodeSelector: mapOf(TEXT),
  tolerations: listOf(struct<GpuToleration>({ key: needed(TEXT), operator: needed(TEXT), value: TEXT, effect: TEXT })),
  runtimeClassName: TEXT,
  proxy: PROXY,
  env: mapOf(TEXT),
  secretEnv: SECRET_ENV,
  userId: NUMBER,
  groupId: NUMBER,
  initContainers: CONTAINERS,
  nimOperator: VERSION,
  name: TEXT,
  overrides: mapOf(ANY),
};
