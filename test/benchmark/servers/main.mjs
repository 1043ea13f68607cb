/**
 * The small servers of a benchmark without GPUs: node main.mjs '{"arms": [...]}'. Prints one line of JSON with the addresses of each
 * arm, of the DCGM page and of the control page, and runs until it is ended. Times are made up.
 */
import http from 'node:http';
import { Board, Tenant } from './board.mjs';
import { chatServer } from './chat-server.mjs';
import { speechServer } from './speech-server.mjs';

const { arms } = JSON.parse(process.argv[2]);
/** What has been broken by `POST /break/<arm>/<stage>`. */
const states = new Map();
const devices = [];
const addresses = {};

for (const { name, boards, asr, llm, tts } of arms) {
  const made = Object.fromEntries(Object.entries(boards).map(([id, board]) => [id, new Board(board)]));
  const tenants = {};
  for (const [stage, options] of Object.entries({ asr, llm, tts })) {
    if (options === undefined) { continue; }
    tenants[stage] = new Tenant(made[options.board], options);
    const { uuid, product } = made[options.board];
    devices.push({ pod: `${name}-${stage}-7d9c5b6f4-x2x4z`, uuid, product, profile: options.profile, instance: options.instance });
  }
  const state = {};
  states.set(name, state);
  const speech = await speechServer({ asr, tts, tenants, state });
  addresses[name] = {
    asr: { target: `127.0.0.1:${speech}` },
    tts: { target: `127.0.0.1:${speech}` },
    llm: { url: `http://127.0.0.1:${await chatServer({ llm, tenant: tenants.llm, state })}`, model: 'small' },
  };
}

const page = http.createServer((request, response) => {
  const [, action, arm, stage] = request.url.split('/');
  if (action === 'break') { states.get(arm).broken = stage; response.writeHead(204).end(); return; }
  if (action === 'mend') { states.get(arm).broken = undefined; response.writeHead(204).end(); return; }
  response.end(devices.map(({ pod, uuid, product, profile, instance }) =>
    `DCGM_FI_DEV_FB_USED{gpu="0",UUID="${uuid}",device="nvidia0",modelName="${product.replaceAll('-', ' ').replace('NVIDIA A100 SXM4 80GB', 'NVIDIA A100-SXM4-80GB')}",` +
    `${profile === undefined ? '' : `GPU_I_PROFILE="${profile}",GPU_I_ID="${instance}",`}Hostname="node-1",container="c",namespace="bench",pod="${pod}"} 1024\n`).join(''));
});
page.listen(0, '127.0.0.1', () => {
  const at = `http://127.0.0.1:${page.address().port}`;
  process.stdout.write(`${JSON.stringify({ arms: addresses, dcgm: `${at}/metrics`, control: at })}\n`);
});
