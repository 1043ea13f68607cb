/**
 * A device-filter in its usual form, such as `0x20B210DE` or `0x2BB310DE:0x227A10DE`; undefined when mig-parted can make no PCI id of it,
 * so that it matches nothing. It reads hexadecimal, decimal, octal and binary numbers of 32 bits (pkg/types/device.go, ParseUint base 0).
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

function readNumber(text: string): number | undefined {
  if (!/^(?:0[xX](?:_?[\da-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0(?:_?[0-7])*|[1-9](?:_?\d)*)$/.test(text)) { return undefined; }
  const plain = text.replace(/_/g, '');
  const value = Number(plain.replace(/^0(?=\d)/, '0o'));
  return value <= 0xFFFFFFFF ? value : undefined;
}
