import { isForBoard } from '../../src/cluster';
import { Gpu } from '../../src/hardware';

/** Boards by their device id. */
const byDevice = new Map<string, Gpu[]>();
for (const gpu of Gpu.all()) {
  for (const id of gpu.pciDeviceIds) { byDevice.set(id, [...byDevice.get(id) ?? [], gpu]); }
}

test('an entry is for every board of the device id in its filter, and for no other', () => {
  expect([...byDevice.values()].some(boards => boards.length > 1)).toBe(true);
  for (const [id, boards] of byDevice) {
    const found = Gpu.all().filter(gpu => gpu.pciDeviceIds.length > 0 && isForBoard({ 'device-filter': id.toLowerCase() }, gpu));
    expect(found.map(String)).toEqual(boards.map(String));
  }
});

test('a subsystem tells boards of one device id apart', () => {
  for (const gpu of Gpu.all().filter(each => each.pciSubsystemIds.length > 0)) {
    const [device] = gpu.pciDeviceIds;
    const filter = `${device}:${gpu.pciSubsystemIds[0].slice(0, 6)}10DE`; // device, then vendor (mig-parted pkg/types/device.go)
    expect(isForBoard({ 'device-filter': [filter] }, gpu)).toBe(true);
    expect(isForBoard({ 'device-filter': `${device}:0x0000` }, gpu)).toBe(false);
  }
});

test('without a filter an entry is for every board, and a device id that nobody knows may be of any', () => {
  for (const filter of [undefined, null, '', [], '0xFFFF10DE']) {
    expect(Gpu.all().filter(gpu => !isForBoard({ 'device-filter': filter }, gpu))).toEqual([]);
  }
});
