// CustomResourceDefinitions of projects beside the operators, as their Go modules hold them, with CEL rules and defaults.
'use strict';
const { execFileSync } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');
const { parse } = require('yaml');

const MODULES = [
  { module: 'sigs.k8s.io/kueue@v0.17.0', folder: 'config/components/crd/bases', kinds: /_(?:clusterqueues|localqueues|resourceflavors)\./ },
  { module: 'github.com/kedacore/keda/v2@v2.21.0', folder: 'config/crd/bases', kinds: /keda\.sh_scaledobjects\./ },
  { module: 'github.com/prometheus-operator/prometheus-operator@v0.85.0', folder: 'example/prometheus-operator-crd', kinds: /_(?:servicemonitors|podmonitors)\./ },
];

/** The folder of a module, brought by the Go command and checked against its checksum database. */
function folderOf(module) {
  const options = { cwd: os.tmpdir(), encoding: 'utf8', env: { ...process.env, GOFLAGS: '-mod=mod' } };
  return JSON.parse(execFileSync('go', ['mod', 'download', '-json', module], options)).Dir;
}

function crdsOfModules() {
  return MODULES.flatMap(({ module, folder, kinds }) => {
    const crds = path.join(folderOf(module), folder);
    return fs.readdirSync(crds).filter(name => kinds.test(name)).sort().map(name => parse(fs.readFileSync(path.join(crds, name), 'utf8')));
  });
}

module.exports = { crdsOfModules };
