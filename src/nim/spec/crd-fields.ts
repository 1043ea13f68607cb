import { at, checkSchema, listOf, SchemaProblem } from '../../kubernetes';
import { laterNimServiceFields, NIM_OPERATOR, NIM_SERVICE_SINCE, NimOperatorVersion } from '../../releases';

type Fields = Readonly<Record<string, unknown>>;

/** How many findings stand in one message. */
const MOST_LINES = 6;

/**
 * Refuses fields that the CRD of the release does not know, and values that it does not take: the API server would drop
 * the former in silence.
 * @param place construct path, for the message
 * @param version the release; undefined for the newest
 * @throws with every finding, the first line for itself
 */
export function checkKnownFields(
  place: string,
  kind: string,
  version: NimOperatorVersion | undefined,
  spec: Fields,
): void {
  const findings = [...newerInPatch(kind, version?.version, spec), ...outOfSchema(kind, version?.version, spec)];
  if (findings.length === 0) { return; }
  const [first, ...rest] = findings;
  const shown = rest.slice(0, MOST_LINES - 1).map(each => `  ${each}`);
  const left = rest.length - shown.length;
  throw new Error([`${place}: ${first}`, ...shown, ...(left > 0 ? [`  and ${left} more`] : [])].join('\n'));
}

/** What changed between patches of a release, which the field facts do not tell apart. */
function newerInPatch(kind: string, version: string | undefined, spec: Fields): string[] {
  if (version === undefined) { return []; }
  const inService = (service: unknown, prefix: string) => laterNimServiceFields(version)
    .filter(([path]) => at(service, ...path) !== undefined)
    .map(([path, first]) => `${prefix}.${path.join('.')} is known from NIM Operator ${first} on, and `
      + `${version} drops it [NIM-102]; `
      + `give nimOperator ${first} or later where the cluster has it, or leave it out`);
  switch (kind) {
    case 'NIMService': return inService(spec, 'spec');
    case 'NIMPipeline':
      return listOf(spec.services).flatMap((service, index) =>
        inService(at(service, 'spec'), `spec.services.${index}.spec`));
    default: return [];
  }
}

function outOfSchema(kind: string, version: string | undefined, spec: Fields): string[] {
  const { settled, late } = withoutLateValues(spec);
  return checkSchema(kind, version, { apiVersion: 'apps.nvidia.com/v1alpha1', kind, spec: settled })
    // a null in overrides takes a field out: cdk8s writes none
    .filter(({ problem }) => problem !== 'null' && !(late && problem === 'missing'))
    // the facts are of an older patch; that what is measured outside of the pods is there, `checkDevices` sees to
    .filter(({ path, problem }) =>
      !(problem === 'bounds'
        && path.at(-1) === 'minReplicas'
        && at(settled, ...path.slice(1)) === 0
        && NIM_OPERATOR.has('optionalAuthSecret', version)))
    .filter(({ path, problem }) =>
      !(problem === 'newer'
        && NIM_SERVICE_SINCE.some(([known]) => path.slice(-known.length).join('.') === known.join('.'))
        && version !== undefined))
    .map(({ message, fix, problem }) => `${message} [${RULES[problem]}]; ${fix}`);
}

const RULES: Record<SchemaProblem, string> = {
  unknown: 'SCH-001',
  type: 'SCH-002',
  value: 'SCH-003',
  bounds: 'SCH-004',
  missing: 'SCH-005',
  newer: 'SCH-006',
  contradiction: 'SCH-009',
  null: 'SCH-010',
};

/** The fields without values that are known only at synth (cdk8s `Lazy`), which the rules see then. */
function withoutLateValues(spec: Fields): { settled: unknown; late: boolean } {
  let late = false;
  const settle = (value: unknown): unknown => {
    if (Array.isArray(value)) { return value.map(settle); }
    if (typeof value !== 'object' || value === null || value instanceof Date) { return value; }
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) {
      late = true;
      return undefined;
    }
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, settle(each)]));
  };
  return { settled: settle(spec), late };
}
