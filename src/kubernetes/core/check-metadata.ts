import { Fields, fieldsOf, plainText, textOf } from '../fields';
import { isLabelKey, isLabelValue } from '../label-syntax';

/** Something in the metadata of an object that the API server refuses. */
export interface MetadataIssue {
  readonly problem: 'value' | 'bounds';
  /** From the metadata. */
  readonly path: string[];
  readonly message: string;
  readonly fix: string;
}

/** apimachinery pkg/api/validation objectmeta.go, TotalAnnotationSizeLimitB: of keys and values together. */
const MOST_ANNOTATION_BYTES = 256 * 1024;

const SYNTAX = 'at most 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends';

/**
 * What the API server refuses in labels and annotations (apimachinery pkg/api/validation/objectmeta.go,
 * pkg/apis/meta/v1/validation/validation.go).
 */
export function checkLabelsAndAnnotations(metadata: Readonly<Fields>): MetadataIssue[] {
  const issues: MetadataIssue[] = [];
  const wrong = (path: string[], message: string, fix: string) => issues.push({ problem: 'value', path, message, fix });
  for (const [key, value] of Object.entries(fieldsOf(metadata.labels))) {
    if (!isLabelKey(key)) {
      wrong(
        ['labels', key],
        `is no key of a label: ${SYNTAX}, and a DNS name with "/" before them if need be`,
        'rename it',
      );
    }
    if (typeof value === 'string' && !isLabelValue(value)) {
      wrong(
        ['labels', key],
        `is ${short(value)}, which is no value of a label: ${SYNTAX}`,
        'shorten it, or write it as an annotation',
      );
    }
  }
  const annotations = Object.entries(fieldsOf(metadata.annotations));
  for (const [key] of annotations) {
    if (!isLabelKey(key.toLowerCase())) {
      wrong(
        ['annotations', key],
        `is no key of an annotation: ${SYNTAX}, and a DNS name with "/" before them if need be`,
        'rename it',
      );
    }
  }
  const bytes = annotations.reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(textOf(value) ?? ''),
    0,
  );
  if (bytes > MOST_ANNOTATION_BYTES) {
    issues.push({
      problem: 'bounds',
      path: ['annotations'],
      message: `has ${bytes} bytes in keys and values, at most ${MOST_ANNOTATION_BYTES} are allowed`,
      fix: 'move what is long to a ConfigMap',
    });
  }
  return issues;
}

/** What names of objects must look like. */
interface NameForm { readonly pattern: RegExp; readonly most: number; readonly words: string }

const SUBDOMAIN: NameForm = {
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  most: 253,
  words: 'lower case letters, digits, "-" and ".", with a letter or digit at the ends of every part',
};
const LABEL: NameForm = {
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  most: 63,
  words: 'lower case letters, digits and "-", with a letter or digit at both ends',
};
/** apimachinery pkg/api/validation/path IsValidPathSegmentName. */
const SEGMENT: NameForm = { pattern: /^(?!\.\.?$)[^/%]+$/, most: Infinity, words: 'a name without "/" and "%"' };

/**
 * Kinds whose names are not those of a DNS subdomain (kubernetes/kubernetes@v1.37.2
 * pkg/apis/{core,rbac,policy}/validation).
 */
const NAME_FORMS: Readonly<Record<string, NameForm>> = {
  Namespace: LABEL,
  Service: LABEL,
  Role: SEGMENT,
  ClusterRole: SEGMENT,
  RoleBinding: SEGMENT,
  ClusterRoleBinding: SEGMENT,
  PodDisruptionBudget: { ...SEGMENT, pattern: /^[^/%]+$/ },
};

/**
 * Kinds whose pods cannot have every name that the kind could: the name of a Job is a label of its pods, that of a
 * CronJob has a time behind it, and that of a pod of a StatefulSet is a host (kubernetes/kubernetes@v1.37.2
 * pkg/apis/{apps,batch}/validation/validation.go). Others have kinds of these names, too.
 */
const NAME_FORMS_OF_GROUPS: Readonly<Record<string, NameForm>> = {
  'apps/v1 StatefulSet': LABEL,
  'batch/v1 Job': { ...SUBDOMAIN, most: 63 },
  'batch/v1 CronJob': { ...SUBDOMAIN, most: 52 },
};

function nameFormOf(apiVersion: string, kind: string): NameForm {
  const ofGroup = `${apiVersion} ${kind}`;
  if (Object.hasOwn(NAME_FORMS_OF_GROUPS, ofGroup)) { return NAME_FORMS_OF_GROUPS[ofGroup]; }
  return Object.hasOwn(NAME_FORMS, kind) ? NAME_FORMS[kind] : SUBDOMAIN;
}

/** Why the API server refuses the name of an object; undefined where it takes it. */
export function wrongName(
  apiVersion: string,
  kind: string,
  metadata: Readonly<Fields>,
): { readonly message: string; readonly fix: string } | undefined {
  const name = metadata.name;
  if (typeof name !== 'string' || name === '') { return undefined; } // a missing name is for those who need it
  const { pattern, most, words } = nameFormOf(apiVersion, kind);
  if (name.length > most) {
    return { message: `has ${name.length} characters, at most ${most} are allowed`, fix: 'shorten it' };
  }
  return pattern.test(name)
    ? undefined
    : { message: `is ${short(name)}; the name of a ${kind} has ${words}`, fix: 'rename it' };
}

function short(value: string): string {
  const text = JSON.stringify(plainText(value));
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

