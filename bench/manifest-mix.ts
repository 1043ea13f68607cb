import { stringify } from 'yaml';

/**
 * A hundred documents of what folders and Helm output hold, 2.5 kB each on average; `index` makes every name its own.
 */
export function hundredDocuments(index: number): string {
  const named = (count: number, make: (name: string) => unknown) => Array.from({ length: count }, (_, number) =>
    `# Source: chart/templates/${number}.yaml\n${stringify(
      make(`object-${index}-${number}`),
      { aliasDuplicateObjects: false },
    )}`);
  return [
    ...named(8, gpuDeployment), ...named(2, nimService), ...named(30, deployment), ...named(20, service),
    ...named(15, configMap), ...named(10, role),
    ...named(5, secret), ...named(5, node), ...named(3, podFromCluster), ...named(2, customResourceDefinition),
  ].map(each => `---\n${each}`).join('');
}

/** A hundred documents that all ask for GPUs. */
export function gpuDocuments(index: number): string {
  return Array.from({ length: 100 }, (_, number) =>
    `---\n${stringify(gpuDeployment(`gpu-${index}-${number}`), { aliasDuplicateObjects: false })}`)
    .join('');
}

const labels = (name: string) => ({
  'app.kubernetes.io/name': name,
  'app.kubernetes.io/managed-by': 'Helm',
  'helm.sh/chart': 'chart-1.2.3',
});
const environment = (count: number) =>
  Array.from({ length: count }, (_, number) => ({ name: `SETTING_${number}`, value: `value of setting ${number}` }));
const probe = (path: string) => ({
  httpGet: { path, port: 8080 },
  initialDelaySeconds: 10,
  periodSeconds: 5,
  failureThreshold: 3,
});

function pod(name: string, resources: unknown): Record<string, unknown> {
  return {
    serviceAccountName: name,
    securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [{
      name: 'main',
      image: `registry.example.com/team/${name}:1.2.3`,
      env: environment(12),
      ports: [{ name: 'http', containerPort: 8080 }],
      resources,
      livenessProbe: probe('/healthz'),
      readinessProbe: probe('/ready'),
      volumeMounts: [{ name: 'config', mountPath: '/etc/config' }, { name: 'tmp', mountPath: '/tmp' }],
    }],
    volumes: [{ name: 'config', configMap: { name } }, { name: 'tmp', emptyDir: {} }],
  };
}

function deployment(name: string): unknown {
  return workload(name, pod(name, { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } }));
}

function gpuDeployment(name: string): unknown {
  return workload(name, {
    ...pod(name, { limits: { 'nvidia.com/mig-1g.10gb': 1 } }),
    nodeSelector: { 'nvidia.com/gpu.product': 'NVIDIA-A100-SXM4-80GB' },
    tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }],
  });
}

function workload(name: string, spec: unknown): unknown {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default', labels: labels(name) },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels(name) },
      template: { metadata: { labels: labels(name) }, spec },
    },
  };
}

function nimService(name: string): unknown {
  return {
    apiVersion: 'apps.nvidia.com/v1alpha1',
    kind: 'NIMService',
    metadata: { name, namespace: 'nim', labels: labels(name) },
    spec: {
      image: {
        repository: 'nvcr.io/nim/meta/llama-3.1-8b-instruct',
        tag: '1.8.4',
        pullPolicy: 'IfNotPresent',
        pullSecrets: ['ngc-secret'],
      },
      authSecret: 'ngc-api-secret',
      storage: { nimCache: { name, profile: '' } },
      replicas: 1,
      resources: { limits: { 'nvidia.com/gpu': 1 } },
      expose: { service: { type: 'ClusterIP', port: 8000 } },
      env: environment(6),
    },
  };
}

function service(name: string): unknown {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'default', labels: labels(name) },
    spec: {
      type: 'ClusterIP',
      selector: labels(name),
      ports: [{ name: 'http', port: 80, targetPort: 'http' }, { name: 'metrics', port: 9090, targetPort: 9090 }],
    },
  };
}

function configMap(name: string): unknown {
  const line = (number: number) => `server.setting.number.${number} = some value that is as long as such values are`;
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'default', labels: labels(name) },
    data: { 'application.properties': `${Array.from({ length: 45 }, (_, number) => line(number)).join('\n')}\n` },
  };
}

function role(name: string): unknown {
  const rule = (resource: string) => ({
    apiGroups: [''],
    resources: [resource],
    verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
  });
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name, namespace: 'default', labels: labels(name) },
    rules: ['pods', 'services', 'configmaps', 'secrets', 'events'].map(rule),
  };
}

function secret(name: string): unknown {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: 'default', labels: labels(name) },
    data: { 'tls.crt': 'QUJD'.repeat(450), 'tls.key': 'QUJD'.repeat(300) },
  };
}

/** As `kubectl get nodes -o yaml` prints it. */
function node(name: string): unknown {
  const image = (number: number) => ({
    names: [`registry.example.com/team/image-${number}@sha256:${'0123456789abcdef'.repeat(4)}`],
    sizeBytes: 123456789 + number,
  });
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/arch': 'amd64',
        'nvidia.com/gpu.product': 'NVIDIA-A100-SXM4-80GB',
        'nvidia.com/gpu.count': '8',
      },
    },
    spec: { providerID: `example:///${name}` },
    status: {
      capacity: { 'cpu': '96', 'nvidia.com/gpu': '8' },
      nodeInfo: { kubeletVersion: 'v1.34.2' },
      images: Array.from({ length: 25 }, (_, number) => image(number)),
    },
  };
}

/** As `kubectl get pods -o yaml` prints it. */
function podFromCluster(name: string): unknown {
  const fields = Object.fromEntries(Array.from({ length: 40 }, (_, number) =>
    [`f:field${number}`, { '.': {}, 'f:inner': {} }]));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      labels: labels(name),
      managedFields: [{ manager: 'kubelet', operation: 'Update', apiVersion: 'v1', fieldsV1: fields }],
    },
    spec: pod(name, {}),
    status: {
      phase: 'Running',
      conditions: [
        'Ready', 'Initialized', 'PodScheduled',
      ].map(type => ({ type, status: 'True', lastTransitionTime: '2026-11-01T00:00:00Z' })),
    },
  };
}

function customResourceDefinition(name: string): unknown {
  const field = (number: number) => [`field${number}`, {
    type: 'object',
    description: 'what this field is for, in a sentence or two',
    properties: {
      inner: { type: 'string', maxLength: 63 },
      count: { type: 'integer', minimum: 0 },
    },
  }];
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${name}.example.com` },
    spec: {
      group: 'example.com',
      names: { kind: 'Thing', plural: name },
      versions: [{
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: Object.fromEntries(Array.from({ length: 70 }, (_, number) => field(number))),
          },
        },
      }],
    },
  };
}
