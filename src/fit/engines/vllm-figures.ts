import { Estimate } from '../estimate';
import { Sampler } from './vllm-releases';

/** How the GPUs of a board talk to each other, which decides what NCCL takes. */
export type Interconnect = 'nvlink' | 'pcie' | 'unknown';

/** What torch does not see, in GiB of one GPU, from a release on. */
export interface NonTorchRow {
  readonly from: string;
  readonly one: Estimate;
  readonly nvlink: Estimate;
  /** Over two GPUs. */
  readonly pcie: Estimate;
  /** What each further GPU adds to that. */
  readonly pcieMore: number;
}

/** CUDA graphs in GiB of one GPU: what any capture takes, what a size takes in each layer, and how far logs lie off. */
export interface GraphFigures {
  readonly base: number;
  readonly perLayerAndSize: number;
  /** The least that was logged, and the least share of what is expected. */
  readonly least: number;
  readonly leastShare: number;
  readonly mostShare: number;
  /** The most that was logged. */
  readonly most: { readonly one: number; readonly several: number; readonly expertParallel: number };
}

/**
 * Figures of vLLM that no code states: measured with the calls that it makes, or fitted to logs. The test of the
 * regression corpus fits the latter again without each report in turn.
 */
export interface VllmFigures {
  /** Bytes per sequence and vocabulary entry at the sampler's peak. */
  readonly samplerBytes: Record<Sampler, number>;
  readonly nonTorchGib: NonTorchRow[];
  readonly graphsGib: GraphFigures;
  /** What torch does not see where the host shares the memory of the board (GB10). */
  readonly unifiedGib: Estimate;
  /** GiB that the profiled images of a vision model add to the peak. */
  readonly visionPeakGib: Estimate;
}

const around = (expected: number, less: number, more: number): Estimate => ({
  least: expected - less,
  expected,
  most: expected + more,
});

function row(from: string, one: Estimate, nvlink: Estimate, pcie: Estimate, pcieMore: number): NonTorchRow {
  return { from, one, nvlink, pcie, pcieMore };
}

export const VLLM_FIGURES: VllmFigures = {
  samplerBytes: {
    // measured 38.0 to 39.1 (torch 2.11, H200); 38.3 and the hidden states give 16 logged peaks of 0.9 to 0.16 within
    // 0.03 GiB
    'sort': 38.3,
    // measured 14.0; 14.8 and the hidden states give 20 logged peaks of 0.19 within 0.04 GiB: fitted
    'no-sort': 14.8,
    // measured
    'v2': 6.06,
    // v1/worker/gpu/sample/sampler.py at 0.33.0 adds a copy of the logits in 32 bit to the profiled run
    'v2-fp32': 10.06,
  },
  // logs: 0.13 up to 0.17 and 0.24 to 0.46 from 0.18 on one GPU; H100 and H200 over NVLink 1.9 (0.9), 1.38 (0.10.2),
  // 0.55 (0.11), 2.06 to 2.21 (0.19); over PCIe 0.06 to 0.21 (L40S, 0.10 to 0.16), and from 0.18 on 0.17 to 0.4 with two
  // GPUs, 1.2 (L4) and 1.7 (RTX PRO 6000) with four
  nonTorchGib: [
    row('0.8.0', around(0.13, 0.08, 0.25), around(1.9, 1.3, 0.5), around(0.13, 0.07, 0.6), 0),
    row('0.10.0', around(0.13, 0.08, 0.25), around(1.38, 0.9, 0.7), around(0.13, 0.07, 0.6), 0),
    row('0.11.0', around(0.13, 0.08, 0.25), around(0.55, 0.1, 1.5), around(0.13, 0.07, 0.6), 0),
    row('0.18.0', around(0.25, 0.15, 0.25), around(2.1, 1.0, 0.4), around(0.35, 0.29, 1.55), 0.35),
  ],
  // logs of GB10 at 0.26 to 0.28, whatever the host did meanwhile: -0.51, 0.13, 2.23, 4.64, 5.72
  unifiedGib: { least: 0, expected: 2.23, most: 6 },
  // fitted to the captures of 51 sizes that logs print: 0.79 GiB (48 layers), 0.66 (30), 0.65 (42), 0.48 (28), 1.11
  // (64); of 8 or fewer sizes 0.14 to 0.36; in all 0.08 to 1.2 on one GPU, 1.0 to 1.2 over two; 3.45 and 4.1 where
  // experts are dealt out over several replicas
  graphsGib: {
    base: 0.05,
    perLayerAndSize: 3.1e-4,
    least: 0.08,
    leastShare: 0.5,
    mostShare: 1.5,
    most: { one: 1.2, several: 1.6, expertParallel: 4.5 },
  },
  // four vision models of one report of 0.19 have 0.05 to 0.28 more than the rest: fitted
  visionPeakGib: { least: 0, expected: 0.2, most: 0.6 },
};
