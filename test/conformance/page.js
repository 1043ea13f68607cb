// The sections of docs/conformance.md that the conformance programs write: each stands between two comments of its name.
'use strict';
const fs = require('fs');
const path = require('path');

const page = path.join(__dirname, '../../docs/conformance.md');

const begin = name => `<!-- begin ${name}: written by test/conformance, do not edit -->`;
const end = name => `<!-- end ${name} -->`;

/** What a section says now. */
function pageHas(name) {
  const text = fs.readFileSync(page, 'utf8');
  const [start, stop] = [text.indexOf(begin(name)), text.indexOf(end(name))];
  if (start < 0 || stop < start) { throw new Error(`docs/conformance.md has no section ${name}: write its two comments first`); }
  return text.slice(start + begin(name).length, stop);
}

/**
 * Writes a section, or with `check` compares it.
 * @param {string} name of the section; it must stand in the page
 * @param {string} text Markdown
 * @param {{ check: boolean }} options
 * @returns {boolean} whether the page says this now
 */
function section(name, text, { check }) {
  const before = fs.readFileSync(page, 'utf8');
  const [start, stop] = [before.indexOf(begin(name)), before.indexOf(end(name))];
  if (start < 0 || stop < start) { throw new Error(`docs/conformance.md has no section ${name}: write its two comments first`); }
  const after = `${before.slice(0, start)}${begin(name)}\n${text.trim()}\n${before.slice(stop)}`;
  if (after === before) { return true; }
  if (check) {
    console.log(`docs/conformance.md, section ${name}, is stale: run without --check and commit it. What differs:`);
    const [old, fresh] = [before, after].map(whole => whole.split('\n'));
    for (const [sign, lines, others] of [['-', old, new Set(fresh)], ['+', fresh, new Set(old)]]) {
      for (const line of lines.filter(each => !others.has(each))) { console.log(`${sign} ${line}`); }
    }
    return false;
  }
  fs.writeFileSync(page, after);
  return true;
}

module.exports = { pageHas, section };
