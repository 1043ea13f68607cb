import { createHash } from 'crypto';
import { gzipSync } from 'zlib';
import { LintResult, sarifReport, textReport } from '../../src/report';
import { Finding, Severity } from '../../src/rules';

function finding(number: number, more: Partial<Finding> = {}): Finding {
  return {
    rule: 'POD-010',
    severity: 'warning',
    message: `message ${number}`,
    fix: 'mend it',
    file: 'a.yaml',
    document: 1,
    line: number,
    kind: 'Pod',
    name: `p${number}`,
    path: 'spec',
    ...more,
  };
}

const many = (count: number, more: (number: number) => Partial<Finding> = () => ({})) =>
  Array.from({ length: count }, (_, index) => finding(index, more(index)));
const result = (findings: readonly Finding[], more: Partial<LintResult> = {}): LintResult =>
  ({ findings, problems: [], files: 1, documents: 1, ...more });
const text = (of: LintResult) => textReport(of, { colors: false });
const said = (report: string) => report.split('\n').filter(line => /message \d/.test(line)).length;

describe('the text report', () => {
  test('shows 50 different findings of a rule in a file, and counts the rest', () => {
    const report = text(result([...many(1000), finding(1, { rule: 'POD-011', message: 'another message 1' })]));
    expect(said(report)).toBe(51);
    expect(report).toContain('and 950 more: POD-010 in this file; --format json has all\n');
    expect(report).toContain('by rule: POD-010 1000, POD-011 1\n');
    expect(report).toContain('0 errors, 1001 warnings, 0 notes');
  });

  test('of a file with as many as are shown leaves nothing out', () => {
    expect(text(result(many(50)))).not.toContain('more');
  });

  test('shows 500 of a rule in all files; those of which nothing is said are counted at the end', () => {
    const report = text(result(many(2000, number => ({ file: `f${String(number % 40).padStart(2, '0')}.yaml` }))));
    expect(said(report)).toBe(500);
    expect(report).toContain('and 1500 more: POD-010 in other files; --format json has all\n');
    expect(report).toContain('f09.yaml');
    expect(report).not.toContain('f10.yaml');
  });

  test('counts equal findings that are left out one by one', () => {
    const report = text(result(many(160, number => ({ message: `message ${Math.floor(number / 2)}` }))));
    expect(report).toContain('and 60 more: POD-010 in this file');
  });

  test('shows as many documents that cannot be read', () => {
    const problems = Array.from({ length: 1000 }, (_, line) => ({ file: 'a.yaml', line, message: `message ${line}` }));
    const report = text(result([], { problems }));
    expect(said(report)).toBe(50);
    expect(report).toContain('and 950 more: unreadable in this file');
    expect(report).toContain('1000 unreadable');
  });

  test('is no longer than a page of a long name', () => {
    const long = 'x'.repeat(100_000);
    expect(text(result([
      finding(1, { name: long, file: long, acknowledged: long }),
      finding(2, { name: long, message: 'message 1' }),
    ])).length).toBeLessThan(10_000);
  });
});

describe('SARIF', () => {
  const sarif = (of: LintResult) => JSON.parse(sarifReport(of)).runs[0];

  test('holds what code scanning takes, the most severe in their order', () => {
    const severityOf = (number: number): Severity => (number < 20 ? 'info' : number % 2 === 0 ? 'warning' : 'error');
    const { results, invocations: [{ toolExecutionNotifications: [note] }] } =
      sarif(result(many(25_010, number => ({ severity: severityOf(number) }))));
    expect(results).toHaveLength(25_000);
    type Result = { locations: { physicalLocation: { region: { startLine: number } } }[] };
    const lines = results.map((each: Result) => each.locations[0].physicalLocation.region.startLine);
    expect(lines.slice(0, 12)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 20, 21]);
    expect(note).toMatchObject({ level: 'warning', message: { text: expect.stringContaining('10 findings of the least severity left out') } });
  });

  test('is no larger than code scanning takes, packed as it is sent', () => {
    // texts that do not pack well: hashes of numbers
    const hashes = (number: number) => Array.from({ length: 14 }, (_, part) => createHash('sha512').update(`${number} ${part}`).digest('base64')).join('');
    const report = sarifReport(result(many(20_000, number => ({ message: hashes(number), severity: number % 2 === 0 ? 'error' : 'info' }))));
    expect(gzipSync(report).length).toBeLessThan(10_000_000);
    const { results, invocations: [{ toolExecutionNotifications: [note] }] } = JSON.parse(report).runs[0];
    expect(results.length).toBeGreaterThan(4000);
    expect(new Set(results.slice(0, 5000).map(({ level }: { level: string }) => level))).toEqual(new Set(['error']));
    expect(note.message.text).toContain(`${20_000 - results.length} findings of the least severity left out`);
    expect(note.message.text).toContain('10 MB');
  });

  test('holds 25,000 findings of the usual length', () => {
    const usual = 'asks for 3 nvidia.com/mig-1g.10gb, of which a node of the pool offers 2: the pod stays Pending for ever';
    const report = sarifReport(result(many(25_000, number => ({ message: `container c${number} ${usual}`, file: `apps/team-${number % 300}/deployment.yaml` }))));
    expect(JSON.parse(report).runs[0].results).toHaveLength(25_000);
    expect(gzipSync(report).length).toBeLessThan(5_000_000);
  });

  test('says a thousand documents that cannot be read, and how many more there are', () => {
    const problems = Array.from({ length: 1500 }, (_, line) => ({ file: 'a.yaml', line, message: 'm' }));
    const { toolExecutionNotifications, executionSuccessful } = sarif(result([], { problems })).invocations[0];
    expect(executionSuccessful).toBe(false);
    expect(toolExecutionNotifications).toHaveLength(1001);
    expect(toolExecutionNotifications[1000].message.text).toContain('500 more documents could not be read');
  });
});
