import type { ParseEntry } from 'shell-quote';

/** Programs that take a script behind `-c`. */
const SHELL = /^(?:\/(?:usr\/)?bin\/)?(?:ba|da|a|z)?sh$/;

/** Longer scripts are programs of their own, and no command line. */
const LONGEST_SCRIPT = 64 * 1024;

type Environment = Readonly<Record<string, string>>;

/**
 * The words that a container runs: command and args with the variables that Kubernetes fills in, and where a shell runs
 * a script, the words of the script.
 */
export function commandWords(words: readonly string[], env: Environment): string[] {
  const expanded = words.map(word => withVariables(word, env));
  const option = expanded.findIndex((word, index) => index > 0 && /^-[a-z]*c$/.test(word));
  const script = expanded[option + 1];
  if (option < 0 || script === undefined || script.length > LONGEST_SCRIPT || !SHELL.test(expanded[0])) {
    return expanded;
  }
  return scriptWords(script, env);
}

/**
 * `$(NAME)` of a variable that is defined; `$$(NAME)` is the text (k8s.io/kubernetes
 * third_party/forked/golang/expansion).
 */
function withVariables(word: string, env: Environment): string {
  return !word.includes('$(') ? word : word.replace(/\$\$|\$\(([\w.-]*)\)/g, (found, name: string | undefined) =>
    (found === '$$' ? '$' : name !== undefined && Object.hasOwn(env, name) && env[name] !== '' ? env[name] : found));
}

/** The words of a script, line by line, a backslash at the end joining two; what is not known stays `${NAME}`. */
function scriptWords(script: string, env: Environment): string[] {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when a container runs a shell
  const { parse } = require('shell-quote') as typeof import('shell-quote');
  const lines = script.replace(/\\\r?\n/g, ' ').split(/\r?\n/);
  const valueOf = (name: string) => (Object.hasOwn(env, name) && env[name] !== '' ? env[name] : `\${${name}}`);
  return lines.flatMap(line => wordsIn(line, text => parse(text, valueOf)));
}

function wordsIn(line: string, parse: (text: string) => ParseEntry[]): string[] {
  try {
    return parse(line).filter((each): each is string => typeof each === 'string');
  } catch {
    return []; // no command that a shell would run
  }
}
