import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';

const root = path.join(__dirname, '..');
const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
  bundledDependencies: string[];
};

/** Packages and what they need, by npm's own resolution from the root. */
function withNeeds(names: readonly string[], seen = new Map<string, string>()): Map<string, string> {
  for (const name of names.filter(each => !seen.has(each))) {
    const own = JSON.parse(fs.readFileSync(path.join(root, 'node_modules', name, 'package.json'), 'utf8')) as { license: string; dependencies?: Record<string, string> };
    seen.set(name, own.license);
    withNeeds(Object.keys(own.dependencies ?? {}), seen);
  }
  return seen;
}

function sources(folder: string): string[] {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const whole = path.join(folder, entry.name);
    return entry.isDirectory() ? sources(whole) : whole.endsWith('.ts') ? [whole] : [];
  });
}

describe('the package', () => {
  const [packed] = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root, encoding: 'utf8' })) as { files: { path: string }[] }[];
  const own = packed.files.map(file => file.path).filter(file => !file.startsWith('node_modules/'));

  test('holds its licence, its README and the command', () => {
    expect(own).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json', 'bin/cdk8s-gpu']));
  });

  test('holds no tests, sources, examples or tools of this repository', () => {
    expect(own.filter(file => /(^|\/)(src|test|examples|bench|build-tools|rosetta|\.ci|\.git|\.projen)\/|\.test\./.test(file))).toEqual([]);
  });

  test('holds no file that may carry a secret, and no private key or token in any of its own', () => {
    expect(own.filter(file => /(^|\/)(\.npmrc|\.env[^/]*|\.netrc|id_[a-z0-9]+|kubeconfig)$|\.(pem|key|p12|pfx)$/.test(file))).toEqual([]);
    const secret = /-----BEGIN [A-Z ]*PRIVATE KEY-----|\bnvapi-[A-Za-z0-9_-]{20,}|\bhf_[A-Za-z0-9]{30,}|\bghp_[A-Za-z0-9]{36}|_authToken=/;
    expect(own.filter(file => fs.existsSync(path.join(root, file)) && secret.test(fs.readFileSync(path.join(root, file), 'utf8')))).toEqual([]);
  });

  test('needs nothing at run time that its sources do not use, and bundles all that it needs', () => {
    const text = sources(path.join(root, 'src')).map(file => fs.readFileSync(file, 'utf8')).join('\n');
    const unused = Object.keys(manifest.dependencies).filter(name => !new RegExp(`(from |require\\(|import\\()'${name}(/[^']*)?'`).test(text));
    expect(unused).toEqual([]);
    expect([...manifest.bundledDependencies].sort()).toEqual(Object.keys(manifest.dependencies).sort());
  });

  test('bundles only what a permissive licence covers', () => {
    const licences = withNeeds(manifest.bundledDependencies);
    expect(licences.size).toBeGreaterThan(manifest.bundledDependencies.length);
    expect([...licences].filter(([, licence]) => !['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD'].includes(licence))).toEqual([]);
  });
});
