/**
 * What the operator's webhook takes between the commas of `noProxy` (k8s-nim-operator
 * internal/webhook/apps/v1alpha1/nimcache_webhook.go; NIM-158).
 */
const FORMS = [
  /^\.?[a-zA-Z0-9.-]+$/, // a name, or all below one
  /^(?:\d{1,3}\.){3}\d{1,3}(?::\d+|\/\d{1,2})?$/,
  /^\[[0-9a-fA-F:]+\](?::\d+|\/\d{1,3})?$/,
];

/** The way out of an entry that is none of them. */
export const NO_PROXY_ENTRIES = 'write names without "*" (.example.com is all below it), IPs '
  + 'and CIDRs; IPv6 in brackets';

/** The first entry that the webhook would refuse; undefined when there is none. */
export function wrongNoProxyEntry(noProxy: string): string | undefined {
  return noProxy.split(',').map(each => each.trim()).find(each => each !== '' && !FORMS.some(form => form.test(each)));
}
