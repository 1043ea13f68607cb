import { DocumentText } from '../../kubernetes';

/** A List in parts: a document of thousands of objects as one tree of nodes takes many times the memory of its text. */
export interface ListTexts {
  /** What it is, without its items. */
  readonly list: DocumentText;
  readonly items: readonly DocumentText[];
}

/** Shorter documents are read whole. */
const LEAST = 64 * 1024;

const KEY = /^[A-Za-z]\w*:(?:[ \t]|$)/;

/** An anchor or an alias, which joins what stands in several items. */
const JOINS = /(?:^|[\s[{,])[&*][\w-]/;

/**
 * The items of a List in block style, each as a document, its lines moved to the left. Undefined for all else, and for
 * what is not plainly one: that is read whole.
 */
export function listTexts({ source, firstLine }: DocumentText, least = LEAST): ListTexts | undefined {
  if (source.length < least || !/^items:[ \t]*$/m.test(source) || !/^kind: *["']?\w*List["']?[ \t]*$/m.test(source)
    || JOINS.test(source)) { return undefined; }
  const around: string[] = [];
  const items: { lines: string[]; firstLine: number }[] = [];
  let within: 'before' | 'items' | 'after' = 'before';
  let dash: string | undefined;
  for (const [index, line] of source.split('\n').entries()) {
    const isItems = /^items:[ \t]*$/.test(line);
    if (isItems && within !== 'before') { return undefined; }
    if (isItems || (within === 'items' && KEY.test(line))) { within = isItems ? 'items' : 'after'; }
    if (within !== 'items' || isItems) {
      around.push(line);
      continue;
    }
    const begun = /^( *)- /.exec(line);
    dash ??= begun?.[1];
    if (dash === undefined) {
      if (/\S/.test(line) && !/^\s*#/.test(line)) { return undefined; }
      continue;
    }
    const indent = dash.length + 2;
    if (begun?.[1] === dash) {
      items.push({ lines: [line.slice(indent)], firstLine: firstLine + index });
    } else if (line.slice(0, indent).trim() === '') {
      items.at(-1)!.lines.push(line.slice(indent));
    } else if (/^ *#/.test(line)) {
      items.at(-1)!.lines.push('');
    } else {
      return undefined;
    }
  }
  return {
    list: { source: around.join('\n'), firstLine },
    items: items.map(each => ({ source: each.lines.join('\n'), firstLine: each.firstLine })),
  };
}
