/** What a turn must keep to count as good; goodput is the rate of good turns. */
export interface BenchmarkTargets {
  /**
   * From the user's last sound to the first sound of the answer, in ms.
   * @default - no target
   */
  readonly firstAudioMs?: number;
  /**
   * From the user's last sound to the final transcript, in ms.
   * @default - no target
   */
  readonly asrFinalMs?: number;
  /**
   * From the request to the first token of the language model, in ms.
   * @default - no target
   */
  readonly firstTokenMs?: number;
  /**
   * Mean time between two tokens, in ms.
   * @default - no target
   */
  readonly interTokenMs?: number;
  /**
   * From a sentence to its first sound, in ms.
   * @default - no target
   */
  readonly firstPieceMs?: number;
  /**
   * Gaps that a listener hears within sentences, in a turn.
   * @default - no target
   */
  readonly underruns?: number;
}

/** What is said and asked in every turn, the same for all arms. */
export interface BenchmarkConversation {
  /**
   * Sentences that the users speak. The synthesis of the first arm speaks them once before anything is measured, and
   * all arms hear the same sound. Not with `soundClaim`.
   * @default - eight questions in English
   */
  readonly sentences?: string[];
  /**
   * Recordings instead: a PersistentVolumeClaim with .wav files at its root, 16-bit mono PCM. Silence at their ends is
   * cut away.
   * @default - `sentences` are spoken
   */
  readonly soundClaim?: string;
  /**
   * The language of speech.
   * @default en-US
   */
  readonly language?: string;
  /**
   * What the language model is told first.
   * @default - to answer a caller in short sentences
   */
  readonly systemPrompt?: string;
  /**
   * Tokens of each answer. The length is fixed, or arms would do different work.
   * @default 96
   */
  readonly answerTokens?: number;
  /**
   * Whether every answer has exactly that length (`ignore_eos` and `min_tokens`, which vLLM and the NIMs built on it
   * know). Where a server refuses them, answers end as they will, and the report says where lengths differ.
   * @default true
   */
  readonly fixedLength?: boolean;
  /**
   * Sample rate that synthesis is asked for, in Hz.
   * @default 22050
   */
  readonly speechRateHz?: number;
}

/** A key of a Secret in the benchmark's namespace. */
export interface BenchmarkSecret {
  /** The name of the Secret. */
  readonly secret: string;
  /** The key in it. */
  readonly key: string;
}

/** Where the run reads which pod has which device. */
export interface BenchmarkPlacementSource {
  /**
   * Pages of DCGM Exporter, one for each node with GPUs, such as
   * `http://nvidia-dcgm-exporter.gpu-operator.svc:9400/metrics` where there is one node. Behind a Service of several
   * nodes each answer would be of another node: give Prometheus then.
   * @default - `prometheus`
   */
  readonly exporters?: string[];
  /**
   * Base URL of a Prometheus that scrapes DCGM Exporter, such as `http://prometheus.monitoring.svc:9090`.
   * @default - `exporters`
   */
  readonly prometheus?: string;
}

/** Harm that a tenant does. */
export enum BenchmarkFaultKind {
  /** It takes memory until the driver refuses, and holds it for 10 s. */
  ALLOCATE = 'allocate',
  /** It writes to address 0: a fault of the kind that ends a CUDA context. */
  ILLEGAL_ACCESS = 'illegal-access',
  /** It is killed with a context and memory in use. */
  KILLED = 'killed',
}

/** The eight questions that users speak where nobody gives others. */
export const QUESTIONS = [
  'Can you tell me how long it takes to get from the airport to the city?',
  'What should I cook tonight with rice, eggs and two tomatoes?',
  'How do I reset my password if I have lost my telephone?',
  'Which trains go to the coast on a Sunday morning?',
  'Please explain in a few words what a heat pump does.',
  'My order has not arrived yet. What can I do about it?',
  'How much water should I drink on a hot summer day?',
  'What is the difference between a lease and a loan?',
];
