/**
 * One streamed answer of an OpenAI-compatible server (`POST /v1/chat/completions` with `stream: true`, server-sent events).
 * `ignore_eos` and `min_tokens` are extensions of vLLM, on which NIMs are built; without them the length of an answer would be
 * left to the model, and arms could not be compared.
 */
import http from 'node:http';
import https from 'node:https';

/** An answer that did not come, or not whole. */
export class ChatError extends Error {
  /** @param {number | undefined} status of HTTP @param {string} message */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const agents = { 'http:': new http.Agent({ keepAlive: true, maxSockets: Infinity }), 'https:': new https.Agent({ keepAlive: true, maxSockets: Infinity }) };

/**
 * @param {{url: string, model: string, apiKey?: string}} server
 * @param {{messages: {role: string, content: string}[], maxTokens: number, fixedLength: boolean, seed: number, timeoutMs: number,
 *   onText: (text: string) => void, signal?: AbortSignal}} options
 * @returns {Promise<{tokens: number, counted: 'usage' | 'chunks', finish: string | undefined}>}
 */
export function chat(server, { messages, maxTokens, fixedLength, seed, timeoutMs, onText, signal }) {
  const url = new URL(`${server.url}/v1/chat/completions`);
  const body = JSON.stringify({
    model: server.model,
    messages,
    stream: true,
    stream_options: { include_usage: true },
    temperature: 0,
    seed,
    max_tokens: maxTokens,
    ...(fixedLength && { ignore_eos: true, min_tokens: maxTokens }),
  });
  return new Promise((resolve, reject) => {
    const { request: start } = url.protocol === 'https:' ? https : http;
    let settled = false;
    const settle = (finish, value) => {
      if (settled) { return; }
      settled = true;
      clearTimeout(timer);
      finish(value);
      if (finish === reject) { request.destroy(); }
    };
    const fail = (status, message) => settle(reject, new ChatError(status, message));
    const timer = setTimeout(() => fail(undefined, `no whole answer within ${timeoutMs} ms`), timeoutMs);
    const request = start(url, {
      method: 'POST',
      agent: agents[url.protocol],
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'accept': 'text/event-stream',
        ...(server.apiKey !== undefined && { authorization: `Bearer ${server.apiKey}` }),
      },
    }, response => {
      response.setEncoding('utf8');
      response.on('error', error => fail(undefined, error.message));
      if (response.statusCode !== 200) {
        let text = '';
        response.on('data', part => { text = (text + part).slice(0, 200); });
        response.on('end', () => fail(response.statusCode, `HTTP status ${response.statusCode}: ${text}`));
        return;
      }
      const answer = { chunks: 0, usage: undefined, finish: undefined, ended: false };
      let rest = '';
      response.on('data', part => {
        const lines = (rest + part).split('\n');
        rest = lines.pop() ?? '';
        try {
          lines.forEach(line => readEvent(line, answer, onText));
        } catch (error) {
          fail(undefined, `an event that is no JSON: ${error.message}`);
        }
      });
      response.on('close', () => {
        if (!answer.ended) { fail(undefined, 'the stream ended before [DONE]'); return; }
        settle(resolve, { tokens: answer.usage ?? answer.chunks, counted: answer.usage === undefined ? 'chunks' : 'usage', finish: answer.finish });
      });
    });
    request.on('error', error => fail(undefined, error.message));
    signal?.addEventListener('abort', () => fail(undefined, 'stopped'), { once: true });
    request.end(body);
  });
}

function readEvent(line, answer, onText) {
  if (!line.startsWith('data:')) { return; }
  const data = line.slice(5).trim();
  if (data === '[DONE]') { answer.ended = true; return; }
  const event = JSON.parse(data);
  if (event.usage?.completion_tokens !== undefined) { answer.usage = event.usage.completion_tokens; }
  const [choice] = event.choices ?? [];
  if (choice?.finish_reason) { answer.finish = choice.finish_reason; }
  const text = choice?.delta?.content;
  if (typeof text === 'string' && text !== '') {
    answer.chunks += 1;
    onText(text);
  }
}
