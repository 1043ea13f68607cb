import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { NimModel } from '../models';
import { GpuSlice } from '../pools';
import { checkProps } from '../props';
import { AppChecks } from '../synthesis';
import { addDisruptionBudget } from './service/nim-disruption-budget';
import { NIM_SERVICE } from './service/nim-service-prop-types';
import { NimServiceProps } from './service/nim-service-props';
import { ServiceAddress } from './service/service-address';
import { checkKnownFields } from './spec/crd-fields';
import { nimAnnotations } from './spec/nim-annotations';
import { memoryAnnotations, nimServiceSpec } from './spec/nim-service-spec';
import { withRelease } from './spec/with-release';

/**
 * A NIMService: one NIM on one kind of slice, as the NIM Operator runs it.
 *
 * What the operator gets wrong when left alone is written out: the slice in requests and limits with
 * `nvidia.com/gpu: "0"` beside it, node labels that survive its unquoted template, ports of speech NIMs, start-up
 * times, storage, no `replicas` beside autoscaling.
 *
 * @example
 * const asr = new NimService(chart, 'asr', {
 *   model: NimModel.PARAKEET_1_1B_CTC_EN_US,
 *   selector: 'mode=str,vad=silero',
 *   slice: pool.slice('3g.40gb'),
 * });
 * asr.grpcTarget; // for the application
 */
export class NimService extends Construct {
  /** Name of the object, of its Deployment and of its Service. */
  public readonly name: string;
  /** The NIM. */
  public readonly model: NimModel;

  private readonly address: ServiceAddress;
  private readonly sliceOrNone?: GpuSlice;

  constructor(scope: Construct, id: string, asked: NimServiceProps) {
    super(scope, id);
    checkProps(this.node.path, asked, NIM_SERVICE);
    const props = withRelease(this, asked);
    this.model = props.model;
    this.sliceOrNone = props.slice;
    AppChecks.of(this).generated.add(this);
    // the object comes first: its name, which may be made from the path, is in its spec
    const spec: Record<string, unknown> = {};
    const object = new ApiObject(this, 'Resource', {
      apiVersion: 'apps.nvidia.com/v1alpha1',
      kind: 'NIMService',
      metadata: {
        ...(props.name !== undefined && { name: props.name }),
        ...nimAnnotations(props, memoryAnnotations(props)),
      },
      spec,
    });
    this.name = object.name;
    Object.assign(spec, nimServiceSpec(this, this.name, props));
    checkKnownFields(this.node.path, 'NIMService', props.nimOperator, spec);
    this.address = ServiceAddress.of(this.node.path, this.name, object.metadata.namespace, props.model, spec);
    addDisruptionBudget(this, this.name, props.disruptionBudget);
  }

  /**
   * What each replica runs on.
   * @throws when it runs on claimed devices
   */
  public get slice(): GpuSlice {
    if (this.sliceOrNone === undefined) {
      throw new Error(`${this.node.path}: runs on claimed devices (draResources) and has no slice`);
    }
    return this.sliceOrNone;
  }

  /**
   * Base URL of the HTTP interface inside the cluster; without a namespace in the chart it holds inside the namespace
   * only.
   */
  public get httpEndpoint(): string {
    return this.address.http;
  }

  /**
   * Target of the gRPC interface inside the cluster.
   * @throws when the NIM has none
   */
  public get grpcTarget(): string {
    return this.address.grpc;
  }

  /** URL that answers 200 when the NIM is ready. */
  public get healthUrl(): string {
    return this.address.health;
  }
}
