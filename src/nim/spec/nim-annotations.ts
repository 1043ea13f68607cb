import { NIM_OPERATOR_ANNOTATION, NimOperatorVersion } from '../../releases';

/** What lint goes by, and why memory may be uncertain. */
export function nimAnnotations(
  props: { nimOperator?: NimOperatorVersion; acceptUncertainMemory?: string }, memory: Record<string, string> = {},
): Record<string, unknown> {
  const annotations = {
    ...memory,
    ...(props.acceptUncertainMemory !== undefined
      && { 'cdk8s-gpu/accepted-uncertain-memory': props.acceptUncertainMemory }),
    ...(props.nimOperator !== undefined && { [NIM_OPERATOR_ANNOTATION]: props.nimOperator.version }),
  };
  return Object.keys(annotations).length === 0 ? {} : { annotations };
}
