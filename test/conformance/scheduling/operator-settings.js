// What the GPU Operator is told: the ClusterPolicy of the manifests, and the two files that it names, as its agents find them.
'use strict';
const { parse } = require('yaml');

/** What the chart installs, where the manifests say nothing else (gpu-operator deployments/gpu-operator/values.yaml). */
const INSTALLED = {
  mig: { strategy: 'single' },
  migManager: { config: { default: 'all-disabled', name: '' } },
  devicePlugin: { config: { default: '', name: '' } },
};

/** A JSON merge patch (RFC 7396); server-side apply of a partial object comes to the same for the fields read here. */
function merge(target, patch) {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) { return patch; }
  const merged = { ...(typeof target === 'object' ? target : {}) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) { delete merged[key]; } else { merged[key] = merge(merged[key], value); }
  }
  return merged;
}

/** A ClusterPolicy object, or a document with nothing but a `spec`: a patch of one. */
const speaksOfPolicy = each => each.kind === 'ClusterPolicy' || (each.kind === undefined && each.spec !== undefined);

function operatorSettings(manifests) {
  const spec = manifests.filter(speaksOfPolicy).reduce((policy, each) => merge(policy, each.spec), INSTALLED);
  const configMap = name => {
    if (!name) { return undefined; }
    const found = manifests.find(each => each.kind === 'ConfigMap' && each.metadata.name === name);
    if (found === undefined) { throw new Error(`the ClusterPolicy names ConfigMap ${name}, which is not in the manifests`); }
    return found.data;
  };
  const layouts = configMap(spec.migManager.config.name);
  const sharing = configMap(spec.devicePlugin.config.name);
  return {
    strategy: spec.mig.strategy,
    // mig-manager reads this key and no other (docs/facts/gpu-operator.md "mig-parted file")
    migConfigs: layouts === undefined ? undefined : parse(layouts['config.yaml'])['mig-configs'],
    defaultMigConfig: spec.migManager.config.default,
    devicePluginFiles: Object.fromEntries(Object.entries(sharing ?? {}).map(([key, text]) => [key, parse(text)])),
    defaultDevicePluginFile: spec.devicePlugin.config.default,
  };
}

module.exports = { operatorSettings };
