import { isLabelKey, isLabelValue } from '../label-syntax';

/** What a number or a text of a field must be, beside its type. */
export interface CoreBound {
  readonly least?: number;
  readonly most?: number;
  readonly pattern?: RegExp;
  readonly test?: (text: string) => boolean;
  /** What the pattern means. */
  readonly form?: string;
  /** The only values, where the API names none. */
  readonly values?: readonly string[];
  /** Whether an empty text is refused; elsewhere it is as good as none. */
  readonly isFilled?: boolean;
  /** Whether a list or map without items is refused. */
  readonly hasItems?: boolean;
  /** Whether it is a map, where the API says that anything goes. */
  readonly isMap?: boolean;
  /**
   * Whether it must be there, where the published files say otherwise: they call required whatever Go always writes.
   */
  readonly isRequired?: boolean;
}

export const REQUIRED: CoreBound = { isRequired: true };
/** An empty one is as good. */
export const OPTIONAL: CoreBound = { isRequired: false };
/** A text with something in it. */
export const FILLED: CoreBound = { isFilled: true };
export const filled = (bound: CoreBound): CoreBound => ({ ...bound, isFilled: true });
export const oneOf = (...values: string[]): CoreBound => ({ values, isFilled: true });
export const COUNT: CoreBound = { least: 0 };
/** A number of pods or a share of them. */
export const SHARE: CoreBound = { least: 0, pattern: /^\d+%$/, form: 'a number, or a share such as 25%', isFilled: true };
/** The same of what there is already, of which there cannot be more than all. */
export const SHARE_OF_ALL: CoreBound = {
  least: 0,
  pattern: /^0*(?:\d{1,2}|100)%$/,
  form: 'a number, or a share of at most 100%',
  isFilled: true,
};
export const WEIGHT: CoreBound = { least: 1, most: 100 };
/** apimachinery pkg/util/validation IsValidUserID, IsValidGroupID. */
export const ACCOUNT: CoreBound = { least: 0, most: 2 ** 31 - 1 };
/** 0777 */
export const MODE: CoreBound = { least: 0, most: 511 };
export const DNS_LABEL: CoreBound = {
  pattern: /^(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  form: 'at most 63 lower case letters, digits and "-", with a letter or digit at both ends',
};
/** IsValidPortName */
export const PORT_NAME: CoreBound = {
  pattern: /^(?=.{1,15}$)(?=.*[a-z])(?!.*--)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  form: 'at most 15 lower case letters, digits and single "-", with a letter among them',
};
export const PORT: CoreBound = { ...PORT_NAME, least: 1, most: 65535 };
/** 0 means none. */
export const PORT_OR_NONE: CoreBound = { ...PORT_NAME, least: 0, most: 65535 };
/** IsRelaxedEnvVarName, which every release from 1.34 on has. */
export const VARIABLE: CoreBound = {
  pattern: /^[ -<>-~]+$/,
  form: 'printable characters without "="',
  isFilled: true,
};
export const SUBDOMAIN: CoreBound = {
  pattern: /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  form: 'lower case letters, digits, "-" and ".", as names of objects have',
};
/** IsConfigMapKey */
export const FILE_KEY: CoreBound = {
  pattern: /^(?!\.\.?$)(?!\.\..)[-._a-zA-Z0-9]{1,253}$/,
  form: 'at most 253 letters, digits, "-", "_" and "."',
  isFilled: true,
};
/** IsValidSysctlName */
export const SYSCTL: CoreBound = {
  pattern: /^(?=.{1,253}$)[a-z0-9][-_a-z0-9./]*$/,
  form: 'a name such as net.core.somaxconn',
  isFilled: true,
};
/** What a variable or a file can hold of the pod it is in (validateObjectFieldSelector), where it is read by name. */
export const POD_FIELD: CoreBound = {
  pattern: /^(?:metadata\.(?:name|namespace|uid|(?:labels|annotations)(?:\['.*'\])?)|spec\.(?:nodeName|serviceAccountName)|status\.(?:hostIPs?|podIPs?))$/,
  form: 'a field such as metadata.name, spec.nodeName or status.podIP',
  isFilled: true,
};
/** The same of a container (validateContainerResourceFieldSelector). */
export const CONTAINER_FIELD: CoreBound = {
  pattern: /^(?:limits|requests)\.(?:cpu|memory|ephemeral-storage|hugepages-.+)$/,
  form: 'limits or requests of cpu, memory or ephemeral-storage',
  isFilled: true,
};
export const NAMED: CoreBound = { ...SUBDOMAIN, isFilled: true, isRequired: true };
export const LABEL_KEY: CoreBound = { test: isLabelKey, form: 'a key of a label' };
export const LABEL_VALUE: CoreBound = {
  test: isLabelValue,
  form: 'a value of a label: at most 63 letters, digits, "-", "_" and "."',
};
export const SELECTOR_OPERATOR: CoreBound = oneOf('In', 'NotIn', 'Exists', 'DoesNotExist');
/** IsQualifiedName: what a key of a label is, too. */
export const QUALIFIED: CoreBound = {
  test: isLabelKey,
  form: 'letters, digits, "-", "_" and ".", with a DNS name and "/" before them if need be',
  isFilled: true,
};
export const QUALIFIED_IN_ANY_CASE: CoreBound = { ...QUALIFIED, test: text => isLabelKey(text.toLowerCase()) };
/** ValidateDriverName; some releases take capitals. */
export const DRIVER: CoreBound = {
  pattern: /^(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/i,
  form: 'a DNS name of at most 63 characters',
  isFilled: true,
};
/** What is no address at a glance: releases differ in zeros before a number. */
export const IP: CoreBound = { pattern: /^(?=.*[.:])[0-9a-f.:]+$/i, form: 'an IP address', isFilled: true };
export const CIDR: CoreBound = {
  pattern: /^(?=.*[.:])[0-9a-f.:]+\/\d{1,3}$/i,
  form: 'a range of addresses such as 10.0.0.0/8',
  isFilled: true,
};
/** A host that an Ingress serves: a DNS name, or `*.` before one. */
export const HOST: CoreBound = {
  pattern: /^(?=.{1,253}$)(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  form: 'a DNS name in lower case, or "*." before one',
};
/** ValidatePodDNSConfig: a DNS name in which "_" may stand, or the root. */
export const SEARCH: CoreBound = {
  pattern: /^(?=.{1,254}$)[a-z0-9_.-]+$/,
  form: 'a DNS name in lower case',
  isFilled: true,
};
export const ABSOLUTE: CoreBound = { pattern: /^\//, form: 'a path that begins with "/"' };
/** validateLocalDescendingPath */
export const INNER_PATH: CoreBound = {
  pattern: /^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$)).+$/,
  form: 'a path without "/" before it and without ".."',
  isFilled: true,
};
export const REQUIRED_NAME: CoreBound = { isRequired: true, isFilled: true };
