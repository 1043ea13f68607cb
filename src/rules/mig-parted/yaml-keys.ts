import { files, finding } from './entries';
import { EmbeddedFile } from '../../cluster';
import { Path, textOf, yamlLibrary } from '../../kubernetes';
import { shown } from '../../text';
import { defineRule, Rule } from '../rule';

/** Rules about keys that a reader of YAML takes for others than those that were written. */
export const MIG_PARTED_KEY_RULES: Rule[] = [
  defineRule({
    id: 'MIG-029',
    name: 'repeated-key',
    area: 'mig-parted',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'no key stands twice in one map of the file',
    why: 'the parser is not strict: the last one wins, the earlier one disappears silently; the device-plugin file '
      + 'behaves the same',
    evidence: 'NVIDIA/mig-parted@bd7160f4 cmd/nvidia-mig-parted/assert/assert.go ParseConfigFile (sigs.k8s.io/yaml '
      + 'Unmarshal)',
    *check(model) {
      for (const { file } of model.migPartedFiles) {
        if (file === undefined) { continue; }
        for (const path of repeatedKeys(file)) {
          yield finding(
            file,
            path,
            `key "${path[path.length - 1]}" stands twice; the last one wins, the other disappears`,
            'keep one of them',
          );
        }
      }
    },
  }),
  defineRule({
    id: 'MIG-030',
    name: 'unquoted-config-name',
    area: 'mig-parted',
    severity: 'warning',
    lintSeverity: 'warning',
    sentence: 'config names that YAML 1.1 reads as a boolean or a number are in quotes',
    why: 'on/yes/y become "true", off/no "false", 010 "8", 0x10 "16", 1e3 "1000", 1.50 "1.5", so the label never '
      + 'finds them; null or ~ as a name fails the whole file and is an error. Dates and base-60 numbers stay strings',
    evidence: 'sigs.k8s.io/yaml v1.6 (YAML 1.1 scalars)',
    *check(model) {
      for (const { file } of files(model)) {
        for (const { written, read } of namesThatChange(file)) {
          yield read === undefined
            ? {
              ...finding(
                file,
                ['mig-configs', ''],
                `the name ${written} is null, which fails the whole file`,
                'write a name, in quotes where it is a word of YAML',
              ),
              severity: 'error' as const,
            }
            : finding(
              file,
              ['mig-configs', read],
              `the name ${written} is read as "${read}", so label ${written} never finds it`,
              `put it in quotes: "${written}"`,
            );
        }
      }
    },
  }),
];

/** Paths of keys that stand twice in one map. */
function repeatedKeys(file: EmbeddedFile): Path[] {
  const { isMap, isScalar, visit } = yamlLibrary();
  const found: Path[] = [];
  const indices = new Map<unknown, ReadonlyMap<unknown, number>>();
  const nodes = file.nodes();
  visit(nodes, {
    Map(_, map, ancestors) {
      const seen = new Set<string>();
      let above: Path | undefined;
      for (const { key } of map.items) {
        if (isScalar(key) && typeof key.value === 'symbol') { continue; } // "<<" takes several maps in
        const name = shown(isScalar(key) ? key.value : key);
        if (seen.has(name)) { found.push([...above ??= pathOf([...ancestors, map], indices), name]); }
        seen.add(name);
      }
      return isMap(map) ? undefined : visit.SKIP;
    },
  });
  return found;
}

/** Keys and indices that lead through nodes, one inside the other. */
function pathOf(nodes: readonly unknown[], indices: Map<unknown, ReadonlyMap<unknown, number>>): Path {
  const { isPair, isScalar, isSeq } = yamlLibrary();
  return nodes.flatMap((node, depth): Path => {
    if (isPair(node)) { return isScalar(node.key) ? [shown(node.key.value)] : []; }
    if (!isSeq(node) || depth + 1 >= nodes.length) { return []; }
    const known = indices.get(node) ?? new Map(node.items.map((item, index) => [item, index]));
    indices.set(node, known);
    return [known.get(nodes[depth + 1]) ?? -1];
  });
}

/** Config names that YAML 1.1 reads as a boolean, a number or null; of null, undefined is what remains. */
function namesThatChange(file: EmbeddedFile): { written: string; read?: string }[] {
  const { isMap, isScalar } = yamlLibrary();
  const configs = file.nodes().get('mig-configs', true);
  if (!isMap(configs)) { return []; }
  return configs.items.flatMap(({ key }) => {
    if (!isScalar(key) || typeof key.value === 'string') { return []; }
    if (key.value === null) { return [{ written: textOf(key.source) ?? 'null' }]; }
    return [{ written: textOf(key.source) ?? shown(key.value), read: shown(key.value) }];
  });
}
