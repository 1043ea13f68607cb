import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { imageOf } from './nim-image';
import { checkAccessMode, defaultPvcSize, NimPvcOptions } from './nim-storage';
import { AppChecks } from '../checks/app-checks';
import { NimModel } from '../models';
import { GpuToleration } from '../operator';
import { deepMerge } from '../operator/deep-merge';

/** A model that is downloaded before a NIM starts. */
export interface NimCacheProps {
  /** The NIM. */
  readonly model: NimModel;
  /**
   * Image tag of the NIM, whose image also pulls the model.
   * @default - the newest tag that the catalogue has seen
   */
  readonly imageTag?: string;
  /**
   * Name of the Secret with the key `NGC_API_KEY`. The secret itself never passes through here.
   * @default 'ngc-api-secret'
   */
  readonly authSecret?: string;
  /**
   * Name of the Secret that pulls images.
   * @default 'ngc-secret'
   */
  readonly pullSecret?: string;
  /**
   * The profiles to download. Name them where nodes are cut by MIG: without, the operator chooses by the product label
   * of all nodes, which MIG under the strategy `single` changes, and finds none.
   * @default - the operator chooses by the nodes' GPUs
   */
  readonly profiles?: string[];
  /**
   * The claim for the model.
   * @default - made, of a size that fits the model
   */
  readonly pvc?: NimPvcOptions;
  /**
   * Nodes that the download runs on. It needs no GPU.
   * @default - the operator's own: nodes with an NVIDIA PCI device, a label that NFD sets
   */
  readonly nodeSelector?: Record<string, string>;
  /**
   * Taints that the download tolerates.
   * @default - none
   */
  readonly tolerations?: GpuToleration[];
  /**
   * Name of the object.
   * @default - made from the construct path
   */
  readonly name?: string;
  /**
   * Further fields of `spec`, merged last.
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

  constructor(scope: Construct, id: string, props: NimCacheProps) {
    super(scope, id);
    AppChecks.of(this).generated.add(this);
    this.model = props.model;
    const image = imageOf(this.node.path, props.model, props.imageTag);
    if (props.profiles?.length === 0) { throw new Error(`${this.node.path}: profiles is empty; name some, or leave it out`); }
    if (props.profiles?.includes('all') && props.profiles.length > 1) {
      throw new Error(`${this.node.path}: profile "all" must stand alone, got ${props.profiles.join(', ')}`);
    }
    const accessMode = props.pvc?.accessMode ?? 'ReadWriteOnce';
    checkAccessMode(accessMode);
    const spec = {
      source: {
        ngc: {
          modelPuller: `${image.repository}:${image.tag}`,
          authSecret: props.authSecret ?? 'ngc-api-secret',
          pullSecret: props.pullSecret ?? 'ngc-secret',
          ...(props.profiles !== undefined && { model: { profiles: props.profiles } }),
        },
      },
      storage: {
        pvc: {
          create: true,
          size: props.pvc?.size ?? defaultPvcSize(props.model.diskGb),
          volumeAccessMode: accessMode,
          ...(props.pvc?.storageClass !== undefined && { storageClass: props.pvc.storageClass }),
        },
      },
      ...(props.nodeSelector !== undefined && { nodeSelector: props.nodeSelector }),
      ...(props.tolerations !== undefined && { tolerations: props.tolerations }),
    };
    const object = new ApiObject(this, 'Resource', {
      apiVersion: 'apps.nvidia.com/v1alpha1',
      kind: 'NIMCache',
      metadata: props.name === undefined ? undefined : { name: props.name },
      spec: deepMerge(spec, props.overrides),
    });
    this.name = object.name;
  }
}
