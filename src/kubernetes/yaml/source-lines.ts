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
  const table: Rows = { keys: [], lines: [], ends: [], known: new Map() };
  addRow(table, '', node, line, lineAt);
  return new LineTable(table, 0);
}

/** The key of a map as text; of a key that is a map or a list, nothing. */
function keyText(key: unknown): string {
  return plainText(yamlLibrary().isScalar(key) ? key.value : undefined);
}

interface Rows {
  readonly keys: (string | number)[];
  readonly lines: number[];
  /** Of each row, the first that is not below it. */
  readonly ends: number[];
  /** What is right below a row that has much below it, by key, once it is asked for: every finding asks. */
  readonly known: Map<number, ReadonlyMap<string | number, number>>;
}

/** Keys below one row; with fewer, looking through them costs less than a table of them. */
const MANY = 16;

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
    const { keys, ends, known } = this.rows;
    let found = known.get(this.row)?.get(key);
    if (found === undefined && !known.has(this.row)) {
      let count = 0;
      // of repeated keys the last
      for (let row = this.row + 1; row < ends[this.row]; row = ends[row], count++) {
        if (keys[row] === key) { found = row; }
      }
      if (count > MANY) { known.set(this.row, this.rowsBelow()); }
    }
    return found === undefined ? undefined : new LineTable(this.rows, found);
  }

  private rowsBelow(): ReadonlyMap<string | number, number> {
    const { keys, ends } = this.rows;
    const rows = new Map<string | number, number>();
    for (let row = this.row + 1; row < ends[this.row]; row = ends[row]) { rows.set(keys[row], row); }
    return rows;
  }
}
