import { at, Fields, fieldsOf, listOf, plainText, textOf } from '../../kubernetes';

/** A device that a request asks for: by its profile, where an expression names one, else by its class. */
export function deviceInWords(fields: Readonly<Fields>): string {
  const expressions = [
    ...listOf(fields.selectors).map(each => at(each, 'cel', 'expression')),
    ...listOf(fields.celExpressions),
  ].map(plainText);
  const selected = listOf(fields.attributeSelectors).map(fieldsOf).find(each => each.key === 'profile');
  const profile = expressions.map(each => /\.profile\s*==\s*['"]([^'"]+)['"]/.exec(each)?.[1]).find(Boolean)
    ?? textOf(at(selected, 'value', 'stringValue'));
  const className = textOf(fields.deviceClassName) ?? 'gpu.nvidia.com';
  return profile ?? (className === 'gpu.nvidia.com' ? 'GPU' : className);
}

/** What a request asks for: `1g.10gb`, `2 × GPU`, `every GPU`, `20Gi of a GPU`. */
export function requestInWords(fields: Readonly<Fields>): string {
  const device = deviceInWords(fields);
  if (fields.allocationMode === 'All') { return `every ${device} of a node`; }
  const memory = at(fields.capacity, 'requests', 'memory');
  return memory === undefined
    ? timesOf(typeof fields.count === 'number' ? fields.count : 1, device)
    : `${plainText(memory)} of a ${device}`;
}

/** `2 × GPU`. */
export const timesOf = (count: number, what: string) => (count === 1 ? what : `${count} × ${what}`);
