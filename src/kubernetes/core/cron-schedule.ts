/** The fields of a schedule: minute, hour, day of month, month, day of week. */
const FIELDS: readonly { readonly least: number; readonly most: number; readonly names?: readonly string[] }[] = [
  { least: 0, most: 59 },
  { least: 0, most: 23 },
  { least: 1, most: 31 },
  { least: 1, most: 12, names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  { least: 0, most: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];

const DESCRIPTORS = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];

/**
 * Whether a text is a schedule to Kubernetes (robfig/cron@v3.0.1 parser.go ParseStandard): five fields or a descriptor.
 * Whether the time zone that may stand before it is allowed differs between releases, so it is let pass.
 */
export function isCronSchedule(text: string): boolean {
  const schedule = text.trim().replace(/^(?:CRON_)?TZ=\S+\s+/, '');
  if (schedule.startsWith('@')) {
    return DESCRIPTORS.includes(schedule) || (schedule.startsWith('@every ') && /\d/.test(schedule));
  }
  const fields = schedule.split(/\s+/);
  return fields.length === FIELDS.length && fields.every(isFieldAt);
}

function isFieldAt(text: string, index: number): boolean {
  return text.split(',').every(range => range === '' || isRange(range, index));
}

/** `*`, `?`, a number, two with `-` between, each with a step behind `/`. */
function isRange(text: string, index: number): boolean {
  const [span, step, ...more] = text.split('/');
  if (more.length > 0 || (step !== undefined && !(/^\d+$/.test(step) && Number(step) > 0))) { return false; }
  const [from, to, ...rest] = span.split('-');
  if (from === '*' || from === '?') { return true; }
  if (rest.length > 0) { return false; }
  const [first, last] = [numberOf(from, index), to === undefined ? undefined : numberOf(to, index)];
  return first !== undefined && (to === undefined || (last !== undefined && first <= last));
}

/** The number that a number or a name stands for; undefined where it is out of bounds. */
function numberOf(text: string, index: number): number | undefined {
  const { least, most, names = [] } = FIELDS[index];
  const named = names.indexOf(text.toLowerCase());
  const number = named >= 0 ? named + least : /^\d{1,4}$/.test(text) ? Number(text) : NaN;
  return number >= least && number <= most ? number : undefined;
}
