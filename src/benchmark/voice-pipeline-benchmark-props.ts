import { BenchmarkArm } from './arms/benchmark-arm';
import { BenchmarkLoad } from './benchmark-load';
import { BenchmarkSecret } from './benchmark-options';
import { BenchmarkProps } from './benchmark-props';
import { BenchmarkFault } from './fault/fault-tenant';

/** What a benchmark of a voice pipeline compares, and how. */
export interface VoicePipelineBenchmarkProps extends BenchmarkProps {
  /** The set-ups that are compared, under the same loads and the same sound. */
  readonly arms: BenchmarkArm[];
  /**
   * What each arm is put under, one after the other.
   * @default - `BenchmarkLoad.reference()`: 5 users for 135 s and 50 users for 375 s
   */
  readonly loads?: BenchmarkLoad[];
  /**
   * A tenant that does harm, in loads with `faultAfterSeconds`.
   * @default - none
   */
  readonly fault?: BenchmarkFault;
  /**
   * The key that the language model asks for, as a bearer token.
   * @default - it asks for none
   */
  readonly llmApiKey?: BenchmarkSecret;
  /**
   * Image with Node 20.16 or later. Give it by digest: a tag may be moved, and no digest is built in here because none
   * could be verified.
   * @default docker.io/library/node:24-slim
   */
  readonly image?: string;
}
