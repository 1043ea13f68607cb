import * as fs from 'fs';
import * as path from 'path';
import { Gpu, GpuArchitecture } from '../../src/hardware';

/**
 * Device ids and names of boards in the table of the driver, made into labels as GPU feature discovery does:
 * NVIDIA/open-gpu-kernel-modules@df1c9a3de2be4b130f4fc7680f7198193d8ac6ad src/nvidia/generated/g_nv_name_released.h.
 */
const DRIVER = `
  20B0 NVIDIA-A100-SXM4-40GB
  20F1 NVIDIA-A100-PCIE-40GB
  20B2 NVIDIA-A100-SXM4-80GB
  20B5 NVIDIA-A100-80GB-PCIe
  20F3 NVIDIA-A800-SXM4-80GB
  20F5 NVIDIA-A800-80GB-PCIe
  20F5 NVIDIA-A800-80GB-PCIe-LC
  20BD NVIDIA-A800-SXM4-40GB
  20F6 NVIDIA-A800-40GB-Active
  20B6 NVIDIA-PG506-232
  20B7 NVIDIA-A30
  2330 NVIDIA-H100-80GB-HBM3
  2331 NVIDIA-H100-PCIe
  2321 NVIDIA-H100-NVL
  2339 NVIDIA-H100
  233A NVIDIA-H800-NVL
  2324 NVIDIA-H800
  2322 NVIDIA-H800-PCIe
  2329 NVIDIA-H20
  232C NVIDIA-H20-3e
  2342 NVIDIA-GH200-480GB
  2342 NVIDIA-GH200-120GB
  2348 NVIDIA-GH200-144G-HBM3e
  2335 NVIDIA-H200
  233B NVIDIA-H200-NVL
  2901 NVIDIA-B200
  2941 NVIDIA-GB200
  3182 NVIDIA-B300-SXM6-AC
  31C2 NVIDIA-GB300
  2BB5 NVIDIA-RTX-PRO-6000-Blackwell-Server-Edition
  2BB1 NVIDIA-RTX-PRO-6000-Blackwell-Workstation-Edition
  2BB4 NVIDIA-RTX-PRO-6000-Blackwell-Max-Q-Workstation-Edition
  2BB3 NVIDIA-RTX-PRO-5000-Blackwell
  2C31 NVIDIA-RTX-PRO-4500-Blackwell
  1EB8 Tesla-T4
  27B8 NVIDIA-L4
  26B5 NVIDIA-L40
  26B9 NVIDIA-L40S
  26BA NVIDIA-L20
  25B6 NVIDIA-A2
  2236 NVIDIA-A10
  2237 NVIDIA-A10G
  25B6 NVIDIA-A16
  2235 NVIDIA-A40
  26B1 NVIDIA-RTX-6000-Ada-Generation
  2E12 NVIDIA-GB10
`.trim().split('\n').map(line => line.trim().split(' '));

/** Ids that the driver's table does not have, and where they come from. */
const ELSEWHERE: Record<string, string[]> = {
  '20B1': ['a100-pcie-40gb'], // filters of the operator's own mig-parted configs
  '233D': ['h100-96gb'],
  '2338': ['h100-96gb'], // the same
  '2337': ['h100-sxm5-64gb'], // pci.ids alone
  '1DB1': ['v100-sxm2-16gb'],
  '1DB4': ['v100-pcie-16gb'],
  '1DB5': ['v100-sxm2-32gb'],
  '1DB6': ['v100-pcie-32gb'], // older than the open modules
};

const idOf = (pciDeviceId: string) => pciDeviceId.slice(2, 6).toUpperCase();

test.each(DRIVER)('%s is the PCI id of %s', (device, label) => {
  const gpu = Gpu.fromProductLabel(label);
  expect(gpu.pciDeviceIds.map(idOf)).toContain(device);
  expect(Gpu.findByPciDeviceId(`0x${device}10DE`)?.pciDeviceIds.map(idOf)).toContain(device);
});

test('a board has no other PCI id than the driver, or a source that is named, knows it by', () => {
  const known = [...DRIVER.map(([device, label]) => `${Gpu.fromProductLabel(label).id} ${device}`), ...Object.entries(ELSEWHERE).flatMap(([device, ids]) => ids.map(id => `${id} ${device}`))];
  const ours = Gpu.all().flatMap(gpu => gpu.pciDeviceIds.map(id => `${gpu.id} ${idOf(id)}`));
  expect([...new Set(ours)].sort()).toEqual([...new Set(known)].sort());
});

/** What the list of PCI ids says, which other people than the driver's keep. */
const LISTED = new Map(fs.readFileSync(path.join(__dirname, 'pci-ids.txt'), 'utf8').trim().split('\n').slice(1)
  .map(line => /^([0-9a-f]{4}) (\S+) \[(.+)\]$/.exec(line)!).map(([, device, chip, board]) => [device.toUpperCase(), { chip, board }]));

const CHIPS: Record<string, GpuArchitecture> = {
  GV: GpuArchitecture.VOLTA,
  TU: GpuArchitecture.TURING,
  GA: GpuArchitecture.AMPERE,
  AD: GpuArchitecture.ADA_LOVELACE,
  GH: GpuArchitecture.HOPPER,
  GB: GpuArchitecture.BLACKWELL,
};

/** Names of boards there that are other names of the same: the form of an NVL board is L. */
const wordsOf = (text: string) => text.replace(/\b(H[18]00)L\b/, '$1 NVL').replace(/\bTesla |\bHGX /, '').toUpperCase()
  .split(/[ /()-]+/).filter(word => word !== '');

describe.each(Gpu.all().flatMap(gpu => gpu.pciDeviceIds.map(id => [gpu.id, idOf(id), gpu] as const)))('%s with the PCI id %s', (_id, device, gpu) => {
  test('is on the list of PCI ids under its architecture', () => {
    expect(CHIPS[LISTED.get(device)?.chip.slice(0, 2) ?? '']).toBe(gpu.architecture);
  });

  test('has the name, form and memory that the list says', () => {
    const [listed, ours] = [wordsOf(LISTED.get(device)!.board), wordsOf(gpu.name)];
    const model = ours[0] === 'RTX' ? ours.slice(0, ours[1] === 'PRO' ? 3 : 2) : ours.slice(0, ours[0] === 'DGX' ? 0 : 1);
    expect(listed).toEqual(expect.arrayContaining(model));
    for (const form of ['SXM2', 'SXM4', 'SXM5', 'PCIE', 'NVL']) {
      const others = ['SXM', 'SXM2', 'SXM4', 'SXM5', 'PCIE', 'NVL'].filter(each => each !== form && !ours.includes(each));
      if (ours.includes(form) && !listed.includes(form)) { expect(listed.filter(word => others.includes(word))).toEqual([]); }
    }
    const memory = (words: string[]) => words.filter(word => /^\d+GB?$/.test(word)).map(word => parseInt(word, 10));
    const known = memory(ours);
    // one id may be of two boards; the names of Grace Hopper boards there give the memory of its processor
    const said = LISTED.get(device)!.board.split(' / ').map(wordsOf).map(memory);
    if (known.length > 0 && !model[0]?.startsWith('GH')) {
      expect(said.some(each => each.length === 0 || each.some(one => known.includes(one)))).toBe(true);
    }
  });
});

test('every PCI id names the device first and NVIDIA last', () => {
  for (const id of Gpu.all().flatMap(({ pciDeviceIds }) => pciDeviceIds)) { expect(id).toMatch(/^0x[0-9A-F]{4}10DE$/); }
});

test.each([
  ['0x10DE2335', 'no board has the PCI id "0x10DE2335"; the device comes first: 0x233510DE [MIG-011]'],
  ['0x10de233b', 'no board has the PCI id "0x10de233b"; the device comes first: 0x233b10DE [MIG-011]'],
  ['0x999910DE', 'no board has the PCI id "0x999910DE"; it is 0x, four digits of the device and 10DE, as in 0x233510DE [MIG-011]'],
  ['2335', 'no board has the PCI id "2335"; it is 0x, four digits of the device and 10DE, as in 0x233510DE [MIG-011]'],
  ['', 'no board has the PCI id ""'],
])('"%s" is refused', (id, message) => {
  expect(() => Gpu.fromPciDeviceId(id)).toThrow(message);
  expect(Gpu.findByPciDeviceId(id)).toBeUndefined();
});
