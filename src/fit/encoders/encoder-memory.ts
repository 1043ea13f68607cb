import { LlmArchitecture } from '../../models';
import { processOverhead } from '../assumptions';
import { InferenceEngine } from '../engines/inference-engine';
import { between, Estimate, Part, part } from '../estimate';
import { weightsPart } from '../language-models/weights';
import { LlmServingOptions } from '../model-footprint';

/** Sequences at once that are counted when nobody says how many: at least, as expected, and at most. */
const BATCHES = between(1, 8, 32);
/** Seconds of sound in a request, for which the measured peaks hold. */
const SECONDS = 15;
/** Positions of the 30 seconds that Whisper always hears. */
const WHISPER_POSITIONS = 1500;
/** Measured peaks lie within a tenth of the formula, and small ones have a workspace of 34 MB more. */
const SPREAD = { share: 0.1, bytes: 34e6 };
/**
 * Bytes of a TensorRT arena for a token of the largest batch, as a multiple of the hidden size: 92,160 for 2,048, read
 * in the log of one retrieval NIM (llama-3.2-nv-embedqa-1b-v2 on an A100).
 */
const ARENA_PER_HIDDEN = 45;

/**
 * What an encoder, a recogniser of speech or a reranker takes; undefined when its shape is not known. In bytes, on one
 * GPU.
 */
export function encoderParts(model: LlmArchitecture, serving: LlmServingOptions): Part[] | undefined {
  const { hiddenSize, parameters } = model._row;
  if (hiddenSize === undefined || parameters === undefined) { return undefined; }
  const peak = peakOf(model, serving);
  if (peak === undefined) { return undefined; }
  return [
    weightsPart(
      model,
      serving,
      { tensorParallel: serving.tensorParallel ?? 1, pipelineParallel: 1, expertParallel: false },
      false,
    ),
    peak,
    part(
      'process-overhead',
      processOverhead(serving.assumptions ?? {}),
      'CUDA context of the process, read on H100 and H200',
    ),
  ];
}

function peakOf(model: LlmArchitecture, serving: LlmServingOptions): Part | undefined {
  const batches = serving.maxNumSeqs === undefined
    ? BATCHES
    : between(serving.maxNumSeqs, serving.maxNumSeqs, serving.maxNumSeqs);
  const { hiddenSize, intermediateSize, melBins, subsamplingChannels, layers, maxPositions } = model._row;
  if (subsamplingChannels !== undefined) {
    // two results of the first convolution, at half the frames and half the bands: 31 MB for 15 s measured
    const each = 2 * subsamplingChannels * (SECONDS * 100 / 2) * ((melBins ?? 80) / 2) * 2;
    return part('activations', around(batches, each), `${batches.most} requests of ${SECONDS} s at most`);
  }
  const inner = intermediateSize ?? 4 * hiddenSize!;
  if (model._modelType === 'whisper') {
    const cache = 2 * (layers ?? 32) * hiddenSize! * 2 * (WHISPER_POSITIONS + (maxPositions ?? 448));
    return part(
      'activations',
      around(batches, WHISPER_POSITIONS * tokenBytes(hiddenSize!, inner, false) + cache),
      `${batches.most} requests of 30 s at most`,
    );
  }
  const tokens = serving.contextLength ?? maxPositions;
  if (tokens === undefined) { return undefined; }
  if (serving.engine === InferenceEngine.TRITON) {
    const arena = batches.most * tokens * ARENA_PER_HIDDEN * hiddenSize!;
    return part(
      'tensorrt-arena',
      between(0.5 * arena, arena, 1.1 * arena),
      `largest batch ${batches.most} x longest request ${tokens} tokens, whatever is sent`,
    );
  }
  const each = tokens * tokenBytes(hiddenSize!, inner, model._row.gatedNetwork ?? model.isComplete);
  return part('activations', around(batches, each), `${batches.most} requests of ${tokens} tokens at most`);
}

/**
 * Bytes of a token at the peak of a layer, 16 bit: both sides of a plain network and three hidden states (bge-m3:
 * 22,528 for 22,583 measured); four sides of a gated one (a 1B embedder: 65,536 measured).
 */
function tokenBytes(hidden: number, inner: number, isGated: boolean): number {
  return isGated ? 2 * 4 * inner : 2 * (2 * inner + 3 * hidden);
}

function around({ least, expected, most }: Estimate, each: number): Estimate {
  return between(
    least * each * (1 - SPREAD.share),
    expected * each + SPREAD.bytes,
    most * each * (1 + SPREAD.share) + 2 * SPREAD.bytes,
  );
}
