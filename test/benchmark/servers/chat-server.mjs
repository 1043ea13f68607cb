import http from 'node:http';

/** Words of an answer; a sentence ends after every eighth. */
const WORDS = ['the', 'boards', 'of', 'this', 'node', 'serve', 'all', 'users.'];

/**
 * An OpenAI-compatible server: `llm.firstMs` of work before the first token, `llm.tokenMs` for each; embeddings take `llm.firstMs`.
 * @param {{llm: any, tenant: any, state: any}} options
 * @returns {Promise<number>} the port
 */
export function chatServer({ llm, tenant, state }) {
  const server = http.createServer((request, response) => {
    const answers = { '/v1/chat/completions': answer, '/v1/embeddings': embed }[request.url];
    if (answers === undefined) {
      response.writeHead(request.url === '/v1/health/ready' ? 200 : 404).end();
      return;
    }
    let body = '';
    request.on('data', part => { body += part; });
    request.on('end', () => { void answers(JSON.parse(body), response, llm, tenant, state); });
  });
  return new Promise(resolve => { server.listen(0, '127.0.0.1', () => resolve(server.address().port)); });
}

async function embed({ input, model }, response, llm, tenant, state) {
  if (state.broken === 'llm') { response.writeHead(500).end('{"error": "CUDA error"}'); return; }
  const texts = [input].flat();
  await tenant.work(llm.firstMs);
  response.writeHead(200, { 'content-type': 'application/json' });
  const tokens = texts.join(' ').split(' ').length;
  response.end(JSON.stringify({
    object: 'list', model, data: texts.map((_, index) => ({ object: 'embedding', index, embedding: [0.6, 0.8] })), usage: { prompt_tokens: tokens, total_tokens: tokens },
  }));
}

async function answer({ messages, model, max_tokens: asked, ignore_eos: fixed }, response, llm, tenant, state) {
  if (state.broken === 'llm') { response.writeHead(500).end('{"error": "CUDA error"}'); return; }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const event = content => response.write(`data: ${JSON.stringify({ id: 'chat-1', object: 'chat.completion.chunk', created: 0, model, ...content })}\n\n`);
  const tokens = fixed === true ? asked : Math.min(asked, llm.natural ?? asked);
  await tenant.work(llm.firstMs);
  for (let token = 0; token < tokens && !response.destroyed; token += 1) {
    await tenant.work(llm.tokenMs);
    event({ choices: [{ index: 0, delta: { content: `${WORDS[token % WORDS.length]} ` } }] });
  }
  event({ choices: [{ index: 0, delta: {}, finish_reason: 'length' }] });
  event({ choices: [], usage: { prompt_tokens: JSON.stringify(messages ?? '').split(' ').length, completion_tokens: tokens } });
  response.write('data: [DONE]\n\n');
  response.end();
}
