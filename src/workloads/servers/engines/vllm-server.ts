import { Construct } from 'constructs';
import { llmEngine } from './llm-engine';
import { LlmServerProps } from './llm-server-props';
import { ModelServer } from '../model-server';
import { LLM_SERVER } from '../prop-types';
import { checkImage, releaseTag } from './server-engine';
import { InferenceEngine } from '../../../fit';
import { checkProps } from '../../../props';

/** A server of vLLM. */
export interface VllmServerProps extends LlmServerProps {}

/** Upstream's default port (vllm 0.33.0 vllm/entrypoints/common/cli_args.py). */
const PORT = 8000;

/**
 * vLLM on a slice: a language model behind the OpenAI interface.
 *
 * The model is checked against the memory of the slice, and `--gpu-memory-utilization`, `--max-model-len` and, on
 * shares whose end the engine cannot see, `--kv-cache-memory-bytes` are written from the same numbers. Metrics are on
 * the HTTP port.
 *
 * @example
 * const llm = new VllmServer(chart, 'llm', {
 *   model: LlmArchitecture.of('meta-llama/Llama-3.1-8B-Instruct'),
 *   version: '0.31.0',
 *   slice: pool.slice('3g.40gb'),
 *   serving: { contextLength: 16384, concurrency: 8 },
 *   huggingFaceToken: { secret: 'hugging-face', key: 'token' },
 * });
 * llm.httpEndpoint; // the OpenAI interface is below it, at /v1
 */
export class VllmServer extends ModelServer {
  /** The name by which clients ask for the model. */
  public readonly modelName: string;

  /**
   * @param scope where it is
   * @param id its id
   * @param props model, release and slice
   * @throws when the model does not fit the slice, or the server could not start
   */
  constructor(scope: Construct, id: string, props: VllmServerProps) {
    super(scope, id);
    const place = this.node.path;
    checkProps(place, props, LLM_SERVER);
    checkImage(place, props.image);
    const version = releaseTag(place, props.version, '0.31.0');
    this.modelName = props.servedName ?? props.model.id;
    this._build(props, name => {
      const { source, flags, ...common } = llmEngine(place, name, InferenceEngine.VLLM, props, version);
      return {
        ...common,
        image: props.image ?? `vllm/vllm-openai:v${version}`,
        command: ['vllm', 'serve'], // older images have another entry point
        args: [
          source,
          '--port',
          String(PORT),
          ...(this.modelName === source ? [] : ['--served-model-name', this.modelName]),
          ...flags,
        ],
        ports: { http: PORT },
        readyPath: '/health',
        livePath: '/health',
        probeTimeoutSeconds: 5,
        queueMetric: 'vllm:num_requests_waiting',
      };
    });
  }
}
