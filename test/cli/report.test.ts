import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { run, runWith } from './run';
import { GpuLayout } from '../../src/hardware';
import { manifestsWith } from '../report/charts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'report-'));
const manifests = path.join(folder, 'manifests.yaml');
const text = manifestsWith({ layouts: [GpuLayout.of({ '3g.40gb': 2 })], pods: [{ name: 'asr', resource: 'nvidia.com/mig-3g.40gb', memoryMib: 15360 }] });

beforeAll(() => fs.writeFileSync(manifests, text));
afterAll(() => fs.rmSync(folder, { recursive: true }));

test.each([['html', /^<!DOCTYPE html>/], ['svg', /^<\?xml/], ['md', /^## GPUs of manifests.yaml/]])('report --format %s writes it to standard output', async (format, beginning) => {
  const { out, err, code } = await run('report', manifests, '--format', format);
  expect({ err, code }).toEqual({ err: '', code: 0 });
  expect(out).toMatch(beginning);
  expect(out).toContain('asr');
});

test('report --out writes the file whole, into a folder that it makes, and leaves nothing beside it', async () => {
  const file = path.join(folder, 'new', 'report.html');
  const { out, code } = await run('report', manifests, '--out', file);
  expect({ out, code }).toEqual({ out: '', code: 0 });
  expect(fs.readFileSync(file, 'utf8')).toMatch(/<\/html>\n$/);
  expect(fs.readdirSync(path.dirname(file))).toEqual(['report.html']);
});

test('report --out onto a folder says so, and leaves nothing behind', async () => {
  fs.mkdirSync(path.join(folder, 'taken'));
  const { err, code } = await run('report', manifests, '--out', path.join(folder, 'taken'));
  expect(code).toBe(2);
  expect(err).toMatch(/^cdk8s-gpu: --out .*taken: /);
  expect(fs.readdirSync(folder).filter(name => name.endsWith('.part'))).toEqual([]);
});

test('report reads standard input, and takes a title', async () => {
  const { out } = await runWith(text, ['report', '-', '--format', 'md', '--title', 'East']);
  expect(out).toMatch(/^## East\n/);
});

test('what cannot be read is told, and the rest is drawn all the same', async () => {
  const { out, err, code } = await run('report', manifests, path.join(folder, 'absent.yaml'), '--format', 'md');
  expect(code).toBe(2);
  expect(err).toContain('absent.yaml:1: no such file or folder');
  expect(out).toContain('asr');
});

test('a format that there is not is named with those that there are', async () => {
  const { err, code } = await run('report', manifests, '--format', 'pdf');
  expect(code).toBe(2);
  expect(err).toContain('--format is one of html, svg, md, got "pdf"');
});

test('report without a path asks for one', async () => {
  expect((await run('report')).err).toBe('cdk8s-gpu: report needs a path; cdk8s-gpu report --help shows how it is called');
});
