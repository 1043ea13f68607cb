import * as fs from 'fs';
import * as path from 'path';

/** The load generator as it stands in the package: what a pod runs is, byte for byte, what can be read there. */
const FOLDER = path.join(__dirname, '..', '..', '..', 'load-generator');

/** The most that a ConfigMap holds (kubernetes.io/docs/concepts/configuration/configmap: 1 MiB). */
export const CONFIG_MAP_BYTES = 1024 * 1024;

/** The files of the load generator by their names. */
export function generatorFiles(): Record<string, string> {
  const names = fs.readdirSync(FOLDER).filter(name => name.endsWith('.mjs')).sort();
  return Object.fromEntries(names.map(name => [name, fs.readFileSync(path.join(FOLDER, name), 'utf8')]));
}

/** The program that lets AIPerf measure, and writes its results as this project's. */
export function aiperfFile(): Record<string, string> {
  return { 'with_aiperf.py': fs.readFileSync(path.join(FOLDER, 'with_aiperf.py'), 'utf8') };
}

/** The program of the tenant that does harm. */
export function tenantFile(): Record<string, string> {
  return { 'tenant.py': fs.readFileSync(path.join(FOLDER, 'tenant.py'), 'utf8') };
}
