import http from 'node:http';

/** Words of an answer; a sentence ends after every eighth. */
const WORDS = ['the', 'boards', 'of', 'this', 'node', 'serve', 'all', 'users.'];

/**
 * An OpenAI-compatible server: `llm.firstMs` of work before the first token, `llm.tokenMs` for each.
 * @param {{llm: any, tenant: any, state: any}} options
 * @returns {Promise<number>} the port
 */
export function chatServer({ llm, tenant, state }) {
  const server = http.createServer((request, response) => {
    if (request.url !== '/v1/chat/completions') {
      response.writeHead(request.url === '/v1/health/ready' ? 200 : 404).end();
      return;
    }
    let body = '';
    request.on('data', part => { body += part; });
    request.on('end', () => { void answer(JSON.parse(body), response, llm, tenant, state); });
  });
  return new Promise(resolve => { server.listen(0, '127.0.0.1', () => resolve(server.address().port)); });
}

async function answer({ max_tokens: asked, ignore_eos: fixed }, response, llm, tenant, state) {
  if (state.broken === 'llm') { response.writeHead(500).end('{"error": "CUDA error"}'); return; }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const event = content => response.write(`data: ${JSON.stringify(content)}\n\n`);
  const tokens = fixed === true ? asked : Math.min(asked, llm.natural ?? asked);
  await tenant.work(llm.firstMs);
  for (let token = 0; token < tokens && !response.destroyed; token += 1) {
    await tenant.work(llm.tokenMs);
    event({ choices: [{ delta: { content: `${WORDS[token % WORDS.length]} ` } }] });
  }
  event({ choices: [{ delta: {}, finish_reason: 'length' }] });
  event({ choices: [], usage: { completion_tokens: tokens } });
  response.write('data: [DONE]\n\n');
  response.end();
}
