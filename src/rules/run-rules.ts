import { ClusterModel, ManifestDocument } from '../cluster';
import { at, isTemplated } from '../kubernetes';
import { Milestone, stateOf } from '../releases';
import { hideSecretsOf, mayHoldSecret, secretsOf } from '../secrets';
import { messageInShort } from '../text';
import { acknowledgement } from './acknowledgement';
import { CHECKED_RULES } from './all-rules';
import { Finding } from './finding';
import { Rule, RuleFinding, Severity } from './rule';
import { failureOf } from './rule-failure';

/**
 * Runs every rule that applies to the releases of the cluster.
 * @param least findings of a lower severity are left out, and cost nothing
 */
export function runRules(model: ClusterModel, least: Severity = 'info'): Finding[] {
  const findings: Finding[] = [];
  for (const rule of CHECKED_RULES) {
    if (!applies(rule, model)) { continue; }
    try {
      for (const found of rule.check(model)) {
        const severity = severityOf(rule, found);
        if (severity === 'none' || BY_WEIGHT.indexOf(severity) < BY_WEIGHT.indexOf(least)) { continue; }
        if ((rule.aboutKey !== true && isTemplated(valueAt(found))) || isTemplated(keyOf(found))) { continue; }
        for (const document of found.alike ?? [found.document]) {
          findings.push(inBrief(withoutSecrets(report(rule.id, severity, { ...found, document }), document)));
        }
      }
    } catch (error) {
      findings.push(failureOf(rule, error, model));
    }
  }
  return saidOnce(findings).sort(byPlace);
}

const BY_WEIGHT: Severity[] = ['info', 'warning', 'error'];

/** What a schema says of a place is left out where another rule says at least as much of it: that one knows why. */
function saidOnce(findings: Finding[]): Finding[] {
  const placeOf = ({ file, document, path }: Finding) => `${file} ${document} ${path}`;
  const weights = new Map<string, number>();
  for (const finding of findings.filter(({ rule }) => !rule.startsWith('SCH-'))) {
    weights.set(placeOf(finding), Math.max(weights.get(placeOf(finding)) ?? 0, BY_WEIGHT.indexOf(finding.severity)));
  }
  return findings.filter(finding =>
    !finding.rule.startsWith('SCH-')
      || !((weights.get(placeOf(finding)) ?? -1) >= BY_WEIGHT.indexOf(finding.severity)));
}

function severityOf(rule: Rule, found: RuleFinding): Severity | 'none' {
  const usual = found.document.author === 'construct' ? rule.severity : rule.lintSeverity;
  if (usual === 'none') { return 'none'; }
  if (found.document.isOfUnknownKind) { return 'info'; } // its pods were found by their shape: nothing is certain
  return found.dormant === true && rule.refusedByCrd !== true ? 'info' : found.severity ?? usual;
}

function valueAt({ document, path, file, filePath }: RuleFinding): unknown {
  return file === undefined ? at(document.value, ...path) : at(file.value, ...filePath ?? []);
}

/** What the value stands under: a key may be a placeholder too, such as the profile in a mig-parted file. */
function keyOf({ path, filePath }: RuleFinding): unknown {
  return [...path, ...filePath ?? []].at(-1);
}

function report(
  rule: string,
  severity: Severity,
  { document, path, file, filePath, message, fix }: RuleFinding,
): Finding {
  const whole = [...path, ...filePath ?? []];
  const origin = document.originOf(path);
  return {
    rule,
    severity,
    message,
    fix,
    file: origin.file,
    document: origin.index,
    line: file === undefined ? atLeastOne(origin.line(path)) : file.line(filePath ?? []),
    kind: document.kind,
    name: document.name,
    namespace: document.namespace,
    path: whole.join('.'),
    acknowledged: acknowledgement(document.annotations, rule),
  };
}

/** Whatever rule found it, and whatever it was looking for; by shape also what came from another manifest. */
function withoutSecrets(finding: Finding, document: ManifestDocument): Finding {
  const texts = (['message', 'fix', 'path', 'kind', 'name', 'namespace', 'acknowledged'] as const)
    .flatMap(key => (finding[key] === undefined ? [] : [[key, finding[key]] as const]));
  if (secretsOf(document.value).length === 0 && !mayHoldSecret(texts.map(([, text]) => text).join('\n'))) {
    return finding;
  }
  const hidden = texts.map(([key, text]) => [key, hideSecretsOf(document.value, text)]);
  return { ...finding, ...Object.fromEntries(hidden) as Partial<Finding> };
}

/** Long texts of a manifest make no message longer than anybody reads. */
function inBrief(finding: Finding): Finding {
  const { message, fix } = finding;
  const short = { message: messageInShort(message), fix: messageInShort(fix) };
  return short.message === message && short.fix === fix ? finding : { ...finding, ...short };
}

/** A file that is all of a value begins above its first line. */
function atLeastOne(line: number | undefined): number | undefined {
  return line === undefined ? undefined : Math.max(line, 1);
}

/** In doubt a rule applies: of `26.7` nobody knows the patch. */
function applies({ since, until }: Rule, model: ClusterModel): boolean {
  return (since === undefined || stateOf(since, releaseOf(model, since)) !== false)
    && (until === undefined || stateOf(until, releaseOf(model, until)) !== true);
}

/** Of the operators, the newest where none is declared; of what is undefined, later than all. */
function releaseOf(model: ClusterModel, { product }: Milestone): string | undefined {
  return product === 'gpu-operator'
    ? model.gpuOperator
    : product === 'nim-operator'
      ? model.nimOperator
      : model.declaredRelease(product);
}

function byPlace(a: Finding, b: Finding): number {
  return inOrder(a.file, b.file) || a.document - b.document || (a.line ?? 0) - (b.line ?? 0) || inOrder(a.rule, b.rule);
}

/** The same on every machine, whatever its language, and a tenth of the time of localeCompare. */
function inOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
