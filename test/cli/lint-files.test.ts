import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { folder, lint, NODE, POD, write } from './lint-folder';
import { run, runWith } from './run';

describe('files', () => {
  test('are found without asking for the real path of each folder again, for that goes through all folders above it', async () => {
    const module = jest.requireActual<typeof fs>('fs');
    const real = jest.spyOn(module, 'realpathSync');
    const stat = jest.spyOn(module, 'statSync');
    const callsFor = async (levels: number) => {
      const top = `top-${levels}`;
      write(`${top}/${'a/'.repeat(levels)}node.yaml`, NODE);
      real.mockClear();
      stat.mockClear();
      expect(await lint(path.join(folder, top))).toMatchObject({ found: [`LBL-003 ${top}/${'a/'.repeat(levels)}node.yaml`], files: 1 });
      return [real.mock.calls.length, stat.mock.calls.length];
    };
    await callsFor(2); // what is asked once a process
    const few = await callsFor(3);
    expect(few[0]).toBeGreaterThan(0);
    expect(await callsFor(60)).toEqual(few);
    jest.restoreAllMocks();
  });

  test('that are given twice, or with their folder, or by a link, are read once', async () => {
    const file = write('a.yaml', NODE);
    fs.symlinkSync(file, path.join(folder, 'b.yaml'));
    expect(await lint(file, file, folder)).toMatchObject({ found: ['LBL-003 a.yaml'], files: 1 });
  });

  test('behind links are read, and links in a circle end', async () => {
    write('real/a.yaml', NODE);
    fs.mkdirSync(path.join(folder, 'links'));
    fs.symlinkSync('../real', path.join(folder, 'links', 'to'));
    fs.symlinkSync('../links', path.join(folder, 'real', 'back'));
    expect(await lint(path.join(folder, 'links'))).toMatchObject({ files: 1, code: 0, problems: [] });
  });

  test('that cannot be opened are named, and the others are checked', async () => {
    write('a.yaml', NODE);
    fs.symlinkSync('self.yaml', path.join(folder, 'self.yaml'));
    fs.symlinkSync('nowhere.yaml', path.join(folder, 'gone.yaml'));
    expect(await lint(folder)).toMatchObject({
      found: ['LBL-003 a.yaml'], code: 2, problems: ['gone.yaml:1: no such file or folder', 'self.yaml:1: a link that leads to itself'],
    });
  });

  test('without permission are named', async () => {
    const file = write('secret.yaml', NODE);
    const real = jest.requireActual<typeof fs>('fs').openSync;
    const open = jest.spyOn(jest.requireActual<typeof fs>('fs'), 'openSync').mockImplementation((name, ...others) => {
      if (name === file) { throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' }); }
      return real(name, ...others);
    });
    try {
      expect(await lint(file)).toMatchObject({ code: 2, problems: ['secret.yaml:1: no permission to read it'] });
    } finally {
      open.mockRestore();
    }
  });

  const posix = process.platform === 'win32' ? test.skip : test;
  posix('that are pipes do not hold up a folder', async () => {
    write('a.yaml', NODE);
    execFileSync('mkfifo', [path.join(folder, 'pipe.yaml')]);
    expect(await lint(folder)).toMatchObject({ files: 1, code: 0 });
  });

  posix('that never end are an error of one line, wherever one may be named', async () => {
    write('a.yaml', NODE);
    for (const args of [['lint', '/dev/zero'], ['lint', folder, '--baseline', '/dev/zero'], ['lint', folder, '--config', '/dev/zero'], ['plan', '/dev/zero']]) {
      const { code, out, err } = await run(...args);
      expect({ code, said: /larger than \d+ MiB|it is no file/.test(out + err) }).toEqual({ code: 2, said: true });
    }
  });

  test.each([
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${NODE}`)],
    ['UTF-16, as PowerShell writes it', Buffer.from(`\uFEFF${NODE}`, 'utf16le')],
    ['UTF-16 of the other order', Buffer.from(`\uFEFF${NODE}`, 'utf16le').swap16()],
  ])('in %s are read', async (_, content) => {
    expect(await lint(write('a.yaml', content))).toMatchObject({ found: ['LBL-003 a.yaml'], code: 0 });
  });

  test('that are no text, or empty, do not crash it', async () => {
    write('binary.yaml', Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7919) % 256)));
    write('empty.yaml', '');
    const { code, files, problems } = await lint(folder);
    expect({ code, files, count: problems.length }).toEqual({ code: 2, files: 2, count: 1 });
  });

  test('of a folder that is empty are none', async () => {
    const told = `note: ${folder}:1: there is no *.yaml, *.yml or *.json here that lint reads, so nothing was checked; look at the path, and at paths in the config file`;
    expect(await lint(folder)).toMatchObject({ found: [], problems: [told], code: 0, files: 0, documents: 0 });
  });
});

describe('in a folder, what is no manifest is no problem', () => {
  test.each([
    ['package.json', '{"name": "x", "version": "1.0.0"}'],
    ['tsconfig.json', '{\n  // comments are allowed here\n  "compilerOptions": {"strict": true,},\n}'],
    ['list.json', '[1, 2]'],
    ['broken.json', '{"a": '],
    ['playbook.yaml', '- hosts: all\n  tasks: []\n'],
    ['values.yaml', 'image:\n  tag: "1"\nreplicas: 2\n'],
    ['Chart.yaml', 'apiVersion: v2\nname: chart\nversion: 1.0.0\n'],
    ['json-patch.yaml', '- op: replace\n  path: /spec/mig/strategy\n  value: mixed\n'],
    ['workflow.yml', 'on: push\njobs: {build: {runs-on: x}}\n'],
  ])('%s', async (name, content) => {
    write(name, content);
    write('z.yaml', NODE);
    expect(await lint(folder)).toMatchObject({ found: ['LBL-003 z.yaml'], problems: [], code: 0 });
  });

  test('and is one when somebody named it', async () => {
    expect(await lint(write('list.json', '[1, 2]'))).toMatchObject({ problems: ['list.json:1: a manifest is a map with apiVersion and kind'], code: 2 });
  });

  test('JSON manifests that are no UTF-8 are still known as such', async () => {
    const node = JSON.stringify({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n', labels: { 'nvidia.com/mig.config': '' } } });
    write('latin-1.json', Buffer.from(node.replace('"n"', '"\u00FC"'), 'latin1'));
    write('utf-16.json', Buffer.from(`\uFEFF${node}`, 'utf16le'));
    expect(await lint(folder)).toMatchObject({ found: ['LBL-003 utf-16.json'], problems: [expect.stringContaining('latin-1.json:1: it is no UTF-8')], code: 2 });
  });

  test('JSON manifests are read', async () => {
    write('node.json', JSON.stringify({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n', labels: { 'nvidia.com/mig.config': '' } } }));
    expect(await lint(folder)).toMatchObject({ found: ['LBL-003 node.json'] });
  });
});

describe('templates that are no YAML', () => {
  const chart = () => {
    write('chart/Chart.yaml', 'apiVersion: v2\nname: chart\nversion: 1.0.0\n');
    write('chart/templates/a.yaml', `{{- range .Values.pods }}\n---\n${POD.replace('name: p', 'name: {{ . }}')}{{- end }}\n`);
    write('chart/templates/b.yaml', 'apiVersion: v1\nkind: Pod\nmetadata:\n  labels:\n    {{- include "labels" . | nindent 4 }}\n');
  };

  test('are one note a chart, with the way out, and change no exit code', async () => {
    chart();
    write('c.yaml', 'a: {{- x }}\n{{ y }}\n');
    const { problems, code } = await lint(folder);
    expect(code).toBe(0);
    expect(problems.map(each => each.split(folder).join('').replace(/template \/?/, 'template '))).toEqual([
      'note: c.yaml:1: 1 file here is a template, not YAML; lint what it renders to, as in: helm template . | cdk8s-gpu lint -',
      'note: chart/Chart.yaml:1: 2 files here are templates, not YAML; lint what they render to, as in: helm template chart | cdk8s-gpu lint -',
    ]);
  });

  test('are errors with --strict-reading', async () => {
    chart();
    const { problems, code } = await lint('--strict-reading', folder);
    expect({ code, count: problems.length }).toEqual({ code: 2, count: 2 });
  });
});

describe('which files are of one cluster', () => {
  const policy = (name: string) => `apiVersion: nvidia.com/v1\nkind: ClusterPolicy\nmetadata: {name: ${name}}\nspec: {daemonsets: {}, dcgm: {}, dcgmExporter: {}, devicePlugin: {}, driver: {}, gfd: {}, nodeStatusExporter: {}, operator: {}, toolkit: {}}\n`;
  const BOTH = ['CP-003 east/gpu/b.yaml'];
  beforeEach(() => {
    write('east/a.yaml', policy('a'));
    write('east/gpu/b.yaml', policy('b'));
  });
  const found = async (...args: string[]) => (await lint(...args)).found;

  test('nothing joins two folders', async () => {
    expect(await found(folder)).toEqual([]);
    expect(await found(path.join(folder, 'east'))).toEqual([]);
  });

  test('a person does, by naming files or the folders that they stand in, by --together, or by --separate for all in a folder', async () => {
    expect(await found(path.join(folder, 'east'), path.join(folder, 'east', 'gpu'))).toEqual(BOTH);
    expect(await found(path.join(folder, 'east', 'a.yaml'), path.join(folder, 'east', 'gpu', 'b.yaml'))).toEqual(BOTH);
    expect(await found('--together', folder)).toEqual(BOTH);
    expect(await found('--separate', path.join(folder, 'east'))).toEqual(BOTH);
    expect(await run('lint', '--separate', '--together', folder)).toMatchObject({ code: 2, err: expect.stringContaining('mutually exclusive') });
  });

  test.each([
    ['a Kustomization', 'kustomization.yaml', 'resources: [east/a.yaml, east/gpu/b.yaml]\n'],
    ['an Application of Argo CD', 'app.yaml', 'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: x}\nspec: {source: {repoURL: "https://git.example.com/x", path: east, directory: {recurse: true}}}\n'],
    ['a Kustomization of Flux', 'app.yaml', 'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: x}\nspec: {path: ./east, prune: true}\n'],
  ])('%s does', async (_, name, content) => {
    write(name, content);
    expect(await found(folder)).toEqual(BOTH);
  });

  test.each([
    ['that takes one of them', 'kustomization.yaml', 'resources: [east/a.yaml]\n'],
    ['for another folder', 'app.yaml', 'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: x}\nspec: {source: {path: least, directory: {recurse: true}}}\n'],
    ['for the folder alone', 'app.yaml', 'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: x}\nspec: {source: {path: east}}\n'],
  ])('one %s does not', async (_, name, content) => {
    write(name, content);
    expect(await found(folder)).toEqual([]);
  });

  test('a chart does for its templates', async () => {
    write('chart/Chart.yaml', 'apiVersion: v2\nname: x\nversion: 1.0.0\n');
    write('chart/templates/a.yaml', policy('c'));
    write('chart/templates/more/b.yaml', policy('d'));
    expect(await found(folder)).toContain('CP-003 chart/templates/more/b.yaml');
  });

  test('a Service vllm of another folder is an error of none: its namespace is open', async () => {
    const service = (namespace = '') => `apiVersion: v1\nkind: Service\nmetadata: {name: vllm${namespace}}\n`;
    const server = (namespace = '') => `apiVersion: v1\nkind: Pod\nmetadata: {name: p${namespace}}\nspec: {containers: [{name: c, image: "vllm/vllm-openai:v0.10.2", resources: {limits: {nvidia.com/gpu: 1}}}]}\n`;
    write('one/service.yaml', service());
    write('two/pod.yaml', server());
    expect(await found(folder)).toEqual([]);
    expect(await found('--together', path.join(folder, 'one'), path.join(folder, 'two'))).toEqual(['POD-018 two/pod.yaml']);
    write('one/service.yaml', service(', namespace: ml'));
    write('two/pod.yaml', server(', namespace: ml'));
    expect(await found(folder)).toEqual(['POD-018 two/pod.yaml']);
  });

  test('of what stands in one folder, and no more, it is a note', async () => {
    write('west/deep/a.yaml', policy('c'));
    write('west/deep/b.yaml', policy('d'));
    const { out } = await run('lint', '--format', 'json', path.join(folder, 'west'));
    expect(JSON.parse(out).findings.map(({ rule, severity }: { rule: string; severity: string }) => `${rule} ${severity}`)).toEqual(['CP-003 info']);
  });
});

test('what kubectl prints of a cluster is read like what was applied', async () => {
  const item = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'p',
      namespace: 'x',
      uid: '1',
      resourceVersion: '2',
      creationTimestamp: '2026-01-01T00:00:00Z',
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"apiVersion":"v1"}\n' },
      managedFields: [{ manager: 'kubectl', operation: 'Update', fieldsType: 'FieldsV1', fieldsV1: { 'f:spec': {} } }],
    },
    spec: { containers: [{ name: 'c', resources: { limits: { 'nvidia.com/gpu': '1' }, requests: { 'nvidia.com/gpu': '1' } } }] },
    status: { phase: 'Running' },
  };
  const { out, code } = await runWith(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [item] }), ['lint', '--format', 'json', '--min-severity', 'warning', '-']);
  expect({ code, findings: JSON.parse(out).findings }).toEqual({ code: 0, findings: [] });
});

test('standard input that is given twice is read once', async () => {
  const { out } = await runWith(NODE, ['lint', '--format', 'json', '-', '-']);
  expect(JSON.parse(out).summary).toMatchObject({ files: 1, documents: 1 });
});
