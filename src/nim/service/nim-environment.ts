import { NimLora } from './nim-lora';
import { inOrderOfUse } from '../../kubernetes';
import { listOf, needed, struct, TEXT } from '../../props';

/** An environment variable whose value is in a Secret. */
export interface NimSecretEnv {
  /** The variable. */
  readonly name: string;
  /** Name of the Secret. */
  readonly secret: string;
  /** Key in the Secret. */
  readonly key: string;
}

/** Variables of a NIM. */
export interface NimEnvironmentSettings {
  /**
   * Which profile of a speech NIM runs, such as `name=magpie-tts-multilingual,batch_size=8`. Its memory depends on it.
   * @default - the NIM's own choice
   */
  readonly selector?: string;
  /**
   * Environment variables. Not for secrets.
   * @default - none
   */
  readonly env?: Record<string, string>;
  /**
   * Environment variables from Secrets.
   * @default - none
   */
  readonly secretEnv?: NimSecretEnv[];
  /**
   * Environment variables from elsewhere, as in Kubernetes: a field of the pod, a key of a ConfigMap.
   * @default - none
   */
  readonly envValueFrom?: any[];
  /**
   * LoRA adapters.
   * @default - none
   */
  readonly lora?: NimLora;
}

/**
 * Variables that the operator derives from the service ports: another value leaves probes and Service on a dead port.
 */
const PORT_VARIABLES = [
  'NIM_SERVER_PORT', 'NIM_HTTP_API_PORT', 'NIM_GRPC_API_PORT', 'NIM_TRITON_GRPC_PORT', 'NIM_TRITON_METRICS_PORT',
];

/** `env` of a NIMService: `computed` first, what the person gave wins. */
export function toEnvironment(
  path: string,
  props: NimEnvironmentSettings,
  computed: Record<string, string>,
): Record<string, unknown> {
  const selector: Record<string, string> = props.selector === undefined ? {} : { NIM_TAGS_SELECTOR: props.selector };
  const plain = { ...computed, ...selector, ...inOrderOfUse(props.env) };
  if (props.selector !== undefined
    && props.env?.NIM_TAGS_SELECTOR !== undefined
    && props.env.NIM_TAGS_SELECTOR !== props.selector) {
    throw new Error(`${path}: selector "${props.selector}" and env NIM_TAGS_SELECTOR `
      + `"${props.env.NIM_TAGS_SELECTOR}" contradict each other; give one`);
  }
  const port = Object.keys(plain).find(name => PORT_VARIABLES.includes(name));
  if (port !== undefined) {
    throw new Error(`${path}: ${port} is set by the NIM Operator from the service port; another value leaves probes `
      + 'and Service on a dead port. Leave it out');
  }
  const env = [
    ...Object.entries(plain).map(([name, value]) => ({ name, value })),
    ...(props.secretEnv
      ?? []).map(({
      name,
      secret: secretName,
      key,
    }) => ({ name, valueFrom: { secretKeyRef: { name: secretName, key } } })),
    ...fromElsewhere(path, props.envValueFrom ?? []),
  ];
  const twice = env.map(({ name }) => name).find((name, index, names) => names.indexOf(name) < index);
  if (twice !== undefined) { throw new Error(`${path}: the variable ${twice} is given twice; give it once`); }
  return env.length === 0 ? {} : { env };
}

function fromElsewhere(
  path: string,
  entries: { name?: unknown; valueFrom?: unknown }[],
): { name: string; valueFrom: unknown }[] {
  return entries.map(({ name, valueFrom, ...rest }) => {
    if (typeof name !== 'string' || typeof valueFrom !== 'object' || Object.keys(rest).length > 0) {
      throw new Error(`${path}: an entry of envValueFrom has name and valueFrom and nothing else, as in {name: NODE, `
        + 'valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}; '
        + 'give values by env, and Secrets by secretEnv');
    }
    return { name, valueFrom };
  });
}
export const SECRET_ENV = listOf(struct<NimSecretEnv>({ name: needed(TEXT), secret: needed(TEXT), key: needed(TEXT) }));
