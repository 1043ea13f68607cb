import { minorOf, plainRelease, pointsOf } from './release';
import { refuseSecrets } from '../secrets';
import { shown } from '../text';

/** Software whose release decides what this library may write and what a rule says. */
export type Product =
  | 'gpu-operator'
  | 'device-plugin'
  | 'mig-manager'
  | 'nim-operator'
  | 'dra-driver'
  | 'kubernetes'
  | 'kueue';

/** Something that begins with a release of a product, ends with one, or both. */
export interface MilestoneRow {
  /** The first release that has it; left out where it was there before the oldest release of the table. */
  readonly begins?: string;
  /** The first release that no longer has it; left out where it goes on. */
  readonly ends?: string;
  /** What it is, as a sentence. */
  readonly what: string;
  /** Where it was read. */
  readonly source: string;
}

/** A milestone with the product that it belongs to, as a rule names it in `since` and `until`. */
export interface Milestone extends MilestoneRow {
  readonly product: Product;
}

/** What is known of a product and its releases. */
interface ProductFacts {
  readonly product: Product;
  /** What messages call it. */
  readonly title: string;
  /** Oldest first. */
  readonly releases: readonly string[];
  /** The oldest release that this library writes for and has rules for; left out where there is no such limit. */
  readonly oldest?: string;
  /** Another way to count releases, by its minor releases. */
  readonly otherNames?: ReadonlyMap<string, string>;
}

/**
 * The releases of one product, and what begins and ends with them.
 *
 * Releases are compared by their order alone. So a release that came out after this table was written has everything
 * that the newest one has, and a release that nobody named is later than all of them.
 */
export class ReleaseTable<Name extends string = string> {
  public readonly product: Product;
  public readonly title: string;
  public readonly releases: readonly string[];
  public readonly oldest?: string;
  public readonly milestones: Readonly<Record<Name, Milestone>>;

  private readonly otherNames: ReadonlyMap<string, string>;

  constructor(
    { product, title, releases, oldest, otherNames = new Map() }: ProductFacts,
    rows: Readonly<Record<Name, MilestoneRow>>,
  ) {
    this.product = product;
    this.title = title;
    this.releases = releases;
    this.oldest = oldest;
    this.otherNames = otherNames;
    const entries = Object.entries<MilestoneRow>(rows).map(([name, row]) => [name, { product, ...row }]);
    this.milestones = Object.fromEntries(entries) as Record<Name, Milestone>;
  }

  /** The numbers of a release that somebody wrote, as this table counts; undefined for what is no release. */
  public find(written: string): string | undefined {
    const release = plainRelease(written);
    return release === undefined ? undefined : this.otherNames.get(minorOf(release)) ?? release;
  }

  /**
   * The numbers of a release that somebody wrote.
   * @throws for what is no release, and for one before the oldest
   */
  public of(written: string): string {
    refuseSecrets(this.title, { version: written }); // before a message repeats it
    const release = typeof written === 'string' ? this.find(written) : undefined;
    const example = `${this.newest} or ${this.releases[this.releases.length - 1]}`;
    if (release === undefined) {
      throw new Error(`"${shown(written)}" is no release of ${this.title}: give its numbers, such as ${example}`);
    }
    if (this.oldest !== undefined && pointsOf(release).last < pointsOf(this.oldest).first) {
      throw new Error(`${this.title} ${release} is older than ${this.oldest}, the oldest release that this `
        + `library knows: give ${example}`);
    }
    return release;
  }

  /** The newest minor release, such as `26.7`: what stands for a release that nobody named. Its patch is not known. */
  public get newest(): string {
    return minorOf(this.releases[this.releases.length - 1]);
  }

  /** Whether every patch that a release stands for has it. */
  public has(name: Name, release: string | undefined): boolean {
    return stateOf(this.milestones[name], release) === true;
  }

  /** Whether no patch that a release stands for has it. */
  public lacks(name: Name, release: string | undefined): boolean {
    return stateOf(this.milestones[name], release) === false;
  }

  /** A minor release as its tags call it, where that is another name. */
  public asTagged(release: string): string {
    return [...this.otherNames].find(([, ours]) => ours === release)?.[0] ?? release;
  }

  /** The last release of the table that does not have what begins with a milestone. */
  public lastBefore(name: Name): string | undefined {
    return this.releases.filter(release => this.lacks(name, release)).pop();
  }

  /** Whether a release came out after the newest one of the table. */
  public isAfterTable(release: string): boolean {
    return pointsOf(release).first > pointsOf(this.releases[this.releases.length - 1]).last;
  }
}

/**
 * Whether a release has what a milestone tells of; undefined where some of the patches that it stands for do and others
 * do not.
 * @param release undefined: later than every known one
 */
export function stateOf(
  { begins, ends }: Pick<MilestoneRow, 'begins' | 'ends'>,
  release: string | undefined,
): boolean | undefined {
  if (release === undefined) { return ends === undefined; }
  const begun = begins === undefined ? true : reached(begins, release);
  const ended = ends === undefined ? false : reached(ends, release);
  if (begun === false || ended === true) { return false; }
  return begun === true && ended === false ? true : undefined;
}

function reached(milestone: string, release: string): boolean | undefined {
  const point = pointsOf(milestone).first;
  const { first, last } = pointsOf(release);
  return point <= first ? true : point <= last ? undefined : false;
}
