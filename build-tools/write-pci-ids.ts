/**
 * Writes test/hardware/pci-ids.txt out of the PCI ID list: the devices of NVIDIA that the catalogue has, with the names
 * of their chips and boards, and nothing else of the list. It is a witness beside the table of the driver, kept by other
 * people.
 *
 *   ts-node --transpile-only --project build-tools/tsconfig.json build-tools/write-pci-ids.ts PCI.IDS REVISION
 *
 * PCI.IDS is the file of https://github.com/pciutils/pciids, which Debian has as the package pci.ids.
 */
import * as fs from 'fs';
import * as path from 'path';
import { Gpu } from '../src/hardware';

const [list, revision] = process.argv.slice(2);
const devices = new Map<string, string>();
let isOfNvidia = false;
for (const line of fs.readFileSync(list, 'utf8').split('\n')) {
  if (/^[0-9a-f]{4} /.test(line)) { isOfNvidia = line.startsWith('10de '); }
  const [, device, name] = /^\t([0-9a-f]{4}) {2}(.+)$/.exec(line) ?? [];
  if (isOfNvidia && device !== undefined) { devices.set(device, name); }
}
const ids = [...new Set(Gpu.all().flatMap(gpu => gpu.pciDeviceIds.map(id => id.slice(2, 6).toLowerCase())))].sort();
fs.writeFileSync(path.join(__dirname, '..', 'test', 'hardware', 'pci-ids.txt'), [
  `# Written by build-tools/write-pci-ids.ts from pciutils/pciids@${revision} pci.ids: device, chip, board.`,
  ...ids.filter(id => devices.has(id)).map(id => `${id} ${devices.get(id)}`),
  '',
].join('\n'));
