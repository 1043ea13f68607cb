// docs/reliability.md has tables whose rows are written by what measures them; a row stands between two comments of its table.
'use strict';
const fs = require('fs');
const path = require('path');

const page = path.join(__dirname, '..', 'docs', 'reliability.md');

/**
 * Writes one row, in the place of the one of that name, else in the order of the names.
 * @param {string} table its name in the comments
 * @param {string[]} cells the first is the name of the row
 */
function writeRow(table, cells) {
  const text = fs.readFileSync(page, 'utf8');
  const [begin, end] = [`<!-- begin ${table}: written by the run, do not edit -->\n`, `<!-- end ${table} -->`];
  const [from, to] = [text.indexOf(begin) + begin.length, text.indexOf(end)];
  if (from < begin.length || to < from) { throw new Error(`docs/reliability.md has no table ${table}`); }
  const [head, line, ...rows] = text.slice(from, to).trimEnd().split('\n');
  const row = `| ${cells.join(' | ')} |`;
  const others = rows.filter(each => !each.startsWith(`| ${cells[0]} |`));
  fs.writeFileSync(page, `${text.slice(0, from)}${[head, line, ...[...others, row].sort()].join('\n')}\n${text.slice(to)}`);
}

module.exports = { writeRow };
