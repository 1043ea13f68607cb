// What a helm upgrade leaves of the settings that were applied beside Helm.
'use strict';
const { spawnSync } = require('child_process');
const { at, canonical, leaves } = require('./fields');
const { only } = require('./upstream');

/** Who installs the release, and how it is upgraded. */
const WAYS = [
  { name: 'Helm 3', install: { helm: 3 }, upgrade: { helm: 3 } },
  { name: 'Helm 4, of a release that Helm 3 installed', install: { helm: 3 }, upgrade: { helm: 4 } },
  { name: 'Helm 4', install: { helm: 4, serverSide: true }, upgrade: { helm: 4, serverSide: true } },
  { name: 'Helm 4 with --force-conflicts', install: { helm: 4, serverSide: true }, upgrade: { helm: 4, serverSide: true, forceConflicts: true } },
];

/** Without it the snapshot renders spec.validator.plugin as null, which a server-side apply, and so Helm 4, is refused. */
const INSTALLED = { validator: { plugin: { env: [{ name: 'WITH_WORKLOAD', value: 'false' }] } } };

/** The values of the upgrade. */
const UPGRADES = [
  { name: 'another image', values: { devicePlugin: { version: 'v0.18.0' } } },
  { name: 'another mig.strategy', values: { mig: { strategy: 'none' } } },
];

class Helm {
  constructor(program, { address, token, certificate }) {
    this.program = program;
    this.arguments = [address, token, certificate];
  }

  /** Undefined when done, else why not. */
  do(step) {
    const { status, stdout, stderr, error } = spawnSync(this.program, this.arguments, { input: JSON.stringify(step), encoding: 'utf8' });
    if (error) { throw error; }
    if (status !== 0) { throw new Error(`${this.program} ended with ${status}: ${stderr}`); }
    return JSON.parse(stdout).error;
  }
}

/** In the words of the page: what became of each field of the form. */
function outcome(refused, ours, stored) {
  if (refused !== undefined) {
    if (!/conflict/.test(refused)) { throw new Error(refused); }
    const named = [...refused.matchAll(/\.spec\.(\S+)/g)].map(([, field]) => `\`${field}\``);
    return `refused, in conflict over ${named.join(', ')}`;
  }
  const lost = leaves(ours).filter(({ path, value }) => canonical(value ?? undefined) !== canonical(at(stored, path)));
  return lost.length === 0 ? 'all kept' : `lost: ${lost.map(({ path }) => `\`${path.join('.')}\``).join(', ')}`;
}

/**
 * @param {object} cluster the API server
 * @param {string} program helm-upgrade
 * @param {{ form: string, ours: object, change: (policy: object) => Promise<void> }[]} changes what is applied beside Helm
 */
async function afterHelmUpgrade(cluster, program, upstream, changes) {
  const helm = new Helm(program, cluster.server.access);
  const releases = upstream.render([INSTALLED, ...UPGRADES.map(({ values }) => ({ ...INSTALLED, ...values }))]);
  const [own, ...targets] = releases.map(each => only(each, 'ClusterPolicy'));
  const rows = [];
  for (const way of WAYS) {
    for (const { form, ours, change } of changes) {
      for (const [index, { name }] of UPGRADES.entries()) {
        const refusedInstall = helm.do({ ...way.install, new: own });
        if (refusedInstall) { throw new Error(`${way.name}: ${refusedInstall}`); }
        try {
          await change(own);
          const refused = helm.do({ ...way.upgrade, old: own, new: targets[index] });
          rows.push({ way: way.name, form, upgrade: name, outcome: outcome(refused, ours, await cluster.stored(own)) });
        } finally { await cluster.remove(own); }
      }
    }
  }
  return rows;
}

module.exports = { afterHelmUpgrade };
