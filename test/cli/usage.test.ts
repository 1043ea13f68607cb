import { run, runWith } from './run';
import { Gpu } from '../../src/hardware';

const COMMANDS = ['lint', 'report', 'explain', 'rules', 'fit', 'plan', 'advise', 'layouts', 'gpus', 'models', 'bench', 'completion'];

describe('help', () => {
  test('lists every command, with examples that say what they are for', async () => {
    const { out, code } = await run('--help');
    expect(code).toBe(0);
    for (const command of COMMANDS) { expect(out).toMatch(new RegExp(`^ +cdk8s-gpu ${command} .*\\S`, 'm')); }
  });

  test.each(COMMANDS)('of %s describes every option and has an example with a description', async command => {
    const { out, code } = await run(command, '--help');
    expect(code).toBe(0);
    const options = out.split(/^Options:$/m)[1].split(/^Examples:$/m)[0];
    // a name, two spaces or more, and words that are no type
    for (const line of options.split('\n').filter(each => /^ +--/.test(each))) { expect(line).toMatch(/^ +--\S+ +[a-zA-Z]/); }
    const examples = out.split(/^Examples:$/m)[1];
    expect(examples).toMatch(/cdk8s-gpu .* {2,}\S/);
  });

  test('tells the exit codes where they mean something', async () => {
    expect((await run('lint', '--help')).out).toContain('Exit code: 0 no error, 1 some, 2 ');
    expect((await run('fit', '--help')).out).toContain('Exit code: 0 fits, 1 does not, 3 uncertain, 2 ');
  });

  test('the version is that of the package', async () => {
    expect((await run('--version')).out).toMatch(/^\d+\.\d+\.\d+/);
  });
});

test.each<[string[], string]>([
  [['lnt', 'x.yaml'], 'there is no command lnt; did you mean lint; cdk8s-gpu --help lists them'],
  [['layout', 'H200'], 'there is no command layout; did you mean layouts; cdk8s-gpu --help lists them'],
  [['lint', '--foramt', 'json', 'x.yaml'], 'there is no option --foramt; did you mean --format; cdk8s-gpu lint --help lists them'],
  [['lint', '--min-sevrity=error', 'x.yaml'], 'there is no option --min-sevrity; did you mean --min-severity; cdk8s-gpu lint --help lists them'],
  [['gpus', '--xyzzy'], 'there is no option --xyzzy; cdk8s-gpu gpus --help lists them'],
  [['lint', '--format', 'jsn', 'x.yaml'], '--format is one of text, json, sarif, github, got "jsn"; did you mean json'],
  [['lint'], 'lint needs a path; cdk8s-gpu lint --help shows how it is called'],
  [['layouts'], 'layouts needs an argument; cdk8s-gpu layouts --help shows how it is called'],
  [['layouts', 'A30', 'more'], 'layouts has no use for "more"; cdk8s-gpu layouts --help shows how it is called'],
  [['explain', 'MIG-0008'], 'there is no rule MIG-0008; did you mean MIG-008; cdk8s-gpu rules lists them'],
  [['layouts', 'A100'], '"A100" may be NVIDIA-A100-SXM4-40GB, NVIDIA-A100-PCIE-40GB, NVIDIA-A100-SXM4-80GB, NVIDIA-A100-80GB-PCIe; write more of the name'],
])('%j says what was meant, with exit code 2', async (args, message) => {
  expect(await run(...args)).toEqual({ out: '', err: `cdk8s-gpu: ${message}`, code: 2 });
});

describe('a board', () => {
  test.each([['H200'], ['nvidia-h200'], ['NVIDIA-H200'], ['h200-sxm'], ['a30'], ['A30']])('is known by a part of its name that no other has: %s', async name => {
    expect((await run('layouts', name)).code).toBe(0);
  });

  test('is known by every product label and id of the catalogue', async () => {
    for (const gpu of Gpu.all()) {
      for (const name of [gpu.id, ...gpu.productLabels]) { expect([name, (await run('layouts', name)).code]).toEqual([name, 0]); }
    }
  });

  test('that cannot be cut says so', async () => {
    expect((await run('layouts', 'L40S')).out).toMatch(/L40S.* has no MIG/);
    expect(JSON.parse((await run('layouts', 'L40S', '--format', 'json')).out)).toEqual([]);
  });
});

describe('completion', () => {
  const complete = async (...words: string[]) => (await run('--complete-words', ...words)).out.split('\n').filter(each => each !== '');

  test('knows commands, options and their values', async () => {
    expect(await complete('')).toEqual([...COMMANDS, '--help', '--version']);
    expect(await complete('l')).toEqual(['lint', 'layouts']);
    expect(await complete('lint', '--min')).toEqual(['--min-severity']);
    expect(await complete('lint', '--format', '')).toEqual(['text', 'json', 'sarif', 'github']);
    expect(await complete('lint', '--format', '=', 's')).toEqual(['sarif']);
    expect(await complete('lint', '--format', '=')).toEqual(['text', 'json', 'sarif', 'github']);
    expect(await complete('lint', '--format=s')).toEqual(['--format=sarif']);
    expect(await complete('completion', '')).toEqual(['bash', 'zsh']);
  });

  test('knows boards and rules', async () => {
    expect(await complete('layouts', 'nvidia-h20')).toEqual(expect.arrayContaining(['NVIDIA-H200', 'NVIDIA-H200-NVL', 'NVIDIA-H20']));
    expect(await complete('fit', '--model', 'x', '--gpu', 'NVIDIA-H200')).toEqual(['NVIDIA-H200', 'NVIDIA-H200-NVL']);
    expect(await complete('explain', 'mig-00')).toContain('MIG-008');
  });

  test('leaves files and free values to the shell', async () => {
    expect(await complete('lint', '')).toEqual([]);
    expect(await complete('lint', '--format', 'json', 'man')).toEqual([]);
    expect(await complete('layouts', 'NVIDIA-H200', '--check', '')).toEqual([]);
    expect(await complete('nothing', '')).toEqual([]);
  });

  test('has a script for each shell', async () => {
    expect((await run('completion', 'bash')).out).toContain('complete -o bashdefault -o default -F _cdk8s_gpu cdk8s-gpu');
    expect((await run('completion', 'zsh')).out).toContain('compdef _cdk8s_gpu cdk8s-gpu');
    expect((await run('completion', 'fish')).code).toBe(2);
  });
});

test('-h is --help, of the program and of each command', async () => {
  for (const command of [[], ['lint'], ['fit'], ['layouts']]) {
    const short = await run(...command, '-h');
    expect(short).toEqual(await run(...command, '--help'));
    expect(short).toMatchObject({ code: 0, err: '' });
  }
});

test.each([
  [['lint', '--gpu-operator', '26.3', '--gpu-operator', '26.7', 'x.yaml'], '--gpu-operator'], [['lint', '--format', 'json', '--format', 'sarif', 'x.yaml'], '--format'],
  [['layouts', 'A30', '--format', 'json', '--format', 'text'], '--format'],
])('%j says what is given more than once', async (args, option) => {
  expect(await run(...args)).toMatchObject({ code: 2, err: expect.stringContaining(`${option} is given more than once; give it once`) });
});

test.each([
  [['fit', '--model', 'meta-llama/Llama-3.1-8B-Instruct', '--context', '8k', '--gpu', 'L4'], '--context'],
  [['gpus', '--min-memory-gib', 'abc'], '--min-memory-gib'], [['plan', 'x.yaml', '--time-limit', 'soon'], '--time-limit'],
])('%j says which option takes a number, and repeats nothing', async (args, option) => {
  const { code, out, err } = await run(...args);
  expect({ code, out, err }).toEqual({ code: 2, out: '', err: `cdk8s-gpu: ${option} needs a number in digits, such as 8192` });
});

test.each(['', ' \n\n'])('standard input without anything (%j) is no success: what should have rendered it may have failed', async input => {
  expect(await runWith(input, ['lint', '-'])).toMatchObject({ code: 2, out: expect.stringContaining('standard input is empty, so nothing was checked') });
});

test('standard input with nothing but a comment is read', async () => {
  expect((await runWith('# nothing is enabled\n', ['lint', '-'])).code).toBe(0);
});
