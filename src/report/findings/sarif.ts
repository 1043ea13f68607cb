import * as fs from 'fs';
import * as path from 'path';
import { pathToFileURL } from 'url';
import { gzipSync } from 'zlib';
import { FINGERPRINT, fingerprintsOf } from './fingerprint';
import { LintResult } from './lint-result';
import { ReadProblem } from '../../cluster';
import { Finding, Rule, RULES, Severity } from '../../rules';
import { counted, jsonText } from '../../text';

const LEVEL: Record<Severity, string> = { error: 'error', warning: 'warning', info: 'note' };

/**
 * Results of a run: code scanning refuses a file with more, and keeps 5,000 of them, the most severe first (GitHub Docs,
 * "SARIF results exceed one or more limits").
 */
const MOST_RESULTS = 25_000;

/** Bytes of a file that code scanning takes, packed with gzip: 10 MB (GitHub Docs, "SARIF file is too large"). */
const MOST_PACKED_BYTES = 10_000_000;

/** What could not be read, one by one. */
const MOST_NOTIFICATIONS = 1_000;

/** For code scanning: SARIF 2.1.0 (docs.oasis-open.org/sarif/sarif/v2.1.0). */
export function sarifReport(result: LintResult): string {
  for (let most = MOST_RESULTS; ; most = Math.floor(Math.min(most, result.findings.length) / 2)) {
    const report = reportOf(result, most);
    if (most === 0 || packsInto(MOST_PACKED_BYTES, report)) { return report; }
  }
}

function packsInto(bytes: number, text: string): boolean {
  return Buffer.byteLength(text) < bytes || gzipSync(text).length < bytes;
}

/** The report with so many findings at most. */
function reportOf({ findings: all, problems, notes = [] }: LintResult, most: number): string {
  const findings = mostSevere(all, most);
  const fingerprints = fingerprintsOf(findings);
  const used = new Set(findings.map(each => each.rule));
  const rules = RULES.filter(text => used.has(text.id));
  const index = new Map(rules.map((text, position) => [text.id, position]));
  return jsonText({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{
      tool: { driver: { name: 'cdk8s-gpu', rules: rules.map(descriptorOf) } },
      // code scanning takes a run without this for one that saw everything
      invocations: [{
        executionSuccessful: problems.length === 0,
        toolExecutionNotifications: [
          ...problems.slice(0, MOST_NOTIFICATIONS).map(each => notificationOf(each, 'error')),
          ...leftOut(problems.length - MOST_NOTIFICATIONS, 'more document', 'could not be read', 'error'),
          ...notes.map(each => notificationOf(each, 'note')),
          ...leftOut(all.length - findings.length, 'finding', 'of the least severity left out: code scanning takes '
            + (most === MOST_RESULTS ? `${MOST_RESULTS} results of a run` : 'files of 10 MB at most, packed'), 'warning'),
        ],
      }],
      columnKind: 'utf16CodeUnits',
      results: findings.map(finding => resultOf(finding, index.get(finding.rule)!, fingerprints.get(finding)!)),
    }],
  });
}

/** As many as a file may have, in their order; of more those of the least severity are left out. */
function mostSevere(findings: readonly Finding[], most: number): readonly Finding[] {
  if (findings.length <= most) { return findings; }
  const bySeverity = (['error', 'warning', 'info'] as const).flatMap(severity =>
    findings.filter(each => each.severity === severity));
  const kept = new Set(bySeverity.slice(0, most));
  return findings.filter(each => kept.has(each));
}

function leftOut(count: number, what: string, why: string, level: string): object[] {
  return count <= 0 ? [] : [{ level, message: { text: `${counted(count, what)} ${why}; --format json has all` } }];
}

/** The page of the rules in the repository that package.json names. */
function helpUriOf(id: string): string {
  const {
    repository,
  } = JSON.parse(fs.readFileSync(
    path.join(__dirname, '..', '..', '..', 'package.json'),
    'utf8',
  )) as { repository: { url: string } };
  return `${repository.url.replace(/^git\+/, '').replace(/\.git$/, '')}/blob/main/docs/rules.md#${id.toLowerCase()}`;
}

function descriptorOf({ id, name, area, sentence, why, evidence, lintSeverity }: Rule): object {
  return {
    id,
    name: name.split('-').map(word => word.charAt(0).toUpperCase() + word.slice(1)).join(''),
    helpUri: helpUriOf(id),
    shortDescription: { text: sentence },
    fullDescription: { text: why },
    help: { text: `${why}\n\nEvidence: ${evidence}\n\ncdk8s-gpu explain ${id} shows examples.` },
    defaultConfiguration: { level: lintSeverity === 'none' ? 'none' : LEVEL[lintSeverity] },
    properties: { tags: [area] },
  };
}

function resultOf(finding: Finding, ruleIndex: number, fingerprint: string): object {
  return {
    ruleId: finding.rule,
    ruleIndex,
    level: LEVEL[finding.severity],
    partialFingerprints: { [FINGERPRINT]: fingerprint },
    message: { text: `${finding.message}. ${finding.fix}` },
    locations: [{
      physicalLocation: physicalLocation(finding.file, finding.line),
      logicalLocations: [{
        name: finding.name,
        kind: 'resource',
        fullyQualifiedName: [finding.namespace, finding.kind, finding.name].filter(Boolean).join('/'),
      }],
    }],
    ...(finding.acknowledged !== undefined
      && { suppressions: [{ kind: 'inSource', status: 'accepted', justification: finding.acknowledged }] }),
  };
}

function notificationOf({ file, line, message }: ReadProblem, level: string): object {
  return { level, message: { text: message }, locations: [{ physicalLocation: physicalLocation(file, line) }] };
}

function physicalLocation(file: string, line = 1): object {
  return { artifactLocation: { uri: uriOf(file) }, region: { startLine: line } };
}

/** Relative to the working directory where it is below it, as code scanning wants it. */
function uriOf(file: string): string {
  const relative = path.relative('', file);
  if (relative.startsWith('..') || path.isAbsolute(relative)) { return pathToFileURL(file).href; }
  return relative.split(path.sep).map(encodeURIComponent).join('/');
}
