import { LineTree } from '../../kubernetes';

/** The lines of a tree that stands under a key of another object. */
export function under(key: string | number, tree: LineTree): LineTree {
  return { line: tree.line, child: name => (name === key ? tree : undefined) };
}

/** The lines of what stands at a path; of the nearest key above it where there is none. */
export function below(path: readonly (string | number)[], lines: () => LineTree): () => LineTree {
  return () => path.reduce<LineTree>((tree, key) => tree.child(key) ?? tree, lines());
}

/** A tree whose children are given. */
export function treeOf(line: number, children: ReadonlyMap<string | number, LineTree>): LineTree {
  return { line, child: key => children.get(key) };
}
