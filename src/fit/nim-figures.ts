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

/** Looks a NIM up; undefined when the catalogue has no figure of it at all. */
export function nimFigures(model: NimModel, selector: string | undefined): NimFigures | undefined {
  const all = model.memoryFigures;
  if (all.length === 0) { return undefined; }
  const asked = selector ?? model.defaultSelector;
  const withoutSelector = all.filter(each => each.selector === undefined);
  const chosen = asked !== undefined ? matching(all, asked) : withoutSelector.length > 0 ? withoutSelector : all;
  const usage = chosen.filter(each => each.meaning === NimMemoryMeaning.USAGE);
  const notes = asked === undefined && withoutSelector.length === 0 && all.length > 1
    ? ['its memory depends on the selector, and none was given'] : [];
  const alternatives = (limitMib: number) => {
    const needs = new Map<string, number>();
    for (const each of all.filter(figure => figure.meaning === NimMemoryMeaning.USAGE && figure.selector !== undefined)) {
      needs.set(each.selector!, Math.max(most(each), needs.get(each.selector!) ?? 0));
    }
    return [...needs]
      .filter(([other, need]) => other !== asked && need <= limitMib)
      .sort(([, a], [, b]) => b - a)
      .slice(0, 3)
      .map(([other, need]) => `selector ${other} (${(need / 1024).toFixed(1)} GiB)`);
  };
  if (usage.length > 0) {
    return {
      bestMib: Math.min(...usage.map(each => each.memoryMib)),
      worstMib: Math.max(...usage.map(most)),
      source: usage.map(each => `${each.evidence}: ${each.source}`).join('; '),
      notes,
      alternatives,
    };
  }
  const weights = chosen.filter(each => each.meaning === NimMemoryMeaning.WEIGHTS);
  const cards = chosen.filter(each => each.meaning === NimMemoryMeaning.MINIMUM_CARD);
  if (weights.length > 0) {
    return {
      bestMib: Math.min(...weights.map(each => each.memoryMib)), source: 'weights alone', notes: [...notes, 'only the size of its weights is known'], alternatives,
    };
  }
  if (cards.length > 0) {
    const card = Math.max(...cards.map(each => each.memoryMib));
    return { bestMib: 0, worstMib: card, source: 'smallest board that its documentation allows', notes: [...notes, 'only the smallest board is documented'], alternatives };
  }
  return { bestMib: 0, source: 'unknown', notes: [`no figure of ${model} is known for selector "${selector}"`], alternatives };
}

/** The most that a figure of usage may turn out to be. */
function most(figure: NimMemoryFigure): number {
  return figure.evidence === 'measured' ? figure.memoryMib : Math.ceil(Math.max(figure.memoryMib * NIM_FIGURE_MARGIN, figure.memoryMib + CONTEXT_MIB));
}

/** What a selector leaves out has these values (NVIDIA's ASR selector grammar). */
const SELECTOR_DEFAULTS: Record<string, string> = { vad: 'default', diarizer: 'disabled' };

function matching(figures: NimMemoryFigure[], selector: string): NimMemoryFigure[] {
  const wanted = read(selector);
  const exact = figures.filter(each => each.selector !== undefined && sameTags(read(each.selector), wanted));
  if (exact.length > 0) { return exact; }
  const completed = (tags: Map<string, string>) => new Map([...Object.entries(SELECTOR_DEFAULTS), ...tags]);
  return figures.filter(each => each.selector !== undefined && sameTags(completed(read(each.selector)), completed(wanted)));
}

function read(selector: string): Map<string, string> {
  const pairs = selector.split(',').map(each => each.trim()).filter(each => each !== '').map(each => each.split('=').map(part => part.trim()));
  // the name repeats the image
  return new Map(pairs.filter(([key]) => key !== 'name' && key !== 'model_type').map(([key, value]) => [key, value ?? '']));
}

function sameTags(a: Map<string, string>, b: Map<string, string>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
}
