import * as path from 'path';
import { Kustomizations } from './kustomizations';
import { isIncluded, LintConfig } from './lint-config';
import { ManifestFile, manifestFilesOf, STANDARD_INPUT } from './manifest-files';
import { holdsAscii, readFile } from './read-file';
import { NoText } from './text-decoder';
import {
  ClusterModel, generatedConfigMaps, isProblem, Layers, ManifestDocument, NamedChart, namedChartOf, overlaid,
  readManifests, ReadProblem, ValuesFile, valuesFilesOf,
} from '../../cluster';
import { Versions } from '../../releases';
import { counted, messageInShort } from '../../text';
import type { RenderedFolder } from '../render/rendered-folder';
import { whyUnread } from '../shell/file-errors';
import { Progress } from '../shell/progress';
import { Terminal } from '../shell/terminal';

/** What is counted and complained about while manifests are read, over all clusters of a run. */
export interface ReadTally {
  files: number;
  documents: number;
  readonly problems: ReadProblem[];
  /** Templates that are no YAML, where they are no problem. */
  readonly templates?: ReadProblem[];
}

/** How the manifests of a cluster are read. */
export interface ReadOptions {
  readonly config?: LintConfig;
  /** Whether somebody says that all of them are of one cluster, whatever folder they stand in. */
  readonly areTogether?: boolean;
  /** Whether objects that say nothing about GPUs are read whole too. */
  readonly isStrict?: boolean;
  /** Has folders rendered by the programs that they are for; @default - files are read as they are */
  readonly render?: (
    kustomizations: Kustomizations, layers: Layers, files: readonly ManifestFile[],
  ) => readonly RenderedFolder[];
}

/**
 * Reads the manifests at paths into a model of one cluster; what cannot be read is a problem, and the rest is still
 * read.
 */
export function readCluster(
  paths: readonly string[], releases: Versions, tally: ReadTally, terminal: Terminal, progress: Progress,
  { config, areTogether = false, isStrict = false, render }: ReadOptions = {},
): ClusterModel {
  const model = new ClusterModel(releases, { all: areTogether, named: paths }, isStrict);
  const { files: all, layers, kustomizations } = manifestFilesOf(paths, tally.problems);
  const files = all.filter(({ file }) => config === undefined || file === STANDARD_INPUT || isIncluded(file, config));
  const renderings = render?.(kustomizations, layers, files) ?? [];
  const valuesFiles: ValuesFile[] = [];
  const take = (read: ManifestDocument | ReadProblem, isRendered: boolean) => {
    tally.documents++;
    if (!isProblem(read)) {
      if (!isRendered) { valuesFiles.push(...valuesFilesOf(read)); }
      model.add(isRendered ? read : overlaid(read, layers));
    } else {
      const problem = { ...read, message: messageInShort(read.message) };
      (read.isTemplate === true ? tally.templates ?? tally.problems : tally.problems).push(problem);
    }
  };
  const forRules = !isStrict && layers.overlays.length === 0;
  const later: (() => void)[] = [];
  for (const file of files) {
    if (isOtherJson(file)) { continue; }
    tally.files++;
    const covering = renderings.filter(each => each.covers(file.file));
    const reads = manifestsOf(file, terminal, forRules);
    const first = covering.length === 0 ? firstDocumentOf(reads) : [];
    if (areValues(first)) { // which chart they are for, another file may say
      const rest = [...reads];
      later.push(() => {
        const named = namedChartOf(file.file, valuesFiles);
        const again = named === undefined ? [...first, ...rest] : manifestsOf(file, terminal, forRules, named);
        for (const each of again) { take(each, false); }
      });
      continue;
    }
    for (const each of inTurn(first, reads)) {
      if (covering.length === 0 || (!isProblem(each) && SAYS_WHAT_IS_TAKEN.test(each.kind))) {
        take(each, false);
      } else if (!isProblem(each)) { // a template is none before it is rendered
        covering.forEach(rendering => rendering.take(each));
      }
      progress.tell(() => `${counted(tally.files, 'file')}, ${counted(tally.documents, 'document')}: ${file.file}`);
    }
  }
  for (const each of later) { each(); }
  for (const rendering of renderings) {
    for (const each of rendering.objects(!isStrict)) { take(each, true); }
  }
  progress.tell(() => `${counted(tally.files, 'file')}, ${counted(tally.documents, 'document')}: rules`);
  return model;
}

/** What was read of the first document of a file, and the one that came behind it. */
function firstDocumentOf(reads: Iterator<ManifestDocument | ReadProblem>): (ManifestDocument | ReadProblem)[] {
  const first: (ManifestDocument | ReadProblem)[] = [];
  for (let next = reads.next(); next.done !== true; next = reads.next()) {
    first.push(next.value);
    if (isProblem(next.value) || next.value.index > 1) { break; }
  }
  return first;
}

function* inTurn<T>(first: readonly T[], rest: Iterable<T>): Generator<T> {
  yield* first;
  yield* rest;
}

/** Whether a file begins with values, or with a map of something that may be some. */
function areValues(reads: readonly (ManifestDocument | ReadProblem)[]): boolean {
  const [first] = reads;
  if (first === undefined || isProblem(first) || /^(?:Chart|[Kk]ustomization)\b/.test(path.basename(first.file))) { return false; }
  const ofFirst = reads.filter((each): each is ManifestDocument => !isProblem(each) && each.index === first.index);
  return first.kind === '' || (ofFirst.some(({ kind }) => kind === 'HelmValues') && !BRINGS_CHARTS.test(first.kind));
}

/** Kinds of deployment tools, which have values beside other things. */
const BRINGS_CHARTS = /^(?:Application|ApplicationSet|HelmRelease|HelmChart|HelmChartConfig|Kustomization|Component)$/;

/** No objects of a cluster: which files are of one. */
const SAYS_WHAT_IS_TAKEN = /^(?:Kustomization|Component)$/;

/** A text in pieces, of which one may ask afterwards whether there was anything in it. */
function noted(pieces: Iterable<string>): { text: Iterable<string>; isEmpty(): boolean } {
  let isEmpty = true;
  function* text(): Generator<string> {
    for (const piece of pieces) {
      isEmpty &&= piece.trim() === '';
      yield piece;
    }
  }
  return { text: text(), isEmpty: () => isEmpty };
}

/**
 * The manifests of a file; that it cannot be read is one more problem.
 * @param forRules whether what no rule reads may be left out: where a Kustomization changes it, it may come to be about
 * GPUs
 * @param chart the one that values in it are given to, as another file says it
 */
function* manifestsOf(
  { file, named, within }: ManifestFile,
  terminal: Terminal,
  forRules: boolean,
  chart?: NamedChart,
): Generator<ManifestDocument | ReadProblem> {
  try {
    const input = file === STANDARD_INPUT ? noted(terminal.readInput()) : undefined;
    for (const read of readManifests(input?.text ?? readFile(file), file, forRules, chart)) {
      // in a folder there are lists and settings of other tools
      if (named || !isProblem(read) || read.isOther !== true) { yield read; }
      if (!isProblem(read) && read.kind === 'Kustomization' && file !== STANDARD_INPUT) {
        yield* generatedConfigMaps(read, each => within.read(each));
      }
    }
    // what renders manifests may have failed before the pipe
    if (input?.isEmpty() === true) {
      yield { file, line: 1, message: 'standard input is empty, so nothing was checked' };
    }
  } catch (error) {
    yield {
      file,
      line: 1,
      message: error instanceof NoText ? error.message : whyUnread(error as NodeJS.ErrnoException),
    };
  }
}

/**
 * Whether a file that nobody named is JSON of another tool, which may have comments or be large: manifests say their
 * apiVersion.
 */
function isOtherJson({ file, named }: ManifestFile): boolean {
  if (named || !/\.json$/i.test(file)) { return false; }
  try {
    return !holdsAscii(file, '"apiVersion"');
  } catch {
    return false; // told when it is read
  }
}
