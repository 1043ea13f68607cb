import { everythingGenerated } from './generated';
import { NimCaller } from '../../src/workloads';

/** Who knocks: a pod with its namespace, or an address outside the cluster. */
interface Guest {
  readonly labels?: Record<string, string>;
  readonly namespace?: { readonly name: string; readonly labels?: Record<string, string> };
  readonly address?: string;
}

const all = everythingGenerated();
const policies = all.filter(({ manifest }) => manifest.kind === 'NetworkPolicy').map(({ from, manifest }) => ({ from, policy: manifest }));
const ofPods = policies.filter(({ policy }) => policy.spec.podSelector.matchLabels !== undefined);
const ofNamespaces = policies.filter(({ policy }) => policy.spec.podSelector.matchLabels === undefined);
const ofPipeline = (app: string) => policies.find(({ from, policy }) => from.startsWith('pipeline') && policy.spec.podSelector.matchLabels.app === app)!.policy;

function matches(selector: any, labels: Record<string, string> = {}): boolean {
  if (Object.keys(selector).some(key => key !== 'matchLabels')) { throw new Error(`selector ${JSON.stringify(selector)} is not understood here`); }
  return Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
}

/** Whether a NetworkPolicy lets somebody in at a TCP port (Kubernetes API reference, NetworkPolicyIngressRule: absent or empty means everything). */
function lets({ spec, metadata }: any, guest: Guest, port: number): boolean {
  return (spec.ingress ?? []).some(({ from = [], ports = [] }: any) =>
    (from.length === 0 || from.some((peer: any) => isOf(peer, guest, metadata.namespace)))
    && (ports.length === 0 || ports.some((each: any) => each.protocol === 'TCP' && each.port === port)));
}

/** A peer without a namespace selector is of the policy's own namespace. */
function isOf(peer: any, { labels, namespace, address }: Guest, ownNamespace: string): boolean {
  if (peer.ipBlock !== undefined) { return address !== undefined && inBlock(address, peer.ipBlock.cidr); }
  if (namespace === undefined) { return false; }
  const fits = peer.namespaceSelector === undefined
    ? namespace.name === ownNamespace
    : matches(peer.namespaceSelector, { 'kubernetes.io/metadata.name': namespace.name, ...namespace.labels });
  return fits && matches(peer.podSelector ?? {}, labels);
}

/** By whole octets, which is all that the blocks here need. */
function inBlock(address: string, cidr: string): boolean {
  const [network, bits] = cidr.split('/');
  if (address.includes(':') !== network.includes(':')) { return false; }
  return octetsOf(network).slice(0, Number(bits) / 8).every((octet, index) => octetsOf(address)[index] === octet);
}

/** Of an IPv6 address the first two, before any "::". */
function octetsOf(address: string): string[] {
  if (!address.includes(':')) { return address.split('.'); }
  const first = address.split(':')[0].padStart(4, '0');
  return [first.slice(0, 2), first.slice(2)];
}

const voice = (labels: Record<string, string>): Guest => ({ labels, namespace: { name: 'voice' } });

describe('a NetworkPolicy of a pipeline', () => {
  const numbered = ofPods.map((each, index) => ({ index, ...each }));

  test('is among what is looked at, also those of an example', () => {
    expect(ofPods.length).toBeGreaterThanOrEqual(9);
  });

  test.each(numbered)('denies by default, and says nothing that means everybody or every port by being empty ($index)', ({ policy: { spec } }) => {
    expect(spec.policyTypes).toEqual(['Ingress']); // egress stays as it is: a NIM downloads its model
    expect(Object.keys(spec.podSelector.matchLabels)).toEqual(['app']);
    expect(spec.ingress.length).toBeGreaterThan(0);
    for (const { from, ports } of spec.ingress) {
      expect(from.length).toBeGreaterThan(0);
      const amongThemselves = from.length === 1 && JSON.stringify(from[0]) === JSON.stringify({ podSelector: spec.podSelector });
      expect(ports?.length > 0 || amongThemselves).toBe(true);
      const selectors = from.flatMap((peer: any) => [peer.podSelector, peer.namespaceSelector]).filter(Boolean);
      for (const { matchLabels } of selectors) { expect(Object.keys(matchLabels).length).toBeGreaterThan(0); }
    }
  });

  test.each(numbered)('opens no port that its NIM or server does not have ($index)', ({ from: origin, policy }) => {
    const app = policy.spec.podSelector.matchLabels.app.replace(/-lws$/, '');
    const { manifest } = all.find(({ from, manifest: { kind, metadata } }) => from === origin && ['NIMService', 'Service'].includes(kind) && metadata.name === app)!;
    const { port, grpcPort, metricsPort } = manifest.spec.expose?.service ?? { port: manifest.spec.ports[0].port };
    const open = policy.spec.ingress.flatMap((rule: any) => rule.ports ?? []).map((each: any) => each.port);
    expect(open.filter((each: number) => ![port, grpcPort, metricsPort].includes(each))).toEqual([]);
    expect(open).toContain(port);
  });

  test('around a team lets in its own pods and those that were named, and nobody else', () => {
    expect(ofNamespaces.length).toBeGreaterThan(0);
    for (const { policy } of ofNamespaces) {
      expect([policy.spec.policyTypes, policy.spec.podSelector]).toEqual([['Ingress'], {}]);
      expect(lets(policy, { labels: {}, namespace: { name: policy.metadata.namespace } }, 8000)).toBe(true);
      expect(lets(policy, { labels: {}, namespace: { name: 'gateway' } }, 8000)).toBe(true);
      expect(lets(policy, { labels: { app: 'gateway' }, namespace: { name: 'stranger' } }, 8000)).toBe(false);
      expect(lets(policy, { address: '10.0.0.1' }, 8000)).toBe(false);
    }
  });

  test.each<[string, Guest]>([
    ['a caller of its own namespace', voice({ app: 'agent' })],
    ['a caller of another namespace, by namespace and label', { labels: { role: 'tester' }, namespace: { name: 'load' } }],
    ['any pod of a named namespace', { labels: {}, namespace: { name: 'batch' } }],
    ['any pod of a labelled namespace', { namespace: { name: 'x', labels: { team: 'voice' } } }],
    ['an address', { address: '10.0.3.4' }],
    ['an IPv6 address', { address: 'fd00::1' }],
  ])('lets in %s at the ports that are called, and at no other', (_, guest) => {
    expect([9000, 50051].map(port => lets(ofPipeline('asr'), guest, port))).toEqual([true, true]);
    expect([22, 8002, 8000, 6379].map(port => lets(ofPipeline('asr'), guest, port))).toEqual([false, false, false, false]);
  });

  test.each<[string, Guest]>([
    ['another pod of its namespace', voice({ app: 'other' })],
    ['a pod without labels', voice({})],
    ['another stage', voice({ app: 'tts' })],
    ['a caller\'s label in another namespace', { labels: { app: 'agent' }, namespace: { name: 'stranger' } }],
    ['the namespace of a caller without its label', { labels: { role: 'other' }, namespace: { name: 'load' } }],
    ['a namespace that only begins alike', { namespace: { name: 'batch-2' } }],
    ['an address outside the block', { address: '10.1.0.1' }],
    ['an IPv6 address outside the block', { address: '2001:db8::1' }],
  ])('keeps out %s', (_, guest) => {
    expect([9000, 50051, 8002].some(port => lets(ofPipeline('asr'), guest, port))).toBe(false);
  });

  test('lets the monitor to the metrics, and not to gRPC', () => {
    const monitor = { labels: { app: 'prometheus' }, namespace: { name: 'monitoring' } };
    expect([9000, 8002, 50051].map(port => lets(ofPipeline('asr'), monitor, port))).toEqual([true, true, false]);
  });

  test('lets the workers of one replica to each other at any port, and nobody else there', () => {
    const policy = ofPipeline('llm-lws');
    expect(lets(policy, voice({ app: 'llm-lws' }), 6379)).toBe(true);
    expect(lets(policy, { labels: { app: 'llm-lws' }, namespace: { name: 'stranger' } }, 6379)).toBe(false);
    expect(lets(policy, voice({ app: 'agent' }), 6379)).toBe(false);
  });

  test('the judge here knows what an empty rule means', () => {
    const open = (ingress: unknown[]) => ({ metadata: { namespace: 'voice' }, spec: { podSelector: {}, ingress } });
    expect(lets(open([{}]), { address: '1.2.3.4' }, 22)).toBe(true);
    expect(lets(open([]), voice({}), 22)).toBe(false);
    expect(lets(open([{ from: [{ podSelector: {} }] }]), voice({}), 22)).toBe(true);
  });
});

test.each(['10.0.0.0/8', '0.0.0.0/0', '192.168.1.7/32', 'fd00::/8', '::/0', '2001:db8::1/128', '::ffff:10.0.0.0/104'])('%s is a CIDR', cidr => {
  expect(() => NimCaller.addresses(cidr)).not.toThrow();
});

test.each(['10.0.0.0', '10.0.0/8', '999.1.1.1/8', '10.0.0.0/33', '010.0.0.0/8', '10.0.0.0/08', 'abc/8', '::/129', ':::/8', 'fe80::1%eth0/64', '1:2/8', '/8', 'a.b.c.d/8', '10.0.0.0/8 '])(
  '%s is none, which the API server would refuse', cidr => {
    expect(() => NimCaller.addresses(cidr)).toThrow(`"${cidr}" is no CIDR`);
  });
