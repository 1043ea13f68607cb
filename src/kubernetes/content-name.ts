import { createHash } from 'crypto';

/**
 * Eight hexadecimal digits of the content.
 *
 * Neither mig-manager nor the device plugin's config-manager reloads an edited file: both act on a changed
 * label value alone (mig-parted#108, k8s-device-plugin cmd/config-manager/main.go; MIG-022, DP-016). So a
 * changed content must be a changed name.
 */
export function contentHash(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 8);
}

/**
 * `<prefix>-<hash>`, with the prefix made fit for a label value and a DNS label, and cut so that the whole is at most
 * 63 characters.
 */
export function hashedName(prefix: string, content: unknown): string {
  const hash = contentHash(content);
  const room = 63 - hash.length - 1;
  return `${withoutDashesAround(dnsLabel(prefix).slice(0, room))}-${hash}`;
}

/** A construct id or path as a DNS label: lower case, digits and single dashes. */
export function dnsLabel(text: string): string {
  const label = withoutDashesAround(text.toLowerCase().replace(/[^a-z0-9]+/g, '-'));
  return label === '' ? 'gpu' : label;
}

/** Single dashes at either end go; `[^a-z0-9]+` leaves no two beside each other. */
function withoutDashesAround(text: string): string {
  return text.replace(/^-/, '').replace(/-$/, '');
}
