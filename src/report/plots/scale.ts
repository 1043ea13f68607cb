/**
 * A linear scale with round ticks. Own code, since the library for it does not fit: d3-scale is an ES module alone from
 * version 4, which `require` of Node 20.16 does not load, and version 3 brings eight packages for these lines.
 */
export interface Scale {
  /** Values at the ticks, from the first to the last. */
  readonly ticks: readonly number[];
  /** Where a value stands, in pixels. */
  at(value: number): number;
  /** A value in as many digits as tell the ticks apart. */
  text(value: number): string;
}

/**
 * A scale whose ends are round numbers: steps of 1, 2 or 5 times a power of ten.
 * @param low the lowest value
 * @param high the highest value
 * @param from pixel of the low end
 * @param to pixel of the high end
 * @param count about how many steps
 */
export function linearScale(low: number, high: number, from: number, to: number, count = 5): Scale {
  const span = high > low ? high - low : Math.abs(high) || 1;
  const raw = span / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5, 10].find(factor => factor * power >= raw * (1 - 1e-9)) ?? 10);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil((high > low ? high : low + span) / step - 1e-9));
  const digits = Math.min(12, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
  const [start, end] = [first * step, last * step];
  return {
    // multiples of the step, not sums of it, so that no tick is 0.30000000000000004
    ticks: Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toFixed(digits))),
    at: value => from + (value - start) / (end - start) * (to - from),
    text: value => grouped(value.toFixed(digits)),
  };
}

/** `12345.6` as `12,345.6`: the same in every language of the machine. */
export function grouped(number: string): string {
  const [whole, part] = number.split('.');
  const digits = whole.replace('-', '');
  const first = digits.length % 3 || 3;
  const groups = [digits.slice(0, first)];
  for (let at = first; at < digits.length; at += 3) { groups.push(digits.slice(at, at + 3)); }
  const separated = (whole.startsWith('-') ? '-' : '') + groups.join(',');
  return part === undefined ? separated : `${separated}.${part}`;
}

/** A number with at most so many decimals, without zeros at its end. */
export function inDigits(value: number, decimals = 1): string {
  return grouped(String(Number(value.toFixed(decimals))));
}
