import { Construct } from 'constructs';
import { NimService } from './nim-service';
import { NimServiceOptions } from './nim-service-options';
import { NimKind } from '../models';

/** Speech in, speech out. A stage that is left out runs elsewhere. */
export interface NimVoicePipelineProps {
  /**
   * Speech recognition.
   * @default - runs elsewhere
   */
  readonly asr?: NimServiceOptions;
  /**
   * The language model.
   * @default - runs elsewhere
   */
  readonly llm?: NimServiceOptions;
  /**
   * Speech synthesis.
   * @default - runs elsewhere
   */
  readonly tts?: NimServiceOptions;
  /**
   * Name of the Secret with the key `NGC_API_KEY`.
   * @default 'ngc-api-secret'
   */
  readonly authSecret?: string;
  /**
   * Names of the Secrets that pull images.
   * @default ['ngc-secret']
   */
  readonly pullSecrets?: string[];
}

/** What a stage may be. */
const STAGE_KINDS: Record<string, NimKind[]> = {
  asr: [NimKind.ASR],
  llm: [NimKind.LLM, NimKind.VLM],
  tts: [NimKind.TTS],
};

/**
 * A voice pipeline: recognition, language model and synthesis, each a NIM on a slice of its own.
 *
 * Each stage is a NIMService and not an entry of a NIMPipeline: since NIM Operator 3.1 an edited NIMPipeline does not
 * reach the NIMServices that it made (k8s-nim-operator internal/controller/nimpipeline_controller.go).
 *
 * @example
 * const voice = new NimVoicePipeline(chart, 'voice', {
 *   asr: { model: NimModel.PARAKEET_1_1B_CTC_EN_US, selector: 'mode=str,vad=silero', slice: pool.slice('3g.40gb') },
 *   tts: { model: NimModel.MAGPIE_TTS_MULTILINGUAL, selector: 'name=magpie-tts-multilingual,batch_size=8', slice: pool.slice('3g.40gb') },
 *   llm: { model: NimModel.LLAMA_3_1_8B_INSTRUCT, slice: pool.wholeGpu(), serving: { contextLength: 16384, concurrency: 8 } },
 * });
 * voice.asr!.grpcTarget;
 */
export class NimVoicePipeline extends Construct {
  /** Speech recognition, unless it runs elsewhere. */
  public readonly asr?: NimService;
  /** The language model, unless it runs elsewhere. */
  public readonly llm?: NimService;
  /** Speech synthesis, unless it runs elsewhere. */
  public readonly tts?: NimService;

  constructor(scope: Construct, id: string, props: NimVoicePipelineProps) {
    super(scope, id);
    const stage = (name: 'asr' | 'llm' | 'tts'): NimService | undefined => {
      const options = props[name];
      if (options === undefined) { return undefined; }
      if (!STAGE_KINDS[name].includes(options.model.kind)) {
        throw new Error(`${this.node.path}/${name}: ${options.model} is of kind "${options.model.kind}"; this stage takes ${STAGE_KINDS[name].join(' or ')}`);
      }
      return new NimService(this, name, { authSecret: props.authSecret, pullSecrets: props.pullSecrets, ...options });
    };
    this.asr = stage('asr');
    this.llm = stage('llm');
    this.tts = stage('tts');
    if (this.asr === undefined && this.llm === undefined && this.tts === undefined) {
      throw new Error(`${this.node.path}: the pipeline has no stage; give asr, llm or tts`);
    }
    this.checkShares();
  }

  /** Stages that take the same kind of slice must all find one: `capacity` counts them together. */
  private checkShares(): void {
    const stages = [this.asr, this.llm, this.tts].filter((stage): stage is NimService => stage !== undefined);
    for (const { slice } of stages) {
      const rivals = stages.filter(other => other.slice.pool === slice.pool && other.slice.resourceName === slice.resourceName);
      if (slice.capacity !== undefined && rivals.length > slice.capacity) {
        throw new Error(`${this.node.path}: ${rivals.map(rival => rival.node.id).join(', ')} need ${rivals.length} of ${slice}, ` +
          `and pool ${slice.pool} has ${slice.capacity} [CAP-002]`);
      }
    }
  }
}
