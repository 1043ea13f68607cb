import { ClusterModel, ManifestDocument, readManifests } from '../../src/cluster';
import { checkCore } from '../../src/kubernetes';
import { isCronSchedule } from '../../src/kubernetes/core/cron-schedule';

const says = (object: Record<string, unknown>) => checkCore(object).map(({ problem, path }) => `${problem} ${path.join('.')}`);
const pods = (labels: object = { app: 'a' }) => ({ metadata: { labels }, spec: { containers: [{ name: 'c', image: 'example.com/a:1' }] } });
const of = (apiVersion: string, kind: string) => (spec: object) => ({ apiVersion, kind, metadata: { name: 'a' }, spec });
const job = (spec: object) => of('batch/v1', 'Job')({ template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'a:1' }] } }, ...spec });
const deployment = (spec: object) => of('apps/v1', 'Deployment')({ selector: { matchLabels: { app: 'a' } }, template: pods(), ...spec });
const daemonSet = (spec: object) => of('apps/v1', 'DaemonSet')({ selector: { matchLabels: { app: 'a' } }, template: pods(), ...spec });
const statefulSet = (spec: object) => of('apps/v1', 'StatefulSet')({ selector: { matchLabels: { app: 'a' } }, template: pods(), ...spec });
const service = (spec: object) => of('v1', 'Service')({ ports: [{ port: 80 }], ...spec });
const policy = (spec: object) => of('networking.k8s.io/v1', 'NetworkPolicy')({ podSelector: {}, ...spec });
const ingress = of('networking.k8s.io/v1', 'Ingress');
const scaler = (spec: object) => of('autoscaling/v2', 'HorizontalPodAutoscaler')({
  maxReplicas: 4, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' }, ...spec,
});
const claim = (spec: object) => of('v1', 'PersistentVolumeClaim')({
  accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec,
});
const role = (kind: string, rules: object[]) => ({ apiVersion: 'rbac.authorization.k8s.io/v1', kind, metadata: { name: 'a' }, rules });
const limits = (limit: object) => of('v1', 'LimitRange')({ limits: [{ type: 'Container', ...limit }] });
const namespace = (labels: object) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a', labels } });
const path = (more: object) => ({ rules: [{ host: 'a.example.com', http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 's', port: { number: 80 } } }, ...more }] } }] });

// each was refused or taken by kube-apiserver v1.34.2 and v1.37.2 (test/conformance/derived.js)
test.each<[string, Record<string, unknown>, string[]]>([
  ['a Deployment whose pods have no labels', deployment({ template: pods({}) }), ['missing spec.template.metadata']],
  ['a selector that selects by nothing', deployment({ selector: {} }), ['missing spec.selector']],
  ['a rollout that stands still', deployment({ strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: '0%' } } }), ['contradiction spec.strategy.rollingUpdate.maxUnavailable']],
  ['a DaemonSet that replaces no pod', daemonSet({ updateStrategy: { rollingUpdate: { maxUnavailable: 0 } } }), ['contradiction spec.updateStrategy.rollingUpdate.maxUnavailable']],
  ['claims without a size', statefulSet({ volumeClaimTemplates: [{ metadata: { name: 'd' }, spec: { accessModes: ['ReadWriteOnce'], resources: {} } }] }), ['missing spec.volumeClaimTemplates.0.spec.resources.requests']],
  ['a claim of nothing', claim({ resources: { requests: { storage: '0' } } }), ['value spec.resources.requests.storage']],
  ['a claim without modes', claim({ accessModes: [] }), ['missing spec.accessModes']],
  ['a Job that says no restartPolicy', of('batch/v1', 'Job')({ template: pods() }), ['missing spec.template.spec']],
  ['an Indexed Job without completions', job({ completionMode: 'Indexed' }), ['missing spec']],
  ['an exit code of no container', job({ podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes: { containerName: 'x', operator: 'In', values: [1] } }] } }), ['contradiction spec.podFailurePolicy.rules.0.onExitCodes.containerName']],
  ['an exit code of success', job({ podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [1, 0] } }] } }), ['contradiction spec.podFailurePolicy.rules.0.onExitCodes.values.1']],
  ['a null in a set', job({ podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [null] } }] } }), ['type spec.podFailurePolicy.rules.0.onExitCodes.values.0']],
  ['a port of nodes on a ClusterIP', service({ type: 'ClusterIP', ports: [{ port: 80, nodePort: 30080 }] }), ['contradiction spec.ports.0.nodePort']],
  ['a Service without ports', service({ ports: [] }), ['missing spec']],
  ['the port of a container in quotes', service({ ports: [{ port: 80, targetPort: '8080' }] }), ['value spec.ports.0.targetPort']],
  ['a peer that is nobody', policy({ ingress: [{ from: [{}] }] }), ['contradiction spec.ingress.0.from.0']],
  ['a block beside a selector', policy({ egress: [{ to: [{ podSelector: {}, ipBlock: { cidr: '10.0.0.0/8' } }] }] }), ['contradiction spec.egress.0.to.0']],
  ['a last port below the first', policy({ ingress: [{ ports: [{ port: 90, endPort: 80 }] }] }), ['contradiction spec.ingress.0.ports.0.endPort']],
  ['an address as a block', policy({ ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.1' } }] }] }), ['value spec.ingress.0.from.0.ipBlock.cidr']],
  ['an Ingress of nothing', ingress({}), ['missing spec']],
  ['a path of nothing', ingress(path({ path: undefined })), ['missing spec.rules.0.http.paths.0']],
  ['a path without its slash', ingress(path({ path: 'v1' })), ['value spec.rules.0.http.paths.0.path']],
  ['a backend without a port', ingress(path({ backend: { service: { name: 's' } } })), ['missing spec.rules.0.http.paths.0.backend.service']],
  ['a metric of another type', scaler({ metrics: [{ type: 'Pods' }] }), ['missing spec.metrics.0']],
  ['a target of another type', scaler({ metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageValue: '1' } } }] }), ['missing spec.metrics.0.resource.target']],
  ['a scale to none by processor', scaler({ minReplicas: 0, metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } }] }), ['contradiction spec.minReplicas']],
  ['what scales without its group', scaler({ scaleTargetRef: { apiVersion: 'v1', kind: 'Deployment', name: 'a' } }), ['value spec.scaleTargetRef.apiVersion']],
  ['a rule about no resources', role('Role', [{ apiGroups: [''], verbs: ['get'] }]), ['missing rules.0']],
  ['paths in a Role', role('Role', [{ nonResourceURLs: ['/metrics'], verbs: ['get'] }]), ['contradiction rules.0.nonResourceURLs']],
  ['a default above the most', limits({ default: { cpu: '3' }, max: { cpu: '2' } }), ['contradiction spec.limits.0.max.cpu']],
  ['a resource that nobody has', of('v1', 'ResourceQuota')({ hard: { podz: '1' } }), ['value spec.hard.podz']],
  ['a level of security of no standard', namespace({ 'pod-security.kubernetes.io/enforce': 'strict' }), ['value metadata.labels.pod-security.kubernetes.io/enforce']],
  ['a schedule of four fields', of('batch/v1', 'CronJob')({ schedule: '0 3 * *', jobTemplate: { spec: job({}).spec } }), ['value spec.schedule']],
  ['a selector by no values', deployment({ selector: { matchLabels: { app: 'a' }, matchExpressions: [{ key: 'a', operator: 'In', values: [] }] } }), ['missing spec.selector.matchExpressions.0']],
  ['a sleep longer than the pod has', of('v1', 'Pod')({ containers: [{ name: 'c', image: 'a:1', lifecycle: { preStop: { sleep: { seconds: 60 } } } }] }), ['value spec.containers.0.lifecycle.preStop.sleep.seconds']],
  ['an expression that its own pods do not fulfil', deployment({ selector: { matchLabels: { app: 'a' }, matchExpressions: [{ key: 'app', operator: 'In', values: ['b'] }] } }), ['contradiction spec.selector.matchExpressions.0']],
  ['an expression about a label that its pods have', deployment({ selector: { matchLabels: { app: 'a' }, matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] } }), ['contradiction spec.selector.matchExpressions.0']],
  ['a limit by index of a Job that has none', job({ maxFailedIndexes: 1, backoffLimitPerIndex: 1 }), ['missing spec']],
  ['a limit by index of a Job that is not Indexed', job({ completionMode: 'NonIndexed', backoffLimitPerIndex: 1 }), ['contradiction spec.backoffLimitPerIndex']],
  ['failed indices without a limit of each', job({ completionMode: 'Indexed', completions: 2, maxFailedIndexes: 1 }), ['missing spec']],
  ['more failed indices than there are', job({ completionMode: 'Indexed', completions: 2, maxFailedIndexes: 3, backoffLimitPerIndex: 1 }), ['contradiction spec.maxFailedIndexes']],
  ['less than no failures', job({ completionMode: 'Indexed', completions: 2, backoffLimitPerIndex: -1 }), ['bounds spec.backoffLimitPerIndex']],
  ['a policy of success without rules', job({ completionMode: 'Indexed', completions: 2, successPolicy: { rules: [] } }), ['missing spec.successPolicy']],
  ['a policy of success of nothing', job({ completionMode: 'Indexed', completions: 2, successPolicy: { rules: [{}] } }), ['missing spec.successPolicy.rules.0']],
  ['more successes than there can be', job({ completionMode: 'Indexed', completions: 2, successPolicy: { rules: [{ succeededCount: 3 }] } }), ['contradiction spec.successPolicy.rules.0.succeededCount']],
  ['indices that are none', job({ completionMode: 'Indexed', completions: 2, successPolicy: { rules: [{ succeededIndexes: 'a-b' }] } }), ['value spec.successPolicy.rules.0.succeededIndexes']],
  ['a volume without a size', of('v1', 'PersistentVolume')({ accessModes: ['ReadWriteOnce'], capacity: {}, nfs: { path: '/a', server: 's' } }), ['missing spec.capacity']],
  ['a volume of no size', of('v1', 'PersistentVolume')({ accessModes: ['ReadWriteOnce'], capacity: { storage: '0' }, nfs: { path: '/a', server: 's' } }), ['value spec.capacity.storage']],
  ['a volume of nowhere', of('v1', 'PersistentVolume')({ accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' } }), ['missing spec']],
  ['a local volume on no node', of('v1', 'PersistentVolume')({ accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, local: { path: '/a' } }), ['missing spec']],
  ['a quota of less than nothing', of('v1', 'ResourceQuota')({ hard: { 'requests.nvidia.com/gpu': '-1' } }), ['value spec.hard.requests.nvidia.com/gpu']],
  ['a scale by nothing', scaler({ metrics: [{ type: 'Pods', pods: { metric: { name: 'q' }, target: { type: 'AverageValue', averageValue: '0' } } }] }), ['value spec.metrics.0.pods.target.averageValue']],
  ['an account of no namespace', { ...role('ClusterRoleBinding', []), rules: undefined, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'a' }, subjects: [{ kind: 'ServiceAccount', name: 'a' }] }, ['missing subjects.0']],
  ['a group of another API', { ...role('ClusterRoleBinding', []), rules: undefined, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'a' }, subjects: [{ kind: 'Group', apiGroup: 'x', name: 'a' }] }, ['value subjects.0.apiGroup']],
  ['an external name that is none', of('v1', 'Service')({ type: 'ExternalName', externalName: 'a b' }), ['value spec.externalName']],
  ['no external name', of('v1', 'Service')({ type: 'ExternalName' }), ['missing spec']],
  ['the address of a Service that is none', service({ clusterIP: 'here' }), ['value spec.clusterIP']],
  ['parameters that are no map', { apiVersion: 'resource.k8s.io/v1', kind: 'DeviceClass', metadata: { name: 'a' }, spec: { config: [{ opaque: { driver: 'gpu.nvidia.com', parameters: 'x' } }] } }, ['type spec.config.0.opaque.parameters']],
])('%s is told', (_, object, expected) => {
  expect(says(object)).toEqual(expected);
});

test.each<[string, Record<string, unknown>]>([
  ['a rollout by surge alone', deployment({ strategy: { rollingUpdate: { maxUnavailable: 0 } } })],
  ['a DaemonSet that surges', daemonSet({ updateStrategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } } })],
  ['a headless Service without ports', of('v1', 'Service')({ clusterIP: 'None', selector: { app: 'a' } })],
  ['a selector whose expressions its pods fulfil', deployment({
    selector: {
      matchLabels: { app: 'a' },
      matchExpressions: [
        { key: 'app', operator: 'In', values: ['a', 'b'] },
        { key: 'app', operator: 'Exists' },
        { key: 'x', operator: 'NotIn', values: ['y'] },
        { key: 'x', operator: 'DoesNotExist' },
      ],
    },
  })],
  ['an Indexed Job with its policies', job({ completionMode: 'Indexed', completions: 4, maxFailedIndexes: 1, backoffLimitPerIndex: 0, successPolicy: { rules: [{ succeededIndexes: '0,2-3', succeededCount: 1 }] } })],
  ['a volume of the cluster', of('v1', 'PersistentVolume')({ accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, csi: { driver: 'ebs.csi.aws.com', volumeHandle: 'x' } })],
  ['a quota of nothing', of('v1', 'ResourceQuota')({ hard: { 'requests.nvidia.com/gpu': 0 } })],
  ['an external name with the root', of('v1', 'Service')({ type: 'ExternalName', externalName: 'a.example.com.' })],
  ['a range with blanks around it', service({ type: 'LoadBalancer', loadBalancerSourceRanges: [' 10.0.0.0/8 '] })],
  ['an external name', of('v1', 'Service')({ type: 'ExternalName', externalName: 'a.example.com' })],
  ['the name of a port', service({ ports: [{ port: 80, targetPort: 'http' }] })],
  ['a policy that lets all in', policy({ ingress: [{ from: [{ namespaceSelector: {} }] }, {}] })],
  ['a wildcard host', ingress({ rules: [{ host: '*.example.com' }] })],
  ['an Ingress of a default alone', ingress({ defaultBackend: { service: { name: 's', port: { name: 'http' } } } })],
  ['a path that the controller reads', ingress(path({ path: '/*', pathType: 'ImplementationSpecific' }))],
  ['a scale to none by a queue', scaler({ minReplicas: 0, metrics: [{ type: 'External', external: { metric: { name: 'q', selector: { matchLabels: { 'a b': 'c d' } } }, target: { type: 'Value', value: '1' } } }] })],
  ['the first version of the autoscaler', { ...scaler({ scaleTargetRef: { kind: 'Deployment', name: 'a' } }), apiVersion: 'autoscaling/v1' }],
  ['paths in a ClusterRole', role('ClusterRole', [{ nonResourceURLs: ['/metrics'], verbs: ['get'] }])],
  ['a role that is gathered from others', { ...role('ClusterRole', []), aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] } }],
  ['a quota of GPUs and objects', of('v1', 'ResourceQuota')({ hard: { 'requests.nvidia.com/gpu': '4', 'count/jobs.batch': '3', 'gold.storageclass.storage.k8s.io/requests.storage': '1Gi', 'services.loadbalancers': '0', 'limits.cpu': '4', 'requests.storage': '1Ti' } })],
  ['a level and its version', namespace({ 'pod-security.kubernetes.io/enforce': 'restricted', 'pod-security.kubernetes.io/enforce-version': 'v1.34' })],
  ['a sleep of a pod that has the time', of('v1', 'Pod')({ terminationGracePeriodSeconds: 120, containers: [{ name: 'c', image: 'a:1', lifecycle: { preStop: { sleep: { seconds: 60 } } } }] })],
])('%s is as it should be', (_, object) => {
  expect(says(object)).toEqual([]);
});

test('many findings of one object cost as much as there are', () => {
  const text = (count: number) => `apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  ports: [{port: 80}]\n  ipFamilies: [${'IPv4, '.repeat(count)}IPv6]\n`;
  const counts = [100, 400].map(count => {
    const model = new ClusterModel({}, undefined, true);
    let walks = 0;
    for (const read of readManifests(text(count), 'f.yaml')) {
      const { value } = read as ManifestDocument;
      model.add(new ManifestDocument(value, 'f.yaml', 0, 'person', undefined, () => { walks++; return { line: 1, child: () => undefined }; }));
    }
    return walks;
  });
  expect(counts).toEqual([1, 1]);
});

test.each(['0 3 * * *', '*/15 0-6,18-23 1,15 JAN-mar mon-FRI', '@daily', '@every 1h30m', '0 0 ? * 0', 'TZ=Etc/UTC 0 3 * * *', ' 5  4 * * 6/2 '])('%s is a schedule', text => {
  expect(isCronSchedule(text)).toBe(true);
});

test.each(['', 'daily', '@dayly', '0 3 * *', '0 0 3 * * *', '60 3 * * *', '0 24 * * *', '0 3 0 * *', '0 3 * 13 *', '0 3 * * 7', '*/0 * * * *', '9-3 * * * *', '1-2-3 * * * *', '1/2/3 * * * *'])('"%s" is none', text => {
  expect(isCronSchedule(text)).toBe(false);
});

describe('what the API server refuses of a pod in code', () => {
  const saysOfPod = (spec: object, more: object = {}) => says({
    apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'example.com/a:1', ...more }], ...spec },
  });

  test.each([
    ['a toleration without a key', { tolerations: [{ effect: 'NoSchedule' }] }, 'contradiction spec.tolerations.0'],
    ['a time to tolerate without an effect', { tolerations: [{ key: 'a', operator: 'Exists', tolerationSeconds: 1 }] }, 'contradiction spec.tolerations.0.tolerationSeconds'],
    ['a volume of two kinds', { volumes: [{ name: 'v', emptyDir: {}, hostPath: { path: '/a' } }] }, 'contradiction spec.volumes.0'],
    ['a volume without its name', { volumes: [{ name: 'v', configMap: {} }] }, 'missing spec.volumes.0.configMap'],
    ['a file out of its volume', { volumes: [{ name: 'v', secret: { secretName: 's', items: [{ key: 'k', path: '../k' }] } }] }, 'value spec.volumes.0.secret.items.0.path'],
    ['a file of nothing', { volumes: [{ name: 'v', downwardAPI: { items: [{ path: 'a' }] } }] }, 'missing spec.volumes.0.downwardAPI.items.0'],
    ['one sysctl twice', { securityContext: { sysctls: [{ name: 'a.b', value: '1' }, { name: 'a.b', value: '2' }] } }, 'contradiction spec.securityContext.sysctls.1'],
    ['an operating system that is none', { os: { name: 'linus' } }, 'value spec.os.name'],
    ['a gate without a name', { schedulingGates: [{ name: 'a b' }] }, 'value spec.schedulingGates.0.name'],
    ['no name server, and none of the cluster', { dnsPolicy: 'None', dnsConfig: { searches: ['a'] } }, 'missing spec'],
    ['one port of the node twice', { containers: ['a', 'b'].map(name => ({ name, image: 'a:1', ports: [{ containerPort: 80, hostPort: 80 }] })) }, 'contradiction spec.containers.1.ports.0.hostPort'],
    ['a folder of less than nothing', { volumes: [{ name: 'v', emptyDir: { sizeLimit: '-1' } }] }, 'value spec.volumes.0.emptyDir.sizeLimit'],
    ['a path of the node that is none', { volumes: [{ name: 'v', hostPath: { path: '' } }] }, 'value spec.volumes.0.hostPath.path'],
    ['a file about no container', { volumes: [{ name: 'v', downwardAPI: { items: [{ path: 'a', resourceFieldRef: { resource: 'limits.cpu' } }] } }] }, 'missing spec.volumes.0.downwardAPI.items.0.resourceFieldRef'],
    ['a host without an address', { hostAliases: [{ ip: 'here', hostnames: ['a'] }] }, 'value spec.hostAliases.0.ip'],
  ])('%s', (_, spec, expected) => { expect(saysOfPod(spec)[0]).toBe(expected); });

  test.each([
    ['variables of two sources', { envFrom: [{ configMapRef: { name: 'a' }, secretRef: { name: 'b' } }] }, 'contradiction spec.containers.0.envFrom.0'],
    ['variables of no source', { envFrom: [{ prefix: 'A_' }] }, 'missing spec.containers.0.envFrom.0'],
    ['a variable of no source', { env: [{ name: 'A', valueFrom: {} }] }, 'missing spec.containers.0.env.0.valueFrom'],
    ['a field that no variable can hold', { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.containers' } } }] }, 'value spec.containers.0.env.0.valueFrom.fieldRef.fieldPath'],
    ['a processor in halves', { env: [{ name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '500m' } } }] }, 'value spec.containers.0.env.0.valueFrom.resourceFieldRef.divisor'],
    ['a request beside a limit of null', { resources: { limits: { cpu: null }, requests: { cpu: '1' } } }, 'contradiction spec.containers.0.resources.requests.cpu'],
    ['a device that is no volume', { volumeDevices: [{ name: 'raw', devicePath: '/dev/xvda' }] }, 'contradiction spec.containers.0.volumeDevices.0.name'],
    ['a resize of what does not resize', { resizePolicy: [{ resourceName: 'nvidia.com/gpu', restartPolicy: 'NotRequired' }] }, 'value spec.containers.0.resizePolicy.0.resourceName'],
    ['a probe of no port', { livenessProbe: { httpGet: { port: '' } } }, 'value spec.containers.0.livenessProbe.httpGet.port'],
    ['less than nothing', { resources: { limits: { cpu: '-1' } } }, 'value spec.containers.0.resources.limits.cpu'],
    ['a live container that must answer twice', { livenessProbe: { exec: { command: ['a'] }, successThreshold: 2 } }, 'value spec.containers.0.livenessProbe.successThreshold'],
    ['a probe without a handler', { readinessProbe: { periodSeconds: 1 } }, 'missing spec.containers.0.readinessProbe'],
  ])('%s', (_, container, expected) => { expect(saysOfPod({}, container)[0]).toBe(expected); });

  test('what a server takes of ports, devices and resources', () => {
    expect(saysOfPod({
      os: { name: 'linux' },
      dnsPolicy: 'None',
      dnsConfig: { nameservers: ['10.0.0.10'] },
      schedulingGates: [{ name: 'kueue.x-k8s.io/admission' }],
      volumes: [
        { name: 'raw', persistentVolumeClaim: { claimName: 'c' } }, { name: 'e', emptyDir: { sizeLimit: 0 } },
        { name: 'd', downwardAPI: { items: [{ path: 'cpu', resourceFieldRef: { containerName: 'c', resource: 'limits.memory', divisor: '1Mi' } }] } },
      ],
    }, {
      ports: [{ containerPort: 80, hostPort: 80 }, { containerPort: 80, hostPort: 80, protocol: 'UDP' }, { containerPort: 81, hostPort: 0 }, { containerPort: 82, hostPort: 80, hostIP: '10.0.0.1' }],
      volumeDevices: [{ name: 'raw', devicePath: '/dev/xvda' }],
      resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'NotRequired' }],
      env: ['1m', '1', '0', 1, '1000m'].map((divisor, index) => ({ name: `A${index}`, valueFrom: { resourceFieldRef: { resource: 'requests.cpu', divisor } } })),
      resources: { limits: { memory: null }, requests: { cpu: '1' } },
    })).toEqual([]);
  });

  test('what a server takes of the same', () => {
    expect(saysOfPod({
      tolerations: [{ operator: 'Exists' }, { key: 'a', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 1 }],
      volumes: [{ name: 'v', configMap: { name: 'm', items: [{ key: 'k', path: 'a/..b' }] } }],
    }, { readinessProbe: { exec: { command: ['a'] }, successThreshold: 2 }, env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: "metadata.labels['a/b']" } } }] })).toEqual([]);
  });
});

test('pods of a Deployment have no deadline, and its rollout a longer one than a pod takes', () => {
  const template = { ...pods(), spec: { ...pods().spec, activeDeadlineSeconds: 1 } };
  expect(says(deployment({ template }))).toEqual(['contradiction spec.template.spec.activeDeadlineSeconds']);
  expect(says(deployment({ minReadySeconds: 600 }))).toEqual(['contradiction spec.minReadySeconds']);
  expect(says(deployment({ minReadySeconds: 5, progressDeadlineSeconds: 5 }))).toEqual(['contradiction spec.progressDeadlineSeconds']);
  expect(says(deployment({ minReadySeconds: 599 }))).toEqual([]);
  expect(says(deployment({ strategy: { rollingUpdate: { maxSurge: '200%', maxUnavailable: '101%' } } }))).toEqual(['value spec.strategy.rollingUpdate.maxUnavailable']);
});
