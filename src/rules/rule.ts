import { ClusterModel, EmbeddedFile, ManifestDocument } from '../cluster';
import { Path } from '../kubernetes';
import { Milestone } from '../releases';

/** How bad a finding is. */
export type Severity = 'error' | 'warning' | 'info';

/** What a check found. */
export interface RuleFinding {
  readonly document: ManifestDocument;
  /** The documents of which it is true at the same path, that one among them; @default - of that one alone */
  readonly alike?: readonly ManifestDocument[];
  readonly path: Path;
  /** The file inside the manifest that the path continues in. */
  readonly file?: EmbeddedFile;
  readonly filePath?: Path;
  readonly message: string;
  readonly fix: string;
  /** Where the manifests show more or less than the rule takes for granted: another severity than that of its text. */
  readonly severity?: Severity;
  /** It stands in something that is switched off, and hurts only when somebody switches it on. */
  readonly dormant?: boolean;
}

/** Finds what is wrong in a cluster. */
export type Check = (model: ClusterModel) => Iterable<RuleFinding>;

/** A rule: what must hold, why, where that is known from, and the check. */
export interface Rule {
  /** Family and number; it never changes, and is never given again. */
  readonly id: string;
  /** What goes wrong, readable, in kebab case. */
  readonly name: string;
  readonly area: string;
  /** For what our own constructs generate. */
  readonly severity: Severity;
  /** For what a person wrote; `none`: not reported. */
  readonly lintSeverity: Severity | 'none';
  /** It applies from what begins here on, so to every release without a table's word too. */
  readonly since?: Milestone;
  /** It applies until this has begun. */
  readonly until?: Milestone;
  /** A field breaks it by being there. All other rules are silent where a template has yet to fill the value in. */
  readonly aboutKey?: boolean;
  /** The API server refuses it, also in something that is switched off. */
  readonly refusedByCrd?: boolean;
  /** A construct of this library throws before it writes what breaks the rule, with the id in its message. */
  readonly refusedAtOnce?: boolean;
  readonly sentence: string;
  readonly why: string;
  readonly evidence: string;
  /** When a working cluster could have it all the same, and how the rule minds that; every error has one. */
  readonly falseAlarm?: string;
  /** Why manifests cannot show it; then it has no check. */
  readonly notCheckable?: string;
  /** An example that breaks it, of a rule without a check; of the others the fixtures are the examples. */
  readonly bad?: string;
  readonly good?: string;
  readonly check?: Check;
}

/** A rule that manifests can show. */
export type CheckedRule = Rule & { readonly check: Check };

/** Defines a rule: text and check in one place. */
export function defineRule(rule: Rule): Rule {
  return rule;
}

/** Whether manifests can show that a rule is broken. */
export function isChecked(rule: Rule): rule is CheckedRule {
  return rule.check !== undefined;
}
