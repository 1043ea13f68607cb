// What tests write for a while goes into one folder, which goes away with the run. cdk8s makes one in the system's for every App of its Testing.
'use strict';
const fs = require('fs');
const os = require('os');
const path = require('path');

module.exports = () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk8s-gpu-tests-'));
  process.env.TMPDIR = folder; // what os.tmpdir() reads first, here and in the workers
  process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
};
