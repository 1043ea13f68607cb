import * as fs from 'fs';
import * as path from 'path';
import { exampleNames, missingPrograms, PROGRAM_IN } from '../build-tools/example-programs';

const root = path.join(__dirname, '..');
const read = (...parts: string[]) => fs.readFileSync(path.join(root, ...parts), 'utf8');

const { devDependencies, version } = JSON.parse(read('package.json')) as { devDependencies: Record<string, string>; version: string };
const jsii = (JSON.parse(read('node_modules', 'jsii-pacmak', 'package.json')) as { version: string }).version;
const page = read('docs', 'languages.md');

test.each([
  ['python', 'examples/python/voice_mig.py'],
  ['java', 'examples/java/src/main/java/com/example/voice/VoiceMig.java'],
  ['go', 'examples/go/voice-mig/main.go'],
])('the %s program of the languages page is the example that is run', (language, example) => {
  const blocks = [...page.matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, 'g'))].map(([, block]) => block);
  expect(blocks).toHaveLength(1);
  expect(read(example)).toContain(blocks[0]);
});

test.each(Object.keys(PROGRAM_IN))('every example has a program in %s, and every program there an example', language => {
  expect(exampleNames().length).toBeGreaterThan(10);
  expect(missingPrograms(language)).toEqual([]);
  const expected = exampleNames().map(PROGRAM_IN[language]);
  const programs = fs.readdirSync(path.join(root, 'examples', language), { recursive: true, encoding: 'utf8' })
    .filter(file => /\.(?:py|java|go)$/.test(file) && !file.startsWith('target'))
    .map(file => path.posix.join(language, file.split(path.sep).join('/')));
  expect(programs.sort()).toEqual(expected.sort());
});

test('the examples in other languages take the versions that the TypeScript examples are built with', () => {
  const { cdk8s, constructs, 'cdk8s-plus-28': plus } = devDependencies;
  expect(read('examples', 'python', 'requirements.txt').split('\n')).toEqual(expect.arrayContaining([
    `cdk8s==${cdk8s}`, `constructs==${constructs}`, `cdk8s-plus-28==${plus}`,
  ]));
  const managed = Object.fromEntries([...read('examples', 'java', 'pom.xml').matchAll(/<artifactId>([^<]+)<\/artifactId>\s*<version>([^<]+)<\/version>/g)]
    .map(([, name, pinned]) => [name, pinned]));
  expect(managed).toMatchObject({ cdk8s, constructs, 'cdk8s-plus-28': plus, 'jsii-runtime': jsii, 'cdk8s-gpu': version });
  const required = Object.fromEntries([...read('examples', 'go', 'go.mod').matchAll(/^\t(\S+) v(\S+)/gm)].map(([, name, pinned]) => [name, pinned]));
  expect(required).toMatchObject({
    'github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2': cdk8s,
    'github.com/aws/constructs-go/constructs/v10': constructs,
    'github.com/cdk8s-team/cdk8s-plus-go/cdk8splus28/v2': plus,
    'github.com/aws/jsii-runtime-go': jsii,
    'example.com/cdk8s-gpu-go/cdk8sgpu': version,
  });
});

test('the pages name the version of the package', () => {
  expect(page).toContain(`dist/python/cdk8s_gpu-${version}-py3-none-any.whl`);
  expect(read('docs', 'lint.md')).toContain(`class: GpuValidation\n    version: ${version}\n`);
  expect(read('src', 'cli', 'validation-plugin.ts')).toContain(`class: GpuValidation\n *         version: ${version}\n`);
});

test('no peer of the package is optional: jsii would make it a dependency that the other languages cannot do without', () => {
  const manifest = JSON.parse(read('package.json')) as { peerDependencies: object; peerDependenciesMeta?: object };
  expect(Object.keys(manifest.peerDependencies).sort()).toEqual(['cdk8s', 'constructs']);
  expect(manifest.peerDependenciesMeta).toBeUndefined();
});
