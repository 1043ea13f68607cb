import { Gpu, GpuArchitecture } from '../../hardware';
import { between, Estimate, exactly, GIB, inGib } from '../estimate';
import { EncoderProfile } from './encoder-profile';
import { compareVersions, readVersion } from './engine-version';
import { Interconnect, NonTorchRow, VllmFigures } from './vllm-figures';
import { ChosenRelease, RunnerModel, Sampler } from './vllm-releases';

/** The shape of a model that the peak of a batch depends on. */
export interface BatchShape {
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly vocabSize: number;
  /** Layers of one GPU. */
  readonly layers: number;
  readonly experts?: { readonly perToken: number; readonly size: number };
  readonly hasVision: boolean;
  /** What its tower takes, where that is known. */
  readonly encoder?: EncoderProfile;
}

/** How large the batches are. */
export interface Batch {
  readonly maxNumSeqs: number;
  readonly maxNumBatchedTokens: number;
  readonly tensorParallel: number;
  /** GPUs that layers are dealt out to. */
  readonly pipelineParallel: number;
  /** Whether experts are dealt out whole. */
  readonly expertParallel: boolean;
  readonly eager: boolean;
}

/**
 * Sequences and tokens of a batch when nobody sets them, for the API server: by the memory of the device that it sees,
 * which is the slice under MIG (get_batch_defaults). The name of an A100 keeps it small, and so does a GB10: its driver
 * does not say how much memory it has (logs of 0.27.1 capture the graphs of 256 sequences), and 0.33.0 excepts it.
 */
export function batchDefaults(
  { release }: ChosenRelease, visibleBytes: number,
  gpu: Gpu | undefined): { maxNumSeqs: number; maxNumBatchedTokens: number } {
  const largest = release.largestTier && visibleBytes >= 160 * GIB;
  const kept = gpu?.id.startsWith('a100') === true || gpu?.id === 'gb10';
  const large = visibleBytes >= 70 * GIB && !kept;
  return {
    maxNumSeqs: largest || large ? 1024 : 256,
    maxNumBatchedTokens: largest ? 16384 : large ? 8192 : 2048,
  };
}

/** The sampler that a model gets, and whether its runner is the second one. */
export function runnerOf(
  { release }: ChosenRelease,
  model: RunnerModel,
): { isV2: boolean; sampler: Sampler; graphsInside: boolean } {
  const isV2 = release.v2For(model);
  return {
    isV2,
    sampler: isV2 ? release.v2Sampler : release.sampler,
    graphsInside: release.graphsInside && (!isV2 || release.v2GraphsInside),
  };
}

/**
 * Tokens that are scheduled and not yet settled, which layers with a window keep beside it: of one batch, and from 0.26
 * on of all that run at once, as scheduling is ahead by one (VllmConfig.max_in_flight_tokens).
 */
export function tokensInFlight(
  { release }: ChosenRelease,
  { maxNumBatchedTokens, pipelineParallel }: Batch,
  isV2: boolean,
): number {
  if (!release.keepsBatchesInFlight) { return maxNumBatchedTokens; }
  return maxNumBatchedTokens * (isV2 || pipelineParallel === 1 ? pipelineParallel + 1 : pipelineParallel);
}

/** Boards whose NVLink takes little: NCCL reduces in the switch from Hopper on (NVLS), for which it keeps buffers. */
const WITHOUT_NVLS: (GpuArchitecture | undefined)[] = [GpuArchitecture.VOLTA, GpuArchitecture.AMPERE];

/**
 * Whether NVLink joins the GPUs of a board, with what that takes: SXM modules and Grace boards have it, PCIe cards not.
 * Two A100 SXM log 0.5 GiB where two H100 log 2.1, about as much as over PCIe.
 */
export function interconnectOf(gpu: Gpu | undefined, visibleBytes: number): Interconnect {
  if (gpu === undefined) { return visibleBytes >= 70 * GIB ? 'unknown' : 'pcie'; }
  if (WITHOUT_NVLS.includes(gpu.architecture)) { return 'pcie'; }
  return /sxm|^g[bh]\d|^b\d/.test(gpu.id) ? 'nvlink' : /nvl/.test(gpu.id) ? 'unknown' : 'pcie';
}

/** What torch does not see grow besides the context: NCCL above all. */
export function nonTorch(
  figures: VllmFigures,
  { version }: ChosenRelease,
  tensorParallel: number,
  link: Interconnect,
): Estimate {
  const asked = readVersion(version)!;
  const isSince = ({ from }: NonTorchRow) => compareVersions(readVersion(from)!, asked) <= 0;
  const row = [...figures.nonTorchGib].reverse().find(isSince) ?? figures.nonTorchGib[0];
  if (tensorParallel === 1) { return inGib(row.one); }
  const { nvlink } = row;
  const more = row.pcieMore * (tensorParallel - 2);
  const expected = row.pcie.expected + more;
  const pcie = { ...row.pcie, expected, most: Math.max(row.pcie.most, expected + more) };
  if (link !== 'unknown') { return inGib(link === 'nvlink' ? nvlink : pcie); }
  return inGib({ ...nvlink, least: Math.min(pcie.least, nvlink.least), most: Math.max(pcie.most, nvlink.most) });
}

/**
 * Sizes of batches that graphs are captured for: 1, 2, 4 and every eighth up to twice the sequences, and from 0.12 on
 * every sixteenth above 256; not above 512 nor above a batch (_set_cudagraph_sizes in config/vllm.py).
 */
export function graphSizes(
  { release }: ChosenRelease,
  { maxNumSeqs, maxNumBatchedTokens }: Pick<Batch, 'maxNumSeqs' | 'maxNumBatchedTokens'>,
): number {
  const largest = Math.min(2 * maxNumSeqs, 512, maxNumBatchedTokens);
  const small = [1, 2, 4].filter(size => size <= largest).length;
  if (!release.coarserGraphs || largest <= 256) { return small + Math.floor(largest / 8); }
  return small + 31 + Math.floor((largest - 240) / 16); // 8 to 248, and from 256 on
}

/** What the captured graphs take: a little in each layer for each size. */
export function graphs(
  { graphsGib }: VllmFigures, chosen: ChosenRelease, { layers }: Pick<BatchShape, 'layers'>, batch: Batch): Estimate {
  if (batch.eager) { return exactly(0); }
  const { base, perLayerAndSize, least, leastShare, mostShare, most } = graphsGib;
  const kind = batch.expertParallel ? 'expertParallel' : batch.tensorParallel === 1 ? 'one' : 'several';
  const expected = base + perLayerAndSize * layers * graphSizes(chosen, batch);
  return inGib({
    least: Math.min(expected, Math.max(least, leastShare * expected)),
    expected,
    most: Math.max(most[kind], mostShare * expected),
  });
}

/**
 * Buffers that the kernels of a mixture of experts keep from one layer to the next (fused_moe workspaces,
 * v1/worker/workspace.py).
 */
function expertWorkspace(
  { experts, hiddenSize }: BatchShape,
  { maxNumBatchedTokens, tensorParallel, expertParallel }: Batch,
): number {
  if (experts === undefined) { return 0; }
  const size = expertParallel ? experts.size : experts.size / tensorParallel;
  return 2 * maxNumBatchedTokens * experts.perToken * (Math.max(size, hiddenSize) + Math.max(2 * size, hiddenSize));
}

/**
 * Peak of a forward pass over a batch, 16 bit. The layer is as measured, to the byte: three halves of the MLP and three
 * hidden states when compiled, four of each when eager; the engine keeps one more hidden state.
 */
function forward(shape: BatchShape, batch: Batch): number {
  const { maxNumBatchedTokens: tokens, tensorParallel, eager } = batch;
  const { hiddenSize, intermediateSize, experts } = shape;
  if (experts !== undefined) { return expertWorkspace(shape, batch) + 2 * tokens * 4 * hiddenSize; }
  return 2 * tokens * ((eager ? 4 : 3) * intermediateSize / tensorParallel + (eager ? 5 : 4) * hiddenSize);
}

/**
 * Logged peaks lie within so much of the expected ones; of a forward pass, whose kernels differ, as much as two fifths
 * below.
 */
const PEAK_SPREAD = { share: 0.05, gib: 0.1, forwardLeast: 0.6 };

/**
 * Peak of activations: the sampler over all sequences with the hidden states of the batch, or the forward pass if that
 * is more.
 */
export function peak(
  figures: VllmFigures, { release }: ChosenRelease, shape: BatchShape, batch: Batch, sampler: Sampler,
  gpu: Gpu | undefined): Estimate {
  const sequences = Math.min(batch.maxNumSeqs, batch.maxNumBatchedTokens);
  const kept = release.keepsExpertWorkspace ? expertWorkspace(shape, batch) : 0;
  const held = 2 * batch.maxNumBatchedTokens * shape.hiddenSize + kept;
  const sampled = (which: Sampler) => figures.samplerBytes[which] * sequences * shape.vocabSize + held;
  const ahead = forward(shape, batch);
  const expected = Math.max(sampled(sampler), ahead);
  const spread = PEAK_SPREAD.share * expected + PEAK_SPREAD.gib * GIB;
  const least = Math.max(sampled(sampler) - spread, PEAK_SPREAD.forwardLeast * ahead, 0);
  const range = between(least, expected, Math.max(expected, sampled(slowerSampler(sampler, gpu))) + spread);
  if (shape.encoder !== undefined) { return withEncoder(shape.encoder, range); }
  return shape.hasVision ? addVision(figures, range) : range;
}

/**
 * Logged passes of towers were 0.91 to 1.03 of what their layers say (Qwen3.8-27B at 0.27.1, Qwen3.5-4B at 0.29.0 and
 * 0.23.0, Qwen2.5-VL-7B at 0.23.0).
 */
const ENCODER_SPREAD = { least: 0.8, most: 1.1 };

/** The tower runs first, and what it hands on is kept while the language model is profiled. */
function withEncoder({ pass, kept }: EncoderProfile, range: Estimate): Estimate {
  return {
    least: Math.max(range.least, ENCODER_SPREAD.least * pass),
    expected: Math.max(range.expected + kept, pass),
    most: Math.max(range.most + kept, ENCODER_SPREAD.most * pass),
  };
}

function addVision({ visionPeakGib }: VllmFigures, { least, expected, most }: Estimate): Estimate {
  const more = inGib(visionPeakGib);
  return { least: least + more.least, expected: expected + more.expected, most: most + more.most };
}

/**
 * The sampler that an engine may fall back to: sorting was logged on an A100 at 0.19, and the second runner without it
 * is newer than most logs.
 */
function slowerSampler(sampler: Sampler, gpu: Gpu | undefined): Sampler {
  if (sampler === 'sort') { return 'sort'; }
  if (sampler === 'no-sort') { return gpu?.architecture === GpuArchitecture.AMPERE ? 'sort' : 'no-sort'; }
  return 'no-sort';
}

/**
 * Counts of the tokens of each sequence that the second runner keeps: 4 bytes and a bit per sequence and vocabulary
 * entry (PenaltiesState).
 */
export function samplerState({ maxNumSeqs }: Batch, { vocabSize }: BatchShape): Estimate {
  return exactly(4.125 * maxNumSeqs * vocabSize);
}
