import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { writeWhole } from '../../src/report';

let folder: string;
beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'write-')); });
afterEach(() => { fs.rmSync(folder, { recursive: true }); });
const at = (name: string) => path.join(folder, name);

test('a file is written with the folders above it, and nothing else is left', () => {
  writeWhole(at('a/b/c.html'), 'text');
  expect(fs.readFileSync(at('a/b/c.html'), 'utf8')).toBe('text');
  expect(fs.readdirSync(at('a/b'))).toEqual(['c.html']);
});

test('a write that fails leaves the old text, and nothing else', () => {
  fs.writeFileSync(at('old.html'), 'old');
  const sync = jest.spyOn(jest.requireActual<typeof fs>('fs'), 'fsyncSync').mockImplementation(() => { throw Object.assign(new Error('full'), { code: 'ENOSPC' }); });
  try {
    expect(() => writeWhole(at('old.html'), 'new')).toThrow('full');
  } finally {
    sync.mockRestore();
  }
  expect(fs.readFileSync(at('old.html'), 'utf8')).toBe('old');
  expect(fs.readdirSync(folder)).toEqual(['old.html']);
});

test('what a run that was killed has left is in nobody\'s way', () => {
  fs.writeFileSync(at(`a.html.${process.pid}.part`), 'half');
  writeWhole(at('a.html'), 'whole');
  expect(fs.readdirSync(folder)).toEqual(['a.html']);
});

const posix = process.platform === 'win32' ? test.skip : test;
posix('a link stays a link, and the file keeps who may read it', () => {
  fs.writeFileSync(at('file.html'), 'old', { mode: 0o600 });
  fs.symlinkSync('file.html', at('link.html'));
  writeWhole(at('link.html'), 'new');
  expect(fs.lstatSync(at('link.html')).isSymbolicLink()).toBe(true);
  expect(fs.readFileSync(at('file.html'), 'utf8')).toBe('new');
  expect(fs.statSync(at('file.html')).mode % 0o1000).toBe(0o600);
});

posix('no link that stands beside it leads the text elsewhere', () => {
  fs.writeFileSync(at('other'), 'mine');
  fs.symlinkSync(at('other'), at(`a.html.${process.pid}.part`));
  writeWhole(at('a.html'), 'new');
  expect(fs.readFileSync(at('other'), 'utf8')).toBe('mine');
});

posix('a pipe is written to, and stays one', () => {
  spawnSync('mkfifo', [at('pipe')]);
  const reader = fs.openSync(at('pipe'), fs.constants.O_RDWR);
  writeWhole(at('pipe'), 'text');
  const read = Buffer.alloc(4);
  fs.readSync(reader, read);
  fs.closeSync(reader);
  expect(read.toString()).toBe('text');
  expect(fs.statSync(at('pipe')).isFIFO()).toBe(true);
});

(fs.existsSync('/proc/self') ? test : test.skip)('a folder in which none can be made ends in an error, not in a search without end', () => {
  expect(() => writeWhole('/proc/cdk8s-gpu/plans/a.html', 'text')).toThrow(/ENOENT.*\/proc\/cdk8s-gpu/);
});
