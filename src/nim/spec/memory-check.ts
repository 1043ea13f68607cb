import { IConstruct } from 'constructs';
import { LlmServingOptions, ModelFootprint } from '../../fit';
import { NimModel } from '../../models';
import { checkMemory, GpuSlice, noteTenant, refuseUncertain } from '../../pools';

/** What the memory check of a NIM goes by. */
export interface NimMemoryOptions {
  readonly model: NimModel;
  /** Undefined: claimed devices. */
  readonly slice?: GpuSlice;
  readonly selector?: string;
  readonly serving?: LlmServingOptions;
  readonly footprint?: ModelFootprint;
  readonly acceptUncertainMemory?: string;
}

/**
 * Checks a NIM's memory against its slice.
 * @returns environment variables that make the verdict true
 * @throws when it does not fit, or may not and nobody accepted that
 */
export function checkNimMemory(path: string, options: NimMemoryOptions): Record<string, string> {
  const footprint = footprintOf(path, options);
  const { slice, acceptUncertainMemory } = options;
  if (slice === undefined) {
    refuseUncertain(
      path,
      options,
      'the devices that draResources claims are not known here, so neither is their memory',
    );
    return {};
  }
  const report = checkMemory(path, footprint, slice, { acceptUncertainMemory });
  return options.footprint === undefined ? report?.engineSettings ?? {} : {};
}

/** Counts a NIM among those that may meet on one claimed device. */
export function noteNim(
  construct: IConstruct,
  options: NimMemoryOptions & { slice: GpuSlice },
  mostPods: number,
): void {
  noteTenant(construct, options.slice, footprintOf(construct.node.path, options), mostPods);
}

function footprintOf(path: string, { footprint, model, selector, serving }: NimMemoryOptions): ModelFootprint {
  try {
    return footprint ?? ModelFootprint.ofNim(model, { selector, serving });
  } catch (error) {
    throw new Error(`${path}: serving: ${(error as Error).message}; give another, or leave it out`, { cause: error });
  }
}
