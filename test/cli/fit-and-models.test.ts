import { run } from './run';

const LLAMA = ['fit', '--model', 'meta-llama/Llama-3.1-8B-Instruct'];

describe('fit', () => {
  test.each<[string[], RegExp]>([
    [[...LLAMA, '--gpu', 'L40S', '--gpu', 'L4'], /--gpu is given more than once; give it once/],
    [[...LLAMA, '--context', '8192', '--context', '4096', '--memory-mib', '40000'], /--context is given more than once/],
    [['fit', '--model', 'llama-3.1-8b-instuct', '--memory-mib', '40000'], /near: llama-3\.1-8b-instruct/],
    [['fit', '--model', 'parakeet-1-1b-ctc', '--selector', 'mode=foo', '--memory-mib', '1'], /near: .*parakeet-1-1b-ctc-en-us/],
    [['fit', '--model', 'parakeet-1-1b-ctc-en-us', '--selector', 'mode=foo', '--memory-mib', '1'], /mode=foo; mode is one of/],
    [['fit', '--hf-config', '{"a": "secret-text"}', '--memory-mib', '1'], /--hf-config takes the path/],
    [[...LLAMA, '--engine-version', 'latest', '--memory-mib', '40000'], /engineVersion must be a version/],
    [[...LLAMA, '--weights-gib', '0', '--memory-mib', '40000'], /--weights-gib must be a number above 0/],
    [[...LLAMA, '--gpu', 'H100'], /"H100" may be .*NVIDIA-H100-80GB-HBM3/],
  ])('%j is wrong usage: one line, nothing of a text that is no path', async (args, message) => {
    const { err, out, code } = await run(...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(message);
    expect(err).not.toContain('secret-text');
  });

  test.each([
    ['GB300', 'NVIDIA-GB300'],
    ['B300', 'NVIDIA-B300-SXM6-AC'],
  ])('%s is one board: its label, and a whole word of a name before a part of one', async (gpu, label) => {
    expect((await run(...LLAMA, '--context', '8192', '--gpu', gpu)).out).toContain(label);
  });

  test('a board without MIG has the arithmetic in text', async () => {
    const { out, code } = await run(...LLAMA, '--context', '8192', '--gpu', 'NVIDIA-L40S');
    expect(out).toMatch(/^fits\n.* needs .*; NVIDIA-L40S has .*\n {2}weights /);
    expect(code).toBe(0);
  });

  test('bytes of a checkpoint beat the arithmetic, and a release changes the defaults', async () => {
    const json = async (...more: string[]) => JSON.parse((await run(...LLAMA, '--context', '8192', '--memory-mib', '40000', '--format', 'json', ...more)).out);
    expect((await json('--weights-gib', '10')).components[0]).toMatchObject({ name: 'weights', source: 'bytes of the checkpoint, and position tables' });
    expect((await json('--engine-version', '0.19.0')).engineSettings['--gpu-memory-utilization']).toBe('0.9');
    expect((await json()).engineVersion).toBe('0.33.0');
  });

  test('several GPUs for one slice cannot run, as the construct says', async () => {
    const { out, code } = await run(...LLAMA, '--tp', '2', '--gpu', 'NVIDIA-A100-SXM4-80GB', '--profile', '3g.40gb');
    expect(out).toMatch(/cannot run on .*: a process sees one MIG device, so layers cannot be spread over 2/);
    expect(code).toBe(1);
  });
});

describe('models', () => {
  test('are listed, NIMs and language models, and found by a part of their name', async () => {
    const all = (await run('models')).out.split('\n');
    expect(all.length).toBeGreaterThan(120);
    expect(all.filter(line => / in 1 figures|\b(\d+) to \1 MiB/.test(line))).toEqual([]);
    expect(all.filter(line => / \d+ MiB in 1 figure$/.test(line)).length).toBeGreaterThan(0);
    expect((await run('models', 'magpie')).out.split('\n').every(line => line.includes('magpie'))).toBe(true);
  });

  test('one has its figures with their sources, or its layers', async () => {
    expect((await run('models', 'magpie-tts-multilingual')).out).toMatch(/image .*magpie-tts-multilingual\n(.*\n)*.*usage .*MiB .*batch_size=8/);
    expect((await run('models', 'meta-llama/Llama-3.1-8B-Instruct')).out).toMatch(/parameters +8030261248\n(.*\n)*.*layers +32 full/);
    expect(JSON.parse((await run('models', 'meta-llama/Llama-3.1-8B-Instruct', '--format', 'json')).out)).toMatchObject([{ type: 'llm', kvBytesPerToken: 131072 }]);
  });

  test('that are not there are wrong usage, with near names', async () => {
    const { err, code } = await run('models', 'mapgie-tts');
    expect([code, /no model "mapgie-tts".*near: .*tts/.test(err)]).toEqual([2, true]);
  });
});

test('gpus are filtered by name, by MIG and by memory', async () => {
  const names = async (...args: string[]) => (JSON.parse((await run('gpus', '--format', 'json', ...args)).out) as { product: string }[]).map(({ product }) => product);
  expect(await names('h200', '--mig')).toContain('NVIDIA-H200');
  expect(await names('--no-mig')).not.toContain('NVIDIA-H200');
  expect(await names('hopper', '--min-memory-gib', '130')).not.toContain('NVIDIA-H100-80GB-HBM3');
  expect((await run('gpus', 'nothing')).code).toBe(2);
});
