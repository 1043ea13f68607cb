import { isPlaceholder } from '../text';

/** A line with nothing but a placeholder of Helm for its value, without quotes. */
const BARE = /^([ \t]*(?:- +)*(?:[^\s:{}#]+: +)?)(\{\{-?[^{}]*\}\}\S*)[ \t]*$/gm;

/** A text in which the values that Helm is to fill in stand in quotes: without them YAML reads a map in a map. */
export function withQuotedPlaceholders(text: string): string {
  return !text.includes('{{')
    ? text
    : text.replace(BARE, (line, key: string, value: string) =>
      (/[:-] +$/.test(key) ? `${key}'${value.replace(/'/g, "''")}'` : line));
}

/** Whether a value is to be filled in later, by a template engine, a shell or a person, so that nobody knows it yet. */
export function isTemplated(value: unknown): boolean {
  return typeof value === 'string' && isPlaceholder(value);
}
