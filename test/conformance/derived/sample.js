// What a sample of the broken objects is, and whether what it finds is what the page says of all.
'use strict';

/** The share of the broken objects that a sample has. */
const SHARE = 0.12;

/** What the answers of lint and of the server hang on; the other rules can take a finding away or add one, and a sample sees most of that. */
const DEPENDS_ON = [
  'src/kubernetes/core', 'src/kubernetes/crd', 'src/rules/schema', 'src/rules/strict-apply.ts', 'src/cluster/model/api-fields.ts',
  'test/conformance/derived', 'test/conformance/derived.js', 'test/conformance/crds.js', 'test/conformance/control-plane',
];

/** A row of numbers for each name, as a table of the page has them; the columns are those of the table's head, without the first. */
function tableIn(text, head) {
  const lines = text.split('\n');
  const start = lines.findIndex(line => line === head);
  if (start < 0) { return undefined; }
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  const cells = line => line.split('|').slice(1, -1).map(each => each.trim());
  return new Map(lines.slice(start + 2, end < 0 ? undefined : end).map(cells).map(([name, ...numbers]) => [name, numbers.map(Number)]));
}

/** What a sample has more of than the page says of all: a kind of disagreement that was not there before. */
function beyond(sample, page, columns) {
  return [...sample].flatMap(([name, numbers]) => numbers.flatMap((count, index) => {
    const most = page.get(name)?.[index] ?? 0;
    return count > most ? [`${name}, ${columns[index]}: ${count} in the sample, ${most} in the page`] : [];
  }));
}

module.exports = { beyond, DEPENDS_ON, SHARE, tableIn };
