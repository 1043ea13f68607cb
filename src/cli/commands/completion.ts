import type { Argv, CommandModule } from 'yargs';
import { BASH_COMPLETION, ZSH_COMPLETION } from '../shell/completion';
import { Terminal } from '../shell/terminal';

/** `cdk8s-gpu completion`: what a shell completes the command line with. */
export function completionCommand(terminal: Terminal): CommandModule<object, { shell?: string }> {
  return {
    command: 'completion [shell]',
    describe: 'Print a completion script for bash or zsh',
    builder: (yargs: Argv) => yargs
      .positional('shell', { choices: ['bash', 'zsh'], describe: 'which shell (default: the one of SHELL)' })
      .example('$0 completion bash >> ~/.bashrc', 'completes from the next shell on')
      .example('$0 completion zsh >> ~/.zshrc', 'the same for zsh, below compinit') as Argv<{ shell?: string }>,
    handler: ({
      shell = process.env.SHELL?.endsWith('zsh') === true ? 'zsh' : 'bash',
    }) => { terminal.out(shell === 'zsh' ? ZSH_COMPLETION : BASH_COMPLETION); },
  };
}
