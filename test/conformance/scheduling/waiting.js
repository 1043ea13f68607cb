// Runs the cases of must-wait.js.
'use strict';
const { cases } = require('./must-wait');
const { nodeOf } = require('./nodes-of');
const { podsOf } = require('./pods-of');

async function outcome(cluster, { manifests, machines }) {
  await cluster.start(machines.map(machine => nodeOf(manifests, machine).node));
  const decisions = await cluster.schedule(podsOf(manifests).flatMap(({ pods }) => pods));
  const bound = decisions.filter(({ node }) => node !== undefined);
  return { bound: bound.length, on: new Set(bound.map(({ node }) => node)).size, waits: decisions.flatMap(({ waits }) => (waits === undefined ? [] : [waits])) };
}

/** @returns {Promise<{ placed: number, waited: number, names: string[], problems: string[] }>} */
async function keepWaiting(cluster) {
  let [placed, waited] = [0, 0];
  const problems = [];
  const all = cases();
  for (const each of all) {
    const found = await outcome(cluster, each);
    const wrongly = found.waits.filter(reason => !reason.includes(each.because));
    if (found.waits.length === 0) { problems.push(`${each.name}: no pod waits`); }
    if (found.bound !== each.bound) { problems.push(`${each.name}: ${found.bound} pods are bound, not ${each.bound}; ${found.waits.join('; ')}`); }
    if (each.on !== undefined && found.on !== each.on) { problems.push(`${each.name}: on ${found.on} nodes, not ${each.on}`); }
    if (wrongly.length > 0) { problems.push(`${each.name}: waits, but not because "${each.because}": ${wrongly.join('; ')}`); }
    const { on, ...rest } = each.unlike;
    const sound = await outcome(cluster, { ...each, ...rest });
    if (sound.waits.length > 0 || sound.bound === 0) { problems.push(`${each.name}: without the fault ${sound.waits.length} wait: ${sound.waits.join('; ')}`); }
    if (on !== undefined && sound.on !== on) { problems.push(`${each.name}: without the fault on ${sound.on} nodes, not ${on}`); }
    placed += sound.bound + found.bound;
    waited += found.waits.length - wrongly.length;
  }
  return { placed, waited, names: all.map(({ name }) => name), problems };
}

module.exports = { keepWaiting };
