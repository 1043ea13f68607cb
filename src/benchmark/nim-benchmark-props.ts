import { BenchmarkArm } from './arms/benchmark-arm';
import { BenchmarkSecret } from './benchmark-options';
import { BenchmarkProps } from './benchmark-props';

/** What a benchmark of one kind of server compares, and how. */
export interface NimBenchmarkProps extends BenchmarkProps {
  /**
   * The set-ups that are compared, each with the same one stage: a language model, embeddings, recognition or
   * synthesis.
   */
  readonly arms: BenchmarkArm[];
  /**
   * Requests (of speech: streams) at once, a load for each.
   * @default [1, 4, 16, 64]
   */
  readonly concurrencies?: number[];
  /**
   * Requests that begin a second whether earlier ones are done or not (a Poisson process), a load for each. Not of
   * speech.
   * @default - none
   */
  readonly requestsPerSecond?: number[];
  /**
   * Seconds that each load is measured.
   * @default 60
   */
  readonly seconds?: number;
  /**
   * Seconds before it that do not count.
   * @default 10
   */
  readonly warmUpSeconds?: number;
  /**
   * Words of a prompt, or of a text to embed. English has about four tokens for three words.
   * @default 150
   */
  readonly promptWords?: number;
  /**
   * Tokens of an answer of a language model.
   * @default 128
   */
  readonly answerTokens?: number;
  /**
   * Whether every answer has exactly that length (`ignore_eos` and `min_tokens`, which vLLM and the NIMs built on it
   * know).
   * @default true
   */
  readonly fixedLength?: boolean;
  /**
   * The key that the servers ask for, as a bearer token; not of speech.
   * @default - they ask for none
   */
  readonly apiKey?: BenchmarkSecret;
  /**
   * Image with AIPerf 0.12 or 0.13 and Python; of speech, with Node 20.16 or later. Give it by digest: no digest is
   * built in, since none could be verified.
   * @default nvcr.io/nvidia/ai-dynamo/aiperf:0.12.0; of speech docker.io/library/node:24-slim
   */
  readonly image?: string;
  /**
   * Secrets by which the image is pulled; NVIDIA's registry may ask for a key of NGC.
   * @default ['ngc-secret'] with the default image; none with another
   */
  readonly pullSecrets?: string[];
}
