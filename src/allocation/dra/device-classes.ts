import { hasProfile, isOfType } from './cel';
import { Gpu } from '../../hardware';

/** A DeviceClass that stands for an extended resource. */
export interface ResourceClass {
  readonly name: string;
  /** The resource, where pods ask by one. */
  readonly extendedResourceName: string;
  /** A CEL expression over `device`. */
  readonly expression: string;
}

/**
 * The class of whole GPUs. The classes that the driver brings are left alone: of two classes with one resource name the
 * newer wins, and both mean the same devices.
 */
export const WHOLE_GPU_CLASS: ResourceClass = {
  name: 'whole-gpu.gpu.nvidia.com', extendedResourceName: 'nvidia.com/gpu', expression: isOfType('gpu'),
};

/** The class of MIG devices of a profile, under the resource name that the device plugin gives them. */
export function classOfProfile(gpu: Gpu, profile: string): ResourceClass {
  return {
    name: `mig-${profileLabel(profile)}.gpu.nvidia.com`,
    extendedResourceName: gpu.profile(profile).resourceName,
    expression: `${isOfType('mig')} && ${hasProfile(profile)}`,
  };
}

/** A profile as part of a name: `1g-10gb-with-me` of `1g.10gb+me`, `1g-24gb-no-me` of `1g.24gb-me`. */
export function profileLabel(profile: string): string {
  return profile.replace(/-/g, '-no-').replace(/\+/g, '-with-').replace(/[.,]/g, '-');
}
