import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';

/** What a program that ran printed, or why there is nothing. */
export type Outcome =
  | { readonly ok: true; readonly output: string }
  | { readonly ok: false; readonly reason: string; readonly printed?: string };

/** What a run may take. */
export interface Limits {
  readonly seconds: number;
  readonly bytes: number;
  /** Whether the program may reach the net. */
  readonly net: boolean;
}

/**
 * Variables that the programs need: where they keep their caches, certificates and locale. All others stay here, above
 * all those with keys and tokens, and KUBECONFIG: nothing asks a cluster.
 */
const PASSED_ON = [
  'PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TMPDIR', 'XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME',
  'HELM_CACHE_HOME', 'HELM_CONFIG_HOME', 'HELM_DATA_HOME',
];

/** What fetching needs besides. */
const PASSED_ON_TO_FETCH = [
  'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy', 'SSL_CERT_FILE', 'SSL_CERT_DIR',
  'SSH_AUTH_SOCK',
];

/**
 * A net below the check that nothing remote is named: git may use no protocol, and the proxy that Go's client and git
 * are told of refuses every connection (port 1 of this machine).
 */
const NO_NET = {
  GIT_ALLOW_PROTOCOL: 'none',
  ...Object.fromEntries(['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'].flatMap(name =>
    [name, name.toLowerCase()].map(each => [each, 'http://127.0.0.1:1']))),
};

/** Always: git asks nobody for a password, kubectl takes no default flags from the person's kuberc. */
const ALWAYS = { GIT_TERMINAL_PROMPT: '0', KUBERC: 'off' };

/**
 * The first of some programs that is installed, with its absolute path. Relative folders in PATH do not count: a
 * program in a folder that is checked must not run.
 */
export function findProgram(names: readonly string[]): { readonly name: string; readonly file: string } | undefined {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(each => path.isAbsolute(each));
  for (const name of names) {
    for (const folder of folders) {
      const file = path.join(folder, name);
      if (isProgram(file)) { return { name, file }; }
    }
  }
  return undefined;
}

function isProgram(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * Runs a program in a folder, without a shell and without standard input, and waits for it.
 * @param file its absolute path
 * @param args fixed words, never the name of a folder: one may begin with a dash, or look like an address
 */
export function runProgram(file: string, args: readonly string[], folder: string, limits: Limits): Outcome {
  const { error, status, signal, stdout, stderr } = spawnSync(file, args, {
    cwd: folder,
    env: environment(limits.net),
    shell: false,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: limits.seconds * 1000,
    killSignal: 'SIGKILL',
    maxBuffer: limits.bytes,
  });
  const printed = text(stderr);
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ETIMEDOUT') { return { ok: false, reason: `did not end within ${limits.seconds} s` }; }
  if (code === 'ENOBUFS') { return { ok: false, reason: `printed more than ${limits.bytes / 1024 ** 2} MiB` }; }
  if (error !== undefined) { return { ok: false, reason: `could not be started (${code ?? error.message})` }; }
  if (signal !== null) { return { ok: false, reason: `was ended by ${signal}`, printed }; }
  if (status !== 0) { return { ok: false, reason: `ended with exit code ${status}`, printed }; }
  return { ok: true, output: text(stdout) };
}

function environment(net: boolean): Record<string, string> {
  const names = [...PASSED_ON, ...net ? PASSED_ON_TO_FETCH : []];
  const kept = Object.fromEntries(names.flatMap(name => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  })) as Record<string, string>;
  return { ...kept, ...net ? {} : NO_NET, ...ALWAYS };
}

/** Kept apart from the types of Node, which say that there is always something. */
function text(bytes: Uint8Array | null | undefined): string {
  return bytes === null || bytes === undefined ? '' : new TextDecoder().decode(bytes);
}
