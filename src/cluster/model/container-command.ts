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
  const script = expanded[option + 1] === '--' ? expanded[option + 2] : expanded[option + 1];
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
  const known = { ...env, ...assignedIn(script, env) };
  const valueOf = (name: string): string => {
    const [, plain, otherwise] = /^(\w+):?-([^$`]*)$/.exec(name) ?? [undefined, name];
    return Object.hasOwn(known, plain) && known[plain] !== '' ? known[plain] : otherwise ?? `\${${name}}`;
  };
  return lines.flatMap(line => wordsIn(line, text => parse(text, valueOf)));
}

/** `NAME=value` as a command of its own, `export` before it or not, whose value holds nothing that a shell fills in. */
const ASSIGNMENT = /(?:^|[;&\n])[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)=(?:"([^"$`\\]*)"|'([^']*)'|([^\s;&|"'$`\\]*))(?=[ \t]*(?:[;&\n]|$))/g;

/** What is run only on a condition, or several times. */
const CONTROL = /(?:^|[;&|\s])(?:if|case|for|while|until)\s/;

/** Variables that a script sets once and for all. */
function assignedIn(script: string, env: Environment): Record<string, string> {
  if (CONTROL.test(script)) { return {}; }
  const found = new Map<string, string | undefined>();
  for (const [, name, ...values] of script.matchAll(ASSIGNMENT)) {
    found.set(name, found.has(name) || Object.hasOwn(env, name) ? undefined : values.find(each => each !== undefined));
  }
  return Object.fromEntries([...found].filter((each): each is [string, string] => each[1] !== undefined));
}

function wordsIn(line: string, parse: (text: string) => ParseEntry[]): string[] {
  try {
    return parse(line).filter((each): each is string => typeof each === 'string');
  } catch {
    return []; // no command that a shell would run
  }
}
