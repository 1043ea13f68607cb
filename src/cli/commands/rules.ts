import type { Argv, CommandModule } from 'yargs';
import { examplesOf } from './rule-examples';
import { releasesOf } from '../../report';
import { RULES } from '../../rules';
import { jsonText, nearestName } from '../../text';
import { Terminal, UsageError } from '../shell/terminal';

/** `cdk8s-gpu rules`: what `lint` looks for. */
export function rulesCommand(terminal: Terminal): CommandModule<object, { format?: string }> {
  return {
    command: 'rules',
    describe: 'List what lint looks for',
    builder: (yargs: Argv) => yargs
      .option('format', { choices: ['text', 'json'], default: 'text', describe: 'for people or for scripts' })
      .example('$0 rules', 'id, severity and sentence of each; - is what manifests cannot show')
      .example('$0 rules --format json', 'with reasons, evidence and examples') as Argv<{ format?: string }>,
    handler: args => {
      terminal.out(args.format === 'json' ? jsonText(RULES.map(rule => ({ ...rule, ...examplesOf(rule) })))
        : RULES.map(({ id, lintSeverity, notCheckable, sentence }) =>
          `${id.padEnd(8)} ${(notCheckable ? '-' : lintSeverity).padEnd(8)} ${sentence}`)
          .join('\n'));
    },
  };
}

/** `cdk8s-gpu explain RULE`: why, with the evidence and an example of each kind. */
export function explainCommand(terminal: Terminal): CommandModule<object, { rule?: string }> {
  return {
    command: 'explain <rule>',
    describe: 'Explain a rule: why, the evidence, a failing and a passing example',
    builder: (yargs: Argv) => yargs
      .positional('rule', { type: 'string', describe: 'id of a rule, such as MIG-008, or its name' })
      .example('$0 explain MIG-008', 'what the findings of that rule mean') as Argv<{ rule?: string }>,
    handler: args => {
      const id = args.rule!.toUpperCase();
      const text = RULES.find(each => each.id === id || each.name === args.rule);
      if (text === undefined) {
        const nearest = nearestName(id, RULES.map(each => each.id));
        throw new UsageError(`there is no rule ${id}${nearest === undefined ? '' : `; did you mean ${nearest}`}; `
          + 'cdk8s-gpu rules lists them');
      }
      const { bad, good } = examplesOf(text);
      const indent = (example: string) =>
        example.split('\n').map(line => (line === '' ? '' : `    ${line}`)).join('\n');
      terminal.out([
        `${text.id} (${text.name}): ${text.sentence}`, '',
        `Why: ${text.why}`,
        text.notCheckable === undefined
          ? `Severity: ${text.lintSeverity} for manifests that a person wrote, ${text.severity} for those of this `
            + `library${text.refusedAtOnce === true ? '; a construct refuses it at once where it can see it' : ''}`
          : `Not checked: ${text.notCheckable}`,
        ...text.falseAlarm === undefined ? [] : [`False alarms: ${text.falseAlarm}`],
        `Releases: ${releasesOf(text)}`,
        `Evidence: ${text.evidence}`, '',
        text.notCheckable === undefined ? 'Found in:' : 'Wrong:', indent(bad), '',
        text.notCheckable === undefined ? 'Not found in:' : 'Right:', indent(good),
      ].join('\n'));
    },
  };
}
