/**
 * Somebody who takes devices of which no manifest says how many there are: under Dynamic Resource Allocation the
 * layouts of the boards stand in no file, so that whoever writes the manifests must say it.
 */
export interface DeviceUser {
  /** Of the construct. */
  readonly path: string;
  readonly pool: string;
  /** In words. */
  readonly slice: string;
  /** How many the pool has. */
  readonly capacity: number;
  /** How its pods ask: one of these three. */
  readonly resource?: string;
  readonly template?: string;
  readonly claim?: string;
  /** How many devices a claim of the template has. */
  readonly count: number;
}
