import type { Argv, CommandModule } from 'yargs';
import { GpuLayout } from '../../hardware';
import { jsonText } from '../../text';
import { boardNamed } from '../input/find-board';
import { Terminal, UsageError } from '../shell/terminal';

interface LayoutsArguments { product?: string; format?: string; check?: string }

/**
 * `cdk8s-gpu layouts PRODUCT`: how a board can be cut, or whether it can be cut so. Exit code 0 or 1 with `--check`, 2
 * usage.
 */
export function layoutsCommand(terminal: Terminal): CommandModule<object, LayoutsArguments> {
  return {
    command: 'layouts <product>',
    describe: 'List every maximal MIG layout of a board, or check one',
    builder: (yargs: Argv) => yargs
      .positional('product', {
        type: 'string',
        describe: 'product label, such as NVIDIA-H200, or a part of it that no other has',
      })
      .option('check', {
        type: 'string',
        describe: 'whether the board can be cut so, such as 3g.40gb=2,1g.10gb=1; exit code 0 or 1',
      })
      .option('format', { choices: ['text', 'json'], default: 'text', describe: 'for people or for scripts' })
      .example('$0 layouts H200', 'every way to cut an H200 into as much as it holds')
      .example('$0 layouts A100-SXM4-80GB --check 3g.40gb=2', 'whether two such slices fit on it')
      .example('$0 layouts A30 --format json', 'an array of maps from profile to count') as Argv<LayoutsArguments>,
    handler: args => {
      const json = args.format === 'json';
      const gpu = boardNamed(args.product!);
      if (args.check === undefined) {
        const layouts = gpu.maximalLayouts();
        terminal.out(json
          ? jsonText(layouts.map(layout => layout.profiles))
          : layouts.length === 0
            ? `${gpu} has no MIG: it is one GPU, whole or shared`
            : layouts.map(String).join('\n'));
        return;
      }
      const check = gpu.checkLayout(layoutOf(args.check));
      terminal.out(json ? jsonText(check) : check.valid
        ? [`${args.check} fits ${gpu}`, ...check.warnings].join('\n')
        : `${args.check} does not fit ${gpu}: ${check.reasons.join('; ')}; ${check.fix}`);
      terminal.exitCode = check.valid ? 0 : 1;
    },
  };
}

function layoutOf(text: string): GpuLayout {
  try {
    return GpuLayout.parse(text);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
