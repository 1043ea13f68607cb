import { Gpu } from '../../hardware';
import { at } from '../../kubernetes';

/**
 * A device-filter in its usual form, such as `0x20B210DE` or `0x2BB310DE:0x227A10DE`; undefined when mig-parted can
 * make no PCI id of it, so that it matches nothing. It reads hexadecimal, decimal, octal and binary numbers of 32 bits
 * (pkg/types/device.go, ParseUint base 0).
 */
export function readDeviceFilter(text: string): string | undefined {
  const numbers = text.split(':').map(readNumber);
  if (numbers.length > 2 || numbers.includes(undefined)) { return undefined; }
  return numbers.map(each => `0x${each!.toString(16).toUpperCase().padStart(8, '0')}`).join(':');
}

/** Whether a device-filter can match a GPU: the device stands first, then the vendor, which is NVIDIA's 10DE. */
export function canMatchGpu(text: string): boolean {
  return /^0x[0-9A-F]{4}10DE(?::|$)/.test(readDeviceFilter(text) ?? '');
}

/**
 * The filters of an entry of a mig-parted file, in their usual form: one string or a list of them; none is every board
 * (api/spec/v1/helpers.go).
 */
export function deviceFiltersOf(entry: unknown): string[] {
  const filter = at(entry, 'device-filter');
  return (Array.isArray(filter) ? filter : [filter])
    .filter((each): each is string => typeof each === 'string' && each !== '')
    .map(each => readDeviceFilter(each) ?? each);
}

/** Whether an entry can be for a board: by a filter of its PCI id, or by one that no board is known by. */
export function isForBoard(entry: unknown, board: Gpu): boolean {
  const filters = deviceFiltersOf(entry);
  if (filters.length === 0 || board.pciDeviceIds.length === 0) { return true; }
  return filters.some(filter => {
    const [device, subsystem] = filter.toLowerCase().split(':');
    if (!board.pciDeviceIds.some(id => id.toLowerCase() === device)) {
      return Gpu.findByPciDeviceId(filter) === undefined;
    }
    return subsystem === undefined
      || board.pciSubsystemIds.length === 0
      || board.pciSubsystemIds.some(id => subsystem.startsWith(id.toLowerCase()));
  });
}

function readNumber(text: string): number | undefined {
  if (!/^(?:0[xX](?:_?[\da-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0(?:_?[0-7])*|[1-9](?:_?\d)*)$/.test(text)) {
    return undefined;
  }
  const plain = text.replace(/_/g, '');
  const value = Number(plain.replace(/^0(?=\d)/, '0o'));
  return value <= 0xFFFFFFFF ? value : undefined;
}
