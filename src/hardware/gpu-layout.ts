import { MigProfileName } from './mig-profile-name';

/** How one GPU is cut: how many of each MIG profile. Or not at all. */
export class GpuLayout {
  /**
   * A layout by counts.
   * @param profiles how many of each MIG profile, such as `{ '3g.40gb': 2 }`
   * @throws when a name is not a profile name, or a count is not a whole number from 1
   */
  public static of(profiles: Record<string, number>): GpuLayout {
    if (typeof profiles === 'string') {
      throw new Error(`GpuLayout.of takes an object such as { '3g.40gb': 2 }; GpuLayout.parse reads a text, as "${profiles}"`);
    }
    const counts = Object.entries(profiles);
    if (counts.length === 0) {
      throw new Error('GpuLayout.of needs at least one profile; GpuLayout.whole() leaves the GPU uncut');
    }
    for (const [name, count] of counts) {
      const canonical = MigProfileName.parse(name).canonical;
      if (canonical !== name) {
        throw new Error(`"${name}" is written "${canonical}": another spelling never compares equal to what the `
          + 'driver reports [MIG-009]');
      }
      if (!Number.isInteger(count) || count < 1) {
        throw new Error(`profile ${name} has count ${count}; a count is a whole number from 1, and a profile that is `
          + 'not wanted is left out [MIG-007, MIG-008]');
      }
    }
    return new GpuLayout(new Map(counts.sort(([a], [b]) => (a < b ? -1 : 1))));
  }

  /** The GPU is not cut: MIG is off. */
  public static whole(): GpuLayout {
    return new GpuLayout(new Map());
  }

  /**
   * A layout as text.
   * @param text `3g.40gb=2,1g.10gb=1`, or `whole`
   * @throws when it cannot be read
   */
  public static parse(text: string): GpuLayout {
    if (text.trim() === 'whole') { return GpuLayout.whole(); }
    const profiles: Record<string, number> = {};
    for (const part of text.split(',').map(each => each.trim()).filter(each => each !== '')) {
      const [name, count, ...rest] = part.split('=');
      if (rest.length > 0 || name.includes(':') || !/^\s*\d+\s*$/.test(count ?? '1')) {
        throw new Error(`"${part}" is not profile=count, as in "3g.40gb=2"`);
      }
      if (profiles[name.trim()] !== undefined) {
        throw new Error(`profile ${name.trim()} is given twice in "${text}"`);
      }
      profiles[name.trim()] = Number(count ?? 1);
    }
    return GpuLayout.of(profiles);
  }

  private constructor(private readonly counts: Map<string, number>) {}

  /** How many of each profile, in the order of their names; empty when the GPU is whole. */
  public get profiles(): Record<string, number> {
    return Object.fromEntries(this.counts);
  }

  /** Whether the GPU is left uncut. */
  public get isWhole(): boolean {
    return this.counts.size === 0;
  }

  /** How many GPU instances there are. */
  public get total(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** `1g.10gb=1,3g.40gb=2`, or `whole`. */
  public toString(): string {
    return this.isWhole ? 'whole' : [...this.counts].map(([name, count]) => `${name}=${count}`).join(',');
  }
}
