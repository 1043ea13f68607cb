// What the NIM Operator makes of spec.draResources (k8s-nim-operator v3.1.2 internal/shared/resourceclaims.go, internal/k8sutil/cel/cel.go,
// manifests/resourceclaimtemplate.yaml). Its names end with hashes of the names that they come of; here they end with those names.
'use strict';

const OPERATORS = { Equal: '==', NotEqual: '!=', GreaterThan: '>', GreaterThanOrEqual: '>=', LessThan: '<', LessThanOrEqual: '<=' };

/** `device.attributes["gpu.nvidia.com"].profile`; a key without a domain is the driver's. */
function path(map, key, driver) {
  const [domain, name] = key.includes('/') ? key.split('/') : [driver, key];
  return `device.${map}[${JSON.stringify(domain)}].${name}`;
}

function ofAttribute({ key, op, value }, driver) {
  const read = path('attributes', key, driver);
  if (value.versionValue !== undefined) { return `(${read}).compareTo(semver(${JSON.stringify(value.versionValue)})) ${OPERATORS[op]} 0`; }
  return `${read} ${OPERATORS[op]} ${JSON.stringify(value.stringValue ?? value.intValue ?? value.boolValue)}`;
}

const ofCapacity = ({ key, op, value }, driver) => `(${path('capacity', key, driver)}).compareTo(quantity(${JSON.stringify(value)})) ${OPERATORS[op]} 0`;

function request({ name, count, deviceClassName, driverName, attributeSelectors = [], capacitySelectors = [], celExpressions = [] }) {
  const expressions = [
    `device.driver == ${JSON.stringify(driverName)}`, ...celExpressions,
    ...attributeSelectors.map(each => ofAttribute(each, driverName)), ...capacitySelectors.map(each => ofCapacity(each, driverName)),
  ];
  return { name, exactly: { allocationMode: 'ExactCount', count, deviceClassName, selectors: expressions.map(expression => ({ cel: { expression } })) } };
}

function templateOf({ name: service, namespace }, { generateName, devices }, index) {
  return {
    apiVersion: 'resource.k8s.io/v1', kind: 'ResourceClaimTemplate', metadata: { name: `${generateName ?? 'claimtemplate'}-${service}-${index}`, namespace },
    spec: { spec: { devices: { requests: devices.map(request) } } },
  };
}

/** @returns the templates that are made, the `resourceClaims` of the pod, and the `claims` of its container */
function claimsOf({ metadata, spec: { draResources = [] } }) {
  const templates = [];
  const claims = draResources.map(({ resourceClaimName, resourceClaimTemplateName, claimCreationSpec, requests = [] }, index) => {
    if (claimCreationSpec !== undefined) { templates.push(templateOf(metadata, claimCreationSpec, index)); }
    const source = resourceClaimName !== undefined ? { resourceClaimName } : { resourceClaimTemplateName: resourceClaimTemplateName ?? templates.at(-1).metadata.name };
    return { ofPod: { name: `claim-${index}`, ...source }, ofContainer: requests.length === 0 ? [{ name: `claim-${index}` }] : requests.map(each => ({ name: `claim-${index}`, request: each })) };
  });
  return { templates, ofPod: claims.map(({ ofPod }) => ofPod), ofContainer: claims.flatMap(({ ofContainer }) => ofContainer) };
}

/** The templates that the operator makes beside the manifests. */
const templatesOf = manifests => manifests.filter(({ kind }) => kind === 'NIMService').flatMap(service => claimsOf(service).templates);

module.exports = { claimsOf, templatesOf };
