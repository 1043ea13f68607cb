/**
 * Measures what this library costs, as ratios: each side in a process of its own, by its CPU time, the sides in turn.
 *
 *   npm run bench                   prints the ratios
 *   npm run bench -- lint           those whose name or section has the word
 *   npm run bench -- --page         writes docs/performance.md too
 */
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { COMMAND_LINE } from './command-line';
import { GROWTH } from './growth';
import { LINT, memoryOfFolder } from './lint';
import { Row, SYNTHESIS } from './synthesis';

const args = process.argv.slice(2);
const word = args.find(each => !each.startsWith('-'));

const SECTIONS: { readonly title: string; readonly text: string; readonly rows: readonly Row[] }[] = [
  {
    title: 'Synthesis',
    text: 'The rules over an app and all that the constructs do, over the same objects written by hand with '
      + '`ApiObject`, on 10 pools. Warm: one '
      + 'process synthesizes several times, and the first time does not count. Cold: the whole process counts, '
      + '`require` and start of Node included.',
    rows: SYNTHESIS,
  },
  { title: 'Lint', text: '`cdk8s-gpu lint` over parsing every document with the same YAML library.', rows: LINT },
  {
    title: 'Growth',
    text: 'What eight times as many cost, over eight times what they cost, in one warm process: 1 is linear, and 8 '
      + 'would be quadratic. Of each family of rules, copies of all its fixtures.',
    rows: GROWTH,
  },
  { title: 'Loading and the command line', text: 'Whole processes.', rows: COMMAND_LINE },
];

const page = [
  '# Performance',
  '',
  '<!-- Written by `npm run bench -- --page`. -->',
  '',
  'CPU time (user and system, all threads) as a ratio. Each side runs in a process of its own, and the sides run in '
    + 'turn, so the speed of the machine',
  'cancels out. A ratio is that of the medians; the spread is the least and the greatest ratio '
    + 'of two neighbouring runs.',
  '',
  'The aims were set before the rules about the fields of Kubernetes, charts, claims and quotas were there; what is '
    + 'over its aim is what these cost.',
  'A first run pays for code that V8 has not compiled yet, so small apps and single files stand worst. No reader of YAML',
  'of our own would be worth its code.',
  '',
  `Node ${process.version} on ${os.cpus().length} cores.`,
];
for (const { title, text, rows } of SECTIONS) {
  const chosen = rows.filter(({ what }) =>
    word === undefined || `${title} ${what}`.toLowerCase().includes(word.toLowerCase()));
  if (chosen.length === 0) { continue; }
  page.push('', `## ${title}`, '', text, '', '| what | aim | ratio | spread |', '|---|---|---|---|');
  console.log(title);
  for (const { what, aim, measure } of chosen) {
    const { of, least, most } = measure();
    console.log(`  ${of.toFixed(2).padStart(5)} (${least.toFixed(2)} to ${most.toFixed(2)})  `
      + `${what}${aim === undefined ? '' : `, aim ${aim}`}`);
    page.push(`| ${what} | ${aim ?? ''} | ${of.toFixed(2)} | ${least.toFixed(2)} to ${most.toFixed(2)} |`);
  }
}
if (word === undefined || 'memory'.includes(word)) {
  const mib = memoryOfFolder(28_000);
  console.log(`  a folder of 28,000 files: most memory ${mib.toFixed(0)} MiB, aim 300`);
  page.push(
    '',
    '## Memory',
    '',
    `\`cdk8s-gpu lint\` of a folder of 28,000 files takes ${mib.toFixed(0)} MiB at most; the aim is 300.`,
  );
}
if (args.includes('--page')) {
  fs.writeFileSync(path.join(__dirname, '..', 'docs', 'performance.md'), `${page.join('\n')}\n`);
}
