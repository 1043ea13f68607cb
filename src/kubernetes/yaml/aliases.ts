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

/**
 * Refuses a text whose aliases would multiply, before any is written out: merge keys (`<<: [*a, *a]`) are aliases like
 * others.
 * @throws UnreadableYaml also for an anchor inside itself, and too many levels
 */
export function refuseWhatMultiplies(contents: unknown): void {
  const { isAlias, isMap, isScalar, isSeq } = yamlLibrary();
  /**
   * By the name of an anchor what stands at it; null while it is being measured. The last of a name before an alias is
   * meant.
   */
  const anchors = new Map<string, Extent | null>();
  const written = { values: 0, characters: 0, aliases: 0 };

  const measured = (node: unknown, level: number): Extent => {
    if (level > MOST_LEVELS) { throw new UnreadableYaml(TOO_DEEP); }
    written.values++;
    if (isAlias(node)) {
      written.aliases++;
      const target = anchors.get(node.source);
      if (target === null) { throw new UnreadableYaml('an anchor contains an alias of itself'); }
      // without an anchor, the library refuses it
      return target === undefined ? NOTHING : { ...target, values: target.values + 1 };
    }
    const anchor = (node as { anchor?: string } | null)?.anchor;
    if (anchor !== undefined) { anchors.set(anchor, null); }
    const extent = extentOf(node, level);
    if (anchor !== undefined) { anchors.set(anchor, extent); }
    return extent;
  };

  const extentOf = (node: unknown, level: number): Extent => {
    if (isScalar(node)) {
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
