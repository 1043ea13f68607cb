/* eslint-disable @typescript-eslint/member-ordering -- the catalogue must come before the members that look themselves up in it */
import { Gpu, GpuArchitecture } from '../hardware';
import { refuseSecrets } from '../secrets';
import { NimBoardLimitRow, NimModelRow } from './catalogue/nim-model-row';
import { NIM_MODELS } from './catalogue/nim-models';
import { checkOwnModel } from './custom-model';
import { LlmArchitecture } from './llm-architecture';
import { nearWords } from './near-names';
import { NimKind, NimMemoryFigure, NimMemoryMeaning } from './nim-figures';
import { tagIsBefore } from './nim-tag';

/** A NIM that the catalogue does not have. */
export interface NimModelOptions {
  /** What it does. */
  readonly kind: NimKind;
  /** Image repository without a tag, such as `nvcr.io/nim/nvidia/parakeet-1-1b-ctc-en-us`. */
  readonly image: string;
  /**
   * Image tag.
   * @default - to be given where the model is used
   */
  readonly tag?: string;
  /**
   * HTTP port.
   * @default 9000 for speech and translation, 8000 for everything else
   */
  readonly httpPort?: number;
  /**
   * gRPC port.
   * @default 50051 for speech and translation, none for everything else
   */
  readonly grpcPort?: number;
  /**
   * Memory that it takes when it runs, in MiB, as measured.
   * @default - unknown
   */
  readonly memoryMib?: number;
  /**
   * Disk that image and model need, in GB.
   * @default - unknown
   */
  readonly diskGb?: number;
  /**
   * The architecture of a language model, from which its memory is computed and its engine is set.
   * @default - unknown
   */
  readonly architecture?: LlmArchitecture;
}

/** Ports of speech NIMs (NVIDIA/skills, nemotron-speech references). */
const SPEECH_HTTP_PORT = 9000;
const SPEECH_GRPC_PORT = 50051;
/** Port of all other NIMs (k8s-nim-operator samples). */
const HTTP_PORT = 8000;
const SPEECH: string[] = [NimKind.ASR, NimKind.TTS, NimKind.NMT];

/** Bytes in the units that sources print. */
const UNIT_BYTES: Record<string, number> = { MB: 1e6, GB: 1e9, MiB: 2 ** 20, GiB: 2 ** 30 };

/**
 * A NIM: its image, ports, and how much memory it takes by selector.
 *
 * @example
 * const mine = NimModel.custom('my-embedder', { kind: NimKind.EMBEDDING, image: 'registry.example.com/my-embedder', tag: '1.0.0', memoryMib: 5000 });
 */
export class NimModel {
  private static byImage?: ReadonlyMap<string, NimModel>;
  private static readonly catalogue = new Map(NIM_MODELS.map(row => [row.id, new NimModel(row)]));

  /** Parakeet CTC: `parakeet-1-1b-ctc-en-us`. In Python and Java `PARAKEET_1_1_B_CTC_EN_US`. */
  public static readonly PARAKEET_1_1B_CTC_EN_US = NimModel.of('parakeet-1-1b-ctc-en-us');
  /** Parakeet RNNT: `parakeet-1-1b-rnnt-multilingual`. In Python and Java `PARAKEET_1_1_B_RNNT_MULTILINGUAL`. */
  public static readonly PARAKEET_1_1B_RNNT_MULTILINGUAL = NimModel.of('parakeet-1-1b-rnnt-multilingual');
  /** Parakeet CTC: `parakeet-0-6b-ctc-en-us`. In Python and Java `PARAKEET_0_6_B_CTC_EN_US`. */
  public static readonly PARAKEET_0_6B_CTC_EN_US = NimModel.of('parakeet-0-6b-ctc-en-us');
  /** Parakeet CTC: `parakeet-0-6b-ctc-zh-tw`. In Python and Java `PARAKEET_0_6_B_CTC_ZH_TW`. */
  public static readonly PARAKEET_0_6B_CTC_ZH_TW = NimModel.of('parakeet-0-6b-ctc-zh-tw');
  /** Parakeet CTC: `parakeet-0-6b-ctc-zh-cn`. In Python and Java `PARAKEET_0_6_B_CTC_ZH_CN`. */
  public static readonly PARAKEET_0_6B_CTC_ZH_CN = NimModel.of('parakeet-0-6b-ctc-zh-cn');
  /** Parakeet CTC: `parakeet-0-6b-ctc-es-us`. In Python and Java `PARAKEET_0_6_B_CTC_ES_US`. */
  public static readonly PARAKEET_0_6B_CTC_ES_US = NimModel.of('parakeet-0-6b-ctc-es-us');
  /** Parakeet CTC: `parakeet-0-6b-ctc-vi-vn`. In Python and Java `PARAKEET_0_6_B_CTC_VI_VN`. */
  public static readonly PARAKEET_0_6B_CTC_VI_VN = NimModel.of('parakeet-0-6b-ctc-vi-vn');
  /** Parakeet TDT: `parakeet-tdt-0-6b-v2`. In Python and Java `PARAKEET_TDT_0_6_B_V2`. */
  public static readonly PARAKEET_TDT_0_6B_V2 = NimModel.of('parakeet-tdt-0-6b-v2');
  /** Nemotron ASR: `nemotron-asr-streaming`. */
  public static readonly NEMOTRON_ASR_STREAMING = NimModel.of('nemotron-asr-streaming');
  /** Canary: `canary-1b`. In Python and Java `CANARY_1_B`. */
  public static readonly CANARY_1B = NimModel.of('canary-1b');
  /** Whisper: `whisper-large-v3`. */
  public static readonly WHISPER_LARGE_V3 = NimModel.of('whisper-large-v3');
  /** Conformer: `conformer-ctc`. */
  public static readonly CONFORMER_CTC = NimModel.of('conformer-ctc');
  /** Magpie: `magpie-tts-multilingual`. */
  public static readonly MAGPIE_TTS_MULTILINGUAL = NimModel.of('magpie-tts-multilingual');
  /** Magpie: `magpie-tts-zeroshot`. */
  public static readonly MAGPIE_TTS_ZEROSHOT = NimModel.of('magpie-tts-zeroshot');
  /** Magpie: `magpie-tts-flow`. */
  public static readonly MAGPIE_TTS_FLOW = NimModel.of('magpie-tts-flow');
  /** Chatterbox: `chatterbox-tts-multilingual`. */
  public static readonly CHATTERBOX_TTS_MULTILINGUAL = NimModel.of('chatterbox-tts-multilingual');
  /** FastPitch HiFiGAN: `fastpitch-hifigan-en-us`. */
  public static readonly FASTPITCH_HIFIGAN_EN_US = NimModel.of('fastpitch-hifigan-en-us');
  /** Riva Translate: `riva-translate-1_6b`. In Python and Java `RIVA_TRANSLATE_1_6_B`. */
  public static readonly RIVA_TRANSLATE_1_6B = NimModel.of('riva-translate-1_6b');
  /** Nemotron Nano VL: `llama-3.1-nemotron-nano-vl-8b-v1`. In Python and Java `LLAMA_3_1_NEMOTRON_NANO_VL_8_B_V1`. */
  public static readonly LLAMA_3_1_NEMOTRON_NANO_VL_8B_V1 = NimModel.of('llama-3.1-nemotron-nano-vl-8b-v1');
  /** Llama 3.1: `llama-3.1-8b-instruct`. In Python and Java `LLAMA_3_1_8_B_INSTRUCT`. */
  public static readonly LLAMA_3_1_8B_INSTRUCT = NimModel.of('llama-3.1-8b-instruct');
  /** Llama 3.3: `llama-3.3-70b-instruct`. In Python and Java `LLAMA_3_3_70_B_INSTRUCT`. */
  public static readonly LLAMA_3_3_70B_INSTRUCT = NimModel.of('llama-3.3-70b-instruct');
  /** Nemotron Nano: `nemotron-nano-9b-v2`. In Python and Java `NEMOTRON_NANO_9_B_V2`. */
  public static readonly NEMOTRON_NANO_9B_V2 = NimModel.of('nemotron-nano-9b-v2');
  /** Nemotron 3: `nemotron-3-nano`. */
  public static readonly NEMOTRON_3_NANO = NimModel.of('nemotron-3-nano');
  /** Nemotron 3: `nemotron-3-super-120b-a12b`. In Python and Java `NEMOTRON_3_SUPER_120_B_A12_B`. */
  public static readonly NEMOTRON_3_SUPER_120B_A12B = NimModel.of('nemotron-3-super-120b-a12b');
  /**
   * Nemotron 3 Omni: `nemotron-3-nano-omni-30b-a3b-reasoning`. In Python and Java
   * `NEMOTRON_3_NANO_OMNI_30_B_A3_B_REASONING`.
   */
  public static readonly NEMOTRON_3_NANO_OMNI_30B_A3B_REASONING = NimModel.of('nemotron-3-nano-omni-30b-a3b-reasoning');
  /** Nemotron Super: `llama-3.3-nemotron-super-49b-v1.5`. In Python and Java `LLAMA_3_3_NEMOTRON_SUPER_49_B_V1_5`. */
  public static readonly LLAMA_3_3_NEMOTRON_SUPER_49B_V1_5 = NimModel.of('llama-3.3-nemotron-super-49b-v1.5');
  /** Qwen: `qwen3.8-27b`. In Python and Java `QWEN3_8_27_B`. */
  public static readonly QWEN3_8_27B = NimModel.of('qwen3.8-27b');
  /** qwen2.5: `qwen2.5-14b-instruct`. In Python and Java `QWEN2_5_14_B_INSTRUCT`. */
  public static readonly QWEN2_5_14B_INSTRUCT = NimModel.of('qwen2.5-14b-instruct');
  /** qwen3: `qwen3-vl-30b`. In Python and Java `QWEN3_VL_30_B`. */
  public static readonly QWEN3_VL_30B = NimModel.of('qwen3-vl-30b');
  /** cosmos: `cosmos-reason2-8b`. In Python and Java `COSMOS_REASON2_8_B`. */
  public static readonly COSMOS_REASON2_8B = NimModel.of('cosmos-reason2-8b');
  /** Nemotron Content Safety: `nemotron-3-content-safety`. */
  public static readonly NEMOTRON_3_CONTENT_SAFETY = NimModel.of('nemotron-3-content-safety');
  /** Nemotron Content Safety: `nemotron-3.5-content-safety`. */
  public static readonly NEMOTRON_3_5_CONTENT_SAFETY = NimModel.of('nemotron-3.5-content-safety');
  /**
   * NemoGuard: `llama-3.1-nemoguard-8b-content-safety`. In Python and Java `LLAMA_3_1_NEMOGUARD_8_B_CONTENT_SAFETY`.
   */
  public static readonly LLAMA_3_1_NEMOGUARD_8B_CONTENT_SAFETY = NimModel.of('llama-3.1-nemoguard-8b-content-safety');
  /** NemoGuard: `llama-3.1-nemoguard-8b-topic-control`. In Python and Java `LLAMA_3_1_NEMOGUARD_8_B_TOPIC_CONTROL`. */
  public static readonly LLAMA_3_1_NEMOGUARD_8B_TOPIC_CONTROL = NimModel.of('llama-3.1-nemoguard-8b-topic-control');
  /** NemoGuard: `nemoguard-jailbreak-detect`. */
  public static readonly NEMOGUARD_JAILBREAK_DETECT = NimModel.of('nemoguard-jailbreak-detect');
  /** NeMo Retriever: `llama-3.2-nv-embedqa-1b-v2`. In Python and Java `LLAMA_3_2_NV_EMBEDQA_1_B_V2`. */
  public static readonly LLAMA_3_2_NV_EMBEDQA_1B_V2 = NimModel.of('llama-3.2-nv-embedqa-1b-v2');
  /** NeMo Retriever: `llama-3.2-nv-rerankqa-1b-v2`. In Python and Java `LLAMA_3_2_NV_RERANKQA_1_B_V2`. */
  public static readonly LLAMA_3_2_NV_RERANKQA_1B_V2 = NimModel.of('llama-3.2-nv-rerankqa-1b-v2');
  /** NeMo Retriever: `nv-rerankqa-mistral-4b-v3`. In Python and Java `NV_RERANKQA_MISTRAL_4_B_V3`. */
  public static readonly NV_RERANKQA_MISTRAL_4B_V3 = NimModel.of('nv-rerankqa-mistral-4b-v3');
  /** NeMo Retriever: `nemotron-page-elements`. */
  public static readonly NEMOTRON_PAGE_ELEMENTS = NimModel.of('nemotron-page-elements');
  /** NeMo Retriever: `nemotron-graphic-elements`. */
  public static readonly NEMOTRON_GRAPHIC_ELEMENTS = NimModel.of('nemotron-graphic-elements');
  /** NeMo Retriever: `nemotron-table-structure`. */
  public static readonly NEMOTRON_TABLE_STRUCTURE = NimModel.of('nemotron-table-structure');
  /** NeMo Retriever: `nemotron-ocr`. */
  public static readonly NEMOTRON_OCR = NimModel.of('nemotron-ocr');
  /** NeMo Retriever: `llama-nemotron-embed-vl-1b`. In Python and Java `LLAMA_NEMOTRON_EMBED_VL_1_B`. */
  public static readonly LLAMA_NEMOTRON_EMBED_VL_1B = NimModel.of('llama-nemotron-embed-vl-1b');
  /** NeMo Retriever: `llama-nemotron-rerank-vl-1b-v2`. In Python and Java `LLAMA_NEMOTRON_RERANK_VL_1_B_V2`. */
  public static readonly LLAMA_NEMOTRON_RERANK_VL_1B_V2 = NimModel.of('llama-nemotron-rerank-vl-1b-v2');
  /** NeMo Retriever: `nemotron-parse`. */
  public static readonly NEMOTRON_PARSE = NimModel.of('nemotron-parse');
  /** vLLM model-free: `model-free-nim`. */
  public static readonly MODEL_FREE_NIM = NimModel.of('model-free-nim');

  /** Every NIM of the catalogue. */
  public static all(): NimModel[] {
    return [...NimModel.catalogue.values()];
  }

  /**
   * A NIM of the catalogue.
   * @param id such as `parakeet-1-1b-ctc-en-us`
   * @throws when the catalogue does not have it
   */
  public static of(id: string): NimModel {
    const model = NimModel.find(id);
    if (model === undefined) {
      const near = nearWords(id, [...NimModel.catalogue.keys()]);
      throw new Error(`no NIM "${id}" in the catalogue${near}; NimModel.custom("${id}", { kind, image, tag, `
        + 'memoryMib }) describes one of your own');
    }
    return model;
  }

  /**
   * A NIM of the catalogue.
   * @param id such as `parakeet-1-1b-ctc-en-us`
   * @returns undefined when the catalogue does not have it
   */
  public static find(id: string): NimModel | undefined {
    return NimModel.catalogue.get(id);
  }

  /**
   * The NIM of the catalogue that an image is of.
   * @param image repository, with or without tag or digest, from any registry
   * @returns undefined when none is known by that name
   */
  public static findByImage(image: string): NimModel | undefined {
    const name = image.split('@')[0].split('/').pop()!.split(':')[0];
    NimModel.byImage ??= new Map([...NimModel.all()].reverse().map(model =>
      [model.image?.split('/').pop() ?? model.id, model]));
    return NimModel.byImage.get(name) ?? NimModel.catalogue.get(name);
  }

  /**
   * A NIM that the catalogue does not have.
   * @param id a short name, used in messages
   * @param options what is known of it
   * @throws when it cannot be so
   */
  public static custom(id: string, options: NimModelOptions): NimModel {
    refuseSecrets('NimModel.custom', { id, options });
    checkOwnModel(id, options, Object.values(NimKind));
    return new NimModel({
      id,
      kind: options.kind,
      family: id,
      image: options.image,
      tags: options.tag === undefined ? [] : [options.tag],
      httpPort: options.httpPort,
      grpcPort: options.grpcPort,
      diskGb: options.diskGb,
      memory: options.memoryMib === undefined ? undefined : [
        {
          selector: undefined,
          value: options.memoryMib,
          unit: 'MiB',
          meaning: 'usage',
          evidence: 'measured',
          source: 'stated by the user',
        },
      ],
    }, options.architecture);
  }

  /** Id in the catalogue. */
  public readonly id: string;
  /** What it does. */
  public readonly kind: NimKind;
  /** Model family. */
  public readonly family: string;
  /** Image repository, when known. */
  public readonly image?: string;
  /** HTTP port, which also answers `/v1/health/ready`. */
  public readonly httpPort: number;
  /** gRPC port, of NIMs that have one. */
  public readonly grpcPort?: number;
  /** Port of Triton's metrics, of NIMs that have one. */
  public readonly metricsPort?: number;
  /** The least CUDA compute capability that it runs on, when known. */
  public readonly minimumComputeCapability?: number;
  /**
   * The least memory of a board in GB that its documentation asks for, which can be more than the chosen profile takes.
   */
  public readonly minimumVramGb?: number;
  /** Disk that image and model need, in GB, when known. */
  public readonly diskGb?: number;
  /**
   * The first tag that supports MIG, for NIMs whose earlier releases refuse it (NIM for LLMs documentation, 1.12 and
   * 1.13).
   */
  public readonly migFromTag?: string;
  /** The selector of the profile that it runs when nobody chooses, where that is documented. */
  public readonly defaultSelector?: string;
  /** What the way to the image asks for, when it is restricted. */
  public readonly access?: string;
  /** The architecture that was given with a language model of one's own. */
  public readonly architecture?: LlmArchitecture;

  private constructor(private readonly row: NimModelRow, architecture?: LlmArchitecture) {
    this.id = row.id;
    this.kind = row.kind as NimKind;
    this.family = row.family;
    this.image = row.image;
    const speech = SPEECH.includes(row.kind);
    this.httpPort = row.httpPort ?? (speech ? SPEECH_HTTP_PORT : HTTP_PORT);
    this.grpcPort = row.grpcPort ?? (speech ? SPEECH_GRPC_PORT : undefined);
    this.metricsPort = row.metricsPort;
    this.minimumComputeCapability = row.minimumComputeCapability;
    this.minimumVramGb = row.minimumVramGb;
    this.diskGb = row.diskGb;
    this.migFromTag = row.migFromTag;
    this.access = row.access;
    this.defaultSelector = row.defaultSelector;
    this.architecture = architecture;
  }

  /** Image tags that were seen in use, newest first. */
  public get tags(): string[] {
    return [...this.row.tags];
  }

  /** Whether it is a speech or translation NIM: gRPC beside HTTP, profiles by `NIM_TAGS_SELECTOR`, slow first start. */
  public get isSpeech(): boolean {
    return SPEECH.includes(this.kind);
  }

  /** Every memory figure known of it, with its source. */
  public get memoryFigures(): NimMemoryFigure[] {
    return (this.row.memory ?? []).map(figure => ({
      selector: figure.selector,
      memoryMib: Math.ceil(figure.value * UNIT_BYTES[figure.unit] / 2 ** 20),
      meaning: figure.meaning as NimMemoryMeaning,
      architecture: figure.architecture as GpuArchitecture | undefined,
      picked: figure.picked,
      evidence: figure.evidence,
      source: figure.source,
    }));
  }

  /** Selectors that exist although no memory figure was found for them. */
  public get selectorsWithoutFigure(): string[] {
    return [...(this.row.selectorsWithoutFigure ?? [])];
  }

  /**
   * Why a release of it does not run on a board, where its documentation says so.
   * @param gpu the board
   * @param tag the release, as the image tag has it
   * @param precision in which it is to run, such as `fp8`; left out, whatever the board can
   * @returns undefined when nothing is known against it
   */
  public whyNotOn(gpu: Gpu, tag: string, precision?: string): string | undefined {
    const { minimumComputeCapability, id } = this;
    const forPrecision = precision === undefined ? undefined : this.row.computeCapabilityOf?.[precision];
    if (gpu.computeCapability !== undefined
      && forPrecision !== undefined
      && Number(gpu.computeCapability) < forPrecision) {
      return `${id} in ${precision} needs compute capability ${forPrecision.toFixed(1)} or later, ${gpu.name} has `
        + `${gpu.computeCapability}`;
    }
    if (gpu.computeCapability !== undefined
      && minimumComputeCapability !== undefined
      && Number(gpu.computeCapability) < minimumComputeCapability) {
      return `${id} needs compute capability ${minimumComputeCapability.toFixed(1)} or later, ${gpu.name} has `
        + `${gpu.computeCapability}`;
    }
    const release = tag.split('@')[0]; // less its digest
    const limit = this.row.boardLimits?.find(each =>
      isFor(each, gpu) && (each.tags?.includes(release) ?? tagIsBefore(release, each.beforeTag!) === true));
    if (limit === undefined) { return undefined; }
    const later = limit.beforeTag === undefined ? '' : `; it does from ${limit.beforeTag}`;
    return `${id}:${tag} does not run on ${gpu.name} (${limit.source})${later}`;
  }

  /** The id. */
  public toString(): string {
    return this.id;
  }
}

function isFor({ architecture, computeCapability, boards }: NimBoardLimitRow, gpu: Gpu): boolean {
  return architecture === gpu.architecture
    || (computeCapability !== undefined && computeCapability === gpu.computeCapability)
    || (boards?.includes(gpu.id) ?? false);
}
