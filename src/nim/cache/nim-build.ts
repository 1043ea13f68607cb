import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { NimCache } from './nim-cache';
import { deepMerge } from '../../kubernetes';
import { GpuSlice } from '../../pools';
import { ANY, checkProps, checkText, given, listOf, made, mapOf, needed, Shape, TEXT } from '../../props';
import { NimOperatorVersion } from '../../releases';
import { AppChecks } from '../../synthesis';
import { SLICE, VERSION } from '../common-prop-types';
import { NimSecretEnv, SECRET_ENV, toEnvironment } from '../service/nim-environment';
import { CONTAINER_RESOURCES, NimContainerResources, toResources } from '../service/nim-pod';
import { checkKnownFields } from '../spec/crd-fields';
import { nimAnnotations } from '../spec/nim-annotations';
import { imageOf } from '../spec/nim-image';
import { withRelease } from '../spec/with-release';

/** An engine that is built for a board. */
export interface NimBuildProps {
  /** The cache with a buildable profile; the engine goes into it. */
  readonly cache: NimCache;
  /**
   * The buildable profile.
   * @default - the only one of the cache
   */
  readonly profile?: string;
  /** What the build runs on: the engine works on the same board and slice only. */
  readonly slice: GpuSlice;
  /**
   * Image tag of the NIM, with its digest behind it if need be.
   * @default - the newest tag that the catalogue has seen
   */
  readonly imageTag?: string;
  /**
   * Name of the engine in the cache.
   * @default - the operator's own
   */
  readonly modelName?: string;
  /**
   * Names of the Secrets that pull images.
   * @default ['ngc-secret']
   */
  readonly pullSecrets?: string[];
  /**
   * CPU and memory of the host.
   * @default - none set aside, no limit
   */
  readonly containerResources?: NimContainerResources;
  /**
   * Environment variables. Not for secrets.
   * @default - none
   */
  readonly env?: Record<string, string>;
  /**
   * Environment variables from Secrets.
   * @default - none
   */
  readonly secretEnv?: NimSecretEnv[];
  /**
   * Labels of the pod.
   * @default - none
   */
  readonly labels?: Record<string, string>;
  /**
   * Annotations of the pod.
   * @default - none
   */
  readonly annotations?: Record<string, string>;
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
 * A NIMBuild: builds a TensorRT-LLM engine from a buildable profile of a NIMCache, once. Its `spec` is immutable.
 *
 * @example
 * const cache = new NimCache(chart, 'cache', {
 *   model: NimModel.LLAMA_3_1_8B_INSTRUCT, imageTag: '1.13.1', source: NimCacheSource.ngc({ buildable: true, precision: 'bf16' }),
 * });
 * new NimBuild(chart, 'build', { cache, imageTag: '1.13.1', slice: pool.wholeGpu() });
 */
export class NimBuild extends Construct {
  /** Name of the object. */
  public readonly name: string;

  constructor(scope: Construct, id: string, asked: NimBuildProps) {
    super(scope, id);
    checkProps(this.node.path, asked, NIM_BUILD);
    const props = withRelease(this, asked);
    AppChecks.of(this).generated.add(this);
    if (props.slice._giveTo(this, 1).isClaim) {
      throw new Error(`${this.node.path}: a NIMBuild has no draResources, so it cannot run on ${props.slice}; give a `
        + 'slice that is a resource');
    }
    const place = this.node.path;
    for (const key of ['profile', 'imageTag', 'modelName', 'name'] as const) { checkText(place, key, props[key]); }
    const spec = deepMerge({
      nimCache: { name: props.cache.name, ...given(props, 'profile') },
      image: {
        ...imageOf(place, props.cache.model, props.imageTag),
        pullPolicy: 'IfNotPresent',
        pullSecrets: props.pullSecrets ?? ['ngc-secret'],
      },
      ...given(props, 'modelName', 'labels', 'annotations'),
      ...toResources(place, props.slice.resources, props.containerResources),
      ...(Object.keys(props.slice.nodeSelector).length > 0 && { nodeSelector: props.slice.nodeSelector }),
      ...(props.slice.tolerations.length > 0 && { tolerations: props.slice.tolerations }),
      ...toEnvironment(place, { env: props.env, secretEnv: props.secretEnv }, {}),
    }, props.overrides);
    checkKnownFields(place, 'NIMBuild', props.nimOperator, spec);
    const object = new ApiObject(this, 'Resource', {
      apiVersion: 'apps.nvidia.com/v1alpha1',
      kind: 'NIMBuild',
      metadata: { ...(props.name !== undefined && { name: props.name }), ...nimAnnotations(props) },
      spec,
    });
    this.name = object.name;
  }
}

export const NIM_BUILD: Shape<NimBuildProps> = {
  cache: needed(made('a NimCache', 'model')),
  slice: needed(SLICE),
  profile: TEXT,
  imageTag: TEXT,
  modelName: TEXT,
  pullSecrets: listOf(TEXT),
  containerResources: CONTAINER_RESOURCES,
  env: mapOf(TEXT),
  secretEnv: SECRET_ENV,
  labels: mapOf(TEXT),
  annotations: mapOf(TEXT),
  nimOperator: VERSION,
  name: TEXT,
  overrides: mapOf(ANY),
};
