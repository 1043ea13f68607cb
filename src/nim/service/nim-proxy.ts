import { NO_PROXY_ENTRIES, wrongNoProxyEntry } from '../../kubernetes';
import { given, struct, TEXT } from '../../props';
import { shown } from '../../text';

/** The proxy that a NIM or its cache reaches the internet by. It wins over variables of the same name. */
export interface NimProxy {
  /**
   * URL for plain HTTP: `http://proxy.example.com:3128`.
   * @default - none
   */
  readonly httpProxy?: string;
  /**
   * URL for HTTPS.
   * @default - none
   */
  readonly httpsProxy?: string;
  /**
   * Hosts, addresses and networks that are reached directly, with commas between them.
   * @default - none
   */
  readonly noProxy?: string;
  /**
   * Name of the ConfigMap with the proxy's certificate authority.
   * @default - none
   */
  readonly certConfigMap?: string;
}

/**
 * `proxy` of a NIMService or NIMCache (k8s-nim-operator internal/webhook/apps/v1alpha1, which looks at that of a
 * NIMCache only).
 */
export function toProxy(place: string, proxy: NimProxy | undefined): Record<string, unknown> {
  if (proxy === undefined) { return {}; }
  const fields = given(proxy, 'httpProxy', 'httpsProxy', 'noProxy', 'certConfigMap');
  const [empty] = Object.entries(fields).find(([, value]) => shown(value).trim() === '') ?? [];
  if (Object.keys(fields).length === 0 || empty !== undefined) {
    throw new Error(`${place}: proxy${empty === undefined ? ' says nothing' : `.${empty} is empty`}; `
      + 'give it, or leave it out');
  }
  for (const key of ['httpProxy', 'httpsProxy'] as const) {
    const url = proxy[key];
    if (url !== undefined && !/^https?:\/\/./.test(url)) {
      throw new Error(`${place}: proxy.${key} does not begin with http:// or https:// `
        + '[NIM-158]; write http://host:port');
    }
  }
  const wrong = wrongNoProxyEntry(proxy.noProxy ?? '');
  if (wrong !== undefined) {
    throw new Error(`${place}: proxy.noProxy entry "${wrong}" is no host name, address or network `
      + `[NIM-158]; ${NO_PROXY_ENTRIES}`);
  }
  return { proxy: fields };
}
export const PROXY = struct<NimProxy>({ httpProxy: TEXT, httpsProxy: TEXT, noProxy: TEXT, certConfigMap: TEXT });
