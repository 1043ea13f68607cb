import { ruleTexts, RULES } from './all-rules';
import { RuleFinding, RuleText, Severity } from './rule';
import { ClusterModel, ManifestDocument } from '../cluster';

/** What a rule found, as it is reported. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly fix: string;
  readonly file: string;
  readonly document: number;
  readonly line?: number;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly path: string;
  /** Why a person accepts it; then it is no longer counted. */
  readonly acknowledged?: string;
}

/** Runs every rule that applies to the releases of the cluster. */
export function runRules(model: ClusterModel): Finding[] {
  const texts = new Map(ruleTexts().map(text => [text.id, text]));
  const findings: Finding[] = [];
  for (const rule of RULES) {
    const text = texts.get(rule.id)!;
    if (!applies(text, model.gpuOperator)) { continue; }
    for (const found of rule.check(model)) {
      const severity = found.document.author === 'construct' ? text.severity : text.lintSeverity;
      if (severity !== 'none') { findings.push(report(rule.id, severity, found)); }
    }
  }
  return findings.sort(byPlace);
}

function report(rule: string, severity: Severity, { document, path, file, filePath, message, fix }: RuleFinding): Finding {
  const whole = [...path, ...filePath ?? []];
  return {
    rule,
    severity,
    message,
    fix,
    file: document.file,
    document: document.index,
    line: file === undefined ? document.line(path) : file.line(filePath ?? []),
    kind: document.kind,
    name: document.name,
    namespace: document.namespace,
    path: whole.join('.'),
    acknowledged: acknowledgement(document, rule),
  };
}

/** `cdk8s-gpu/acknowledge: "MIG-027: the last one is meant; CP-001: partial"` on the object. */
function acknowledgement(document: ManifestDocument, rule: string): string | undefined {
  const entries = (document.annotations['cdk8s-gpu/acknowledge'] ?? '').split(';').map(each => each.trim());
  const mine = entries.find(each => each.startsWith(`${rule}:`))?.slice(rule.length + 1).trim();
  // a NimService writes down why its memory may be uncertain
  const accepted = rule === 'MEM-002' ? document.annotations['cdk8s-gpu/accepted-uncertain-memory'] : undefined;
  return (mine === '' ? undefined : mine) ?? accepted;
}

function applies({ minGpuOperator, maxGpuOperator }: RuleText, version: string): boolean {
  return (minGpuOperator === undefined || compare(version, minGpuOperator) >= 0)
    && (maxGpuOperator === undefined || compare(version, maxGpuOperator) <= 0);
}

/** Compares `26.7` and `25.10` by their numbers. */
function compare(a: string, b: string): number {
  const [left, right] = [a, b].map(each => each.replace(/^v/, '').split('.').map(Number));
  return (left[0] - right[0]) || ((left[1] ?? 0) - (right[1] ?? 0));
}

function byPlace(a: Finding, b: Finding): number {
  return a.file.localeCompare(b.file) || a.document - b.document || (a.line ?? 0) - (b.line ?? 0) || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0);
}
