/**
 * The name of a MIG profile, taken apart.
 *
 * Grammar: `[Cc.]Gg.MgB[(+|-)attribute{,attribute}]`, as in `1g.10gb`, `1c.3g.40gb`, `1g.10gb+me`, `1g.24gb-me`
 * (go-nvlib pkg/nvlib/device/mig_profile.go; MIG-010). The GB in a name is a name, never a quantity.
 */
export class MigProfileName {
  /**
   * Reads a name.
   * @param text the name, as mig-parted takes it
   * @throws when it is not a profile name
   */
  public static parse(text: string): MigProfileName {
    const found = MigProfileName.find(text);
    if (found === undefined) {
      const resource = /^(?:nvidia\.com\/)?mig-(.+)$/.exec(text);
      const dotted = /^(\d+g\.\d+gb)\.([a-z.]+)$/.exec(resource ? resource[1] : text);
      const meant = dotted ? `${dotted[1]}+${dotted[2]}` : resource?.[1] ?? text.toLowerCase();
      const hint = meant !== text && MigProfileName.find(meant) !== undefined
        ? `; did you mean "${meant}"?`
        : '; it looks like "1g.10gb", "1g.10gb+me" or "1c.3g.40gb"';
      throw new Error(`"${text}" is not a MIG profile name${hint} [MIG-010]`);
    }
    return found;
  }

  /**
   * Reads a name.
   * @param text the name
   * @returns undefined when it is not a profile name
   */
  public static find(text: string): MigProfileName | undefined {
    const match = GRAMMAR.exec(text);
    if (match === null) { return undefined; }
    const [, c, g, gb, sign, attributes] = match;
    const gpuInstanceSlices = Number(g);
    const computeInstanceSlices = c === undefined ? gpuInstanceSlices : Number(c);
    if (!SLICE_COUNTS.has(gpuInstanceSlices) || !SLICE_COUNTS.has(computeInstanceSlices)) { return undefined; }
    const names = attributes === undefined ? [] : attributes.split(',');
    if (new Set(names).size !== names.length) { return undefined; }
    return new MigProfileName(computeInstanceSlices, gpuInstanceSlices, Number(gb), names, sign === '-');
  }

  /**
   * Whether mig-parted takes a text for a name, whether or not any board has that many slices.
   * @internal
   */
  public static _isWellFormed(text: string): boolean {
    const match = GRAMMAR.exec(text);
    if (match === null) { return false; }
    const names = match[5] === undefined ? [] : match[5].split(',');
    const isInt = (digits: string | undefined) => digits === undefined || BigInt(digits) < 2n ** 63n;
    return new Set(names).size === names.length && [match[1], match[2], match[3]].every(isInt);
  }

  private readonly _attributes: string[];

  private constructor(
    /** Compute slices of the compute instance. Equal to `gpuInstanceSlices` unless the name says otherwise. */
    public readonly computeInstanceSlices: number,
    /** Compute slices of the GPU instance. */
    public readonly gpuInstanceSlices: number,
    /** The GB of the name. Not a quantity: `1g.18gb` of an H200 holds 16.0 GiB. */
    public readonly memoryGb: number,
    attributes: string[],
    /** Whether the attributes are taken away (`-me`) and not added (`+me`). */
    public readonly negative: boolean,
  ) {
    this._attributes = attributes;
  }

  /** The attributes, such as `me`, `me.all` or `gfx`. */
  public get attributes(): string[] {
    return [...this._attributes];
  }

  /**
   * Whether it names a compute instance smaller than its GPU instance, which Kubernetes cannot hand out under `mixed`
   * (STR-003).
   */
  public get isComputeInstance(): boolean {
    return this.computeInstanceSlices !== this.gpuInstanceSlices;
  }

  /**
   * The name in the form that the driver prints: without `Cc.` where it equals `Gg`, without leading zeros (MIG-009).
   */
  public get canonical(): string {
    const instance = this.isComputeInstance ? `${this.computeInstanceSlices}c.` : '';
    const sign = this.negative ? '-' : '+';
    const attributes = this._attributes.length === 0 ? '' : sign + this._attributes.join(',');
    return `${instance}${this.gpuInstanceSlices}g.${this.memoryGb}gb${attributes}`;
  }

  /** The name in labels and resources: `mig-1g.10gb.me`. */
  public get labelName(): string {
    return `mig-${this.canonical.replace('+', '.')}`;
  }

  /**
   * The extended resource under the strategy `mixed`: `nvidia.com/mig-1g.10gb.me` (k8s-device-plugin
   * api/config/v1/resources.go).
   */
  public get resourceName(): string {
    return `nvidia.com/${this.labelName}`;
  }

  /** The canonical name. */
  public toString(): string {
    return this.canonical;
  }
}

const GRAMMAR = /^(?:(\d+)c\.)?(\d+)g\.(\d+)gb(?:([+-])([A-Za-z](?:[A-Za-z0-9.]*[A-Za-z0-9])?(?:,[A-Za-z](?:[A-Za-z0-9.]*[A-Za-z0-9])?)*))?$/;
/** Slice counts that exist (go-nvlib pkg/nvlib/device/mig_profile.go). */
const SLICE_COUNTS = new Set([1, 2, 3, 4, 6, 7, 8]);
