import { Construct } from 'constructs';
import { NimKind } from '../models';
import { NimService, NimServiceOptions } from '../nim';
import { checkProps, Shape } from '../props';
import { ModelServer } from '../workloads';
import { NimEndpoint } from './stages/endpoint';
import { ENDPOINT, NimStagesProps, PipelineStages, SERVER, STAGE, STAGES } from './stages/pipeline-stages';

/** Speech in, speech out. A stage runs here, runs elsewhere, or is left out. */
export interface NimVoicePipelineProps extends NimStagesProps {
  /**
   * Speech recognition. Without a selector the best streaming profile that surely fits the slice is chosen.
   * @default - not run by this pipeline
   */
  readonly asr?: NimServiceOptions;
  /**
   * Speech recognition that runs already. Not with `asr`.
   * @default - none
   */
  readonly asrEndpoint?: NimEndpoint;
  /**
   * The language model. Without `serving` its context is cut to what surely fits the slice.
   * @default - not run by this pipeline
   */
  readonly llm?: NimServiceOptions;
  /**
   * The server of this app that runs the language model, such as a `VllmServer`, in the namespace of the pipeline. Not
   * with `llm`.
   * @default - none
   */
  readonly llmServer?: ModelServer;
  /**
   * A language model that runs already. Not with `llm`.
   * @default - none
   */
  readonly llmEndpoint?: NimEndpoint;
  /**
   * Speech synthesis. Without a selector the largest batch that surely fits the slice is chosen.
   * @default - not run by this pipeline
   */
  readonly tts?: NimServiceOptions;
  /**
   * Speech synthesis that runs already. Not with `tts`.
   * @default - none
   */
  readonly ttsEndpoint?: NimEndpoint;
}

/**
 * A voice pipeline: recognition, language model and synthesis, each a NIM on a slice of its own.
 *
 * Each stage is a NIMService and not an entry of a NIMPipeline: since NIM Operator 3.1 an edited NIMPipeline does not
 * reach the NIMServices that it made (k8s-nim-operator internal/controller/nimpipeline_controller.go).
 *
 * @example
 * const voice = new NimVoicePipeline(chart, 'voice', {
 *   asr: { model: NimModel.PARAKEET_1_1B_CTC_EN_US, slice: pool.slice('3g.40gb') },
 *   tts: { model: NimModel.MAGPIE_TTS_MULTILINGUAL, slice: pool.slice('3g.40gb') },
 *   llm: { model: NimModel.LLAMA_3_1_8B_INSTRUCT, slice: pool.wholeGpu(), serving: { contextLength: 16384, concurrency: 8 } },
 *   callers: [NimCaller.pods({ app: 'voice-agent' })],
 * });
 * voice.environment(); // for the application: ASR_GRPC_TARGET, LLM_URL, ...
 * voice.decisions;     // which profiles were chosen, and why
 */
export class NimVoicePipeline extends Construct {
  /** Speech recognition, if it runs here. */
  public readonly asr?: NimService;
  /** The language model, if it runs here as a NIM. */
  public readonly llm?: NimService;
  /** Speech synthesis, if it runs here. */
  public readonly tts?: NimService;
  /** How recognition is called, here or elsewhere. */
  public readonly asrEndpoint?: NimEndpoint;
  /** How the language model is called, here or elsewhere. */
  public readonly llmEndpoint?: NimEndpoint;
  /** How synthesis is called, here or elsewhere. */
  public readonly ttsEndpoint?: NimEndpoint;

  private readonly stages: PipelineStages;

  /**
   * @param scope where it is
   * @param id its id
   * @param props its stages
   * @throws when a stage cannot run on its slice, or the stages cannot run together
   */
  constructor(scope: Construct, id: string, props: NimVoicePipelineProps) {
    super(scope, id);
    checkProps(this.node.path, props, VOICE_PIPELINE);
    this.stages = new PipelineStages(this, [
      { name: 'asr', property: 'asr', kinds: [NimKind.ASR], options: props.asr, endpoint: props.asrEndpoint },
      {
        name: 'llm',
        property: 'llm',
        kinds: [NimKind.LLM, NimKind.VLM],
        options: props.llm,
        server: props.llmServer,
        endpoint: props.llmEndpoint,
      },
      { name: 'tts', property: 'tts', kinds: [NimKind.TTS], options: props.tts, endpoint: props.ttsEndpoint },
    ], props);
    const { services, endpoints } = this.stages;
    this.asr = services.get('asr');
    this.llm = services.get('llm');
    this.tts = services.get('tts');
    this.asrEndpoint = endpoints.get('asr');
    this.llmEndpoint = endpoints.get('llm');
    this.ttsEndpoint = endpoints.get('tts');
  }

  /** What was decided where nobody did, and why. */
  public get decisions(): string[] {
    return [...this.stages.decisions];
  }

  /**
   * Environment variables for the application's container: `ASR_URL`, `ASR_GRPC_TARGET`, `ASR_HEALTH_URL`, and the same
   * for `LLM` and `TTS`, each if there is one. The OpenAI interface of a language model is at `LLM_URL` + `/v1`.
   */
  public environment(): Record<string, string> {
    return this.stages.environment();
  }
}

export const VOICE_PIPELINE: Shape<NimVoicePipelineProps> = {
  ...STAGES,
  asr: STAGE,
  asrEndpoint: ENDPOINT,
  llm: STAGE,
  llmServer: SERVER,
  llmEndpoint: ENDPOINT,
  tts: STAGE,
  ttsEndpoint: ENDPOINT,
};
