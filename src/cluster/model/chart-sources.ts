import { ManifestDocument } from './document';
import { at, textOf } from '../../kubernetes';

/** Where Flux takes charts from, by its HelmRepository and OCIRepository objects. */
export class ChartSources {
  /** Tags of charts in OCI registries, by the names of the charts. */
  private readonly tags = new Map<string, string>();
  /** Addresses of HelmRepository objects by their names. */
  private readonly addresses = new Map<string, Set<string>>();

  /** Takes an object in, if it is such a one. */
  public add({ kind, apiVersion, name, spec }: ManifestDocument): void {
    const address = apiVersion.startsWith('source.toolkit.fluxcd.io/') ? textOf(spec.url) : undefined;
    if (address === undefined) { return; }
    const [chart, tag] = [address.split('/').pop()!, textOf(at(spec, 'ref', 'tag'))];
    if (kind === 'OCIRepository' && tag !== undefined) { this.tags.set(chart, tag); }
    if (kind === 'HelmRepository') { this.addresses.set(name, (this.addresses.get(name) ?? new Set()).add(address)); }
  }

  /** The address of a repository of charts; undefined where none has the name, or several do. */
  public addressOf(name: string): string | undefined {
    const addresses = [...this.addresses.get(name) ?? []];
    return addresses.length === 1 ? addresses[0] : undefined;
  }

  /** The tag of a chart, which is its release. */
  public tagOf(chart: string): string | undefined {
    return this.tags.get(chart);
  }
}
