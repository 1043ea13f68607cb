import { Gpu } from '../../hardware';
import { UsageError } from '../shell/terminal';

/**
 * The board that somebody means: by its product label, its id in the catalogue, or a part of either that no other board
 * has.
 * @throws UsageError when there is none, or several
 */
export function boardNamed(text: string): Gpu {
  const exact = Gpu.findByProductLabel(text) ?? Gpu.all().find(gpu => namesOf(gpu).includes(text.toLowerCase()));
  if (exact !== undefined && !isOneOfSeveral(text, exact)) { return exact; }
  const found = withPart(text.toLowerCase());
  const names = [...new Set(found.map(shortName))];
  // boards of one label cannot be told apart by it, and the label means the first of them
  if (names.length === 1) { return found[0]; }
  if (names.length > 1) { throw new UsageError(`"${text}" may be ${names.join(', ')}; write more of the name`); }
  try {
    return Gpu.fromProductLabel(text);
  } catch (error) {
    throw new UsageError(`${(error as Error).message}; cdk8s-gpu gpus lists them`);
  }
}

/** Boards with a whole word of their name alike (`B300` is no GB300), or, where there is none, with a part of it. */
function withPart(asked: string): Gpu[] {
  if (asked === '') { return []; }
  const words = Gpu.all().filter(gpu => namesOf(gpu).some(name => name.split('-').includes(asked)));
  return words.length > 0 ? words : Gpu.all().filter(gpu => namesOf(gpu).some(name => name.includes(asked)));
}

/**
 * Whether a short name that is a label of one board (`H100` is the 94 GB one) may as well mean others that have other
 * memory.
 */
function isOneOfSeveral(text: string, exact: Gpu): boolean {
  if (text.includes('-')) { return false; }
  const asked = text.toLowerCase();
  return Gpu.all().some(gpu =>
    namesOf(gpu).some(name => name.split('-').includes(asked)) && gpu.nominalGb !== exact.nominalGb);
}

/** What a board is called on the command line: its product label, or the id where its label is not known. */
export function shortName(gpu: Gpu): string {
  return gpu.productLabel ?? gpu.id;
}

function namesOf(gpu: Gpu): string[] {
  return [gpu.id, ...gpu.productLabels].map(name => name.toLowerCase());
}
