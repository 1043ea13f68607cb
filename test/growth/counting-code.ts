import * as ts from 'typescript';

/** Names of what counted code is given: its counts, and what knows how much work the engine does by itself. */
export const [COUNTS, WORK] = ['$counts', '$work'];

/**
 * Writes modules so that they count their own work: one for each call of a function and each turn of a loop, and what
 * `EngineWork` says for what the engine does by itself. No clock and no flag of the engine is asked, so the counts are the
 * same on every machine.
 */
export class CountingCode {
  /** The name of each place that is counted, by its number: `src/rules/pods/capacity.ts rivalsOf .filter`. */
  public readonly places: string[] = [];

  /**
   * A module in the language that it is written in.
   * @param name how its places are called
   */
  public written(source: string, name: string): string {
    return new CountedModule(source, name, this.places).text();
  }
}

class CountedModule {
  private readonly module: ts.SourceFile;
  /** Names of the functions that the node being written stands in. */
  private readonly functions: string[] = [];

  constructor(private readonly source: string, private readonly name: string, private readonly places: string[]) {
    this.module = ts.createSourceFile('module.ts', source, ts.ScriptTarget.ES2022, true);
  }

  public text(): string {
    return this.written(this.module);
  }

  /** A node as it is to be, with the blanks and comments before it. */
  private written(node: ts.Node): string {
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) { return this.source.slice(node.pos, node.end); }
    if (ts.isFunctionLike(node)) { return this.writtenFunction(node); }
    if (ts.isIterationStatement(node, false)) {
      return this.withParts(node, child => (child === node.statement ? `{${this.count('loop')};${this.written(child)}}` : this.written(child)));
    }
    if (ts.isSpreadElement(node) || ts.isSpreadAssignment(node)) {
      return this.withParts(node, child => this.sized(child, this.place('...')));
    }
    if (ts.isVariableDeclaration(node) && restsIn(node.name).length > 0) {
      return this.withParts(node, child => (child === node.initializer ? this.sized(child, this.place('...')) : this.written(child)));
    }
    if (ts.isNewExpression(node) && /^(?:Map|Set)$/.test(this.own(node.expression))) {
      const copied = node.arguments?.[0];
      return this.withParts(node, child => (child === copied ? this.sized(child, this.place('new')) : this.written(child)));
    }
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) { return this.writtenCall(node, node.expression); }
    return this.withParts(node, child => this.written(child));
  }

  private writtenFunction(node: ts.SignatureDeclaration): string {
    const body = 'body' in node ? node.body : undefined;
    if (body === undefined) { return this.withParts(node, child => this.written(child)); }
    this.functions.push(functionName(node) ?? this.functions.at(-1) ?? '');
    const text = this.writtenWithBody(node, body);
    this.functions.pop();
    return text;
  }

  private writtenWithBody(node: ts.SignatureDeclaration, body: ts.Node): string {
    const rests = node.parameters.flatMap(({ name }) => restsIn(name));
    const counts = [this.count('function'), ...rests.map(rest => `${WORK}.all(${this.place('...')}, ${rest})`)];
    return this.withParts(node, child => {
      if (child !== body) { return this.written(child); }
      return ts.isBlock(child)
        ? this.written(child).replace('{', `{${counts.join(';')};`)
        : `(${counts.join(',')},${this.written(child)})`;
    });
  }

  /** A method by name, which may be one of a list, a text or an expression. */
  private writtenCall(node: ts.CallExpression, access: ts.PropertyAccessExpression): string {
    const method = access.name.text;
    const [first] = node.arguments;
    const callsBack = first !== undefined && (ts.isArrowFunction(first) || ts.isFunctionExpression(first)); // which counts itself
    if (access.expression.kind === ts.SyntaxKind.SuperKeyword || !WORKING.has(method) || (callsBack && method !== 'sort')) {
      return this.withParts(node, child => this.written(child));
    }
    const place = this.place(`.${method}`);
    if (ts.isOptionalChain(node)) {
      // the chain goes on behind it, so the call stays one: what it is called on is counted whole
      const given = this.source.slice(access.name.end, node.arguments.pos) + this.listed(node.arguments) + ')';
      return `${this.sized(access.expression, place)}?.${method}${given}`;
    }
    return ` ${WORK}.call(${place}, ${this.written(access.expression)}, '${method}', ${this.listed(node.arguments)})`;
  }

  private listed(nodes: ts.NodeArray<ts.Expression>): string {
    return nodes.map(each => this.written(each)).join(',');
  }

  private sized(expression: ts.Node, place: number): string {
    return ` ${WORK}.all(${place}, ${this.written(expression)})`;
  }

  private withParts(node: ts.Node, write: (child: ts.Node) => string): string {
    let text = '';
    let { pos } = node;
    ts.forEachChild(node, child => {
      text += this.source.slice(pos, child.pos) + write(child);
      pos = child.end;
    });
    return text + this.source.slice(pos, node.end);
  }

  private count(what: string): string {
    return `${COUNTS}[${this.place(what)}]++`;
  }

  private place(what: string): number {
    return this.places.push(`${this.name} ${this.functions.at(-1) ?? 'when it is loaded'}: ${what}`) - 1;
  }

  private own(node: ts.Node): string {
    return this.source.slice(node.getStart(this.module), node.end);
  }
}

/** Methods and functions of the language that go through what they are called on or given. */
const WORKING = new Set([
  // of lists; what calls back is counted where it is not written there and then: it may be a function of the engine
  'concat', 'fill', 'filter', 'flat', 'flatMap', 'forEach', 'includes', 'indexOf', 'join', 'lastIndexOf', 'map', 'reverse', 'shift', 'slice', 'sort',
  'splice', 'unshift',
  // of texts and expressions
  'exec', 'match', 'matchAll', 'normalize', 'repeat', 'replace', 'replaceAll', 'search', 'split', 'test', 'toLowerCase', 'toUpperCase', 'trim',
  'trimEnd', 'trimStart',
  // of Object, Array and JSON
  'assign', 'entries', 'from', 'fromEntries', 'keys', 'parse', 'stringify', 'values',
]);

/** How a function is called, if it is: of a rule's check by the id of the rule. */
function functionName(node: ts.SignatureDeclaration): string | undefined {
  if (ts.isConstructorDeclaration(node)) { return `new ${node.parent.name?.text}`; }
  const named = ts.isArrowFunction(node) || ts.isFunctionExpression(node) ? node.parent : node;
  const name = 'name' in named && named.name !== undefined ? (named.name as ts.Node).getText() : undefined;
  return name === 'check' && ts.isObjectLiteralExpression(node.parent) ? `${idOf(node.parent)} check` : name;
}

function idOf(rule: ts.ObjectLiteralExpression): string {
  const id = rule.properties.find(each => ts.isPropertyAssignment(each) && each.name.getText() === 'id');
  return id === undefined ? '' : (id as ts.PropertyAssignment).initializer.getText().replaceAll("'", '');
}

/** What `...rest` is called in a pattern. */
function restsIn(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) { return []; }
  return name.elements.flatMap(each =>
    ts.isBindingElement(each) && each.dotDotDotToken !== undefined && ts.isIdentifier(each.name) ? [each.name.text] : []);
}
