/**
 * Whether this machine can pace so many streams: they are spoken into a server in a thread of its own that throws everything away,
 * through the same code as in the measurement.
 */
import http2 from 'node:http2';
import { Worker, isMainThread, parentPort } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import { GrpcChannel } from './grpc.mjs';
import { Pacer, quantile, rounded } from './pacer.mjs';

if (!isMainThread) {
  const server = http2.createServer({ maxSessionMemory: 100 });
  server.on('stream', stream => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.on('error', () => undefined);
    stream.on('data', () => undefined);
    stream.on('end', () => stream.end());
  });
  server.listen(0, '127.0.0.1', () => parentPort?.postMessage(/** @type {import('node:net').AddressInfo} */ (server.address()).port));
}

/**
 * @param {{streams: number, seconds: number, chunkMs: number, sampleRateHz: number}} options
 * @returns {Promise<{streams: number, chunkMs: number, sent: number, lateP50Ms: number, lateP99Ms: number, lateMaxMs: number, cores: number}>}
 */
export async function selfCheck({ streams, seconds, chunkMs, sampleRateHz }) {
  const worker = new Worker(fileURLToPath(import.meta.url));
  const port = await new Promise((resolve, reject) => { worker.once('message', resolve); worker.once('error', reject); });
  const channel = new GrpcChannel({ target: `127.0.0.1:${port}` });
  const pacer = new Pacer();
  const chunk = Buffer.alloc(Math.round(sampleRateHz * chunkMs / 1000) * 2, 1);
  const perStream = Math.max(1, Math.floor(seconds * 1000 / chunkMs));
  const calls = Array.from({ length: streams }, () => channel.call('/check/Sink', { onMessage: () => undefined, timeoutMs: seconds * 2000 + 10000 }));
  await new Promise(resolve => { setTimeout(resolve, 500); }); // connections open, code warm
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  await Promise.all(calls.map((call, stream) => new Promise(resolve => {
    for (let index = 1; index <= perStream; index += 1) {
      pacer.at(startMs + chunkMs * (index + stream / streams), () => {
        call.send(chunk);
        if (index === perStream) { call.end(); resolve(undefined); }
      });
    }
  })));
  const tookMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(cpu);
  await Promise.all(calls.map(call => call.done));
  channel.close();
  await worker.terminate();
  const lateness = pacer.takeLateness();
  return {
    streams,
    chunkMs,
    sent: lateness.length,
    lateP50Ms: rounded(quantile(lateness, 0.5)),
    lateP99Ms: rounded(quantile(lateness, 0.99)),
    lateMaxMs: rounded(quantile(lateness, 1)),
    cores: rounded((user + system) / 1000 / tookMs),
  };
}
