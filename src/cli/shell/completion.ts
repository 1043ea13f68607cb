import { CommandWords } from './command-words';
import { Gpu } from '../../hardware';
import { LlmArchitecture, NimModel } from '../../models';
import { RULES } from '../../rules';
import { shortName } from '../input/find-board';

/** What the scripts call the command with, before the words of the line. */
export const COMPLETION_REQUEST = '--complete-words';

/**
 * What the last word of a line may become; nothing where it may be a file.
 * @param words behind the name of the program; the last is the one to complete, as far as it is written
 */
export function completions(words: readonly string[], commands: readonly CommandWords[]): string[] {
  const [first = '', ...rest] = words;
  if (rest.length === 0) { return beginningWith(first, [...commands.map(({ name }) => name), '--help', '--version']); }
  const command = commands.find(({ name }) => name === first);
  if (command === undefined) { return []; }
  // bash makes a word of the equals sign in --format=json
  const line = rest.filter((word, index) => word !== '=' || index === rest.length - 1);
  const last = line[line.length - 1];
  const word = last === '=' ? '' : last;
  const joined = /^(--[^=]+)=(.*)$/.exec(word); // as zsh leaves it
  if (joined !== null) {
    return completions([first, joined[1], joined[2]], commands).map(value => `${joined[1]}=${value}`);
  }
  const option = line[line.length - 2] ?? '';
  if (command.options.has(option)) {
    const values = valuesOfOption(option, line) ?? command.options.get(option)!;
    if (values.length > 0 || option === '--check') { return beginningWith(word, values); }
  }
  if (word.startsWith('-')) { return beginningWith(word, [...command.options.keys()]); }
  return line.length === 1 ? beginningWith(word, valuesOf(command)) : [];
}

/** What an option may be that has no choice of its own; of a selector or a profile by what the line says before. */
function valuesOfOption(option: string, line: readonly string[]): readonly string[] | undefined {
  const said = (name: string) => { const at = line.indexOf(name); return at === -1 ? undefined : line[at + 1]; };
  switch (option) {
    case '--gpu': return boards();
    case '--model': return models();
    case '--profile': return profilesOf(said('--gpu'));
    case '--selector': return selectorsOf(said('--model'));
    default: return undefined;
  }
}

function models(): string[] {
  return [...NimModel.all(), ...LlmArchitecture.all()].map(({ id }) => id);
}

function profilesOf(board: string | undefined): string[] {
  const gpus = Gpu.all().filter(gpu =>
    board === undefined || gpu.id === board || gpu.productLabels.some(label => label.includes(board)));
  return [...new Set(gpus.flatMap(gpu => gpu.profiles.map(({ name }) => name)))];
}

function selectorsOf(model: string | undefined): string[] {
  const nims = NimModel.all().filter(({ id }) => model === undefined || id === model);
  return [...new Set(nims.flatMap(nim =>
    [...nim.memoryFigures.flatMap(({ selector }) => selector ?? []), ...nim.selectorsWithoutFigure]))];
}

function valuesOf({ name, values }: CommandWords): readonly string[] {
  switch (name) {
    case 'layouts': return boards();
    case 'models': return models();
    case 'explain': return RULES.map(({ id }) => id);
    default: return values;
  }
}

function boards(): string[] {
  return [...new Set(Gpu.all().map(shortName))];
}

function beginningWith(word: string, values: readonly string[]): string[] {
  return values.filter(value => value.toLowerCase().startsWith(word.toLowerCase()));
}

/** For `~/.bashrc`. */
export const BASH_COMPLETION = `# completion of cdk8s-gpu; to install: cdk8s-gpu completion bash >> ~/.bashrc
_cdk8s_gpu() {
  local IFS=$'\\n'
  COMPREPLY=($(cdk8s-gpu ${COMPLETION_REQUEST} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o bashdefault -o default -F _cdk8s_gpu cdk8s-gpu`;

/** For `~/.zshrc`. */
export const ZSH_COMPLETION = `#compdef cdk8s-gpu
# completion of cdk8s-gpu; to install: cdk8s-gpu completion zsh >> ~/.zshrc, below compinit
_cdk8s_gpu() {
  local -a values
  values=(\${(f)"$(cdk8s-gpu ${COMPLETION_REQUEST} "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if (( $#values )); then compadd -a values; else _files; fi
}
compdef _cdk8s_gpu cdk8s-gpu`;
