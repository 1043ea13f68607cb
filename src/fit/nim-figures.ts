import { GpuArchitecture } from '../hardware';
import { NimMemoryFigure, NimMemoryMeaning, NimModel } from '../models';
import { NIM_FIGURE_MARGIN } from './assumptions';

/** What the catalogue knows of a NIM's need under a selector. */
export interface NimFigures {
  readonly bestMib: number;
  /** Undefined when no figure bounds it from above. */
  readonly worstMib?: number;
  readonly source: string;
  readonly notes: string[];
  /** Selectors of the same NIM that fit so many MiB. */
  alternatives(limitMib: number): string[];
}

/** CUDA context and cuBLAS of a process in MiB, which a table may not count (read on H100 and H200). */
const CONTEXT_MIB = 685;
const MOST_ALTERNATIVES = 3;

/**
 * Looks a NIM up; undefined when the catalogue has no figure of it at all.
 *
 * A figure bounds its own profile alone. Where nobody chooses, the profile that the NIM picks on that generation of
 * chips counts; where it is not known which that is, any of them may be it.
 */
export function nimFigures(
  model: NimModel,
  selector: string | undefined,
  architecture?: GpuArchitecture,
): NimFigures | undefined {
  const all = model.memoryFigures;
  if (all.length === 0) { return undefined; }
  const asked = selector ?? model.defaultSelector;
  const chosen = asked === undefined ? unchosen(all, architecture) : { figures: matching(all, asked), notes: [] };
  const alternatives = (limitMib: number) => otherSelectors(all, asked, limitMib);
  const usage = chosen.figures.filter(each => each.meaning === NimMemoryMeaning.USAGE);
  const { notes } = chosen;
  if (usage.length > 0) {
    return {
      bestMib: Math.min(...usage.map(each => each.memoryMib)),
      worstMib: Math.max(...usage.map(most)),
      source: usage.map(each => `${each.evidence}: ${each.source}`).join('; '),
      notes,
      alternatives,
    };
  }
  const weights = chosen.figures.filter(each => each.meaning === NimMemoryMeaning.WEIGHTS);
  if (weights.length > 0) {
    const least = Math.min(...weights.map(each => each.memoryMib));
    return {
      bestMib: least,
      source: 'weights alone',
      notes: [...notes, 'only the size of its weights is known'],
      alternatives,
    };
  }
  const cards = chosen.figures.filter(each => each.meaning === NimMemoryMeaning.MINIMUM_CARD);
  if (cards.length > 0) {
    return {
      bestMib: 0,
      worstMib: Math.max(...cards.map(each => each.memoryMib)),
      source: 'smallest board that its documentation allows',
      notes: [...notes, 'only the smallest board is documented'],
      alternatives,
    };
  }
  return { bestMib: 0, source: 'unknown', notes: [unknownSelector(model, all, selector)], alternatives };
}

/** What counts where nobody chooses a profile. */
function unchosen(
  all: NimMemoryFigure[],
  architecture: GpuArchitecture | undefined,
): { figures: NimMemoryFigure[]; notes: string[] } {
  const picked = all.filter(each => each.picked === true);
  const here = picked.filter(each => architecture !== undefined && each.architecture === architecture);
  if (here.length > 0) { return { figures: here, notes: [] }; }
  if (picked.length > 0) {
    const known = [...new Set(picked.map(each => each.architecture))].join(' and ');
    return { figures: all, notes: [`it picks its profile by itself, and which one is known on ${known} alone`] };
  }
  const general = all.filter(each => each.selector === undefined);
  if (general.length > 0) { return { figures: general, notes: [] }; }
  return { figures: all, notes: all.length > 1 ? ['its memory depends on the selector, and none was given'] : [] };
}

/** Selectors that fit, those that differ in the fewest tags from what was asked for first. */
function otherSelectors(all: NimMemoryFigure[], asked: string | undefined, limitMib: number): string[] {
  const needs = new Map<string, number>();
  for (const each of all.filter(figure => figure.meaning === NimMemoryMeaning.USAGE && figure.selector !== undefined)) {
    needs.set(each.selector!, Math.max(most(each), needs.get(each.selector!) ?? 0));
  }
  return [...needs]
    .filter(([other, need]) => other !== asked && need <= limitMib)
    .sort(([a, needA], [b, needB]) => differing(asked, a) - differing(asked, b) || needB - needA)
    .slice(0, MOST_ALTERNATIVES)
    .map(([other, need]) => `selector ${other} (${(need / 1024).toFixed(1)} GiB)`);
}

/** Tags of another selector that are not those asked for. */
function differing(asked: string | undefined, other: string): number {
  const wanted = completed(read(asked ?? ''));
  return [...completed(read(other))].filter(([key, value]) => wanted.get(key) !== value).length;
}

function unknownSelector(model: NimModel, all: NimMemoryFigure[], selector: string | undefined): string {
  const known = [...new Set(all.flatMap(each => each.selector ?? []))];
  return `no figure of ${model} is known for selector `
    + `"${selector}"${known.length === 0 ? '' : `; known are ${known.join(' and ')}`}`;
}

/** The most that a figure of usage may turn out to be. */
function most(figure: NimMemoryFigure): number {
  if (figure.evidence === 'measured') { return figure.memoryMib; }
  return Math.ceil(Math.max(figure.memoryMib * NIM_FIGURE_MARGIN, figure.memoryMib + CONTEXT_MIB));
}

/** What a selector leaves out has these values (NVIDIA's ASR selector grammar). */
const SELECTOR_DEFAULTS: Record<string, string> = { vad: 'default', diarizer: 'disabled' };

function completed(tags: Map<string, string>): Map<string, string> {
  return new Map([...Object.entries(SELECTOR_DEFAULTS), ...tags]);
}

function matching(figures: NimMemoryFigure[], selector: string): NimMemoryFigure[] {
  const wanted = read(selector);
  const exact = figures.filter(each => each.selector !== undefined && sameTags(read(each.selector), wanted));
  if (exact.length > 0) { return exact; }
  return figures.filter(each =>
    each.selector !== undefined && sameTags(completed(read(each.selector)), completed(wanted)));
}

function read(selector: string): Map<string, string> {
  const pairs = selector.split(',')
    .map(each => each.trim())
    .filter(each => each !== '')
    .map(each => each.split('=').map(part => part.trim()));
  // the name repeats the image
  return new Map(pairs.filter(([key]) => key !== 'name' && key !== 'model_type')
    .map(([key, value]) => [key, value ?? '']));
}

function sameTags(a: Map<string, string>, b: Map<string, string>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
}
