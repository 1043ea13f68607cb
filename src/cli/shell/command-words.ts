import yargs from 'yargs';
import type { CommandModule } from 'yargs';

/** What a command can be called with. */
export interface CommandWords {
  readonly name: string;
  readonly describe: string;
  /** With their dashes, and the values of those that have a choice. */
  readonly options: ReadonlyMap<string, readonly string[]>;
  /** The values of its argument, where it has a choice. */
  readonly values: readonly string[];
}

/** What yargs has and its types do not tell. */
interface Declared {
  getOptions(): {
    readonly key: Readonly<Record<string, unknown>>;
    readonly choices: Readonly<Record<string, string[] | undefined>>;
  };
}

/** The words of each command, as its builder declares them. */
export function vocabularyOf(commands: readonly CommandModule[]): CommandWords[] {
  return commands.map(({ command, describe, builder }) => {
    const [name, ...positionals] = String(command).split(' ').map(each => each.replace(/[<>[\].]/g, ''));
    const declared = yargs([]);
    if (typeof builder === 'function') { void builder(declared); }
    const { key, choices } = (declared as unknown as Declared).getOptions();
    const options = [...Object.keys(key).filter(each => !positionals.includes(each) && each !== 'version')];
    return {
      name,
      describe: String(describe),
      options: new Map(options.map(each => [`--${each}`, choices[each] ?? []])),
      values: positionals.flatMap(each => choices[each] ?? []),
    };
  });
}
