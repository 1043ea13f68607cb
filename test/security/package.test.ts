import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { bundledPackages, licencesPage } from '../../build-tools/bundled-packages';

const root = path.join(__dirname, '..', '..');
const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  bundledDependencies: string[];
};

function sources(folder: string): string[] {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const whole = path.join(folder, entry.name);
    return entry.isDirectory() ? sources(whole) : whole.endsWith('.ts') ? [whole] : [];
  });
}

const packs = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root, encoding: 'utf8' });
const [packed] = JSON.parse(packs) as { files: { path: string; size: number }[]; bundled: string[] }[];
const own = packed.files.map(file => file.path).filter(file => !file.startsWith('node_modules/'));
const bundled = bundledPackages();
const MIB = 2 ** 20;

describe('the package', () => {
  test('holds its licence, its README and the command', () => {
    expect(own).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json', 'bin/cdk8s-gpu']));
  });

  test('holds nothing else but what was compiled: no tests, sources, examples, source maps or tools of this repository', () => {
    const allowed = /^(?:LICENSE|README\.md|CHANGELOG\.md|package\.json|\.jsii|bin\/cdk8s-gpu|rules\/[\w.-]+\.(?:yaml|txt)|load-generator\/[\w./-]+\.(?:mjs|py|json)|lib\/.*\.(?:js|d\.ts|json)|lib\/\.warnings\.jsii\.js|load-generator\/(?:[a-z-]+\.mjs|tenant\.py))$/;
    expect(own.filter(file => !allowed.test(file))).toEqual([]);
    expect(own.filter(file => /(^|\/)(?:src|test|examples|bench|build-tools|rosetta|\.ci|\.git|\.projen)\/|\.test\.|\.map$/.test(file))).toEqual([]);
    const mapped = own.filter(file => file.endsWith('.js') && fs.readFileSync(path.join(root, file), 'utf8').includes('sourceMappingURL=data:'));
    expect(mapped).toEqual([]);
  });

  test('holds no file that may carry a secret, and no private key or token in any of its own', () => {
    expect(own.filter(file => /(^|\/)(\.npmrc|\.env[^/]*|\.netrc|id_[a-z0-9]+|kubeconfig)$|\.(pem|key|p12|pfx)$/.test(file))).toEqual([]);
    const secret = /-----BEGIN [A-Z ]*PRIVATE KEY-----\n|\bnvapi-[A-Za-z0-9_-]{20,}|\bhf_[A-Za-z0-9]{30,}|\bghp_[A-Za-z0-9]{36}|_authToken=/;
    expect(own.filter(file => fs.existsSync(path.join(root, file)) && secret.test(fs.readFileSync(path.join(root, file), 'utf8')))).toEqual([]);
  });

  test('has not doubled in size: the first budget is what it was when this was written, and half again', () => {
    const size = (of: (file: string) => boolean) => packed.files.filter(file => of(file.path)).reduce((sum, file) => sum + file.size, 0) / MIB;
    expect(size(file => /^lib\/.*\.js$/.test(file))).toBeLessThan(4); // 2.5 MiB at first; 3.7 MiB with planner, pictures, benchmark and the rules of DRA
    expect(size(file => file.startsWith('node_modules/'))).toBeLessThan(1.9); // 1.2 MiB
    expect(size(() => true)).toBeLessThan(8.4); // 5.6 MiB with .jsii and the fixtures of the rules
  });

  test('needs nothing at run time that its sources do not use, and bundles all that it needs', () => {
    const text = sources(path.join(root, 'src')).map(file => fs.readFileSync(file, 'utf8')).join('\n');
    const unused = Object.keys(manifest.dependencies).filter(name => !new RegExp(`(from |require\\(|import\\()'${name}(/[^']*)?'`).test(text));
    expect(unused).toEqual([]);
    expect([...manifest.bundledDependencies].sort()).toEqual(Object.keys(manifest.dependencies).sort());
  });

  test('has no peers but cdk8s and constructs, nothing optional, and nothing bundled that nobody needs', () => {
    expect(Object.keys(manifest.peerDependencies).sort()).toEqual(['cdk8s', 'constructs']);
    expect(manifest.optionalDependencies ?? {}).toEqual({});
    expect([...packed.bundled].sort()).toEqual(bundled.map(({ name }) => name));
  });
});

describe('what runs at installation', () => {
  // npm runs these of a package from a registry (npm documentation, scripts: npm install)
  const AT_INSTALLATION = ['preinstall', 'install', 'postinstall'];

  test('is nothing of the package', () => {
    expect(Object.keys(manifest.scripts).filter(name => [...AT_INSTALLATION, 'prepare', 'prepublish'].includes(name))).toEqual([]);
  });

  test('and nothing of what is bundled', () => {
    expect(bundled.filter(({ scripts }) => AT_INSTALLATION.some(name => scripts?.[name] !== undefined)).map(({ name }) => name)).toEqual([]);
    // npm would compile it
    expect(packed.files.filter(file => /(^|\/)binding\.gyp$|\.node$/.test(file.path))).toEqual([]);
  });
});

describe('the licences of what is bundled', () => {
  test('are permissive', () => {
    expect(bundled.length).toBeGreaterThan(manifest.bundledDependencies.length);
    expect(bundled.filter(({ license }) => !['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD'].includes(license))).toEqual([]);
  });

  test('are in the package, each in a file', () => {
    const files = new Set(packed.files.map(file => file.path));
    const without = bundled.filter(({ name, licenceFiles }) => !licenceFiles.some(file => files.has(`node_modules/${name}/${file}`)));
    expect(without.map(({ name }) => name)).toEqual([]);
  });

  test('are listed in docs/licences.md (npx projen docs:licences)', () => {
    expect(fs.readFileSync(path.join(root, 'docs', 'licences.md'), 'utf8')).toBe(licencesPage(bundled));
  });
});
