import { Construct } from 'constructs';
import { llmEngine } from './llm-engine';
import { LlmServerProps } from './llm-server-props';
import { ModelServer } from '../model-server';
import { LLM_SERVER } from '../prop-types';
import { checkImage, releaseTag } from './server-engine';
import { InferenceEngine } from '../../../fit';
import { checkProps } from '../../../props';

/** A server of SGLang. */
export interface SglangServerProps extends LlmServerProps {}

/** Upstream's default port (sgl-project/sglang docker/k8s-sglang-service.yaml). */
const PORT = 30000;

/**
 * `/health` waits so long for a sign of the scheduler, which a long prompt delays
 * (sglang/srt/entrypoints/http_server.py HEALTH_CHECK_TIMEOUT).
 */
const HEALTH_SECONDS = 20;

/**
 * SGLang on a slice: a language model behind the OpenAI interface.
 *
 * The model is checked against the memory of the slice, and `--mem-fraction-static`, `--context-length` and, on shares
 * whose end the engine cannot see, `--max-total-tokens` are written from the same numbers. Metrics are on the HTTP
 * port.
 *
 * @example
 * const llm = new SglangServer(chart, 'llm', {
 *   model: LlmArchitecture.of('Qwen/Qwen3-8B'),
 *   version: '0.5.23',
 *   slice: pool.slice('3g.40gb'),
 *   serving: { contextLength: 16384, concurrency: 4 },
 * });
 * llm.httpEndpoint; // the OpenAI interface is below it, at /v1
 */
export class SglangServer extends ModelServer {
  /** The name by which clients ask for the model. */
  public readonly modelName: string;

  /**
   * @param scope where it is
   * @param id its id
   * @param props model, release and slice
   * @throws when the model does not fit the slice, or the server could not start
   */
  constructor(scope: Construct, id: string, props: SglangServerProps) {
    super(scope, id);
    const place = this.node.path;
    checkProps(place, props, LLM_SERVER);
    checkImage(place, props.image);
    const version = releaseTag(place, props.version, '0.5.23');
    this.modelName = props.servedName ?? props.model.id;
    this._build(props, name => {
      const { source, flags, ...common } = llmEngine(place, name, InferenceEngine.SGLANG, props, version);
      return {
        ...common,
        image: props.image ?? `lmsysorg/sglang:v${version}`,
        command: ['python3', '-m', 'sglang.launch_server'],
        args: [
          '--model-path', source, ...(this.modelName === source ? [] : ['--served-model-name', this.modelName]),
          '--host', '0.0.0.0', '--port', String(PORT), '--enable-metrics', ...flags,
        ],
        ports: { http: PORT },
        readyPath: '/health',
        livePath: '/health',
        probeTimeoutSeconds: HEALTH_SECONDS,
        queueMetric: 'sglang:num_queue_reqs',
      };
    });
  }
}
