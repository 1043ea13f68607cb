import { isProblem, readManifests } from '../../src/cluster';

/** What is read of a text: names with their lines, and problems with theirs. */
function read(text: string): (string | number | undefined)[][] {
  return [...readManifests(text, 'f.yaml')].map(each => (isProblem(each) ? ['problem', each.message, each.line] : [each.kind, each.name, each.line(['metadata', 'name'])]));
}

const pod = (name: string) => `kind: Pod\nmetadata: {name: ${name}}\n`;

describe('documents', () => {
  test.each([
    ['a marker with a comment', `${pod('a')}--- # next\n${pod('b')}`],
    ['a marker with spaces', `${pod('a')}---  \t\n${pod('b')}`],
    ['Windows line ends', `${pod('a')}---\n${pod('b')}`.replace(/\n/g, '\r\n')],
    ['line ends of old', `${pod('a')}---\n${pod('b')}`.replace(/\n/g, '\r')],
    ['a byte order mark', `\uFEFF${pod('a')}---\n${pod('b')}`],
  ])('are parted by %s', (_, text) => {
    expect(read(text)).toEqual([['Pod', 'a', 2], ['Pod', 'b', 5]]);
  });

  test('behind their marker in one line are read', () => {
    expect(read(`${pod('a')}--- {kind: Pod, metadata: {name: b}}\n`)).toEqual([['Pod', 'a', 2], ['Pod', 'b', 3]]);
  });

  test('end at three dots', () => {
    expect(read(`${pod('a')}...\n${pod('b')}... # end\n---\n${pod('c')}`)).toEqual([['Pod', 'a', 2], ['Pod', 'b', 5], ['Pod', 'c', 9]]);
  });

  test('go on over dashes and dots inside a block of text', () => {
    const text = 'kind: ConfigMap\nmetadata: {name: a}\ndata:\n  x: |\n    ---\n    ...\n    ----\n---\n';
    expect(read(text + pod('b'))).toEqual([['ConfigMap', 'a', 2], ['Pod', 'b', 10]]);
  });

  test.each(['', '\n \n', '# nothing\n', '---\n---\n', '\uFEFF', '...\n'])('are none in %j', text => {
    expect(read(text)).toEqual([]);
  });

  test('of JSON may stand one after another, as jq writes them', () => {
    const json = (name: string) => JSON.stringify({ kind: 'Pod', metadata: { name, annotations: { text: '}{ "\\ ' } } }, null, 2);
    expect(read(`${json('a')}\n${json('b')}${json('c')}`)).toEqual([['Pod', 'a', 4], ['Pod', 'b', 13], ['Pod', 'c', 21]]);
  });

  test('of JSON may be indented with tabs', () => {
    expect(read(JSON.stringify({ kind: 'Pod', metadata: { name: 'a' } }, null, '\t'))).toEqual([['Pod', 'a', 4]]);
  });
});

describe('problems', () => {
  test('have the line of the fault and do not hide what follows', () => {
    expect(read(`${pod('a')}---\nkind: Pod\nspec:\n\t- x\n---\n${pod('b')}`))
      .toEqual([['Pod', 'a', 2], ['problem', 'Tabs are not allowed as indentation', 6], ['Pod', 'b', 9]]);
    expect(read(`${pod('a')}---\nkind: Pod\ntext: "\u0000"\n`)).toEqual([['Pod', 'a', 2], ['problem', 'it holds a control character, so it is no text', 5]]);
  });

  test('of a template are told once a file, with the way out', () => {
    const told = read(`{{- if .Values.x }}\n${pod('a')}{{- end }}\n---\nkind: Pod\nmetadata:\n  {{ .Values.metadata }}\n---\n${pod('b')}`);
    expect(told).toEqual([['problem', 'it is a template, not YAML; lint what it renders to, as in: helm template . | cdk8s-gpu lint -', 1], ['Pod', 'b', 11]]);
  });

  test('are none where braces stand in text, or for one value', () => {
    expect(read('kind: Pod\nmetadata:\n  name: "{{ x }}"\n# {{ y }}\n')).toEqual([['Pod', '{{ x }}', 3]]);
    expect(read('kind: Pod\nmetadata:\n  name: {{ x }}\n')).toEqual([['Pod', '{{ x }}', 3]]);
  });
});

test('a JSON patch in a file of its own is no object and no problem', () => {
  expect(read('- op: replace\n  path: /spec/mig/strategy\n  value: mixed\n')).toEqual([]);
  expect(read('- op\n- path\n')).toEqual([['problem', 'a manifest is a map with apiVersion and kind', 1]]);
});

describe('Lists', () => {
  test('of any name are taken apart, Lists in them too', () => {
    expect(read('kind: List\nitems:\n- kind: ThingList\n  items:\n  - {kind: Thing, metadata: {name: a}}\n- {kind: Pod, metadata: {name: b}}\n')).toEqual([['Thing', 'a', 5], ['Pod', 'b', 6]]);
  });

  test('of the API server leave the kind to the list', () => {
    expect(read('{"kind": "PodList", "apiVersion": "v1", "items": [{"metadata": {"name": "a"}}]}')).toEqual([['Pod', 'a', 1]]);
  });

  test('may use an anchor of one item in another', () => {
    const text = 'kind: List\nitems:\n- kind: Pod\n  metadata: &m {name: a, labels: {x: y}}\n- kind: Job\n  metadata: *m\n- kind: Pod\n  metadata:\n    <<: *m\n    name: b\n';
    expect(read(text)).toEqual([['Pod', 'a', 4], ['Job', 'a', 6], ['Pod', 'b', 10]]);
  });
});

describe('a long List in block style', () => {
  const item = (name: string) => [
    '- apiVersion: v1', '  kind: ConfigMap', '  # about it', '# and more', '  metadata:', `    name: ${name}`, '  data:', '    text: |', '      # no comment', '      - no item', '', `      ${'x'.repeat(100)}`,
    '    quoted: "one', '      two"',
  ].join('\n');
  const items = Array.from({ length: 400 }, (_, index) => item(`c${index}`));
  const head = 'apiVersion: v1\nitems:\n';
  const tail = 'kind: List\nmetadata:\n  resourceVersion: ""\n';
  /** An anchor has it read whole. */
  const readInOne = (text: string) => read(`# &a\n${text}`.replace('# &a', 'x: &a 1')).map(([kind, name, line]) => [kind, name, Number(line) - 1]);
  const values = (text: string) => [...readManifests(text, 'f.yaml')].map(each => (isProblem(each) ? each.message : [each.index, each.value]));

  test.each([
    ['as kubectl prints it', head + items.join('\n') + `\n${tail}`],
    ['with its kind first', `kind: List\napiVersion: v1\nitems:\n\n# first\n${items.join('\n')}\n`],
    ['with indented items', `${head}${items.join('\n').replace(/^(?=.)/gm, '  ')}\n${tail}`],
  ])('is read item by item as in one: %s', (_, text) => {
    expect(text.length).toBeGreaterThan(64 * 1024);
    expect(read(text)).toHaveLength(items.length);
    expect(read(text)).toEqual(readInOne(text));
    expect(values(text)).toEqual(values(`x: &a 1\n${text}`));
  });

  test('with a fault has the problem that it has in one', () => {
    const text = head + [...items, '- kind: Pod\n  spec: [', ...items].join('\n') + `\n${tail}`;
    expect(read(text).at(-1)).toEqual(readInOne(text).at(-1));
    expect(read(text).filter(([kind]) => kind === 'problem')).toHaveLength(1);
  });

  test('keeps the names of objects that no rule reads, and the objects that are about GPUs', () => {
    const plain = '- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: p\n  spec:\n    containers:\n    - name: c';
    const gpu = `${plain}\n      resources:\n        limits:\n          nvidia.com/gpu: 1`;
    const found = [...readManifests(head + [plain, gpu, ...items].join('\n') + `\n${tail}`, 'f.yaml', true)].slice(0, 2);
    expect(found.map(each => (isProblem(each) ? each.message : [each.name, each.isNameOnly, Object.keys(each.value)]))).toEqual([
      ['p', true, ['apiVersion', 'kind', 'metadata']], ['p', false, ['apiVersion', 'kind', 'metadata', 'spec']],
    ]);
  });
});
