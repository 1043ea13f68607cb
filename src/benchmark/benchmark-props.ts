import { BenchmarkConversation, BenchmarkPlacementSource, BenchmarkTargets } from './benchmark-options';

/** What every benchmark is told: how often, by which seed, against what, and where it runs. */
export interface BenchmarkProps {
  /**
   * How often everything is measured, each time in another order. Fewer than 3 give no intervals and so no winner.
   * @default 5
   */
  readonly repetitions?: number;
  /**
   * Seed of everything that is drawn, such as orders, pauses and prompts: the same seed, the same load.
   * @default 1
   */
  readonly seed?: number;
  /**
   * What a turn or a request must keep to count as good.
   * @default - an answer: of speech, a transcript and audio that are not empty
   */
  readonly targets?: BenchmarkTargets;
  /**
   * What is said, and of a pipeline asked. Of a benchmark of servers without speech it is refused.
   * @default - eight questions in English, answers of 96 tokens
   */
  readonly conversation?: BenchmarkConversation;
  /**
   * Where the run reads on which boards the pods are. Where they are not as an arm declares, the run ends before it
   * measures. Of a benchmark of servers without speech it is refused: AIPerf does not look.
   * @default - nothing is checked, and the report says so
   */
  readonly placement?: BenchmarkPlacementSource;
  /**
   * A PersistentVolumeClaim for results, a file a run. Without one they are in the log alone, and kubelets keep 10 MiB
   * of a log unless told otherwise (`containerLogMaxSize`).
   * @default - the log of the Job
   */
  readonly resultsClaim?: string;
  /**
   * Labels of nodes on which the generator runs. It needs two cores that nothing else uses.
   * @default - anywhere, rather on nodes without GPUs
   */
  readonly nodeSelector?: Record<string, string>;
  /**
   * Seconds to wait for the servers before the run gives up. Speech NIMs may take 50 minutes at their first start.
   * @default 3600
   */
  readonly readySeconds?: number;
}
