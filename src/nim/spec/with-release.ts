import { IConstruct } from 'constructs';
import { GpuSlice } from '../../pools';
import { NimOperatorVersion } from '../../releases';
import { AppChecks } from '../../synthesis';

/** The props with the release of the NIM Operator that the cluster's GpuOperator says, where they say none. */
export function withRelease<T extends { readonly nimOperator?: NimOperatorVersion; readonly slice?: GpuSlice }>(
  construct: IConstruct,
  props: T,
): T {
  if (props.nimOperator !== undefined) { return props; }
  const { nimOperator } = AppChecks.of(construct).releasesFor(construct, props.slice?.pool);
  return nimOperator === undefined ? props : { ...props, nimOperator: NimOperatorVersion.of(nimOperator) };
}
