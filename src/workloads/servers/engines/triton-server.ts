import { Construct } from 'constructs';
import { ModelServer } from '../model-server';
import { ModelServerProps } from '../model-server-props';
import { MODEL_SERVER } from '../prop-types';
import { checkImage, releaseTag, ServerEngine } from './server-engine';
import { TritonModelRepository } from './triton-model-repository';
import { footprintAnnotations } from '../../../fit';
import { checkMemory, refuseUncertain } from '../../../pools';
import { checkProps, checkWhole, made, needed, NUMBER, Shape } from '../../../props';

/** A Triton Inference Server. */
export interface TritonServerProps extends ModelServerProps {
  /** Where its models are. */
  readonly modelRepository: TritonModelRepository;
  /**
   * How many whole GPUs each replica gets.
   * @default 1
   */
  readonly gpus?: number;
  /**
   * How long the first start may take, in seconds: all models are loaded.
   * @default 300, as upstream's chart has it
   */
  readonly startupSeconds?: number;
}

const TRITON_SERVER: Shape<TritonServerProps> = {
  ...MODEL_SERVER,
  modelRepository: needed(made(
    'a TritonModelRepository, such as TritonModelRepository.claim(\'models\')',
    '_toSource',
  )),
  gpus: NUMBER,
  startupSeconds: NUMBER,
};

/** Upstream's default ports (triton-inference-server/server docs/user_guide). */
const PORTS = { http: 8000, grpc: 8001, metrics: 8002 };

/** 30 times 10 s (triton-inference-server/server deploy/k8s-onprem/templates/deployment.yaml). */
const STARTUP_SECONDS = 300;

/**
 * NVIDIA's Triton Inference Server on a slice.
 *
 * What its models take depends on their backends and batches, and no arithmetic says it: give `footprint` as you
 * measured it.
 *
 * @example
 * const vision = new TritonServer(chart, 'vision', {
 *   version: '26.10',
 *   slice: pool.slice('3g.40gb'),
 *   modelRepository: TritonModelRepository.claim('vision-models'),
 *   footprint: ModelFootprint.measured(9000),
 * });
 * vision.grpcTarget; // for the application
 */
export class TritonServer extends ModelServer {
  /**
   * @param scope where it is
   * @param id its id
   * @param props models, release and slice
   * @throws when the models do not fit the slice, or it is not known whether they do and nobody accepted that
   */
  constructor(scope: Construct, id: string, props: TritonServerProps) {
    super(scope, id);
    const place = this.node.path;
    checkProps(place, props, TRITON_SERVER);
    checkImage(place, props.image);
    checkWhole(place, 'gpus', props.gpus, 1);
    checkWhole(place, 'startupSeconds', props.startupSeconds, 1);
    const version = releaseTag(place, props.version, '26.10');
    this._build(props, () => tritonEngine(place, version, props));
  }

  /** Target of the gRPC interface inside the cluster. */
  public get grpcTarget(): string {
    return `${this._host}:${PORTS.grpc}`;
  }
}

function tritonEngine(place: string, version: string, props: TritonServerProps): ServerEngine {
  const { footprint, slice } = props;
  if (footprint === undefined) {
    refuseUncertain(place, props, 'what the models of a Triton server take is not known here');
  } else {
    checkMemory(place, footprint, slice, props);
  }
  const { path, volumes, env, secretEnv } = props.modelRepository._toSource();
  return {
    image: props.image ?? `nvcr.io/nvidia/tritonserver:${/-/.test(version) ? version : `${version}-py3`}`,
    command: [], // the entry point of the image sets up libraries, then runs its arguments
    args: [
      'tritonserver', '--model-repository', path, '--http-port', String(PORTS.http), '--grpc-port', String(PORTS.grpc),
      '--metrics-port', String(PORTS.metrics),
    ],
    env,
    secretEnv,
    ports: PORTS,
    readyPath: '/v2/health/ready',
    livePath: '/v2/health/live',
    probeTimeoutSeconds: 5,
    startupSeconds: props.startupSeconds ?? STARTUP_SECONDS,
    queueMetric: 'nv_inference_pending_request_count',
    devices: props.gpus ?? 1,
    volumes,
    claims: [],
    annotations: footprint === undefined ? {} : footprintAnnotations({ footprint }),
    footprint,
    decisions: [],
  };
}
