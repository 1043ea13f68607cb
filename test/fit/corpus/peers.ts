import { Run } from './runs';
import { LlmArchitecture } from '../../../src/models';

/** The pool that the formula of a peer gives, in GiB, from the same weights. */
export interface Peer {
  readonly name: string;
  /** Where the formula stands. */
  readonly source: string;
  readonly poolGib: (run: Run, model: LlmArchitecture, weightsGib: number) => number;
}

const GIB = 2 ** 30;
const GB = 1e9 / GIB;
const MB = 1e6 / GIB;
const budget = ({ fraction, visibleGib }: Run) => fraction * visibleGib;

/** Coefficients of aiconfigurator by number of GPUs: 1, 2, 4, 8. */
function byGpus(values: number[], gpus: number): number {
  return values[Math.min(3, Math.round(Math.log2(gpus)))];
}

function isMoe(model: LlmArchitecture): boolean {
  return model._row.experts !== undefined;
}

/** What a batch of tokens takes by aiconfigurator, in GiB. */
function activations(run: Run, model: LlmArchitecture): number {
  const { heads, headDim, hiddenSize } = model._row;
  const width = heads === undefined || headDim === undefined ? hiddenSize! : heads * headDim;
  const coefficients = isMoe(model) ? [22, 13, 10, 10] : model._modelType === 'llama' ? [11, 6.5, 5, 5] : [10, 6, 5, 5];
  return 2 * run.maxNumBatchedTokens * width * byGpus(coefficients, run.tensorParallel) / GIB;
}

/** Formulae as their projects have them, in our own words. None was fitted to these runs. */
export const PEERS: Peer[] = [
  {
    name: 'vllm-fit',
    source: 'jranaraki/vllm-fit: the larger of 0.3 GB and 2 x tokens x (4 hidden + 2 intermediate); 0.5 GB, and 0.7 over several GPUs; graphs a tenth of the weights, 0.5 to 3 GB',
    poolGib: (run, model, weights) => {
      const { hiddenSize, intermediateSize } = model._row;
      const peak = Math.max(0.3 * GB, 2 * run.maxNumBatchedTokens * (4 * hiddenSize! + 2 * (intermediateSize ?? 4 * hiddenSize!)) / GIB);
      const graphs = run.eager ? 0 : Math.min(3 * GB, Math.max(0.5 * GB, 0.1 * weights));
      return budget(run) - weights - peak - 0.5 * GB - (run.tensorParallel > 1 ? 0.7 * GB : 0) - graphs;
    },
  },
  {
    name: 'KAITO',
    source: 'kaito-project/kaito@3cc8a5b pkg/workspace/estimator/budget.go: weights x 1.02, 2.3 GiB and 5 % of the weights',
    poolGib: (run, _model, weights) => budget(run) - weights * 1.02 - 2.3 - 0.05 * weights,
  },
  {
    name: 'aiconfigurator',
    source: 'ai-dynamo/aiconfigurator@095f58a: 2 x tokens x heads x head size x a coefficient; NCCL 0, 342, 392, 392 MB; others 3.5 GB; 2 % tolerance',
    poolGib: (run, model, weights) =>
      budget(run) - weights - activations(run, model) - byGpus([0, 342, 392, 392], run.tensorParallel) * MB - 3.5 * GB,
  },
  {
    name: 'llm-d planner',
    source: 'llm-d-planner@e50305a: 4.8 GiB for Llama, 5.6 for Qwen, 8.0 for mixtures, 2.5 for vision, 5.5 for the rest; 0.15 GiB, and 0.6 over several GPUs',
    poolGib: (run, model, weights) => {
      const vision = model.visionUnknown || (model._row.visionParameters ?? 0) > 0;
      const peak = vision ? 2.5 : isMoe(model) ? 8.0 : /llama/i.test(run.model) ? 4.8 : /qwen/i.test(run.model) ? 5.6 : 5.5;
      return budget(run) - weights - peak - (run.tensorParallel > 1 ? 0.6 : 0.15);
    },
  },
  {
    name: 'GPUStack',
    source: 'gpustack@47277d7: weights x 1.2 and 2 GiB',
    poolGib: (run, _model, weights) => budget(run) - weights * 1.2 - 2,
  },
  {
    name: 'accelerate x 1.2',
    source: 'huggingface/accelerate@16cb6eb estimate-memory: weights and up to a fifth more',
    poolGib: (run, _model, weights) => budget(run) - weights * 1.2,
  },
];
