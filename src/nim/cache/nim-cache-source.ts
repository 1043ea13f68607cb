import {
  checkProps, checkText, checkWhole, FLAG, given, listOf, needed, NUMBER, oneOf, Shape, struct, TEXT,
  textLike,
} from '../../props';

/** What a profile should be good at. */
export enum NimQosProfile {
  /** Short answer times. */
  LATENCY = 'latency',
  /** Many requests. */
  THROUGHPUT = 'throughput',
}

/** GPUs that profiles are for. */
export interface NimCacheGpu {
  /**
   * Product, as in `h100`.
   * @default - any
   */
  readonly product?: string;
  /**
   * PCI device ids, as in `233010de`.
   * @default - any
   */
  readonly ids?: string[];
}

/** Which profiles of a model are downloaded, when they are not named. */
export interface NimProfileSelector {
  /**
   * Engine: `tensorrt_llm`, `vllm` and so on.
   * @default - any
   */
  readonly engine?: string;
  /**
   * Precision: `fp8`, `bf16` and so on.
   * @default - any
   */
  readonly precision?: string;
  /**
   * GPUs that a layer is spread over.
   * @default - any
   */
  readonly tensorParallelism?: number;
  /**
   * What the profile is good at.
   * @default - any
   */
  readonly qosProfile?: NimQosProfile;
  /**
   * GPUs that the profile is for.
   * @default - those of the nodes, by their product label
   */
  readonly gpus?: NimCacheGpu[];
  /**
   * Whether the profile takes LoRA adapters.
   * @default - any
   */
  readonly lora?: boolean;
  /**
   * Whether an engine can be built from the profile (NimBuild).
   * @default - any
   */
  readonly buildable?: boolean;
}

/** What sources with repositories of models have in common. Exactly one of `modelName` and `datasetName`. */
export interface NimRepositoryOptions {
  /**
   * The model, without its namespace: `Llama-3.1-8B-Instruct`.
   * @default - `datasetName` is given
   */
  readonly modelName?: string;
  /**
   * The data set.
   * @default - `modelName` is given
   */
  readonly datasetName?: string;
  /**
   * Branch, tag or commit.
   * @default - the newest
   */
  readonly revision?: string;
}

/** A model on Hugging Face. */
export interface NimHuggingFaceOptions extends NimRepositoryOptions {
  /** Who publishes it: `meta-llama`. */
  readonly namespace: string;
  /**
   * Hugging Face, or a mirror of it.
   * @default 'https://huggingface.co'
   */
  readonly endpoint?: string;
}

/** A model in a NeMo Data Store. */
export interface NimDataStoreOptions extends NimRepositoryOptions {
  /** Its URL, which ends in `/v1/hf`. */
  readonly endpoint: string;
  /**
   * Namespace in the data store.
   * @default 'default'
   */
  readonly namespace?: string;
}

const PROFILE_SELECTOR: Shape<NimProfileSelector> = {
  engine: TEXT,
  precision: TEXT,
  tensorParallelism: NUMBER,
  qosProfile: oneOf(NimQosProfile),
  gpus: listOf(struct<NimCacheGpu>({ product: TEXT, ids: listOf(TEXT) })),
  lora: FLAG,
  buildable: FLAG,
};
const REPOSITORY = { modelName: TEXT, datasetName: TEXT, revision: TEXT };
const HUGGING_FACE: Shape<NimHuggingFaceOptions> = {
  ...REPOSITORY,
  namespace: needed(textLike('the owner of the model on the hub, such as meta-llama')),
  endpoint: TEXT,
};
const DATA_STORE: Shape<NimDataStoreOptions> = { ...REPOSITORY, endpoint: needed(TEXT), namespace: TEXT };

/** Names of the Secrets and the image that every source needs. */
export interface NimCachePuller {
  readonly modelPuller: string;
  readonly authSecret?: string;
  readonly pullSecret: string;
}

/** Where the files of a model come from. */
export class NimCacheSource {
  /**
   * The profiles of a NIM on NGC that match.
   * @param selector what to look for; left out, what fits the nodes' GPUs
   */
  public static ngc(selector: NimProfileSelector = {}): NimCacheSource {
    checkProps('NimCacheSource.ngc', selector, PROFILE_SELECTOR);
    return new NimCacheSource('ngc-api-secret', (place, puller) => ({
      ngc: { ...puller, ...selectedBy(place, selector) },
    }));
  }

  /**
   * Named profiles of a NIM on NGC. Name them where nodes are cut by MIG: without, the operator chooses by the product
   * label of all nodes, which MIG under the strategy `single` changes, and finds none.
   * @param profiles their ids, or `all` alone
   */
  public static ngcProfiles(...profiles: string[]): NimCacheSource {
    checkProps('NimCacheSource.ngcProfiles', { profiles }, { profiles: needed(listOf(TEXT)) });
    return new NimCacheSource('ngc-api-secret', (place, puller) => ({
      ngc: { ...puller, model: { profiles: checkedProfiles(place, profiles) } },
    }));
  }

  /**
   * A model of your own on NGC, for a multi-LLM NIM.
   * @param modelEndpoint as in `ngc://org/team/model:version`
   */
  public static ngcEndpoint(modelEndpoint: string): NimCacheSource {
    checkProps('NimCacheSource.ngcEndpoint', { modelEndpoint }, { modelEndpoint: needed(TEXT) });
    return new NimCacheSource('ngc-api-secret', (place, puller) => {
      checkText(place, 'modelEndpoint', modelEndpoint);
      return { ngc: { ...puller, modelEndpoint } };
    });
  }

  /**
   * A model on Hugging Face, for a multi-LLM NIM. Its secret has the key `HF_TOKEN`.
   * @param options which
   */
  public static huggingFace(options: NimHuggingFaceOptions): NimCacheSource {
    checkProps('NimCacheSource.huggingFace', options, HUGGING_FACE);
    return new NimCacheSource('hf-api-secret', (place, puller) => {
      checkRepository(place, options, 'NIM-143');
      const endpoint = options.endpoint ?? 'https://huggingface.co';
      if (!/^https?:\/\/./.test(endpoint)) {
        throw new Error(`${place}: endpoint "${endpoint}" does not begin with `
        + 'http:// or https:// [NIM-143]');
      }
      return { hf: { endpoint, ...given(options, 'namespace', 'modelName', 'datasetName', 'revision'), ...puller } };
    });
  }

  /**
   * A model in a NeMo Data Store, for a multi-LLM NIM. Its secret has the key `HF_TOKEN`.
   * @param options which
   */
  public static dataStore(options: NimDataStoreOptions): NimCacheSource {
    checkProps('NimCacheSource.dataStore', options, DATA_STORE);
    return new NimCacheSource('hf-api-secret', (place, puller) => {
      checkRepository(place, options, 'NIM-144');
      if (!/^https?:\/\/.*\/v1\/hf\/?$/.test(options.endpoint)) {
        throw new Error(`${place}: endpoint "${options.endpoint}" does not end in /v1/hf [NIM-144]; write `
          + `${options.endpoint.replace(/\/$/, '')}/v1/hf`);
      }
      const namespace = options.namespace ?? 'default';
      return {
        dataStore: {
          endpoint: options.endpoint,
          namespace,
          ...given(options, 'modelName', 'datasetName', 'revision'),
          ...puller,
        },
      };
    });
  }

  private constructor(
    private readonly secret: string,
    private readonly render: (place: string, puller: NimCachePuller) => Record<string, unknown>,
  ) {}

  /** @internal */
  public _toSpec(place: string, puller: NimCachePuller): Record<string, unknown> {
    return this.render(place, { ...puller, authSecret: puller.authSecret ?? this.secret });
  }
}

/** @throws when there is none, or `all` is not alone (NIM-147) */
export function checkedProfiles(place: string, profiles: string[]): string[] {
  if (profiles.length === 0) { throw new Error(`${place}: profiles is empty; name some, or leave it out`); }
  profiles.forEach(profile => checkText(place, 'an id in profiles', profile));
  if (profiles.includes('all') && profiles.length > 1) {
    throw new Error(`${place}: profile "all" must stand alone, got ${profiles.join(', ')} [NIM-147]; give `
      + 'it alone, or leave it out');
  }
  return profiles;
}

/** The CRD has the number of GPUs as text (NIM-149). */
function selectedBy(place: string, selector: NimProfileSelector): Record<string, unknown> {
  checkWhole(place, 'tensorParallelism', selector.tensorParallelism, 1);
  checkText(place, 'engine', selector.engine);
  checkText(place, 'precision', selector.precision);
  const model = {
    ...given(selector, 'engine', 'precision', 'qosProfile', 'lora', 'buildable'),
    ...(selector.tensorParallelism !== undefined && { tensorParallelism: String(selector.tensorParallelism) }),
    ...(selector.gpus !== undefined && { gpus: selector.gpus.map(gpu => given(gpu, 'product', 'ids')) }),
  };
  return Object.keys(model).length === 0 ? {} : { model };
}

function checkRepository(
  place: string,
  options: NimRepositoryOptions & { readonly namespace?: string },
  rule: string,
): void {
  for (const key of ['namespace', 'modelName', 'datasetName', 'revision'] as const) {
    if (options[key]?.trim() === '') { throw new Error(`${place}: ${key} is empty [${rule}]; give it`); }
  }
  const named = options.modelName ?? options.datasetName;
  const [first, ...rest] = (named ?? '').split('/');
  if (rest.length > 0) {
    throw new Error(`${place}: "${named}" has the namespace in it, and the operator puts namespace `
      + `${options.namespace ?? 'default'} before it [NIM-184]; `
      + `write ${rest.join('/')}${first === options.namespace ? '' : `, with namespace ${first}`}`);
  }
  if ((options.modelName === undefined) === (options.datasetName === undefined)) {
    throw new Error(`${place}: the source needs exactly one of modelName and datasetName [NIM-145]; `
      + `${options.modelName === undefined ? 'give one' : 'leave one of them out'}`);
  }
}
