import { LlmServingOptions } from '../../../fit';
import { LlmArchitecture } from '../../../models';
import { ModelCache } from '../model-cache';
import { ModelServerProps, SecretKey } from '../model-server-props';

/** What a server of a language model is given. */
export interface LlmServerProps extends ModelServerProps {
  /** The model. Its id names the repository on Hugging Face, unless `source` says another. */
  readonly model: LlmArchitecture;
  /**
   * How it is served: context, concurrency, precision, GPUs for each replica. The engine's memory and context are set
   * from it, and the memory check goes by it. `engine` and `engineVersion` are the server's own.
   * @default - the model's longest context, one request at a time
   */
  readonly serving?: LlmServingOptions;
  /**
   * Where the checkpoint is: a repository on Hugging Face, or a directory of the cache such as `/models/llama`. A
   * checkpoint in another precision than the published one is a repository of its own.
   * @default - the id of the model
   */
  readonly source?: string;
  /**
   * The name by which clients ask for the model.
   * @default - the id of the model
   */
  readonly servedName?: string;
  /**
   * The token for Hugging Face, which models with a gate need. Becomes `HF_TOKEN`.
   * @default - none
   */
  readonly huggingFaceToken?: SecretKey;
  /**
   * Where the files of the model are kept.
   * @default - a claim of its own, 1.25 times as large as the weights
   */
  readonly cache?: ModelCache;
  /**
   * How fast the model comes at the first start, in megabytes (10^6 bytes) a second: the slowest of network and disk.
   * Together with the size of the weights it says how long the start may take.
   * @default 125 (1 Gbit/s)
   */
  readonly downloadMegabytesPerSecond?: number;
  /**
   * How long the first start may take, in seconds. Beats what is computed.
   * @default - the bytes of the weights at `downloadMegabytesPerSecond`, and 615 s for loading, compiling and graphs
   */
  readonly startupSeconds?: number;
}
