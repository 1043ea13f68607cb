/** The name that NVIDIA's driver publishes its devices under, and the domain of their attributes. */
export const DRIVER = 'gpu.nvidia.com';

/**
 * A text as CEL reads it (CEL spec, "String and Bytes Values"): quotes, backslashes and control characters are escaped.
 */
export function celText(text: string): string {
  const escaped = text.replace(/[\\']/g, '\\$&').replace(/[^\x20-\x7e]/gu, each => {
    const code = each.codePointAt(0)!;
    return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
  return `'${escaped}'`;
}

/**
 * Devices of a type. The driver is asked for first: an attribute that another driver's device lacks is an error that
 * ends the search.
 */
export function isOfType(type: 'gpu' | 'mig'): string {
  return `device.driver == ${celText(DRIVER)} && ${attribute('type')} == ${celText(type)}`;
}

/** MIG devices of a profile. Only for devices that are MIG devices: others have no profile. */
export function hasProfile(profile: string): string {
  return `${attribute('profile')} == ${celText(profile)}`;
}

function attribute(name: string): string {
  return `device.attributes[${celText(DRIVER)}].${name}`;
}
