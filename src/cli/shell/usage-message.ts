import { CommandWords } from './command-words';
import { nearestName } from '../../text';

/** What is wrong with a command line, in one line with the nearest right word and where to read on. */
export function usageMessage(message: string, args: readonly string[], commands: readonly CommandWords[]): string {
  const words = commands.find(({ name }) => name === args[0]);
  const command = words?.name;
  const help = command === undefined ? 'cdk8s-gpu --help' : `cdk8s-gpu ${command} --help`;
  const [unknown] = /^Unknown (?:argument|command)s?: (.+)$/.exec(message)?.[1].split(', ') ?? [];
  if (unknown !== undefined) {
    const option = args.find(each => each.startsWith('-') && each.replace(/^--?(?:no-)?/, '').split('=')[0] === unknown)
      ?.split('=')[0];
    if (option !== undefined) {
      return `there is no option ${option}${meant(option, [...words?.options.keys() ?? []])}; ${help} lists them`;
    }
    return command === undefined
      ? `there is no command ${unknown}${meant(unknown, commands.map(({ name }) => name))}; ${help} lists them`
      : `${command} has no use for "${unknown}"; ${help} shows how it is called`;
  }
  const choice = /^Invalid values: Argument: (\S+), Given: "(.*)", Choices: (.+)$/.exec(message);
  if (choice !== null) {
    const choices = choice[3].split(', ').map(each => each.slice(1, -1));
    return `--${choice[1]} is one of ${choices.join(', ')}, got "${choice[2]}"${meant(choice[2], choices)}`;
  }
  return /^Not enough/.test(message)
    ? `${command ?? 'the command'} needs ${command === 'lint' || command === 'report' ? 'a path' : 'an argument'}; `
      + `${help} shows how it is called`
    : message;
}

function meant(word: string, words: readonly string[]): string {
  const nearest = nearestName(word, words);
  return nearest === undefined ? '' : `; did you mean ${nearest}`;
}
