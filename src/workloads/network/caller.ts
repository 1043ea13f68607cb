import { checkProps, mapOf, needed, TEXT } from '../../props';

/** A peer of a NetworkPolicy, as Kubernetes writes it. */
type Peer = Record<string, unknown>;

/** The label that the API server sets on every namespace. */
const NAMESPACE_NAME = 'kubernetes.io/metadata.name';

/**
 * Who may call a server, or the stages of a pipeline: a peer of a NetworkPolicy.
 *
 * @example
 * const application = NimCaller.pods({ app: 'voice-agent' });
 * const prometheus = NimCaller.podsOfNamespace('monitoring', { 'app.kubernetes.io/name': 'prometheus' });
 */
export class NimCaller {
  /**
   * Pods of the namespace of what they call.
   * @param labels labels that they all have
   * @throws when no label is given
   */
  public static pods(labels: Record<string, string>): NimCaller {
    checkProps('NimCaller.pods', { labels }, { labels: needed(mapOf(TEXT)) });
    return new NimCaller({ podSelector: { matchLabels: someLabels('pods', labels) } });
  }

  /**
   * Pods of another namespace.
   * @param namespace its name
   * @param labels labels that they all have
   * @throws when the namespace has no name, or no label is given
   */
  public static podsOfNamespace(namespace: string, labels: Record<string, string>): NimCaller {
    checkProps('NimCaller.podsOfNamespace', { namespace, labels }, {
      namespace: needed(TEXT),
      labels: needed(mapOf(TEXT)),
    });
    return new NimCaller({
      namespaceSelector: byName(namespace),
      podSelector: { matchLabels: someLabels('podsOfNamespace', labels) },
    });
  }

  /**
   * Every pod of a namespace.
   * @param namespace its name
   * @throws when the namespace has no name
   */
  public static namespace(namespace: string): NimCaller {
    checkProps('NimCaller.namespace', { namespace }, { namespace: needed(TEXT) });
    return new NimCaller({ namespaceSelector: byName(namespace) });
  }

  /**
   * Every pod of the namespaces that have some labels.
   * @param labels labels that the namespaces have
   * @throws when no label is given
   */
  public static namespacesLabeled(labels: Record<string, string>): NimCaller {
    checkProps('NimCaller.namespacesLabeled', { labels }, { labels: needed(mapOf(TEXT)) });
    return new NimCaller({ namespaceSelector: { matchLabels: someLabels('namespacesLabeled', labels) } });
  }

  /**
   * Addresses outside the cluster. Those of pods change with every pod, and where a load balancer or a node's own
   * translation stands in between, the policy sees its address and not the client's. IPv4 and IPv6 are different
   * callers: a cluster with both needs both.
   * @param cidr such as `10.0.0.0/16` or `fd00::/8`
   * @throws when it is no CIDR
   */
  public static addresses(cidr: string): NimCaller {
    checkProps('NimCaller.addresses', { cidr }, { cidr: needed(TEXT) });
    if (!isCidr(cidr)) {
      throw new Error(`NimCaller.addresses: "${cidr}" is no CIDR, such as 10.0.0.0/16 or fd00::/8`);
    }
    return new NimCaller({ ipBlock: { cidr } });
  }

  private constructor(private readonly peer: Peer) {}

  /** As a NetworkPolicy names it. @internal */
  public _toPeer(): Record<string, unknown> {
    return this.peer;
  }
}

/** An empty selector takes everything, which nobody means who names a caller. */
function someLabels(maker: string, labels: Record<string, string>): Record<string, string> {
  if (Object.keys(labels).length === 0) {
    throw new Error(`NimCaller.${maker} needs at least one label: without, it takes everything; `
      + 'NimCaller.namespace(name) says that of a namespace');
  }
  return { ...labels };
}

function byName(namespace: string): Peer {
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(namespace)) {
    throw new Error(`"${namespace}" cannot be the name of a namespace, which is a DNS label`);
  }
  return { matchLabels: { [NAMESPACE_NAME]: namespace } };
}

/** As the API server takes it: an address with a whole number of bits, without leading zeros. */
function isCidr(text: string): boolean {
  const [, address, bits] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  if (address === undefined) { return false; }
  if (address.includes(':')) {
    return Number(bits) <= 128 && !address.includes('%') && URL.canParse(`http://[${address}]/`);
  }
  const octets = address.split('.');
  return Number(bits) <= 32
    && octets.length === 4
    && octets.every(octet => /^(?:0|[1-9]\d{0,2})$/.test(octet) && Number(octet) <= 255);
}
