/**
 * The load generator against NVIDIA's own generated code for Riva: node index.mjs PYTHON, where PYTHON has nvidia-riva-client and grpcio.
 * Exit code 0: every field that the generator writes arrived under its name, and it understood every answer.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { GrpcChannel, GrpcError } from '../../../load-generator/grpc.mjs';
import { recognize, synthesize } from '../../../load-generator/riva.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const server = spawn(process.argv[2] ?? 'python3', [path.join(here, 'server.py')], { stdio: ['ignore', 'pipe', 'pipe'] });
let heard = '';
server.stderr.on('data', data => { heard += data; });
server.once('exit', code => { if (code !== null) { process.stderr.write(`the server ended with ${code}\n${heard}`); process.exit(1); } });
const port = String(await new Promise(resolve => { server.stdout.once('data', resolve); })).trim();
const channel = new GrpcChannel({ target: `127.0.0.1:${port}` });

const results = [];
const call = recognize(channel, { sampleRateHz: 16000, language: 'en-US', timeoutMs: 10000, onResult: result => results.push(result) });
for (let chunk = 0; chunk < 15; chunk += 1) { call.send(Buffer.alloc(3200, 1)); }
call.end();
await call.done;
assert.deepEqual(results, [{ transcript: 'which', isFinal: false }, { transcript: 'Which boards are free?', isFinal: true }]);

let audio = 0;
await synthesize(channel, { text: 'Zwölf Bretter.', voice: 'Magpie.Aria', sampleRateHz: 22050, language: 'de-DE', timeoutMs: 10000, onAudio: piece => { audio += piece.length; } }).done;
assert.equal(audio, 3 * Math.floor(22050 / 4) * 2);

// a method that the server does not have ends with a status, and not with silence
const unknown = channel.call('/nvidia.riva.tts.RivaSpeechSynthesis/Sing', { onMessage: () => undefined, timeoutMs: 5000 });
unknown.end();
await assert.rejects(unknown.done, error => error instanceof GrpcError && error.status === 12);

const [asked, spoken] = heard.trim().split('\n').filter(line => line.startsWith('{')).map(line => JSON.parse(line));
assert.deepEqual(asked, {
  method: 'StreamingRecognize', encoding: 'LINEAR_PCM', rate: 16000, language: 'en-US', channels: 1, interim: true, punctuation: true, unknown: 0, seconds: 1.5,
});
assert.deepEqual(spoken, { method: 'SynthesizeOnline', text: 'Zwölf Bretter.', language: 'de-DE', encoding: 'LINEAR_PCM', rate: 22050, voice: 'Magpie.Aria' });
channel.close();
server.removeAllListeners('exit');
server.kill();
process.stdout.write('NVIDIA\'s generated code for Riva and the load generator understand each other\n');
