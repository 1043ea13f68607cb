import * as fs from 'fs';
import * as path from 'path';
import { pathToFileURL } from 'url';
import { FINGERPRINT, fingerprintsOf } from './fingerprint';
import { LintResult } from './lint-result';
import { ReadProblem } from '../../cluster';
import { Finding, Rule, RULES, Severity } from '../../rules';
import { jsonText } from '../../text';

const LEVEL: Record<Severity, string> = { error: 'error', warning: 'warning', info: 'note' };

/** For code scanning: SARIF 2.1.0 (docs.oasis-open.org/sarif/sarif/v2.1.0). */
export function sarifReport({ findings, problems, notes = [] }: LintResult): string {
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
          ...problems.map(each => notificationOf(each, 'error')),
          ...notes.map(each => notificationOf(each, 'note')),
        ],
      }],
      columnKind: 'utf16CodeUnits',
      results: findings.map(finding => resultOf(finding, index.get(finding.rule)!, fingerprints.get(finding)!)),
    }],
  });
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
