// What the API server and lint say of an object.
'use strict';
const { ClusterModel, ManifestDocument } = require('../../../lib/cluster');
const { asStrictApply, runRules } = require('../../../lib/rules');
const { valueAt } = require('./places');

/** What lint says, as it is and with --strict, that it does not say of the object before it was broken. */
function lintOf(object, before) {
  const findings = isStrict => {
    const model = new ClusterModel({}, undefined, isStrict);
    model.add(new ManifestDocument(JSON.parse(JSON.stringify(object)), 'f.yaml', 1));
    const known = new Set(before?.strict.map(({ rule, message }) => `${rule} ${message}`));
    return (isStrict ? runRules(model).map(asStrictApply) : runRules(model)).filter(({ rule, message }) => !known.has(`${rule} ${message}`));
  };
  return { plain: findings(false), strict: findings(true) };
}

/** How often a request is sent whose connection is reset. */
const MOST_TRIES = 3;

let requests = 0;

/**
 * The answer to a server-side apply. A handler that panics ends the connection and says so in the log: the server does not take the object then.
 * Any other connection that is reset says nothing of the object: the request is sent again, and then it is an error of the run.
 */
async function applied(server, url, object) {
  for (let tries = 1; ; tries++) {
    const uri = `${url}?fieldManager=derived-${++requests}&force=true&fieldValidation=Strict&dryRun=All`;
    try {
      return await server.request('PATCH', uri, object, 'application/apply-patch+yaml');
    } catch (error) {
      if (error.code !== 'ECONNRESET') { throw error; }
      if (await server.panickedAt(uri)) { return { status: 500, value: 'the server panics' }; }
      if (tries === MOST_TRIES) { throw new Error(`PATCH ${uri}: the connection is reset, ${tries} times, and the server logs no panic`, { cause: error }); }
    }
  }
}

/** What the API server says of it in a strict server-side apply; undefined where it takes it. A number that it cuts off in silence it does not take. */
async function serverOf(server, object, original, place = []) {
  const plain = { ...original, metadata: { ...original.metadata, name: object.metadata?.name ?? original.metadata.name } };
  const url = await server.url({ ...plain, ...await isServed(server, object) && { apiVersion: object.apiVersion, kind: object.kind } });
  if (url === undefined || !(await isServed(server, object))) { return `no kind ${object.kind} in ${object.apiVersion}`; }
  const { status, value } = await applied(server, encodeURI(url), object);
  if (status >= 300) { return String(value.message ?? value); }
  const [asked, stored] = [valueAt(object, place), valueAt(value, place)];
  return typeof asked === 'number' && asked > 2 ** 31 - 1 && String(asked) !== String(stored) ? `stored as ${stored}` : undefined;
}

const servedKinds = new Map();
async function isServed(server, { apiVersion, kind }) {
  const key = `${apiVersion} ${kind}`;
  if (!servedKinds.has(key)) {
    const { status, value } = await server.request('GET', apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`);
    servedKinds.set(key, status === 200 && value.resources.some(each => each.kind === kind && !each.name.includes('/')));
  }
  return servedKinds.get(key);
}

module.exports = { applied, lintOf, serverOf };
