import { acknowledgement } from './acknowledgement';
import { ruleTexts, RULES } from './all-rules';
import { RuleFinding, RuleText, Severity } from './rule';
import { ClusterModel, compareReleases, Versions } from '../cluster';

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
  const releases = releasesOf(model);
  const findings: Finding[] = [];
  for (const rule of RULES) {
    const text = texts.get(rule.id)!;
    if (!applies(text, releases)) { continue; }
    for (const found of rule.check(model)) {
      const severity = found.document.author === 'construct' ? text.severity : text.lintSeverity;
      if (severity !== 'none') { findings.push(report(rule.id, found.severity ?? severity, found)); }
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
    line: file === undefined ? atLeastOne(document.line(path)) : file.line(filePath ?? []),
    kind: document.kind,
    name: document.name,
    namespace: document.namespace,
    path: whole.join('.'),
    acknowledged: acknowledgement(document.annotations, rule),
  };
}

/** A file that is all of a value begins above its first line. */
function atLeastOne(line: number | undefined): number | undefined {
  return line === undefined ? undefined : Math.max(line, 1);
}

function releasesOf(model: ClusterModel): Versions {
  return {
    gpuOperator: model.gpuOperator,
    nimOperator: model.nimOperator,
    kubernetes: model.declaredRelease('kubernetes'),
    draDriver: model.declaredRelease('dra-driver'),
  };
}

function applies(text: RuleText, releases: Versions): boolean {
  return within(releases.gpuOperator, text.minGpuOperator, text.maxGpuOperator)
    && within(releases.nimOperator, text.minNimOperator, text.maxNimOperator)
    && within(releases.kubernetes, text.minKubernetes, text.maxKubernetes)
    && within(releases.draDriver, text.minDraDriver, text.maxDraDriver);
}

/** An undeclared release is later than every one that is known. */
function within(release: string | undefined, first: string | undefined, last: string | undefined): boolean {
  if (release === undefined) { return last === undefined; }
  return (first === undefined || compareReleases(release, first) >= 0) && (last === undefined || compareReleases(release, last) <= 0);
}

function byPlace(a: Finding, b: Finding): number {
  return inOrder(a.file, b.file) || a.document - b.document || (a.line ?? 0) - (b.line ?? 0) || inOrder(a.rule, b.rule);
}

/** The same on every machine, whatever its language, and a tenth of the time of localeCompare. */
function inOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
