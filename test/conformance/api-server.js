// A kube-apiserver with its etcd, and a kube-scheduler and a kube-controller-manager where they are asked for, on loopback and in a folder of
// their own; all end with `stop`.
'use strict';
const { spawn } = require('child_process');
const crypto = require('crypto');
const fs = require('fs');
const https = require('https');
const net = require('net');
const os = require('os');
const path = require('path');
const { setTimeout: sleep } = require('timers/promises');

async function freePorts(count) {
  const servers = await Promise.all(Array.from({ length: count }, () => new Promise(resolve => {
    const server = net.createServer().listen(0, '127.0.0.1', () => resolve(server));
  })));
  const ports = servers.map(server => server.address().port);
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))));
  return ports;
}

/** Those that run: a run that is interrupted leaves no process and no folder behind. */
const running = new Set();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    for (const server of running) { server.stop(); }
    process.exit(1);
  });
}

class ApiServer {
  /**
   * @param program what control-plane was built into
   * @param gates feature gates that are switched on, in all of its programs
   */
  static async start(program, gates = []) {
    const server = new ApiServer(program, await freePorts(3), gates);
    running.add(server);
    try { await server.#ready(); } catch (error) { server.stop(); throw error; }
    return server;
  }

  #folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk8s-gpu-cluster-'));
  #token = crypto.randomBytes(16).toString('hex');
  #children = [];
  #resources = new Map();

  constructor(program, [client, peer, port], gates) {
    this.program = program;
    this.port = port;
    this.gates = gates.length === 0 ? [] : [`--feature-gates=${gates.map(gate => `${gate}=true`).join(',')}`];
    const file = name => path.join(this.#folder, name);
    const { privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
    fs.writeFileSync(file('accounts.key'), privateKey.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 });
    fs.writeFileSync(file('tokens.csv'), `${this.#token},conformance,conformance,system:masters\n`, { mode: 0o600 });
    const etcd = `http://127.0.0.1:${client}`;
    const peers = `http://127.0.0.1:${peer}`;
    this.#run('etcd', `--data-dir=${file('etcd')}`, `--listen-client-urls=${etcd}`, `--advertise-client-urls=${etcd}`, `--listen-peer-urls=${peers}`,
      `--initial-advertise-peer-urls=${peers}`, `--initial-cluster=default=${peers}`, '--unsafe-no-fsync', '--log-level=error');
    this.#run('kube-apiserver', `--etcd-servers=${etcd}`, '--bind-address=127.0.0.1', '--advertise-address=127.0.0.1', `--secure-port=${port}`, `--cert-dir=${file('certs')}`,
      '--endpoint-reconciler-type=none', // no pod looks for this server, and newer ones refuse to publish a loopback address
      `--token-auth-file=${file('tokens.csv')}`, '--authorization-mode=AlwaysAllow', '--anonymous-auth=false', '--service-cluster-ip-range=10.0.0.0/24',
      // older manifests speak of these; off by default since they are no longer the newest
      // v1alpha3 has DeviceTaintRules before 1.37
      '--runtime-config=resource.k8s.io/v1alpha3=true,resource.k8s.io/v1beta1=true,resource.k8s.io/v1beta2=true', ...this.gates,
      // there is no controller-manager to make the service accounts that pods get, or to find that a new node is ready
      '--disable-admission-plugins=ServiceAccount,TaintNodesByCondition', '--service-account-issuer=https://conformance.example.com',
      `--service-account-key-file=${file('accounts.key')}`, `--service-account-signing-key-file=${file('accounts.key')}`);
  }

  /** A kube-scheduler as it comes, for this server. It ends with the server. */
  startScheduler() {
    this.#run('kube-scheduler', `--kubeconfig=${this.#kubeconfig()}`, '--leader-elect=false', '--secure-port=0', ...this.gates);
  }

  /** A kube-controller-manager with these controllers and no others. It ends with the server. */
  startControllers(names) {
    this.#run('kube-controller-manager', `--kubeconfig=${this.#kubeconfig()}`, '--leader-elect=false', '--secure-port=0', `--controllers=${names.join(',')}`,
      '--use-service-account-credentials=false', ...this.gates);
  }

  #kubeconfig() {
    const file = path.join(this.#folder, 'kubeconfig.json');
    const cluster = { 'server': `https://127.0.0.1:${this.port}`, 'certificate-authority': path.join(this.#folder, 'certs', 'apiserver.crt') };
    const context = { cluster: 'conformance', user: 'conformance' };
    fs.writeFileSync(file, JSON.stringify({
      'apiVersion': 'v1', 'kind': 'Config', 'current-context': 'conformance',
      'clusters': [{ name: 'conformance', cluster }], 'users': [{ name: 'conformance', user: { token: this.#token } }], 'contexts': [{ name: 'conformance', context }],
    }), { mode: 0o600 });
    return file;
  }

  /** Throws when one of the programs has ended. */
  alive() {
    const { failure } = this.#children.find(child => child.failure) ?? {};
    if (failure) { throw failure; }
    const ended = this.#children.find(child => child.exitCode !== null || child.signalCode !== null);
    if (ended) { throw new Error(`${ended.title} ended with ${ended.exitCode ?? ended.signalCode}:\n${fs.readFileSync(ended.log, 'utf8').slice(-2000)}`); }
  }

  /** What each of the programs logged last. */
  lastWords() {
    const tail = log => fs.readFileSync(log, 'utf8').trimEnd().split('\n').slice(-8).map(line => line.slice(0, 400)).join('\n');
    return this.#children.map(({ title, log }) => `${title}:\n${tail(log)}`).join('\n');
  }

  /** Whether the API server has panicked at a request to an address, which it logs a moment after it ended the connection. */
  async panickedAt(uri) {
    const { log } = this.#children.find(({ title }) => title === 'kube-apiserver');
    for (let tries = 0; tries < 20; tries++) {
      if (fs.readFileSync(log, 'utf8').split('\n').some(line => line.includes('"apiserver panic\'d"') && line.includes(`URI="${uri}"`))) { return true; }
      await sleep(100);
    }
    return false;
  }

  #run(name, ...args) {
    const log = fs.openSync(path.join(this.#folder, `${name}.log`), 'w');
    const child = spawn(this.program, [name, ...args], { stdio: ['ignore', log, log] });
    fs.closeSync(log);
    child.log = path.join(this.#folder, `${name}.log`);
    child.title = name;
    child.on('error', error => { child.failure = error; }); // it could not be started
    this.#children.push(child);
  }

  async #ready() {
    for (let tries = 0; tries < 240; tries++) {
      this.alive();
      try { if ((await this.request('GET', '/readyz')).status === 200) { return; } } catch { /* does not listen yet */ }
      await sleep(500);
    }
    throw new Error('kube-apiserver was not ready after two minutes');
  }

  request(method, url, body, type = 'application/json') {
    const content = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const request = https.request({
        host: '127.0.0.1', port: this.port, method, path: url,
        // its own certificate, made a moment ago in its own folder
        ca: fs.readFileSync(path.join(this.#folder, 'certs', 'apiserver.crt')),
        headers: { 'authorization': `Bearer ${this.#token}`, 'content-type': type, 'content-length': Buffer.byteLength(content) },
      }, response => {
        const chunks = [];
        response.on('data', chunk => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode, value: text.startsWith('{') ? JSON.parse(text) : text });
        });
      });
      // a server may close a connection that was kept open just as it is used again
      request.on('error', error => (error.code === 'ECONNRESET' && request.reusedSocket ? resolve(this.request(method, url, body, type)) : reject(error)));
      request.end(content);
    });
  }

  async #resource(apiVersion, kind) {
    // a server that has just started, or learned a kind, tells of its kinds a moment later
    for (let tries = 0; !this.#resources.has(apiVersion) && tries < 20; tries++) {
      const { status, value } = await this.request('GET', apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`);
      if (status === 200) { this.#resources.set(apiVersion, value.resources); } else { await sleep(250); }
    }
    return this.#resources.get(apiVersion)?.find(each => each.kind === kind && !each.name.includes('/'));
  }

  /** The address of an object, or undefined when the server does not know its kind. */
  async url({ apiVersion, kind, metadata }) {
    const resource = await this.#resource(apiVersion, kind);
    if (resource === undefined) { return undefined; }
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    return `${root}${resource.namespaced ? `/namespaces/${metadata.namespace ?? 'default'}` : ''}/${resource.name}/${metadata.name}`;
  }

  /** Server-side apply with strict fields; `text` is sent as it is, where it is given. Answers undefined when accepted, else why not. */
  async apply(object, manager, text) {
    return (await this.applied(object, manager, text)).refused;
  }

  /** The same, with what is stored of the object then. */
  async applied(object, manager = 'conformance', text = undefined) {
    const url = await this.url(object);
    if (url === undefined) { return { refused: `no kind ${object.kind} in ${object.apiVersion}` }; }
    const { status, value } = await this.request('PATCH', `${url}?fieldManager=${manager}&force=true&fieldValidation=Strict`, text ?? object, 'application/apply-patch+yaml');
    return status < 300 ? { stored: value } : { refused: String(value.message ?? value) };
  }

  /** What another program needs to speak to it. */
  get access() {
    const token = path.join(this.#folder, 'token');
    fs.writeFileSync(token, this.#token, { mode: 0o600 });
    return { address: `https://127.0.0.1:${this.port}`, token, certificate: path.join(this.#folder, 'certs', 'apiserver.crt') };
  }

  forgetKinds() { this.#resources.clear(); }

  stop() {
    running.delete(this);
    for (const child of this.#children) { child.kill('SIGKILL'); }
    fs.rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

module.exports = { ApiServer };
