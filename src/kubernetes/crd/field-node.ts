/** What the CRD says of one value; `fields`, `items` and `values` are indices of other nodes. */
export interface FieldNode {
  readonly type?: string;
  /** How a number or text is written: `int32`, `int64`, `byte`, `date-time`. */
  readonly format?: string;
  readonly enum?: unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly nullable?: boolean;
  /** A whole number or a string. */
  readonly intOrString?: boolean;
  /** Unknown fields are kept. */
  readonly open?: boolean;
  /** Fields that must be there; those with a default are not among them. */
  readonly required?: string[];
  /** Fields with a default: a server fills it in where they are missing, or null. */
  readonly filled?: string[];
  readonly fields?: Record<string, number>;
  readonly items?: number;
  /** What tells the items of a list apart, where no two may be alike; none where the item itself does. */
  readonly keys?: string[];
  /** Of a map with keys of one's own. */
  readonly values?: number;
}

/** A kind in the releases of its operator, oldest first. */
export interface KindFacts {
  readonly apiVersion: string;
  /** `gpu-operator`, `nim-operator` or `nfd`. */
  readonly operator: string;
  readonly releases: { readonly release: string; readonly root: number }[];
}
