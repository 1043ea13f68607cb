import { at, Fields, fieldsOf, isFields, isTemplated, listOf, Path } from '../../../kubernetes';
import { NimModel } from '../../../models';
import { NIM_OPERATOR } from '../../../releases';
import { shown } from '../../../text';
import { REFUSED } from '../../false-alarms';
import { defineRule, Rule } from '../../rule';
import { canNameService, isSet, ofNimServices, ofWholeNimServices, variable } from '../nim-check';

const PROBES = ['startupProbe', 'livenessProbe', 'readinessProbe'];

const HANDLERS = ['httpGet', 'grpc', 'tcpSocket', 'exec'];

/** Which variable the operator sets from which port (k8s-nim-operator api/apps/v1alpha1 GetStandardEnv). */
const PORT_VARIABLES: [string, string][] = [
  ['NIM_HTTP_API_PORT', 'port'], ['NIM_SERVER_PORT', 'port'], ['NIM_GRPC_API_PORT', 'grpcPort'],
  ['NIM_TRITON_GRPC_PORT', 'grpcPort'], ['NIM_TRITON_METRICS_PORT', 'metricsPort'],
];

/** Of `expose.service.port`, in the CRD. */
const DEFAULT_PORT = 8000;

/** How long the operator's own start-up probe waits: 30 s and 120 times 10 s (GetDefaultStartupProbe). */
const DEFAULT_PATIENCE = 30 + 120 * 10;

const PROXY_VARIABLES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'].flatMap(name => [name, name.toLowerCase()]);

/** Rules about probes, ports and environment of a NIMService. */
export const NIM_PROBE_AND_PORT_RULES: Rule[] = [
  defineRule({
    id: 'NIM-055',
    name: 'startup-probe-time',
    area: 'NIMService',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'speech NIMs need a startup probe that waits longer than the default (30 s + 120 '
      + 'x 10 s, about 20 minutes)',
    why: 'first start downloads and builds the model; NVIDIA\'s voice blueprint waits 2400 s for ASR and 3000 s for '
      + 'TTS',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 api/apps/v1alpha1/nimservice_types.go GetDefaultStartupProbe (same in '
      + 'v3.0.2 and v3.1.2); NVIDIA AI Blueprints, values of the voice blueprint',
    check: ofWholeNimServices(function* (spec) {
      if (!isSpeech(spec) || at(spec, 'startupProbe', 'enabled') === false) { return; }
      const probe = at(spec, 'startupProbe', 'probe');
      const seconds = isFields(probe) ? patienceOf(probe) : DEFAULT_PATIENCE;
      if (seconds > DEFAULT_PATIENCE) { return; }
      yield {
        path: isFields(probe) ? ['startupProbe', 'probe'] : ['startupProbe'],
        message: 'a speech NIM may take longer for its first start than '
          + `${isFields(probe) ? `the ${seconds} seconds of this probe` : 'the operator waits (about 20 minutes)'}; `
          + 'NVIDIA\'s voice blueprint waits 40 minutes for recognition and 50 for synthesis',
        fix: 'write startupProbe.probe with httpGet /v1/health/ready and a failureThreshold of 360 at periodSeconds 10',
      };
    }),
  }),
  defineRule({
    id: 'NIM-056',
    name: 'probe-handler',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byOperator,
    refusedAtOnce: true,
    sentence: 'a probe override must contain a handler (httpGet, grpc, tcpSocket or exec)',
    why: 'the given probe replaces the default completely; Kubernetes refuses a probe without a handler',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 api/apps/v1alpha1/nimservice_types.go GetStartupProbe / '
      + 'GetLivenessProbe / GetReadinessProbe',
    check: ofWholeNimServices(function* (spec) {
      for (const each of PROBES) {
        const probe = at(spec, each, 'probe');
        if (isFields(probe)
          && at(spec, each, 'enabled') !== false
          && !HANDLERS.some(handler => isSet(probe[handler]))) {
          yield {
            path: [each, 'probe'],
            message: `${each}.probe replaces the default completely and has no handler; Kubernetes refuses it`,
            fix: 'add httpGet: {path: /v1/health/ready, port: api}',
          };
        }
      }
    }),
  }),
  defineRule({
    id: 'NIM-057',
    name: 'probe-fields',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byDropping,
    sentence: 'probe fields belong under <kind>Probe.probe',
    why: 'fields put directly under startupProbe are unknown and dropped, so the default stays; issue #730',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD '
      + 'nimservices {enabled, probe}',
    check: ofNimServices(function* (spec) {
      for (const each of PROBES) {
        for (const key of Object.keys(fieldsOf(spec[each])).filter(name => name !== 'enabled' && name !== 'probe')) {
          yield {
            path: [each, key],
            message: `${each}.${key} is no field and is dropped, so the default probe stays`,
            fix: `write it under ${each}.probe, with its handler`,
          };
        }
      }
    }),
  }),
  defineRule({
    id: 'NIM-058',
    name: 'startup-probe-disabled',
    area: 'NIMService',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'startupProbe is on while the liveness probe is the default one',
    why: 'liveness starts after 15 s and kills the container after three failures of 10 s',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 api/apps/v1alpha1/nimservice_types.go GetDefaultLivenessProbe',
    check: ofNimServices(function* (spec) {
      if (at(spec, 'startupProbe', 'enabled') === false
        && !isSet(at(spec, 'livenessProbe', 'probe'))
        && at(spec, 'livenessProbe', 'enabled') !== false) {
        yield {
          path: ['startupProbe', 'enabled'],
          message: 'without a start-up probe the default liveness probe kills the container within a minute',
          fix: 'leave it enabled, or give livenessProbe.probe',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-060',
    name: 'http-port-variable',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'env NIM_HTTP_API_PORT / NIM_SERVER_PORT must be absent or equal expose.service.port',
    why: 'the operator sets both from the port and user env wins, so a different value moves the server away from '
      + 'the probes and the Service',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 api/apps/v1alpha1/nimservice_types.go GetStandardEnv, GetEnv; '
      + 'NVIDIA/k8s-nim-operator@f63f74d7 internal/utils/utils.go MergeEnvVars',
    check: ofNimServices(spec => movedPorts(spec, 'port')),
  }),
  defineRule({
    id: 'NIM-061',
    name: 'grpc-port-variable',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'warning',
    since: NIM_OPERATOR.milestones.grpcPort,
    sentence: 'env NIM_GRPC_API_PORT / NIM_TRITON_GRPC_PORT must be absent or equal expose.service.grpcPort '
      + '(NIM_TRITON_METRICS_PORT likewise metricsPort)',
    why: 'set by the operator from grpcPort/metricsPort; user env wins',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 api/apps/v1alpha1/nimservice_types.go GetStandardEnv',
    check: ofNimServices(function* (spec) {
      yield* movedPorts(spec, 'grpcPort');
      yield* movedPorts(spec, 'metricsPort');
    }),
  }),
  defineRule({
    id: 'NIM-062',
    name: 'repeated-port-variable',
    area: 'NIMService',
    severity: 'info',
    lintSeverity: 'info',
    sentence: 'env does not repeat a port variable that the operator sets',
    why: 'redundant',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 api/apps/v1alpha1/nimservice_types.go GetStandardEnv',
    check: ofNimServices(function* (spec) {
      for (const [name, port] of PORT_VARIABLES) {
        const set = variable(spec, name);
        if (set !== undefined && isSet(portOf(spec, port)) && set.value === shown(portOf(spec, port))) {
          yield {
            path: set.path,
            message: `${name}: the operator sets it to ${set.value} anyway, from expose.service.${port}`,
            fix: 'leave it out',
          };
        }
      }
    }),
  }),
  defineRule({
    id: 'NIM-063',
    name: 'equal-ports',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byOperator,
    since: NIM_OPERATOR.milestones.grpcPort,
    sentence: 'port, grpcPort and metricsPort must differ',
    why: 'a Service cannot hold the same TCP port twice',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 api/apps/v1alpha1/nimservice_types.go GetServiceParams; Kubernetes '
      + 'Service rules',
    check: ofNimServices(function* (spec) {
      const used = (port: string) =>
        portOf(spec, port) ?? (port === 'port' && isSet(at(spec, 'expose', 'service')) ? DEFAULT_PORT : undefined);
      const ports = ['port', 'grpcPort', 'metricsPort'].filter(each => isSet(used(each)));
      const twice = ports.find((each, index) => ports.findIndex(other => used(other) === used(each)) < index);
      if (twice !== undefined) {
        yield {
          path: ['expose', 'service', twice],
          message: `${twice} ${shown(used(twice))} is another port of the service already, and `
            + 'Kubernetes refuses the Service',
          fix: 'give each its own',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-064',
    name: 'speech-grpc-port',
    area: 'NIMService',
    severity: 'warning',
    lintSeverity: 'warning',
    since: NIM_OPERATOR.milestones.grpcPort,
    sentence: 'a speech NIM has expose.service.grpcPort',
    why: 'grpcPort has no default; without it neither container port nor Service port for gRPC exists',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 api/apps/v1alpha1/nimservice_types.go '
      + 'GetDeploymentParams, GetServiceParams',
    check: ofWholeNimServices(function* (spec) {
      if (isSpeech(spec) && !isSet(portOf(spec, 'grpcPort')) && !isSet(spec.multiNode)) {
        yield {
          path: ['expose', 'service', 'grpcPort'],
          message: 'a speech NIM is called by gRPC, and without grpcPort neither the container nor '
            + 'the Service has that port',
          fix: 'write grpcPort: 50051',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-065',
    name: 'profile-variable',
    area: 'NIMService',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'env NIM_MODEL_PROFILE equals storage.nimCache.profile',
    why: 'user env wins for the model but the GPU count still comes from nimCache.profile',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/controller/platform/standalone/nimservice.go '
      + 'MergeEnvVars(profileEnv, Env); addGPUResources',
    check: ofNimServices(function* (spec) {
      const profile = at(spec, 'storage', 'nimCache', 'profile');
      const set = variable(spec, 'NIM_MODEL_PROFILE');
      if (set !== undefined && isSet(profile) && profile !== '' && set.value !== profile) {
        yield {
          path: set.path,
          message: `NIM_MODEL_PROFILE ${set.value} decides which profile runs, and nimCache.profile `
            + `${shown(profile)} how many GPUs it gets`,
          fix: 'leave the variable out',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-066',
    name: 'cache-path-variable',
    area: 'NIMService',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'env NIM_CACHE_PATH lies in /model-store',
    why: 'user env wins while the volume stays at /model-store, so the cache is not used',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 api/apps/v1alpha1/nimservice_types.go GetStandardEnv, GetVolumeMounts',
    check: ofNimServices(function* (spec) {
      const set = variable(spec, 'NIM_CACHE_PATH');
      if (set !== undefined && !/^\/(?:model-store|model|opt\/cache)(?:\/|$)/.test(set.value)) {
        yield {
          path: set.path,
          message: `NIM_CACHE_PATH is ${set.value}, and the volume is at /model-store: what is `
            + 'downloaded is lost with the pod',
          fix: 'leave it out',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-067',
    name: 'proxy-variables',
    area: 'NIMService',
    severity: 'info',
    lintSeverity: 'info',
    since: NIM_OPERATOR.milestones.proxy,
    sentence: 'with spec.proxy the variables HTTP_PROXY, HTTPS_PROXY, NO_PROXY and their lower-case forms in env are '
      + 'overridden',
    why: 'proxy env is merged last',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 api/apps/v1alpha1/nimservice_types.go GetEnv, GetProxyEnv',
    check: ofNimServices(function* (spec) {
      for (const [index, each] of listOf(spec.env).entries()) {
        const name = shown(at(each, 'name'));
        if (isFields(spec.proxy) && PROXY_VARIABLES.includes(name)) {
          yield {
            path: ['env', index],
            message: `${name} is set from spec.proxy, which wins`,
            fix: 'say it under proxy',
          };
        }
      }
    }),
  }),
  defineRule({
    id: 'NIM-069',
    name: 'nim-object-name',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    sentence: 'metadata.name of a NIMService is a name that a Service can have: at most 63 lower-case letters, digits '
      + 'and "-", beginning with a letter',
    why: 'the operator makes a Service of the same name, which Kubernetes refuses otherwise; model names with a '
      + 'version in them (llama-3.1-8b) are such names',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 api/apps/v1alpha1/nimservice_types.go GetServiceParams; '
      + 'kubernetes/kubernetes@7fc9c57d pkg/apis/core/validation/validation.go ValidateServiceName '
      + '(NameIsDNS1035Label)',
    *check(model) {
      for (const document of model.ofKind('NIMService')
        .filter(({ name, value }) => name !== '' && name === at(value, 'metadata', 'name') && !isTemplated(name))) {
        const can = canNameService(document.name);
        if (can === true) { continue; }
        const near = document.name
          .toLowerCase()
          .replace(/[^a-z0-9-]+/g, '-')
          .replace(/^[^a-z]+/, '')
          .slice(0, 63)
          .split('-')
          .filter(Boolean)
          .join('-');
        yield {
          document,
          path: ['metadata', 'name'],
          message: `"${document.name}" cannot name a Service, and the operator makes one of this name: at most 63 `
            + 'lower-case letters, digits and "-", a letter first',
          fix: near === '' ? 'write such a name' : `write ${near}`,
          severity: can === 'perhaps' ? 'warning' : undefined,
        };
      }
    },
  }),
];

/** A variable that moves the server away from the port of its Service and its probes. */
function* movedPorts(spec: Readonly<Fields>, port: string): Generator<{ path: Path; message: string; fix: string }> {
  for (const [name] of PORT_VARIABLES.filter(([, each]) => each === port)) {
    const set = variable(spec, name);
    const wanted = portOf(spec, port) ?? (port === 'port' ? DEFAULT_PORT : undefined);
    if (set !== undefined && set.value !== shown(wanted)) {
      yield {
        path: set.path,
        message: `${name} is ${set.value} and expose.service.${port} is `
          + `${isSet(wanted) ? shown(wanted) : 'not set'}: the server listens where neither Service nor probes look`,
        fix: `leave ${name} out and write expose.service.${port}`,
      };
    }
  }
}

/** Seconds until a start-up probe gives up; what is left out has the defaults of Kubernetes (core/v1 Probe). */
function patienceOf(probe: Readonly<Fields>): number {
  const field = (name: string, otherwise: number) => (typeof probe[name] === 'number'
    ? probe[name] as number
    : isSet(probe[name])
      ? Infinity
      : otherwise);
  return field('initialDelaySeconds', 0) + field('periodSeconds', 10) * field('failureThreshold', 3);
}

function portOf({ expose }: Readonly<Fields>, port: string): unknown {
  return at(expose, 'service', port);
}

/** Speech NIMs by the catalogue, and by the families that NVIDIA names them after. */
function isSpeech(spec: Readonly<Fields>): boolean {
  const repository = shown(at(spec, 'image', 'repository') ?? '');
  const nim = NimModel.findByImage(repository);
  return nim?.isSpeech ?? /\/(?:parakeet|canary|conformer|magpie-tts|fastpitch|riva)[^/]*$/.test(repository);
}
