import type { Chart } from './charts';
import { LineTree } from '../../kubernetes';

/** Where values stand, and what is known of their chart. */
export interface ValuesPlace {
  readonly file: string;
  readonly index: number;
  readonly lines: () => LineTree;
  readonly chart?: Chart;
  /** Of the chart, as it is written. */
  readonly version?: string;
  /** Where the chart comes from, as it is written. */
  readonly repository?: string;
  /** Whether other values are laid over these that nobody can see here. */
  readonly isIncomplete?: boolean;
  /** Whether the controller of k3s and RKE2 installs the chart. */
  readonly isOfRancher?: boolean;
  /** Whether the chart was only made out, by its folder, by a name that may be another's, or by a few of the values. */
  readonly isGuessed?: boolean;
  /** Whether a chart around it gives them on. */
  readonly isPart?: boolean;
}
