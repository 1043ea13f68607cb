// Parses every document of a file with the YAML library that lint reads with, and lets go of it.
'use strict';
const fs = require('fs');
const { parseDocument } = require('yaml');

for (const part of fs.readFileSync(process.argv[2], 'utf8').split(/^---$/m)) {
  parseDocument(part, { version: '1.1', uniqueKeys: false, logLevel: 'silent', merge: true }).toJS();
}
