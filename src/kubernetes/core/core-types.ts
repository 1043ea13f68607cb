import { ROOTS, TYPES } from './core-facts';

/** What a field of one of Kubernetes' own types holds. */
export interface CoreField {
  /** A scalar by its letter (see `SCALARS` in check-core.ts), or the name of another type. */
  readonly type: string;
  readonly form: 'one' | 'list' | 'map';
  readonly isRequired: boolean;
  /** What tells the items of a list apart, in a server-side apply; none where the item itself does. */
  readonly keys?: readonly string[];
  /** The only values that it takes. */
  readonly values?: readonly string[];
  /** Whether every text is right, as far as the facts say. */
  readonly isAnyText: boolean;
  /** The release of Kubernetes that it came with; undefined where the oldest that is known has it. */
  readonly since?: string;
}

/** The fields of a type by their names. */
export type CoreType = ReadonlyMap<string, CoreField>;

let lines: Map<string, string> | undefined;
let roots: Map<string, string> | undefined;
const types = new Map<string, CoreType>();

/** The fields of a type, as in `PodSpec`. */
export function coreType(name: string): CoreType | undefined {
  lines ??= new Map(TYPES.trim().split('\n').map(line => [line.split(' ', 1)[0], line]));
  const known = types.get(name);
  if (known !== undefined) { return known; }
  const line = lines.get(name);
  if (line === undefined) { return undefined; }
  const type = new Map(line.split(' ').slice(1).map(fieldIn));
  types.set(name, type);
  return type;
}

/** The type that describes a kind; undefined for kinds without facts. */
export function coreTypeOf(apiVersion: string, kind: string): string | undefined {
  roots ??= new Map(ROOTS.trim()
    .split('\n')
    .map(line => line.split(' '))
    .map(([version, name, type]) => [`${version} ${name}`, type]));
  return roots.get(`${apiVersion} ${kind}`);
}

/**
 * `effect!=NoExecute|NoSchedule`, `ports:[]ContainerPort*containerPort+protocol`, `labels:{}s`,
 * `restartPolicyRules:[]Rule@1.34`.
 */
const FIELD = /^([^:*!=@]+)(?::(\[\]|\{\})?([^*!=@]+))?(\*[^!=@]*)?(!)?(?:=([^@]*))?(?:@(.+))?$/;

function fieldIn(text: string): [string, CoreField] {
  const [, name, form, type = 's', keys, required, values, since] = FIELD.exec(text)!;
  return [name, {
    type,
    form: form === '[]' ? 'list' : form === '{}' ? 'map' : 'one',
    isRequired: required !== undefined,
    keys: keys === undefined ? undefined : keys === '*' ? [] : keys.slice(1).split('+'),
    values: values?.split('|'),
    isAnyText: type === 's' && form === undefined && values === undefined && since === undefined,
    since,
  }];
}
