import { IConstruct } from 'constructs';
import { BenchmarkStrategy, BOARDS } from './benchmark-strategy';
import { GpuSliceKind } from '../../hardware';
import { NimKind } from '../../models';
import { mostReplicasOf, NimService, objectOf, podLabels, writtenSpec } from '../../nim';
import { NimEndpoint, NimVoicePipeline } from '../../pipelines';
import { checkProps, checkShape, FLAG, made, needed, NUMBER, oneOf, Shape, TEXT } from '../../props';

/** What a benchmark needs to know of an arm besides where its stages are called. */
export interface BenchmarkArmOptions {
  /** The name of the arm in results: small letters, digits and dashes. */
  readonly name: string;
  /**
   * How the stages are put on boards.
   * @default BenchmarkStrategy.OTHER
   */
  readonly strategy?: BenchmarkStrategy;
  /**
   * Boards that the arm takes, those of all its stages; what is told per GPU is divided by it.
   * @default - 3 dedicated or reinvested, 2 for the strategies that share; of other strategies nothing is told per GPU
   */
  readonly gpus?: number;
  /**
   * What a board costs an hour, in any currency.
   * @default - no cost is told
   */
  readonly pricePerGpuHour?: number;
  /**
   * The model name that the language model, or the server of embeddings, answers to.
   * @default - the image name of the NIM with its publisher, such as `meta/llama-3.1-8b-instruct`
   */
  readonly llmModel?: string;
  /**
   * The `input_type` that NVIDIA's embedding NIMs ask for, `query` or `passage`.
   * @default - `query` for a NIM of this app, none elsewhere, since OpenAI's interface does not know it
   */
  readonly inputType?: string;
  /**
   * The voice of synthesis.
   * @default - the server's own
   */
  readonly voice?: string;
  /**
   * Whether the run checks that the pods are where the strategy puts them, and fails where they are not.
   * @default true - where the stages run in this app
   */
  readonly checkPlacement?: boolean;
}

/** Where the stages of an arm are called that run elsewhere. */
export interface BenchmarkEndpoints {
  /**
   * Recognition, by gRPC.
   * @default - the arm has none
   */
  readonly asr?: NimEndpoint;
  /**
   * The language model, by HTTP.
   * @default - the arm has none
   */
  readonly llm?: NimEndpoint;
  /**
   * Synthesis, by gRPC.
   * @default - the arm has none
   */
  readonly tts?: NimEndpoint;
  /**
   * Embeddings, by HTTP (`/v1/embeddings`), for a `NimBenchmark`.
   * @default - the arm has none
   */
  readonly embedding?: NimEndpoint;
}

/** What the run expects of the pods of a stage. */
interface DeclaredStage {
  readonly stage: string;
  readonly namespace?: string;
  readonly podPattern: string;
  readonly pods: number;
  readonly product?: string;
  readonly profile?: string;
}

/** Strategies that put recognition and synthesis on one board. */
const SHARING = [
  BenchmarkStrategy.TIME_SLICING,
  BenchmarkStrategy.MPS,
  BenchmarkStrategy.MIG,
  BenchmarkStrategy.REINVEST,
];

const ENDPOINT = made('a NimEndpoint, such as NimEndpoint.of({ url: \'http://llm.voice.svc:8000\' })', 'environment');

const OPTIONS: Shape<BenchmarkArmOptions> = {
  name: needed(TEXT),
  strategy: oneOf(BenchmarkStrategy),
  gpus: NUMBER,
  pricePerGpuHour: NUMBER,
  llmModel: TEXT,
  inputType: TEXT,
  voice: TEXT,
  checkPlacement: FLAG,
};

const STAGE_NAMES = ['asr', 'llm', 'tts', 'embedding'] as const;

/** Which interface a NIM of a kind has. */
const STAGE_OF_KIND: Readonly<Partial<Record<NimKind, typeof STAGE_NAMES[number]>>> = {
  [NimKind.ASR]: 'asr', [NimKind.LLM]: 'llm', [NimKind.VLM]: 'llm', [NimKind.TTS]: 'tts', [NimKind.EMBEDDING]: 'embedding',
};

/**
 * One of the set-ups that a benchmark compares.
 *
 * @example
 * const arm = BenchmarkArm.ofEndpoints({ llm: NimEndpoint.of({ url: 'http://llm.voice.svc:8000' }) }, { name: 'elsewhere', llmModel: 'meta/llama-3.1-8b-instruct' });
 */
export class BenchmarkArm {
  /**
   * A pipeline of this app, or of which some stages run elsewhere.
   * @param pipeline the pipeline
   * @param options its name and strategy
   * @throws when the name cannot be one, or the language model's name is not known
   */
  public static ofPipeline(pipeline: NimVoicePipeline, options: BenchmarkArmOptions): BenchmarkArm {
    checkShape('BenchmarkArm.ofPipeline', { pipeline }, {
      pipeline: needed(made('a NimVoicePipeline', 'llmEndpoint')),
    });
    const { asrEndpoint: asr, llmEndpoint: llm, ttsEndpoint: tts } = pipeline;
    return new BenchmarkArm({ asr, llm, tts }, { asr: pipeline.asr, llm: pipeline.llm, tts: pipeline.tts }, options);
  }

  /**
   * One NIM of this app, for a `NimBenchmark`: a language model, a server of embeddings, recognition or synthesis.
   * @param service the NIM
   * @param options its name and strategy; `gpus` is 1 unless said
   * @throws when the NIM is of another kind, or the name cannot be one
   */
  public static ofNim(service: NimService, options: BenchmarkArmOptions): BenchmarkArm {
    checkShape('BenchmarkArm.ofNim', { service }, { service: needed(made('a NimService', 'slice')) });
    checkProps('BenchmarkArm', options, OPTIONS);
    const stage = STAGE_OF_KIND[service.model.kind];
    if (stage === undefined) {
      throw new Error(`arm ${options.name}: ${service.model.image} is a NIM for ${service.model.kind}, and a `
        + `benchmark drives ${Object.keys(STAGE_OF_KIND).join(', ')}; if it speaks one of their interfaces, give its `
        + 'address to BenchmarkArm.ofEndpoints');
    }
    return new BenchmarkArm({ [stage]: NimEndpoint.ofService(service) }, { [stage]: service }, { gpus: 1, ...options });
  }

  /**
   * Stages that run elsewhere: in another app, another cluster, or as another server with the same interfaces.
   * @param endpoints where they are called
   * @param options its name and strategy; with a language model also `llmModel`
   * @throws when the name cannot be one, or the language model's name is not given
   */
  public static ofEndpoints(endpoints: BenchmarkEndpoints, options: BenchmarkArmOptions): BenchmarkArm {
    checkProps('BenchmarkArm.ofEndpoints', endpoints, {
      asr: ENDPOINT,
      llm: ENDPOINT,
      tts: ENDPOINT,
      embedding: ENDPOINT,
    });
    return new BenchmarkArm(endpoints, {}, options);
  }

  /** The name of the arm in results. */
  public readonly name: string;
  /** How its stages are put on boards. */
  public readonly strategy: BenchmarkStrategy;
  /** Boards that it takes, when known. */
  public readonly gpus?: number;

  private constructor(
    private readonly endpoints: BenchmarkEndpoints,
    private readonly services: Readonly<Partial<Record<typeof STAGE_NAMES[number], NimService>>>,
    private readonly options: BenchmarkArmOptions,
  ) {
    checkProps('BenchmarkArm', options, OPTIONS);
    if (!/^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$/.test(options.name)) {
      throw new Error(`"${options.name}" cannot be the name of an arm; use at most 40 small letters, `
        + 'digits and -, a letter first');
    }
    this.name = options.name;
    this.strategy = options.strategy ?? BenchmarkStrategy.OTHER;
    this.gpus = options.gpus ?? BOARDS[this.strategy];
    if (this.gpus !== undefined && !(Number.isInteger(this.gpus) && this.gpus > 0)) {
      throw new Error(`arm ${this.name}: gpus is ${this.gpus}; give the number of boards, a whole number from 1`);
    }
  }

  /** The arm as the load generator reads it. @internal */
  public _config(): Record<string, unknown> {
    const { name, strategy, gpus, options: { pricePerGpuHour, voice } } = this;
    const { asr, llm, tts, embedding } = this.endpoints;
    const speech = (stage: string, endpoint: NimEndpoint | undefined, more: object = {}) => {
      if (endpoint === undefined) { return undefined; }
      if (endpoint.grpcTarget === undefined) {
        throw new Error(`arm ${name}: ${stage} has no gRPC target, and speech is spoken by gRPC; give grpcTarget`);
      }
      return { target: endpoint.grpcTarget, healthUrl: endpoint.healthUrl, ...more };
    };
    const byHttp = (stage: 'llm' | 'embedding', endpoint: NimEndpoint | undefined, more: object = {}) => {
      if (endpoint === undefined) { return undefined; }
      if (endpoint.url === undefined) { throw new Error(`arm ${name}: ${stage} has no url`); }
      return { url: endpoint.url, model: this.modelOf(stage), healthUrl: endpoint.healthUrl, ...more };
    };
    return {
      name,
      strategy,
      gpus,
      pricePerHour: pricePerGpuHour,
      asr: speech('asr', asr),
      tts: speech('tts', tts, { voice }),
      llm: byHttp('llm', llm),
      embedding: byHttp('embedding', embedding, {
        inputType: this.options.inputType ?? (this.services.embedding === undefined ? undefined : 'query'),
      }),
      placement: this.placement(),
    };
  }

  /** Stages that the arm can be measured in. @internal */
  public get _stages(): string[] {
    return STAGE_NAMES.filter(stage => this.endpoints[stage] !== undefined);
  }

  /** Constructs that must be there before the benchmark. @internal */
  public get _needs(): IConstruct[] {
    return STAGE_NAMES.map(stage => this.services[stage]).filter(service => service !== undefined);
  }

  private modelOf(stage: 'llm' | 'embedding'): string {
    const { options: { llmModel }, services } = this;
    if (llmModel !== undefined) { return llmModel; }
    // NIMs answer to publisher/name, the last two parts of their image
    const image = services[stage]?.model.image?.split('/').slice(-2).join('/');
    if (image === undefined) {
      throw new Error(`arm ${this.name}: give llmModel, the name that the model answers to (GET /v1/models lists it)`);
    }
    return image;
  }

  private placement(): object | undefined {
    if (this.options.checkPlacement === false || this._needs.length === 0) { return undefined; }
    const stages = STAGE_NAMES.flatMap(stage =>
      (this.services[stage] === undefined ? [] : [declaredStage(stage, this.services[stage])]));
    const here = (names: string[]) => names.filter(name => stages.some(({ stage }) => stage === name));
    const shares = SHARING.includes(this.strategy);
    const apart = this.strategy === BenchmarkStrategy.OTHER
      ? []
      : [['llm', 'asr'], ['llm', 'tts'], ...shares ? [] : [['asr', 'tts']]];
    return {
      stages,
      together: shares ? [here(['asr', 'tts'])].filter(group => group.length > 1) : [],
      apart: apart.filter(pair => here(pair).length === 2),
    };
  }
}

function declaredStage(stage: string, service: NimService): DeclaredStage {
  const spec = writtenSpec(service);
  const { app } = podLabels(service, spec);
  const { gpu, profile, kind } = service.slice;
  return {
    stage,
    namespace: objectOf(service).metadata.namespace,
    // a Deployment's pods: <name>-<hash of the ReplicaSet>-<five characters>; those of a LeaderWorkerSet:
    // <name>-<group>-<worker>
    podPattern: spec.multiNode === undefined ? `^${app}-[a-z0-9]+-[a-z0-9]{5}$` : `^${app}-[0-9]+(-[0-9]+)?$`,
    pods: mostReplicasOf(spec),
    product: gpu?.productLabels.length === 1 ? gpu.productLabels[0] : undefined,
    profile: kind === GpuSliceKind.MIG || kind === GpuSliceKind.MIG_TIME_SLICED ? profile : undefined,
  };
}
