import path from 'node:path';
import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const here = path.dirname(fileURLToPath(import.meta.url));
const proto = grpc.loadPackageDefinition(loader.loadSync(['asr.proto', 'tts.proto'], { includeDirs: [here], keepCase: true })).nvidia.riva;

/** Speech lasts so long for a character; English is spoken at about 15 characters a second. */
const SECONDS_PER_CHARACTER = 1 / 15;

/** Words that recognition gives, one for so much sound. */
const SECONDS_PER_WORD = 0.4;

/**
 * Recognition and synthesis with a service time. Recognition works for `asr.workMs` when the sound has ended; synthesis for
 * `tts.firstMs` before the first piece and `tts.workPerSecond` ms for each second of sound.
 * @param {{asr?: any, tts?: any, tenants: {asr?: any, tts?: any}, state: any}} options
 * @returns {Promise<number>} the port
 */
export function speechServer({ asr, tts, tenants, state }) {
  const server = new grpc.Server();
  if (asr !== undefined) { server.addService(proto.asr.RivaSpeechRecognition.service, { streamingRecognize: call => recognize(call, asr, tenants.asr, state) }); }
  if (tts !== undefined) { server.addService(proto.tts.RivaSpeechSynthesis.service, { synthesizeOnline: call => synthesize(call, tts, tenants.tts, state) }); }
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => (error ? reject(error) : resolve(port)));
  });
}

function recognize(call, asr, tenant, state) {
  let rate = 0;
  let bytes = 0;
  call.on('data', request => {
    if (request.streaming_config) { rate = request.streaming_config.config.sample_rate_hertz; }
    if (request.audio_content) { bytes += request.audio_content.length; }
  });
  call.on('error', () => undefined);
  call.on('end', async () => {
    if (state.broken === 'asr') { call.emit('error', { code: grpc.status.UNAVAILABLE, details: 'CUDA error: an illegal memory access was encountered' }); return; }
    await tenant.work(asr.workMs);
    const words = Math.max(1, Math.round(bytes / 2 / Math.max(1, rate) / SECONDS_PER_WORD));
    const transcript = asr.empty === true ? '' : `${'tell me more '.repeat(Math.ceil(words / 3)).split(' ').slice(0, words).join(' ')}.`;
    if (asr.empty !== true) { call.write({ results: [{ alternatives: [{ transcript }], is_final: true }] }); }
    call.end();
  });
}

async function synthesize(call, tts, tenant, state) {
  const { text, sample_rate_hz: rate } = call.request;
  if (state.broken === 'tts') { call.emit('error', { code: grpc.status.INTERNAL, details: 'CUDA out of memory' }); return; }
  const seconds = text.length * SECONDS_PER_CHARACTER;
  await tenant.work(tts.firstMs);
  for (let from = 0; from < seconds && !call.cancelled; from += 0.5) {
    const length = Math.min(0.5, seconds - from);
    await tenant.work(tts.workPerSecond * length);
    call.write({ audio: tone(length, rate, tts.silent === true ? 0 : 8000) });
  }
  call.end();
}

/** A tone of 220 Hz. */
function tone(seconds, rate, loudness) {
  const samples = Buffer.alloc(Math.round(seconds * rate) * 2);
  for (let at = 0; at < samples.length; at += 2) { samples.writeInt16LE(Math.round(loudness * Math.sin(at / 2 / rate * 2 * Math.PI * 220)), at); }
  return samples;
}
