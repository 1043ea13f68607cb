import yargs from 'yargs';
import { fitCommand } from './commands/fit';
import { gpusCommand } from './commands/gpus';
import { layoutsCommand } from './commands/layouts';
import { lintCommand } from './commands/lint';
import { explainCommand, rulesCommand } from './commands/rules';
import { STANDARD_INPUT } from './manifest-files';
import { processTerminal, Terminal } from './terminal';

/**
 * Runs the command line.
 * @param args what stands after `cdk8s-gpu`
 * @param terminal where it writes to
 */
export async function main(args: string[], terminal: Terminal = processTerminal()): Promise<void> {
  const parser = yargs(args)
    .scriptName('cdk8s-gpu')
    .usage('$0 <command>\n\nNVIDIA GPU partitioning, checked before it reaches a cluster.')
    .command(lintCommand(terminal))
    .command(explainCommand(terminal))
    .command(rulesCommand(terminal))
    .command(fitCommand(terminal))
    .command(layoutsCommand(terminal))
    .command(gpusCommand(terminal))
    .completion('completion', 'Print a completion script for bash or zsh')
    .demandCommand(1, 'Say which command; cdk8s-gpu --help lists them')
    .strict()
    .version(false)
    .wrap(110)
    .exitProcess(false)
    .fail(false)
    .help();
  try {
    await parser.parseAsync(args.map(each => (each === '-' ? STANDARD_INPUT : each)), {}, (_error, _argv, output) => { if (output) { terminal.out(output); } });
  } catch (error) {
    terminal.err(`cdk8s-gpu: ${(error as Error).message.replace(/\s*\n\s*/g, ' ')}`);
    terminal.exitCode = 2;
  }
}
