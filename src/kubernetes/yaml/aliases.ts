import { refuseWrongKey, refuseWrongScalar } from './refused-nodes';
import { MOST_LEVELS, TOO_DEEP, UnreadableYaml } from './unreadable-yaml';
import { yamlLibrary } from './yaml-library';

/**
 * The parser of kubectl lets 99 % of the values come of aliases, less in what is larger than this (go.yaml.in/yaml/v2
 * decode.go); more is an attack on its reader.
 */
const ALIASED_SHARE = 0.99;
const MOST_ALIASED_VALUES = 400000;

/** Text that aliases may add; values alone would let a long text be written out thousands of times. */
const MOST_ALIASED_CHARACTERS = 32 * 1024 * 1024;

/** Characters of one text. The API server takes 3 MiB for a whole object (k8s.io/apiserver pkg/server/config.go). */
const LONGEST_TEXT = 4 * 1024 * 1024;

/** What there is of a node when every alias in it is written out. */
interface Extent {
  readonly values: number;
  readonly characters: number;
  readonly levels: number;
}

const NOTHING: Extent = { values: 1, characters: 0, levels: 1 };

/** What stands at an anchor; no extent while it is being measured. */
interface Anchored {
  readonly node: unknown;
  readonly extent?: Extent;
}

/**
 * Refuses a text whose aliases would multiply, before any is written out: merge keys (`<<: [*a, *a]`) are aliases like
 * others. Afterwards each alias knows what it is of.
 * @param isTemplate whether a template engine has to fill it in first: `{{ x }}` looks like a map that is a key
 * @throws UnreadableYaml also for an anchor inside itself, too many levels, and a scalar or key that kubectl refuses
 */
export function checkNodes(contents: unknown, isTemplate = false): void {
  const { isAlias, isMap, isScalar, isSeq } = yamlLibrary();
  /** By the name of an anchor what stands at it. The last of a name before an alias is meant. */
  const anchors = new Map<string, Anchored>();
  const written = { values: 0, characters: 0, aliases: 0 };

  const measured = (node: unknown, level: number): Extent => {
    if (level > MOST_LEVELS) { throw new UnreadableYaml(TOO_DEEP); }
    written.values++;
    if (isAlias(node)) {
      written.aliases++;
      const target = anchors.get(node.source);
      if (target === undefined) { return NOTHING; } // without an anchor, the library refuses it
      if (target.extent === undefined) { throw new UnreadableYaml('an anchor contains an alias of itself'); }
      // the library would look through all anchors for each alias: thousands of both are minutes
      Object.defineProperty(node, 'resolve', { value: () => target.node, configurable: true });
      return { ...target.extent, values: target.extent.values + 1 };
    }
    const anchor = (node as { anchor?: string } | null)?.anchor;
    if (anchor !== undefined) { anchors.set(anchor, { node }); }
    const extent = extentOf(node, level);
    if (anchor !== undefined) { anchors.set(anchor, { node, extent }); }
    return extent;
  };

  const extentOf = (node: unknown, level: number): Extent => {
    if (isScalar(node)) {
      refuseWrongScalar(node);
      const characters = typeof node.value === 'string' ? node.value.length : 0;
      if (characters > LONGEST_TEXT) {
        throw new UnreadableYaml(
          `a text of ${characters} characters is longer than any object may be (the API server takes 3 MiB)`,
          node.range?.[0],
        );
      }
      written.characters += characters;
      return { values: 1, characters, levels: 1 };
    }
    if (isMap(node) && !isTemplate) { node.items.forEach(({ key }) => { refuseWrongKey(key); }); }
    const parts = isMap(node) ? node.items.flatMap(({ key, value }) => [key, value]) : isSeq(node) ? node.items : [];
    let [values, characters, levels] = [1, 0, 1];
    for (const part of parts) {
      const extent = measured(part, level + 1);
      values += extent.values;
      characters += extent.characters;
      levels = Math.max(levels, extent.levels + 1);
    }
    if (levels > MOST_LEVELS + 1) { throw new UnreadableYaml(TOO_DEEP); }
    return { values, characters, levels };
  };

  const whole = measured(contents, 0);
  if (written.aliases === 0) { return; }
  if (whole.values > 1000
    && (whole.values > MOST_ALIASED_VALUES || 1 - written.values / whole.values > ALIASED_SHARE)) {
    throw new UnreadableYaml(`its aliases multiply: ${written.values} values that are written make ${whole.values}`);
  }
  if (whole.characters - written.characters > MOST_ALIASED_CHARACTERS) {
    throw new UnreadableYaml(`its aliases multiply: ${written.characters} characters that are written `
      + `make ${whole.characters}`);
  }
}
