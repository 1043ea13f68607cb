import { SchemaIssue, SchemaProblem } from '../crd/check-schema';

/**
 * What can be wrong in one of Kubernetes' own kinds, in the words of the rules SCH-001 to SCH-006, SCH-008 and SCH-009.
 */
export type CoreProblem = SchemaProblem | 'repeated' | 'contradiction';

/** Something in an object of one of Kubernetes' own kinds that the API server does not know or does not take. */
export interface CoreIssue extends Omit<SchemaIssue, 'problem'> {
  readonly problem: CoreProblem;
  /** Of a field that is newer than the oldest release: the one that it came with. */
  readonly since?: string;
}
