/**
 * Riva's speech API, as far as a voice turn needs it. Numbers of services, methods and fields are those of
 * nvidia-riva/common riva/proto/riva_asr.proto, riva_tts.proto and riva_audio.proto (as in nvidia-riva-client 2.28.0, whose
 * generated code answers this client in the conformance run).
 */
import { bytesField, fieldsOf, numberField } from './protobuf.mjs';

const STREAMING_RECOGNIZE = '/nvidia.riva.asr.RivaSpeechRecognition/StreamingRecognize';
const SYNTHESIZE_ONLINE = '/nvidia.riva.tts.RivaSpeechSynthesis/SynthesizeOnline';

/** AudioEncoding.LINEAR_PCM */
const LINEAR_PCM = 1;

/**
 * Begins to recognize. Audio goes in through `send`, 16-bit mono samples in little-endian order.
 * @param {import('./grpc.mjs').GrpcChannel} channel
 * @param {{sampleRateHz: number, language: string, model?: string, timeoutMs: number,
 *   onResult: (result: {transcript: string, isFinal: boolean}) => void}} options
 */
export function recognize(channel, { sampleRateHz, language, model, timeoutMs, onResult }) {
  const call = channel.call(STREAMING_RECOGNIZE, {
    timeoutMs,
    onMessage: message => recognitionResults(message).forEach(onResult),
  });
  const recognition = Buffer.concat([
    numberField(1, LINEAR_PCM), // encoding
    numberField(2, sampleRateHz), // sample_rate_hertz
    bytesField(3, language), // language_code
    numberField(4, 1), // max_alternatives
    numberField(7, 1), // audio_channel_count
    numberField(11, true), // enable_automatic_punctuation
    ...(model === undefined ? [] : [bytesField(13, model)]),
  ]);
  const streaming = Buffer.concat([bytesField(1, recognition), numberField(2, true)]); // config, interim_results
  call.send(bytesField(1, streaming)); // streaming_config
  return {
    done: call.done,
    send: audio => call.send(bytesField(2, audio)), // audio_content
    end: call.end,
    cancel: call.cancel,
  };
}

/** @param {Buffer} message a StreamingRecognizeResponse */
export function recognitionResults(message) {
  return fieldsOf(message).filter(({ field }) => field === 1).map(({ value: result }) => {
    const fields = fieldsOf(/** @type {Buffer} */ (result));
    const [best] = fields.filter(({ field }) => field === 1); // alternatives
    const transcript = best === undefined ? undefined : fieldsOf(/** @type {Buffer} */ (best.value)).find(({ field }) => field === 1);
    return {
      transcript: transcript === undefined ? '' : /** @type {Buffer} */ (transcript.value).toString('utf8'),
      isFinal: fields.some(({ field, value }) => field === 2 && value === 1),
    };
  });
}

/**
 * Speaks a text; audio comes in pieces as it is made, 16-bit mono samples.
 * @param {import('./grpc.mjs').GrpcChannel} channel
 * @param {{text: string, voice?: string, sampleRateHz: number, language: string, timeoutMs: number, onAudio: (audio: Buffer) => void}} options
 */
export function synthesize(channel, { text, voice, sampleRateHz, language, timeoutMs, onAudio }) {
  const call = channel.call(SYNTHESIZE_ONLINE, {
    timeoutMs,
    onMessage: message => fieldsOf(message).filter(({ field }) => field === 1).forEach(({ value }) => onAudio(/** @type {Buffer} */ (value))),
  });
  call.send(Buffer.concat([
    bytesField(1, text),
    bytesField(2, language), // language_code
    numberField(3, LINEAR_PCM), // encoding
    numberField(4, sampleRateHz), // sample_rate_hz
    ...(voice === undefined ? [] : [bytesField(5, voice)]), // voice_name
  ]));
  call.end();
  return { done: call.done, cancel: call.cancel };
}
