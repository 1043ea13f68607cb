import type * as yaml from 'yaml';
import { unquoted } from './unquoted-value';
import { UnreadableYaml } from './unreadable-yaml';
import { yamlLibrary } from './yaml-library';
import { isBase64 } from '../formats';

/** What a scalar may be, by its tag, as the operands and kubectl resolve it (go.yaml.in/yaml/v2 resolve.go). */
const FITS: Readonly<Record<string, (text: string) => boolean>> = {
  int: text => unquoted(text) === 'number' && /^[-+]?(?:0[xX][\da-fA-F_]+|[\d_]+|0[bo][-+\d_]+)$/.test(text),
  float: text => unquoted(text) === 'number',
  bool: text => unquoted(text) === 'boolean',
  null: text => unquoted(text) === 'null',
  timestamp: text => /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt ]|$)/.test(text),
  binary: isBase64,
};

const TAG = 'tag:yaml.org,2002:';

/**
 * Refuses a scalar that is not what its tag says (`!!int abc`), and a text with half a character (`"\ud800"`), which
 * kubectl refuses too.
 * @throws UnreadableYaml at the scalar
 */
export function refuseWrongScalar(node: yaml.Scalar): void {
  const name = node.tag?.startsWith(TAG) === true ? node.tag.slice(TAG.length) : '';
  if (Object.hasOwn(FITS, name) && !FITS[name](node.source ?? '')) {
    throw new UnreadableYaml(`a value with the tag !!${name} is none`, node.range?.[0]);
  }
  if (typeof node.value === 'string' && /\p{Surrogate}/u.test(node.value)) {
    throw new UnreadableYaml('a text has half a character, so it is no text', node.range?.[0]);
  }
}

/**
 * Refuses a list or a map as a key: JSON has none.
 * @throws UnreadableYaml at the key
 */
export function refuseWrongKey(key: unknown): void {
  const { isCollection } = yamlLibrary();
  if (isCollection(key)) {
    throw new UnreadableYaml('a key is a list or a map, and may only be a text', key.range?.[0]);
  }
}
