import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { run, runWith } from './run';
import { jsonText, printed } from '../../src/text';
import { fileOf, madeLines } from '../benchmark/results/made-run';

/** Moves a cursor, renames a window, colours by one byte, turns text round, ends a line, and begins a command of GitHub. */
const HOSTILE = '\u001b]0;x\u0007\u009b31m\u202e\r::error::x<script>alert(1)</script>';
// eslint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

const TIMES = { asrMs: 62, llmMs: 200, ttsMs: 100 };

let folder: string;
beforeAll(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'controls-')); });
afterAll(() => { fs.rmSync(folder, { recursive: true }); });
const write = (name: string, text: string) => {
  fs.writeFileSync(path.join(folder, name), text);
  return path.join(folder, name);
};

test.each(['text', 'json', 'html', 'md'])('no name in results speaks to a terminal or a page: bench report --format %s', async format => {
  const made = fileOf(madeLines({ arms: { 'mig': TIMES, 'time-slicing': TIMES } })).text;
  const file = write('results.jsonl', made.replaceAll('"time-slicing"', jsonText(HOSTILE)));
  const { out, err } = await run('bench', 'report', file, '--format', format);
  expect(out).not.toMatch(CONTROLS);
  expect(err).not.toMatch(CONTROLS);
  if (format === 'html') { expect(out).not.toContain('<script>alert'); }
});

describe('no name in manifests speaks to a terminal, a page or a pipeline, wherever it stands:', () => {
  /** Every kind of name, in a file that is called like that too. */
  const manifests = () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: HOSTILE, namespace: HOSTILE, labels: { [HOSTILE]: HOSTILE }, annotations: { [HOSTILE]: HOSTILE } },
      spec: {
        nodeSelector: { 'nvidia.com/mig.config': HOSTILE },
        containers: [{ name: HOSTILE, image: HOSTILE, [HOSTILE]: 1, env: [{ name: HOSTILE, value: [1] }], resources: { limits: { 'nvidia.com/gpu': 0.5, [`nvidia.com/${HOSTILE}`]: 1 } } }],
      },
    };
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: HOSTILE, labels: { 'nvidia.com/mig.config': '', 'nvidia.com/gpu.product': `NVIDIA-A30${HOSTILE}`, 'nvidia.com/gpu.count': '1' } } };
    const layouts = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: HOSTILE }, data: { 'config.yaml': jsonText({ 'version': 'v1', 'mig-configs': { [HOSTILE]: [{ devices: HOSTILE, [HOSTILE]: 1 }] } }) } };
    const other = { apiVersion: HOSTILE, kind: HOSTILE, metadata: { name: HOSTILE }, spec: { containers: pod.spec.containers } };
    return write(`a${HOSTILE.replaceAll('/', '')}.yaml`, [pod, node, layouts, other].map(jsonText).join('\n---\n'));
  };

  const posix = process.platform === 'win32' ? test.skip : test;
  for (const [command, formats] of Object.entries({ lint: ['text', 'json', 'sarif', 'github'], report: ['html', 'svg', 'md'] })) {
    for (const format of formats) {
      posix(`${command} --format ${format}`, async () => {
        const { out, err } = await run(command, '--format', format, manifests());
        expect(out).not.toBe('');
        // a page keeps its own line ends, and in HTML they are blanks
        expect((command === 'report' ? out.replaceAll('\r', '') : out)).not.toMatch(CONTROLS);
        expect(err).not.toMatch(CONTROLS);
        switch (format) {
          case 'html':
          case 'svg': expect(out).not.toMatch(/<script|]]>/); break;
          case 'json':
          case 'sarif': expect(JSON.parse(out)).toBeDefined(); break;
          case 'github': expect(out.split('\n').filter(line => !/^(?:::(?:error|warning|notice) file=[^,:\n]*,line=\d+,title=[^,:]*::|cdk8s-gpu: )/.test(line))).toEqual([]); break;
          case 'text': expect(out).not.toMatch(/^::/m); break;
        }
      });
    }
  }
});

test.each([
  ['a workload', { gpus: [{ gpu: 'NVIDIA-L40S' }], workloads: [{ name: HOSTILE, memoryMib: 9000 }] }],
  ['a node', { gpus: [{ gpu: 'NVIDIA-L40S', nodes: [HOSTILE] }], workloads: [{ name: 'a', memoryMib: 9000 }] }],
  ['a node that is cut already', { gpus: [{ gpu: 'NVIDIA-A30', current: [{ name: HOSTILE, layouts: ['whole'] }] }], workloads: [{ name: 'a', memoryMib: 9000 }] }],
])('%s of a fleet has no control characters in its name', async (_, fleet) => {
  const { out, err, code } = await run('plan', write('fleet.json', jsonText(fleet)));
  expect({ out, code }).toEqual({ out: '', code: 2 });
  expect(err).toContain('a name has no control characters');
  expect(err).not.toMatch(CONTROLS);
});

test('a name of an arrival is printed without any', async () => {
  const fleet = write('plain.json', jsonText({ gpus: [{ gpu: 'NVIDIA-A30' }], workloads: [{ name: 'a', memoryMib: 5000 }] }));
  const arrivals = write('arrivals.json', jsonText([{ name: HOSTILE, profile: '1g.6gb' }, { leaves: `${HOSTILE}b` }]));
  const { out, err } = await run('plan', fleet, '--arrivals', arrivals);
  expect(out + err).not.toMatch(CONTROLS);
});

/** What GitHub Actions and Azure Pipelines would act on, in lines of what a command prints. */
const commandsIn = (text: string) => text.split(/\r\n|\r|\n/).filter(line => /^\s*::[a-z]/i.test(line) || /##(?:\[|vso\[)/i.test(line));
const COMMANDS = ['::error::x', ' ::add-mask::x', 'a\n::error::x', 'a\r\n  ::stop-commands::x', '##[error]x', 'a ##vso[task.setvariable variable=PATH]x'];

describe.each(COMMANDS)('a name such as %j is no command to what runs a pipeline', name => {
  const plain = !/[\r\n]/.test(name);
  const manifests = [
    { apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { 'nvidia.com/gpu.product': 'NVIDIA-L40S', 'nvidia.com/gpu.count': '1' } } },
    { apiVersion: 'v1', kind: 'Pod', metadata: { name, annotations: { 'cdk8s-gpu/acknowledge': `POD-002: ${name}` } }, spec: { containers: [{ name, image: name, args: [name], resources: { limits: { 'nvidia.com/gpu': 1 } } }] } },
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'q' }, spec: { nodeSelector: { 'nvidia.com/mig.config': name, [name]: 'x' }, containers: [{ name: 'c', resources: { limits: { [`nvidia.com/${name}`]: name } } }] } },
    { apiVersion: 'v1', kind: name, metadata: { name } },
  ].map(each => JSON.stringify(each)).join('\n---\n');

  test.each(['text', 'json', 'sarif', 'github'])('in lint --format %s', async format => {
    const { out, err } = await runWith(manifests, ['lint', '--format', format, '-']);
    const ours = format === 'github' ? /^::(?:error|warning|notice) file=/ : /^$/;
    expect(commandsIn(out).filter(line => !ours.test(line))).toEqual([]);
    expect(commandsIn(printed(err))).toEqual([]);
  });

  test.each(['html', 'svg', 'md'])('in report --format %s', async format => {
    const { out, err } = await runWith(manifests, ['report', '-', '--title', plain ? name : 'title', '--format', format]);
    expect(commandsIn(out)).toEqual([]);
    expect(commandsIn(printed(err))).toEqual([]);
  });

  test.each(['text', 'json', 'html', 'md'])('in plan --format %s', async format => {
    const fleet = { gpus: [{ gpu: 'NVIDIA-A30', current: [{ name, layouts: ['whole'] }] }], workloads: [{ name, memoryMib: 5000 }] };
    const { out, err } = await run('plan', write('commands.json', jsonText(fleet)), '--format', format);
    expect(commandsIn(out)).toEqual([]);
    expect(commandsIn(printed(err))).toEqual([]);
    expect(out === '').toBe(!plain); // a fleet with line ends in names is refused
  });

  test.each(['text', 'json', 'html', 'md'])('in bench report --format %s', async format => {
    const made = fileOf(madeLines({ arms: { 'mig': TIMES, 'time-slicing': TIMES } })).text;
    const { out, err } = await run('bench', 'report', write('commands.jsonl', made.replaceAll('"time-slicing"', jsonText(name))), '--format', format);
    expect(commandsIn(out)).toEqual([]);
    expect(commandsIn(printed(err))).toEqual([]);
  });
});

test('what is written for a program stays what it is', () => {
  expect(JSON.parse(jsonText(COMMANDS))).toEqual(COMMANDS);
});
