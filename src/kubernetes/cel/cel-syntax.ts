import { celTokens } from './cel-tokens';

/** A CEL expression, taken apart. */
export type CelNode =
  | { readonly is: 'value'; readonly value: string | number | boolean | null }
  | { readonly is: 'list'; readonly items: readonly CelNode[] }
  | { readonly is: 'name'; readonly name: string }
  /** `of.name`, or `of.?name`. */
  | { readonly is: 'field'; readonly of: CelNode; readonly name: string; readonly optional: boolean }
  /** `of[key]`, or `of[?key]`. */
  | { readonly is: 'index'; readonly of: CelNode; readonly key: CelNode; readonly optional: boolean }
  /** `name(...)`, or `on.name(...)`. */
  | { readonly is: 'call'; readonly on?: CelNode; readonly name: string; readonly arguments: readonly CelNode[] }
  | { readonly is: 'unary'; readonly operator: string; readonly operand: CelNode }
  | { readonly is: 'binary'; readonly operator: string; readonly left: CelNode; readonly right: CelNode }
  | { readonly is: 'choice'; readonly condition: CelNode; readonly then: CelNode; readonly otherwise: CelNode };

/** Longer expressions are refused by the API server (k8s.io/api/resource/v1 CELSelectorExpressionMaxLength). */
const MOST_CHARACTERS = 10 * 1024;

/** Deeper ones nobody writes, and each level is a call here. */
const DEEPEST = 100;

/** The operators, those that bind least first (google/cel-spec doc/langdef.md, "Syntax"). */
const LEVELS: readonly (readonly string[])[] = [
  ['||'], ['&&'], ['==', '!=', '<', '<=', '>', '>=', 'in'], ['+', '-'], ['*', '/', '%'],
];

/** Takes an expression apart; undefined for what is none, and for parts of CEL that no selector of devices needs. */
export function parseCel(expression: string): CelNode | undefined {
  if (expression.length > MOST_CHARACTERS) { return undefined; }
  const tokens = celTokens(expression);
  if (tokens === undefined) { return undefined; }
  const reader = new Reader(tokens);
  const node = reader.choice(0);
  return reader.isAtEnd ? node : undefined;
}

/** Reads tokens from left to right. Every method gives undefined for what it does not understand. */
class Reader {
  private next = 0;

  constructor(private readonly tokens: readonly string[]) {}

  public get isAtEnd(): boolean { return this.next === this.tokens.length; }

  public choice(depth: number): CelNode | undefined {
    if (depth > DEEPEST) { return undefined; }
    const condition = this.level(0, depth + 1);
    if (condition === undefined || !this.take('?')) { return condition; }
    const then = this.choice(depth + 1);
    const otherwise = this.take(':') ? this.choice(depth + 1) : undefined;
    return then === undefined || otherwise === undefined
      ? undefined
      : { is: 'choice', condition, then, otherwise };
  }

  private level(number: number, depth: number): CelNode | undefined {
    if (number === LEVELS.length) { return this.unary(depth); }
    let left = this.level(number + 1, depth);
    while (left !== undefined && LEVELS[number].includes(this.peek)) {
      const operator = this.tokens[this.next++];
      const right = this.level(number + 1, depth);
      left = right === undefined ? undefined : { is: 'binary', operator, left, right };
    }
    return left;
  }

  private unary(depth: number): CelNode | undefined {
    if (depth > DEEPEST) { return undefined; }
    if (!['!', '-'].includes(this.peek)) { return this.member(depth); }
    const operator = this.tokens[this.next++];
    const operand = this.unary(depth + 1);
    return operand && { is: 'unary', operator, operand };
  }

  private member(depth: number): CelNode | undefined {
    let node = this.primary(depth);
    while (node !== undefined) {
      if (this.take('.')) {
        const optional = this.take('?');
        const name = this.name();
        if (name === undefined) { return undefined; }
        if (!this.take('(')) {
          node = { is: 'field', of: node, name, optional };
          continue;
        }
        const given = this.listUntil(')', depth);
        node = given && { is: 'call', on: node, name, arguments: given };
      } else if (this.take('[')) {
        const optional = this.take('?');
        const key = this.choice(depth + 1);
        node = key === undefined || !this.take(']') ? undefined : { is: 'index', of: node, key, optional };
      } else {
        return node;
      }
    }
    return undefined;
  }

  private primary(depth: number): CelNode | undefined {
    const token = this.peek;
    if (this.take('(')) {
      const inner = this.choice(depth + 1);
      return this.take(')') ? inner : undefined;
    }
    if (this.take('[')) {
      const items = this.listUntil(']', depth);
      return items && { is: 'list', items };
    }
    if (/["']$/.test(token)) {
      this.next++;
      const value = textIn(token);
      return value === undefined ? undefined : { is: 'value', value };
    }
    if (/^\d/.test(token)) {
      this.next++;
      return { is: 'value', value: Number(token.replace(/u$/, '')) };
    }
    const name = this.name();
    if (name === undefined) { return undefined; }
    if (name === 'true' || name === 'false') { return { is: 'value', value: name === 'true' }; }
    if (name === 'null') { return { is: 'value', value: null }; }
    if (!this.take('(')) { return { is: 'name', name }; }
    const given = this.listUntil(')', depth);
    return given && { is: 'call', name, arguments: given };
  }

  private listUntil(end: string, depth: number): CelNode[] | undefined {
    const items: CelNode[] = [];
    while (!this.take(end)) {
      if (items.length > 0 && !this.take(',')) { return undefined; }
      if (items.length > 0 && end === ']' && this.take(end)) { return items; } // a comma may stand last in a list
      const item = this.choice(depth + 1);
      if (item === undefined) { return undefined; }
      items.push(item);
    }
    return items;
  }

  private name(): string | undefined {
    return /^[A-Za-z_]\w*$/.test(this.peek) && this.peek !== 'in' ? this.tokens[this.next++] : undefined;
  }

  private take(token: string): boolean {
    if (this.peek !== token) { return false; }
    this.next++;
    return true;
  }

  private get peek(): string { return this.tokens[this.next] ?? ''; }
}

/** What a backslash makes of the letter after it. */
const ESCAPES = new Map<string, string>([
  ['n', '\n'], ['t', '\t'], ['r', '\r'], ...[...'\\"\'`?'].map((letter): [string, string] => [letter, letter]),
]);

/** A text without its quotes; undefined for bytes and for escapes that no selector needs. */
function textIn(token: string): string | undefined {
  const [, letters, quotes] = /^([a-zA-Z]*)("""|'''|"|')/.exec(token)!;
  if (/b/i.test(letters)) { return undefined; }
  const inner = token.slice(letters.length + quotes.length, -quotes.length);
  if (letters !== '') { return inner; } // raw
  if ([...inner.matchAll(/\\([^])/g)].some(([, letter]) => !ESCAPES.has(letter))) { return undefined; }
  return inner.replace(/\\([^])/g, (_, letter: string) => ESCAPES.get(letter)!);
}
