import { CANARIES } from './canaries';
import { main } from '../../src/cli';

/** Everything that lint says of a text on standard input. */
async function said(text: string, ...args: string[]): Promise<string> {
  const lines: string[] = [];
  const note = (line: string) => { lines.push(line); };
  await main(['lint', '-', ...args], { out: note, err: note, exitCode: 0, colors: false, errorsAreSeen: false, overwrite: () => undefined, readInput: () => [text] });
  return lines.join('\n');
}

/** One secret at places that rules of other concerns quote: a reference, a type, a pattern, a label, a reason for accepting a finding. */
const manifests = (secret: string) => [
  { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n', labels: { 'nvidia.com/mig.config': secret, [secret]: 'x' } } },
  { apiVersion: 'v1', kind: secret, metadata: { name: secret, namespace: secret } },
  {
    apiVersion: 'apps.nvidia.com/v1alpha1',
    kind: 'NIMService',
    metadata: { name: secret, namespace: secret, annotations: { 'cdk8s-gpu/accept': `SEC-001: ${secret}`, 'cdk8s-gpu/acknowledged': `NIM-009: ${secret}` } },
    spec: {
      image: { repository: secret, tag: secret },
      authSecret: secret,
      storage: { nimCache: { name: secret, profile: secret } },
      expose: { service: { port: secret } },
      nodeSelector: { 'nvidia.com/mig.config': secret },
      labels: { app: secret },
      [secret]: secret,
    },
  },
].map(each => JSON.stringify(each)).join('\n---\n');

const inJson = (text: string) => JSON.stringify(text).slice(1, -1);

const canaries = Object.entries(CANARIES);

function shownIn(report: string): string[] {
  return canaries.filter(([, { hidden }]) => report.includes(hidden) || report.includes(inJson(hidden))).map(([what]) => what);
}

describe.each(['text', 'json', 'sarif', 'github'])('lint --format %s', format => {
  test('finds secrets of every shape and prints none, whatever rule quotes the value', async () => {
    const report = await said(canaries.map(([, { value }]) => manifests(value)).join('\n---\n'), '--format', format);
    expect(shownIn(report)).toEqual([]);
    // GitHub shows ten annotations of a step, and the report is as short
    const least = format === 'github' ? 7 : canaries.length;
    expect(report.split('SEC-001').length).toBeGreaterThan(least);
    expect(report.split('not shown').length).toBeGreaterThan(least);
  });

  test('prints none of a text that cannot be read', async () => {
    const texts = canaries.flatMap(([, { value }]) => [`a: "${inJson(value)}`, `a: *${value}\n`, `a: !x!${value} b`, `? [${value}\n: b`, `${value}: a\n b: c\n- d`]);
    const report = await said(texts.join('\n---\n'), '--format', format);
    expect(report).toMatch(/unreadable|:\d+: |::error/);
    expect(shownIn(report)).toEqual([]);
  });
});
