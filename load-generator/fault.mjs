import http from 'node:http';

/**
 * Lets the tenant of an arm that is to do harm know when: it asks `GET /fault/<arm>` until it is told (204 before, 200 after), does it,
 * and says what became of it with `POST /fault/<arm>`. Neither side needs a right on the Kubernetes API.
 */
export class FaultSignal {
  /** @param {(event: string, content: object) => void} onEvent */
  constructor(onEvent) {
    this.onEvent = onEvent;
    /** The arm that is measured now. @type {string | undefined} */
    this.arm = undefined;
    this.asked = false;
    this.released = false;
    this.server = http.createServer((request, response) => this.#answer(request, response));
  }

  /** @param {number} port */
  listen(port) {
    return new Promise((resolve, reject) => { this.server.once('error', reject); this.server.listen(port, () => resolve(/** @type {import('node:net').AddressInfo} */ (this.server.address()).port)); });
  }

  /** From now on the tenant is told. */
  release() {
    this.released = true;
    this.onEvent('released', { tenantAsked: this.asked });
  }

  /** The next cell begins without a fault. @param {string} arm */
  begin(arm) {
    this.arm = arm;
    this.released = false;
    this.asked = false;
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }

  #answer(request, response) {
    const arm = /^\/fault\/([^/?]+)$/.exec(request.url)?.[1];
    if (arm === undefined) { response.writeHead(404).end(); return; }
    if (decodeURIComponent(arm) !== this.arm) { response.writeHead(204).end(); return; }
    if (request.method === 'GET') {
      this.asked = true;
      response.writeHead(this.released ? 200 : 204).end();
      return;
    }
    let text = '';
    request.on('data', part => { text = (text + part).slice(0, 500); });
    request.on('end', () => { this.onEvent('reported', { outcome: text }); response.writeHead(204).end(); });
  }
}
