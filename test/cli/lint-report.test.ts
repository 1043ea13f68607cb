import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { run, runWith } from './run';
import { main } from '../../src/cli';
import { RULES } from '../../src/rules';

const ERROR = 'apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: x}\nspec: {containers: [{name: c, resources: {limits: {nvidia.com/gpu: 0.5}}}]}\n';
const WARNING = 'apiVersion: v1\nkind: Node\nmetadata:\n  name: node\n  labels:\n    nvidia.com/mig.config: ""\n';
const ACCEPTED = ERROR.replace('namespace: x', 'namespace: x, annotations: {cdk8s-gpu/acknowledge: "POD-010: as meant"}');
const UNREADABLE = 'a: [\n';
const FORMATS = ['text', 'json', 'sarif', 'github'];

describe('the exit code', () => {
  test.each([
    ['nothing but a comment', ['# nothing\n'], 0], ['a warning', [WARNING], 0], ['an error', [ERROR], 1], ['an error and a warning', [ERROR, WARNING], 1], ['an accepted error', [ACCEPTED], 0],
    ['an accepted error and an open one', [ACCEPTED.replace('name: p', 'name: q'), ERROR], 1],
    ['what cannot be read', [UNREADABLE], 2], ['that, and a warning', [WARNING, UNREADABLE], 2], ['that, and an error', [UNREADABLE, ERROR], 2],
  ])('of %s is the same in every format and whatever is left out of the report', async (_, documents, expected) => {
    for (const format of FORMATS) {
      for (const least of ['info', 'warning', 'error']) {
        const { code } = await runWith(documents.join('---\n'), ['lint', '--format', format, '--min-severity', least, '-']);
        expect([format, least, code]).toEqual([format, least, expected]);
      }
    }
  });

  test.each([[['lint']], [['lint', '--format', 'xml', '-']], [['lint', '--min-severity', 'fatal', '-']], [['lint', '--nonsense', '-']], [['lint', '--kubernetes', 'x', '-']]])(
    'of wrong usage is 2: %j', async args => {
      expect(await run(...args)).toMatchObject({ code: 2, out: '' });
    });
});

test('the least severity leaves out what is less, in the findings and the summary', async () => {
  const { out } = await runWith(`${ERROR}---\n${WARNING}`, ['lint', '--format', 'json', '--min-severity', 'error', '-']);
  const { findings, summary } = JSON.parse(out);
  expect([findings.map((each: { rule: string }) => each.rule), summary]).toEqual([['POD-010'], { error: 1, warning: 0, info: 0, files: 1, documents: 2 }]);
});

test('JSON has every field of every finding, null where there is none, and no more', async () => {
  const { out } = await runWith(`${ERROR}---\n${WARNING}`, ['lint', '--format', 'json', '-']);
  const report = JSON.parse(out);
  expect(Object.keys(report)).toEqual(['findings', 'summary']);
  for (const finding of report.findings) {
    expect(Object.keys(finding)).toEqual(['rule', 'severity', 'message', 'fix', 'file', 'document', 'line', 'kind', 'name', 'namespace', 'path']);
  }
  expect(report.findings.find((each: { kind: string }) => each.kind === 'Node')).toMatchObject({ namespace: null, line: 11, document: 2, file: '<stdin>' });
  expect(Object.keys(report.summary)).toEqual(['error', 'warning', 'info', 'files', 'documents']);
  const accepted = JSON.parse((await runWith(ACCEPTED, ['lint', '--format', 'json', '-'])).out);
  expect([accepted.findings.find((each: { rule: string }) => each.rule === 'POD-010').acknowledged, accepted.summary.error]).toEqual(['as meant', 0]);
});

describe('SARIF', () => {
  const sarif = async (text: string) => JSON.parse((await runWith(text, ['lint', '--format', 'sarif', '-'])).out);

  test('has the structure of 2.1.0: each result has its rule, level, text and a place', async () => {
    const log = await sarif(`${ERROR}---\n${WARNING}---\n${UNREADABLE}`);
    expect([log.version, log.runs.length]).toEqual(['2.1.0', 1]);
    const [{ tool, results, invocations }] = log.runs;
    for (const rule of tool.driver.rules) {
      const text = RULES.find(each => each.id === rule.id)!;
      expect(rule).toMatchObject({
        name: expect.stringMatching(/^(?:[A-Z0-9][a-z0-9]*)+$/), // as SARIF 3.49.7 recommends
        helpUri: expect.stringMatching(new RegExp(`^https://.*/docs/rules\\.md#${rule.id.toLowerCase()}$`)),
        shortDescription: { text: text.sentence },
        fullDescription: { text: text.why },
        help: { text: expect.stringContaining(text.evidence) },
      });
      expect(['none', 'note', 'warning', 'error']).toContain(rule.defaultConfiguration.level);
    }
    for (const result of results) {
      expect(tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
      expect(['note', 'warning', 'error']).toContain(result.level);
      expect(result.message.text).not.toBe('');
      expect(result.locations[0].physicalLocation.region.startLine).toBeGreaterThan(0);
      expect(result.suppressions).toBeUndefined();
    }
    expect(results.map((each: { ruleId: string }) => each.ruleId)).toEqual(expect.arrayContaining(['POD-010', 'LBL-003']));
    expect(invocations).toEqual([{ executionSuccessful: false, toolExecutionNotifications: [expect.objectContaining({ level: 'error', message: { text: expect.any(String) } })] }]);
  });

  test('of a clean run says that it went well', async () => {
    expect((await sarif('# nothing\n')).runs[0]).toMatchObject({ results: [], invocations: [{ executionSuccessful: true, toolExecutionNotifications: [] }], tool: { driver: { rules: [] } } });
  });

  test('suppresses what is accepted, with the reason', async () => {
    const result = (await sarif(ACCEPTED)).runs[0].results.find((each: { ruleId: string }) => each.ruleId === 'POD-010');
    expect(result.suppressions).toEqual([{ kind: 'inSource', status: 'accepted', justification: 'as meant' }]);
  });

  test('names files by a URI, relative to the working directory where they are below it', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lint-'));
    const inside = fs.mkdtempSync(path.join('test', 'tmp-'));
    try {
      const uri = async (file: string) => {
        fs.writeFileSync(file, ERROR);
        return JSON.parse((await run('lint', '--format', 'sarif', file)).out).runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri as string;
      };
      expect(await uri(path.join(folder, 'a b#1%.yaml'))).toMatch(/^file:\/\/\/.*\/a%20b%231%25\.yaml$/);
      expect(await uri(path.join(inside, 'a b#1.yaml'))).toBe(`${inside.split(path.sep).join('/')}/a%20b%231.yaml`);
      expect(await uri(path.resolve(inside, 'c.yaml'))).toBe(`${inside.split(path.sep).join('/')}/c.yaml`);
    } finally {
      fs.rmSync(folder, { recursive: true });
      fs.rmSync(inside, { recursive: true });
    }
  });
});

test('annotations of GitHub are a line each, whatever is in names and files', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lint-'));
  const file = path.join(folder, 'a,b:c%d.yaml');
  fs.writeFileSync(file, ERROR.replace('name: c,', 'name: "c\\n::error::x%\\r",'));
  const { out } = await run('lint', '--format', 'github', file);
  fs.rmSync(folder, { recursive: true });
  const lines = out.split('\n').filter(each => each.includes('POD-010'));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^::error file=[^,:\n]*a%2Cb%3Ac%25d\.yaml,line=4,title=POD-010::container c%0A::error::x%25%0D: nvidia.com\/gpu is 0.5/);
});

describe('text', () => {
  async function seen(text: string, columns: number | undefined, colors = false): Promise<string> {
    const written: string[] = [];
    const none = () => undefined;
    const out = (each: string) => { written.push(each); };
    await main(['lint', '-'], { exitCode: 0, colors, columns, errorsAreSeen: false, out, err: none, overwrite: none, readInput: () => [text] });
    return written.join('\n');
  }
  const plain = (text: string) => text.replace(/\u001b\[\d+m/g, '');

  test('is no wider than the terminal, and says the same', async () => {
    const wide = await seen(ERROR, undefined);
    const narrow = await seen(ERROR, 50);
    expect(Math.max(...narrow.split('\n').map(each => each.length))).toBeLessThanOrEqual(50);
    expect(narrow.replace(/\s+/g, ' ')).toBe(wide.replace(/\s+/g, ' '));
    expect(narrow).toMatch(/\n {9}\S/);
  });

  test('in colours is the same text', async () => {
    const colored = await seen(`${ERROR}---\n${ACCEPTED.replace('name: p', 'name: q')}---\n${UNREADABLE}`, 60, true);
    expect(colored).toContain('\u001b[31merror\u001b[0m');
    expect(colored).toContain('\u001b[2maccepted\u001b[0m');
    expect(colored).toContain('\u001b[31munreadable\u001b[0m');
    expect(plain(colored)).toBe(await seen(`${ERROR}---\n${ACCEPTED.replace('name: p', 'name: q')}---\n${UNREADABLE}`, 60));
  });

  test('shows what would move the cursor', async () => {
    const told = await seen(ERROR.replace('name: p,', () => 'name: "p\\e[31m\\n$&\\x9b",'), undefined);
    // eslint-disable-next-line no-control-regex
    expect(told).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(told).toContain('Pod p\\u001b[31m\\n$&\\u009b:');
  });

  test('counts in words that fit', async () => {
    expect(await seen(ERROR, undefined)).toMatch(/1 error, 0 warnings, \d notes? in 1 file, 1 document$/);
  });
});

describe('the process', () => {
  const bin = path.join(__dirname, '..', '..', 'bin', 'cdk8s-gpu');

  const posix = process.platform === 'win32' ? test.skip : test;
  posix('ends quietly when its reader has seen enough', () => {
    // a pipe of the shell: the one of spawn takes everything
    const line = `("${process.execPath}" "${bin}" rules --format json; echo "code $?" >&2) | head -1`;
    const { stdout, stderr } = spawnSync('sh', ['-c', line], { encoding: 'utf8' });
    expect({ stdout, stderr }).toEqual({ stdout: '[\n', stderr: 'code 0\n' });
  });

  test('tells nothing but the report where nobody watches', () => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [bin, 'lint', '-'], { input: WARNING, encoding: 'utf8' });
    expect([stderr, status]).toEqual(['', 0]);
    // eslint-disable-next-line no-control-regex
    expect(stdout).not.toMatch(/\u001b/);
  });
});
