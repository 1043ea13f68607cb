import * as fs from 'fs';
import * as path from 'path';
import yargs from 'yargs';
import type { Argv, CommandModule } from 'yargs';
import { messageInShort } from '../text';
import { adviseCommand } from './commands/advise';
import { benchCommand } from './commands/bench';
import { completionCommand } from './commands/completion';
import { fitCommand } from './commands/fit';
import { gpusCommand } from './commands/gpus';
import { layoutsCommand } from './commands/layouts';
import { lintCommand } from './commands/lint';
import { modelsCommand } from './commands/models';
import { planCommand } from './commands/plan';
import { reportCommand } from './commands/report';
import { explainCommand, rulesCommand } from './commands/rules';
import { STANDARD_INPUT } from './input/manifest-files';
import { vocabularyOf } from './shell/command-words';
import { COMPLETION_REQUEST, completions } from './shell/completion';
import { processTerminal, Terminal } from './shell/terminal';
import { usageMessage } from './shell/usage-message';

/**
 * Runs the command line.
 * @param args what stands after `cdk8s-gpu`
 * @param terminal where it writes to
 */
export async function main(args: string[], terminal: Terminal = processTerminal()): Promise<void> {
  const commands = commandsOf(terminal);
  if (args[0] === COMPLETION_REQUEST) {
    completions(args.slice(1), vocabularyOf(commands)).forEach(each => terminal.out(each));
    return;
  }
  try {
    const tell = (_error: unknown, _argv: unknown, output: string) => { if (output) { terminal.out(output); } };
    await parserOf(args, commands, terminal).parseAsync(
      args.map(each => (each === '-' ? STANDARD_INPUT : each)),
      {},
      tell,
    );
  } catch (error) {
    const message = (error as Error).message.split('\n').map(each => each.trim()).filter(each => each !== '').join(' ');
    terminal.err(`cdk8s-gpu: ${messageInShort(usageMessage(message, args, vocabularyOf(commands)))}`);
    terminal.exitCode = 2;
  }
}

function commandsOf(terminal: Terminal): CommandModule[] {
  const makers = [
    lintCommand, reportCommand, explainCommand, rulesCommand, fitCommand, planCommand, adviseCommand, layoutsCommand,
    gpusCommand,
    modelsCommand, benchCommand,
    completionCommand,
  ];
  return makers.map(each => each(terminal) as CommandModule);
}

function parserOf(args: string[], commands: CommandModule[], terminal: Terminal): Argv {
  return yargs(args, PACKAGE) // it looks upward for a package.json, and need not look further
    .scriptName('cdk8s-gpu')
    .usage('$0 <command>\n\nNVIDIA GPU partitioning, checked before it reaches a cluster.')
    .command(commands)
    .example('$0 lint manifests/', 'find what is wrong with the manifests of a cluster')
    .example('$0 report manifests/ --out report.html', 'draw the boards with their slices, models and free memory')
    .example('$0 explain MIG-008', 'why a rule says so, with examples')
    .example('$0 gpus', 'which boards are known, and their MIG profiles')
    .example('$0 models qwen3', 'which models are known')
    .example('$0 layouts H200', 'how a board can be cut')
    .example('$0 fit --model meta-llama/Llama-3.1-8B-Instruct --gpu H200', 'on which of its slices a model fits')
    .example('$0 plan fleet.yaml', 'the cheapest boards for a fleet of models, proved')
    .epilogue('cdk8s-gpu <command> --help tells more. NO_COLOR=1 switches colours off.')
    .demandCommand(1, 'say which command; cdk8s-gpu --help lists them')
    .strict()
    .version(versionOfPackage())
    .wrap(Math.min(110, terminal.columns ?? 110))
    .exitProcess(false)
    .fail(false)
    .check(checkValues, true)
    .help()
    .alias('help', 'h');
}

/** Options that may be given several times, and the arguments behind a command. */
const SEVERAL = new Set(['_', 'path', 'results']);

/**
 * yargs makes a list of an option that is given twice, NaN of what is no number, and an empty text of a value that is
 * left out; nothing behind it expects any of them. No message repeats the value: it may be what somebody pasted by
 * mistake.
 */
function checkValues(args: Readonly<Record<string, unknown>>): true {
  for (const [name, value] of Object.entries(args).filter(([each]) => !SEVERAL.has(each) && !/[A-Z]/.test(each))) {
    if (Array.isArray(value)) { throw new Error(`--${name} is given more than once; give it once`); }
    if (Number.isNaN(value)) { throw new Error(`--${name} needs a number in digits, such as 8192`); }
    if (value === '') { throw new Error(`--${name} needs a value`); }
  }
  return true;
}

/** The folder of this package. */
const PACKAGE = path.join(__dirname, '..', '..');

function versionOfPackage(): string {
  return (JSON.parse(fs.readFileSync(path.join(PACKAGE, 'package.json'), 'utf8')) as { version: string }).version;
}
