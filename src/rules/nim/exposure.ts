import { isSet, ofNimServices, ofWholeNimServices } from './nim-check';
import { at, fieldsOf, HOST_DOMAIN, isFields, textOf } from '../../kubernetes';
import { NIM_OPERATOR } from '../../releases';
import { REFUSED } from '../false-alarms';
import { defineRule, Rule } from '../rule';

/** Rules about how a NIMService is reached: Service, router, ingress, metrics. */
export const NIM_EXPOSURE_RULES: Rule[] = [
  defineRule({
    id: 'NIM-070',
    name: 'router-ingress-and-gateway',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    since: NIM_OPERATOR.milestones.router,
    refusedByCrd: true,
    refusedAtOnce: true,
    sentence: 'expose.router.ingress and expose.router.gateway exclude each other',
    why: 'CEL',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimservices CEL \'ingress '
      + 'and gateway cannot be specified together\'',
    check: ofNimServices(function* ({ expose }) {
      if (isSet(at(expose, 'router', 'ingress')) && isSet(at(expose, 'router', 'gateway'))) {
        yield {
          path: ['expose', 'router', 'gateway'],
          message: 'router has an ingress and a gateway; the API server refuses both together',
          fix: 'keep one',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-071',
    name: 'router-host-domain-missing',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byWebhook,
    since: NIM_OPERATOR.milestones.router,
    sentence: 'expose.router.hostDomainName is required with router.ingress or router.gateway',
    why: 'webhook; otherwise the hostname ends in a dot: <name>.<namespace>.',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/webhook/apps/v1alpha1/nimservice_webhook_validation_helper.go '
      + 'validateRouterConfiguration; NVIDIA/k8s-nim-operator@f63f74d7 api/apps/v1alpha1/common_types.go getHostname',
    check: ofWholeNimServices(function* ({ expose }) {
      const router = at(expose, 'router');
      if ((isSet(at(router, 'ingress')) || isSet(at(router, 'gateway'))) && !isSet(at(router, 'hostDomainName'))) {
        yield {
          path: ['expose', 'router'],
          message: 'router without hostDomainName: the host would end in a dot',
          fix: 'write the domain; the host is <name>.<namespace>.<hostDomainName>',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-072',
    name: 'router-host-domain-form',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    since: NIM_OPERATOR.milestones.router,
    refusedByCrd: true,
    refusedAtOnce: true,
    sentence: 'expose.router.hostDomainName: 1 to 63 characters, lower case, a letter at the end, and no label that '
      + 'ends in a hyphen and one character (a-b.example.com)',
    why: 'CRD',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimservices pattern',
    check: ofNimServices(function* ({ expose }) {
      const domain = at(expose, 'router', 'hostDomainName');
      if (typeof domain === 'string' && (domain.length < 1 || domain.length > 63 || !HOST_DOMAIN.test(domain))) {
        yield {
          path: ['expose', 'router', 'hostDomainName'],
          message: `hostDomainName "${domain}" is no domain that the CRD takes`,
          fix: 'use lower case, at most 63 characters, a letter at the end, and no label that ends in a '
            + 'hyphen and one character',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-073',
    name: 'grpc-route-port',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byWebhook,
    since: NIM_OPERATOR.milestones.router,
    refusedAtOnce: true,
    sentence: 'router.gateway.grpcRoutesEnabled: true needs expose.service.grpcPort',
    why: 'webhook; otherwise the GRPCRoute has an empty spec',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/webhook/apps/v1alpha1/nimservice_webhook_validation_helper.go '
      + 'validateExposeRouterConfiguration; NVIDIA/k8s-nim-operator@f63f74d7 api/apps/v1alpha1/nimservice_types.go '
      + 'GetGRPCRouteSpec',
    check: ofWholeNimServices(function* ({ expose }) {
      if (at(expose, 'router', 'gateway', 'grpcRoutesEnabled') === true && !isSet(at(expose, 'service', 'grpcPort'))) {
        yield {
          path: ['expose', 'router', 'gateway', 'grpcRoutesEnabled'],
          message: 'grpcRoutesEnabled without expose.service.grpcPort makes a GRPCRoute without rules',
          fix: 'write grpcPort',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-074',
    name: 'ingress-with-router',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    since: NIM_OPERATOR.milestones.router,
    refusedByCrd: true,
    sentence: 'expose.ingress.enabled: true excludes expose.router.ingress',
    why: 'CEL and webhook',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimservices CEL on spec',
    check: ofNimServices(function* ({ expose }) {
      if (at(expose, 'ingress', 'enabled') === true && isSet(at(expose, 'router', 'ingress'))) {
        yield {
          path: ['expose', 'ingress', 'enabled'],
          message: 'expose.ingress and expose.router.ingress together are refused by the API server',
          fix: 'keep router',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-075',
    name: 'ingress-deprecated',
    area: 'NIMService',
    severity: 'warning',
    lintSeverity: 'warning',
    since: NIM_OPERATOR.milestones.router,
    sentence: 'expose.ingress is deprecated; use expose.router',
    why: 'webhook warns',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/webhook/apps/v1alpha1/nimservice_webhook_validation_helper.go '
      + 'validateExposeConfiguration',
    check: ofNimServices(function* ({ expose }) {
      if (at(expose, 'ingress', 'enabled') === true) {
        yield { path: ['expose', 'ingress'], message: 'expose.ingress is deprecated', fix: 'use expose.router' };
      }
    }),
  }),
  defineRule({
    id: 'NIM-076',
    name: 'load-balancer-with-router',
    area: 'NIMService',
    severity: 'warning',
    lintSeverity: 'info',
    since: NIM_OPERATOR.milestones.router,
    sentence: 'expose.service.type is not LoadBalancer beside a router',
    why: 'two entry points; webhook warns',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/webhook/apps/v1alpha1/nimservice_webhook_validation_helper.go '
      + 'validateExposeRouterConfiguration',
    check: ofNimServices(function* ({ expose }) {
      if (at(expose, 'service', 'type') === 'LoadBalancer'
        && (isSet(at(expose, 'router', 'ingress')) || isSet(at(expose, 'router', 'gateway')))) {
        yield {
          path: ['expose', 'service', 'type'],
          message: 'a LoadBalancer beside a router: two ways in',
          fix: 'use ClusterIP',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-077',
    name: 'router-misplaced',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byDropping,
    since: NIM_OPERATOR.milestones.router,
    sentence: 'router belongs under spec.expose, not under spec',
    why: 'unknown field: dropped, or refused by strict validation; one of NVIDIA\'s samples has it wrong',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimservices',
    check: ofNimServices(function* ({ router }) {
      if (isSet(router)) {
        yield {
          path: ['router'],
          message: 'spec.router is no field and is dropped',
          fix: 'write it under spec.expose',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-078',
    name: 'router-required-fields',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    since: NIM_OPERATOR.milestones.router,
    refusedByCrd: true,
    sentence: 'router.ingress needs ingressClass; router.gateway needs name and namespace, all non-empty',
    why: 'CRD',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimservices required, '
      + 'minLength 1',
    check: ofWholeNimServices(function* ({ expose }) {
      for (const [part, keys] of [['ingress', ['ingressClass']], ['gateway', ['name', 'namespace']]] as const) {
        const value = at(expose, 'router', part);
        for (const key of keys.filter(each => isFields(value) && (!isSet(value[each]) || value[each] === ''))) {
          yield { path: ['expose', 'router', part], message: `router.${part} has no ${key}`, fix: `write ${key}` };
        }
      }
    }),
  }),
  defineRule({
    id: 'NIM-079',
    name: 'backend-port',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    since: NIM_OPERATOR.milestones.router,
    refusedByCrd: true,
    sentence: 'router.gateway.backendRef to a Service needs port',
    why: 'CEL',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimservices CEL \'Must '
      + 'have port for Service reference\'',
    check: ofWholeNimServices(function* ({ expose }) {
      const reference = at(expose, 'router', 'gateway', 'backendRef');
      const isService = isFields(reference)
        && ['', 'Service', undefined, null].includes(reference.kind as string)
        && ['', undefined, null].includes(reference.group as string);
      if (isService && !isSet(reference.port)) {
        yield {
          path: ['expose', 'router', 'gateway', 'backendRef'],
          message: 'backendRef names a Service without a port',
          fix: 'write port',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-080',
    name: 'endpoint-picker-config',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    since: NIM_OPERATOR.milestones.router,
    refusedByCrd: true,
    refusedAtOnce: true,
    sentence: 'router.eppConfig: containerSpec required; configMapRef and config exclude each other',
    why: 'CRD and CEL',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 deployments/helm/k8s-nim-operator/crds, CRD nimservices CEL \'specify '
      + 'either configMapRef or config, not both\'',
    check: ofWholeNimServices(function* ({ expose }) {
      const config = at(expose, 'router', 'eppConfig');
      if (!isFields(config)) { return; }
      if (!isSet(config.containerSpec)) {
        yield {
          path: ['expose', 'router', 'eppConfig'],
          message: 'eppConfig has no containerSpec',
          fix: 'write containerSpec with name and image',
        };
      }
      if (isSet(config.configMapRef) && isSet(config.config)) {
        yield {
          path: ['expose', 'router', 'eppConfig', 'config'],
          message: 'eppConfig has configMapRef and config; the API server refuses both together',
          fix: 'keep one',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-081',
    name: 'ingress-without-spec',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'warning',
    since: NIM_OPERATOR.milestones.webhooks,
    until: NIM_OPERATOR.milestones.ingressWithoutSpec,
    sentence: 'expose.ingress.enabled: true needs expose.ingress.spec in 3.0.x',
    why: 'webhook of 3.0.x; in later versions an empty Ingress spec is rendered',
    evidence: 'NVIDIA/k8s-nim-operator@v3.0.2 internal/webhook/apps/v1alpha1/nimservice_webhook_validation_helper.go '
      + 'validateExposeConfiguration',
    check: ofWholeNimServices(function* ({ expose }) {
      if (at(expose, 'ingress', 'enabled') === true && !isSet(at(expose, 'ingress', 'spec'))) {
        yield {
          path: ['expose', 'ingress'],
          message: 'expose.ingress.enabled without a spec is refused by the webhook of 3.0.x',
          fix: 'write expose.ingress.spec',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-082',
    name: 'empty-service-monitor',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'warning',
    since: NIM_OPERATOR.milestones.webhooks,
    refusedAtOnce: true,
    sentence: 'metrics.enabled: true needs a non-empty metrics.serviceMonitor',
    why: 'webhook; without the webhook an empty one works',
    evidence: 'NVIDIA/k8s-nim-operator@f63f74d7 internal/webhook/apps/v1alpha1/nimservice_webhook_validation_helper.go '
      + 'validateMetricsConfiguration',
    check: ofWholeNimServices(function* ({ metrics }) {
      if (at(metrics, 'enabled') === true && Object.keys(fieldsOf(at(metrics, 'serviceMonitor'))).length === 0) {
        yield {
          path: ['metrics'],
          message: 'metrics.enabled with an empty serviceMonitor is refused by the webhook',
          fix: 'give serviceMonitor something, such as the labels that your Prometheus selects by',
        };
      }
    }),
  }),
  defineRule({
    id: 'NIM-083',
    name: 'proxy-without-certificates',
    area: 'NIMService',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: 'releases that mount it only when asked take it: so only where the release is given or found to be '
      + 'one that does not',
    since: NIM_OPERATOR.milestones.cacheProxyNeedsCertificates,
    sentence: 'spec.proxy has certConfigMap on releases that mount it unasked',
    why: 'the pods have a volume of a ConfigMap without a name, and the API server refuses them; mended for '
      + 'NIMServices in 3.0.2, for NIMCaches in 3.1.1',
    evidence: 'NVIDIA/k8s-nim-operator#700; NVIDIA/k8s-nim-operator#714',
    *check(model) {
      const release = model.declaredRelease('nim-operator');
      const kinds = [
        ...NIM_OPERATOR.has('proxyNeedsCertificates', release) ? ['NIMService'] : [],
        ...NIM_OPERATOR.has('cacheProxyNeedsCertificates', release) ? ['NIMCache'] : [],
      ];
      if (release === undefined) { return; } // the newest does not need it
      for (const document of kinds.flatMap(kind => model.ofKind(kind))) {
        const { proxy } = document.spec;
        if (!isFields(proxy) || (textOf(proxy.certConfigMap) ?? '') !== '') { continue; }
        yield {
          document,
          path: ['spec', 'proxy'],
          message: `proxy without certConfigMap: NIM Operator ${release} makes pods of it that the API server refuses`,
          fix: 'write certConfigMap with the certificates of the proxy, or upgrade',
        };
      }
    },
  }),
];
