// The objects that the examples wrote and that the fixtures of the rules hold.
'use strict';
const fs = require('fs');
const path = require('path');
const { parseAllDocuments } = require('yaml');

const root = path.join(__dirname, '../../..');
const examples = path.join(root, 'dist/examples');
const fixtures = path.join(root, 'rules');

/** The manifests of a file, with those of a List taken apart. */
function objectsOf(file) {
  return parseAllDocuments(fs.readFileSync(file, 'utf8'), { version: '1.1' }).map(each => each.toJS()).filter(each => each !== null)
    .flatMap(each => Array.isArray(each.items) && each.kind?.endsWith('List') ? each.items : [each]);
}

/** @returns every object of the kinds, with its file and whether that is a fixture of a failing rule */
function objectsOfFiles(kinds) {
  const yaml = name => name.endsWith('.yaml');
  return [
    ...fs.readdirSync(examples, { recursive: true }).filter(yaml).sort().map(name => path.join(examples, name)),
    ...fs.readdirSync(fixtures).filter(yaml).sort().map(name => path.join(fixtures, name)),
  ].flatMap(file => objectsOf(file).filter(({ apiVersion, kind }) => kind in kinds && kinds[kind] === apiVersion)
    .map(object => ({ file: path.relative(root, file), failing: file.endsWith('.bad.yaml'), object })));
}

module.exports = { objectsOfFiles };
