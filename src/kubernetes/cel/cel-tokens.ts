/**
 * The tokens of CEL (google/cel-spec doc/langdef.md): white space and comments, texts in their forms (raw ones first,
 * in which a backslash is one, and those in three quotes before those in one), names, names in backticks, numbers,
 * operators.
 */
const TOKEN = /\s+|\/\/[^\n]*|(?:[rR][bB]?|[bB][rR])(?:"""[^]*?"""|'''[^]*?'''|"[^"\n]*"|'[^'\n]*')|[bB]?(?:"""(?:[^\\]|\\[^])*?"""|'''(?:[^\\]|\\[^])*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|[A-Za-z_][A-Za-z0-9_]*|`[\w.\-/ ]+`|(?:0x[0-9a-fA-F]+|(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?)u?|&&|\|\||[=!<>]=|[-+*/%<>!?:.,()[\]{}]/gy;

/** The words of an expression, without white space and comments; undefined where some characters are none of CEL's. */
export function celTokens(expression: string): string[] | undefined {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < expression.length) {
    const match = TOKEN.exec(expression);
    if (match === null) { return undefined; }
    if (!/^(?:\s|\/\/)/.test(match[0])) { tokens.push(match[0]); }
  }
  return tokens;
}

/** The first characters that are no token. */
export function strangeInCel(expression: string): string {
  TOKEN.lastIndex = 0;
  let end = 0;
  while (TOKEN.exec(expression) !== null) { end = TOKEN.lastIndex; }
  return expression.slice(end, end + 12);
}
