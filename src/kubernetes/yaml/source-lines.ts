import { yamlLibrary } from './yaml-library';
import { plainText } from '../fields';

/** The line of a key, and of those below it. */
export interface LineTree {
  readonly line: number;
  /** Undefined when there is no such key. */
  child(key: string | number): LineTree | undefined;
}

/** Where a document stands in its file, told on demand. */
export type SourceLines = () => LineTree;

/** The lines of every key below a node of a parsed text. */
export function lineTree(node: unknown, line: number, lineAt: (offset: number) => number): LineTable {
  const table: Rows = { keys: [], lines: [], ends: [], items: new Map() };
  addRow(table, '', node, line, lineAt);
  return new LineTable(table, 0);
}

/** The key of a map as text; of a key that is a map or a list, nothing. */
export function keyText(key: unknown): string {
  return plainText(yamlLibrary().isScalar(key) ? key.value : undefined);
}

interface Rows {
  readonly keys: (string | number)[];
  readonly lines: number[];
  /** Of each row, the first that is not below it. */
  readonly ends: number[];
  /**
   * The rows of the items of lists, by the row of the list, once they are asked for: of a List of thousands every item
   * is.
   */
  readonly items: Map<number, readonly number[]>;
}

function addRow(
  rows: Rows,
  key: string | number,
  node: unknown,
  line: number,
  lineAt: (offset: number) => number,
): void {
  const { isMap, isSeq } = yamlLibrary();
  const lineOf = (each: unknown) => {
    const offset = (each as { range?: [number, number, number] | null } | null)?.range?.[0];
    return offset === undefined ? line : lineAt(offset);
  };
  const row = rows.keys.push(key) - 1;
  rows.lines.push(line);
  rows.ends.push(0);
  if (isMap(node)) {
    for (const pair of node.items) { addRow(rows, keyText(pair.key), pair.value, lineOf(pair.key), lineAt); }
  } else if (isSeq(node)) {
    node.items.forEach((item, index) => addRow(rows, index, item, lineOf(item), lineAt));
  }
  rows.ends[row] = rows.keys.length;
}

/**
 * A tree in three flat lists, a parent before its children: a tenth of the size of maps, and there is one for every
 * document that rules read.
 */
class LineTable implements LineTree {
  constructor(private readonly rows: Rows, private readonly row: number) {}

  public get line(): number {
    return this.rows.lines[this.row];
  }

  public child(key: string | number): LineTree | undefined {
    const { keys, ends } = this.rows;
    if (typeof key === 'number') { return this.item(key); }
    let found: number | undefined;
    // of repeated keys the last
    for (let row = this.row + 1; row < ends[this.row]; row = ends[row]) {
      if (keys[row] === key) { found = row; }
    }
    return found === undefined ? undefined : new LineTable(this.rows, found);
  }

  /** Keys that are numbers are indices; those of maps are text. */
  private item(index: number): LineTree | undefined {
    const { keys, ends, items } = this.rows;
    let rows = items.get(this.row);
    if (rows === undefined) {
      const all: number[] = [];
      for (let row = this.row + 1; row < ends[this.row]; row = ends[row]) {
        if (typeof keys[row] === 'number') { all.push(row); }
      }
      items.set(this.row, rows = all);
    }
    return rows[index] === undefined ? undefined : new LineTable(this.rows, rows[index]);
  }
}
