import { contradiction, isEmpty, isNumber, Issues, missing, repeatedIn, wrongValue } from './shape-issue';
import { at, Fields, fieldsOf, isFields, listOf, Path, plainText } from '../../fields';
import { SUBDOMAIN } from '../bound-forms';

/** pkg/apis/core/validation ValidateService. */
export function* serviceIssues(object: Readonly<Fields>): Issues {
  const spec = object.spec;
  if (!isFields(spec)) { return; }
  const ports = listOf(spec.ports);
  for (const [index, port] of ports.entries()) {
    if (ports.length > 1 && isFields(port) && isEmpty(port.name)) {
      yield contradiction(
        ['spec', 'ports', index],
        'has no name, which a Service of several ports needs',
        'name every port',
      );
    }
    // a type that is not said may be in the cluster
    if (saysClusterIp(spec) && isNumber(at(port, 'nodePort')) && at(port, 'nodePort') !== 0) {
      yield contradiction(
        ['spec', 'ports', index, 'nodePort'],
        'is given, and the Service has no ports of nodes',
        'write type: NodePort or LoadBalancer, or remove it',
      );
    }
  }
  if (isEmpty(spec.ports) && spec.type !== 'ExternalName' && spec.clusterIP !== 'None') {
    yield missing(['spec'], 'has no ports, which a Service needs that is not headless', 'add ports');
  }
  if (!Object.hasOwn(spec, 'type') && spec.ports !== undefined && needsNodePorts(spec)) {
    yield missing(['spec'], 'has no type, and says what Services of other types than ClusterIP say', 'add type');
  }
  if (spec.type === 'ExternalName') { yield* externalNameIssues(spec.externalName); }
  yield* repeatedIn(['spec', 'ipFamilies'], listOf(spec.ipFamilies));
  for (const field of OF_LOAD_BALANCERS) {
    // a type that is not said may be in the cluster
    if (isEmpty(spec[field]) || isEmpty(spec.type) || spec.type === 'LoadBalancer') { continue; }
    const place = ['spec', field];
    yield contradiction(place, `is given, and the type is ${plainText(spec.type)}`, 'remove it, or write LoadBalancer');
  }
}

/** The name that a Service stands for: of a host, with the dot of the root behind it or not. */
function* externalNameIssues(name: unknown): Issues {
  if (isEmpty(name)) {
    yield missing(['spec'], 'has no externalName, which type ExternalName needs', 'add externalName');
  } else if (typeof name === 'string' && !SUBDOMAIN.pattern!.test(name.replace(/\.$/, ''))) {
    yield wrongValue(['spec', 'externalName'], `is ${plainText(name)}, and must be a DNS name`, 'write the name of a host');
  }
}

/** Fields that a Service of another type has not. */
const OF_LOAD_BALANCERS = ['allocateLoadBalancerNodePorts', 'loadBalancerClass', 'loadBalancerSourceRanges'];

/** Whether it says ports of nodes, or how traffic from outside comes in. */
function needsNodePorts({ externalTrafficPolicy, externalIPs, ports }: Readonly<Fields>): boolean {
  return (!isEmpty(externalTrafficPolicy) && isEmpty(externalIPs))
    || listOf(ports).some(port => isNumber(at(port, 'nodePort')) && at(port, 'nodePort') !== 0);
}

/** An empty type is that by default. */
function saysClusterIp(spec: Readonly<Fields>): boolean {
  return spec.type === 'ClusterIP' || (Object.hasOwn(spec, 'type') && isEmpty(spec.type));
}

/** pkg/apis/networking/validation ValidateNetworkPolicySpec. */
export function* networkPolicyIssues(object: Readonly<Fields>): Issues {
  yield* repeatedIn(['spec', 'policyTypes'], listOf(at(object, 'spec', 'policyTypes')));
  for (const [way, peers] of [['ingress', 'from'], ['egress', 'to']]) {
    for (const [index, rule] of listOf(at(object, 'spec', way)).entries()) {
      const path = ['spec', way, index];
      for (const [number, peer] of listOf(at(rule, peers)).entries()) {
        yield* peerIssues([...path, peers, number], peer);
      }
      for (const [number, port] of listOf(at(rule, 'ports')).entries()) {
        yield* portIssues([...path, 'ports', number], fieldsOf(port));
      }
    }
  }
}

function* peerIssues(path: Path, peer: unknown): Issues {
  if (peer !== null && !isFields(peer)) { return; }
  const { ipBlock, namespaceSelector, podSelector } = fieldsOf(peer);
  const isSelected = isFields(namespaceSelector) || isFields(podSelector);
  if (!isSelected && !isFields(ipBlock)) {
    yield contradiction(path, 'names nobody', 'write podSelector, namespaceSelector or ipBlock; {} selects all');
  } else if (isSelected && isFields(ipBlock)) {
    yield contradiction(path, 'has ipBlock beside a selector', 'write two items');
  }
}

function* portIssues(path: Path, { port, endPort }: Readonly<Fields>): Issues {
  if (!isNumber(endPort)) { return; }
  if (!isNumber(port)) {
    yield contradiction([...path, 'endPort'], `is ${endPort}, and port is no number`, 'write a number as port');
  } else if (endPort < port) {
    yield contradiction([...path, 'endPort'], `is ${endPort}, less than port (${port})`, `at least ${port}`);
  }
}

/** pkg/apis/networking/validation ValidateIngressSpec. */
export function* ingressIssues(object: Readonly<Fields>): Issues {
  const spec = object.spec;
  if (spec === undefined || spec === null || (isFields(spec) && isEmpty(spec.rules) && isEmpty(spec.defaultBackend))) {
    yield missing(['spec'], 'has neither rules nor defaultBackend', 'add one of them');
  }
  if (isFields(at(spec, 'defaultBackend'))) {
    yield* backendIssues(['spec', 'defaultBackend'], at(spec, 'defaultBackend'));
  }
  for (const [index, rule] of listOf(at(spec, 'rules')).entries()) {
    const place = ['spec', 'rules', index, 'http'];
    const http = at(rule, 'http');
    if (isFields(http) && http.paths === null) { yield missing(place, 'has no paths', 'add one'); }
    for (const [number, each] of listOf(at(http, 'paths')).entries()) {
      const path = [...place, 'paths', number];
      if (!isFields(each)) { continue; }
      if ((each.pathType === 'Exact' || each.pathType === 'Prefix') && isEmpty(each.path)) {
        yield missing(path, `has no path, which pathType ${each.pathType} needs`, 'add path: /');
      }
      if (isFields(each.backend)) { yield* backendIssues([...path, 'backend'], each.backend); }
    }
  }
}

function* backendIssues(path: Path, backend: unknown): Issues {
  const { resource, service } = fieldsOf(backend);
  if (isFields(resource) === isFields(service)) {
    yield contradiction(
      path,
      isFields(service) ? 'has service beside resource' : 'has neither service nor resource',
      'write one of them',
    );
    return;
  }
  const { name, number } = fieldsOf(at(service, 'port'));
  if (!isFields(service)) { return; }
  if (isEmpty(name) && (isEmpty(number) || number === 0)) {
    yield missing([...path, 'service'], 'has no port, by name or number', 'add port');
  } else if (!isEmpty(name) && !isEmpty(number) && number !== 0) {
    yield contradiction([...path, 'service', 'port'], 'has name and number', 'keep one of them');
  }
}
