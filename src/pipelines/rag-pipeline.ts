import { Construct } from 'constructs';
import { NimKind } from '../models';
import { NimService, NimServiceOptions } from '../nim';
import { checkProps, mapOf, Shape } from '../props';
import { ModelServer } from '../workloads';
import { NimEndpoint } from './stages/endpoint';
import { ENDPOINT, NimStagesProps, PipelineStages, SERVER, STAGE, Stage, STAGES } from './stages/pipeline-stages';

/** Retrieval and an answer from what was retrieved. A stage runs here, runs elsewhere, or is left out. */
export interface NimRagPipelineProps extends NimStagesProps {
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
   * Makes vectors of text.
   * @default - not run by this pipeline
   */
  readonly embedding?: NimServiceOptions;
  /**
   * The server of this app that runs the embedding model, such as a `VllmServer`, in the namespace of the pipeline. Not
   * with `embedding`.
   * @default - none
   */
  readonly embeddingServer?: ModelServer;
  /**
   * An embedding model that runs already. Not with `embedding`.
   * @default - none
   */
  readonly embeddingEndpoint?: NimEndpoint;
  /**
   * Puts what was found in order.
   * @default - not run by this pipeline
   */
  readonly reranker?: NimServiceOptions;
  /**
   * The server of this app that runs the reranker, such as a `VllmServer`, in the namespace of the pipeline. Not with
   * `reranker`.
   * @default - none
   */
  readonly rerankerServer?: ModelServer;
  /**
   * A reranker that runs already. Not with `reranker`.
   * @default - none
   */
  readonly rerankerEndpoint?: NimEndpoint;
  /**
   * Guardrails by name: content safety, topic control, jailbreak detection.
   * @default - none
   */
  readonly guardrails?: Record<string, NimServiceOptions>;
  /**
   * Guardrails that run already, by name.
   * @default - none
   */
  readonly guardrailEndpoints?: Record<string, NimEndpoint>;
  /**
   * What reads documents, by name: OCR, page elements, tables, transcription.
   * @default - none
   */
  readonly ingestion?: Record<string, NimServiceOptions>;
}

/** Names that are stages of their own. */
const OWN_NAMES = ['llm', 'embedding', 'reranker'];

/**
 * A pipeline of retrieval-augmented generation: a language model, and around it the small models that slices are for.
 *
 * Each stage is a NIMService, as in `NimVoicePipeline`.
 *
 * @example
 * const rag = new NimRagPipeline(chart, 'rag', {
 *   llm: { model: NimModel.LLAMA_3_1_8B_INSTRUCT, imageTag: '1.13.1', slice: pool.slice('3g.40gb') },
 *   embedding: { model: NimModel.LLAMA_3_2_NV_EMBEDQA_1B_V2, slice: pool.slice('3g.40gb') },
 * });
 * rag.environment(); // for the application: LLM_URL, EMBEDDING_URL, ...
 */
export class NimRagPipeline extends Construct {
  /** The language model, if it runs here as a NIM. */
  public readonly llm?: NimService;
  /** The embedding model, if it runs here as a NIM. */
  public readonly embedding?: NimService;
  /** The reranker, if it runs here as a NIM. */
  public readonly reranker?: NimService;
  /** How the language model is called, here or elsewhere. */
  public readonly llmEndpoint?: NimEndpoint;
  /** How the embedding model is called, here or elsewhere. */
  public readonly embeddingEndpoint?: NimEndpoint;
  /** How the reranker is called, here or elsewhere. */
  public readonly rerankerEndpoint?: NimEndpoint;

  private readonly stages: PipelineStages;
  private readonly guardrailNames: string[];
  private readonly ingestionNames: string[];

  /**
   * @param scope where it is
   * @param id its id
   * @param props its stages
   * @throws when a stage cannot run on its slice, or the stages cannot run together
   */
  constructor(scope: Construct, id: string, props: NimRagPipelineProps) {
    super(scope, id);
    checkProps(this.node.path, props, RAG_PIPELINE);
    // in the order of the names: a map has no order in Java and Go
    this.guardrailNames = [...new Set([
      ...Object.keys(props.guardrails ?? {}),
      ...Object.keys(props.guardrailEndpoints ?? {}),
    ])].sort();
    this.ingestionNames = Object.keys(props.ingestion ?? {}).sort();
    checkNames(this.node.path, [...this.guardrailNames, ...this.ingestionNames]);
    const guardrails = this.guardrailNames.map((name): Stage => ({
      name,
      property: 'guardrails',
      kinds: [NimKind.GUARDRAIL, NimKind.LLM, NimKind.VLM],
      options: props.guardrails?.[name],
      endpoint: props.guardrailEndpoints?.[name],
    }));
    const ingestion = this.ingestionNames.map((name): Stage => ({
      name,
      property: 'ingestion',
      kinds: [
        NimKind.RETRIEVER,
        NimKind.VLM,
        NimKind.ASR,
      ],
      options: props.ingestion![name],
    }));
    this.stages = new PipelineStages(this, [
      {
        name: 'llm',
        property: 'llm',
        kinds: [NimKind.LLM, NimKind.VLM],
        options: props.llm,
        server: props.llmServer,
        endpoint: props.llmEndpoint,
      },
      {
        name: 'embedding',
        property: 'embedding',
        kinds: [NimKind.EMBEDDING],
        options: props.embedding,
        server: props.embeddingServer,
        endpoint: props.embeddingEndpoint,
      },
      {
        name: 'reranker',
        property: 'reranker',
        kinds: [NimKind.RERANK],
        options: props.reranker,
        server: props.rerankerServer,
        endpoint: props.rerankerEndpoint,
      },
      ...guardrails,
      ...ingestion,
    ], props);
    const { services, endpoints } = this.stages;
    this.llm = services.get('llm');
    this.embedding = services.get('embedding');
    this.reranker = services.get('reranker');
    this.llmEndpoint = endpoints.get('llm');
    this.embeddingEndpoint = endpoints.get('embedding');
    this.rerankerEndpoint = endpoints.get('reranker');
  }

  /** The guardrails that run here, by name. */
  public get guardrails(): Record<string, NimService> {
    return some(this.stages.services, this.guardrailNames);
  }

  /** How each guardrail is called, here or elsewhere, by name. */
  public get guardrailEndpoints(): Record<string, NimEndpoint> {
    return some(this.stages.endpoints, this.guardrailNames);
  }

  /** What reads documents, by name. */
  public get ingestion(): Record<string, NimService> {
    return some(this.stages.services, this.ingestionNames);
  }

  /** What was decided where nobody did, and why. */
  public get decisions(): string[] {
    return [...this.stages.decisions];
  }

  /**
   * Environment variables for the application's container: `LLM_URL`, `LLM_HEALTH_URL`, `EMBEDDING_URL`, `RERANKER_URL`
   * and so on; a guardrail `content-safety` gives `CONTENT_SAFETY_URL`. The OpenAI interface of a language model is at
   * `LLM_URL` + `/v1`.
   */
  public environment(): Record<string, string> {
    return this.stages.environment();
  }
}

function some<T>(all: Map<string, T>, names: string[]): Record<string, T> {
  return Object.fromEntries(names.filter(name => all.has(name)).map(name => [name, all.get(name)!]));
}

/** Names become construct ids and the start of environment variables, so no two may meet there. */
function checkNames(path: string, names: string[]): void {
  const wrong = names.find(name => !/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name));
  if (wrong !== undefined) {
    throw new Error(`${path}: "${wrong}" cannot be the name of a stage; use small letters, `
      + 'digits and -, a letter first');
  }
  const repeated = names.find((name, index) => OWN_NAMES.includes(name) || names.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw new Error(`${path}: two stages are called "${repeated}"; guardrails and ingestion need names of their own, `
      + `other than ${OWN_NAMES.join(', ')}`);
  }
}
export const RAG_PIPELINE: Shape<NimRagPipelineProps> = {
  ...STAGES,
  llm: STAGE,
  llmServer: SERVER,
  llmEndpoint: ENDPOINT,
  embedding: STAGE,
  embeddingServer: SERVER,
  embeddingEndpoint: ENDPOINT,
  reranker: STAGE,
  rerankerServer: SERVER,
  rerankerEndpoint: ENDPOINT,
  guardrails: mapOf(STAGE),
  guardrailEndpoints: mapOf(ENDPOINT),
  ingestion: mapOf(STAGE),
};
