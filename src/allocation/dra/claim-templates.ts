import { hasProfile } from './cel';
import { OpaqueConfig } from './opaque-config';
import { Fields } from '../../kubernetes';

/** The most devices of one claim (k8s.io/api/resource/v1 types.go AllocationResultsMaxSize). */
export const MOST_DEVICES = 32;

/** One device, or several alike, that a claim asks for. */
export interface ClaimRequest {
  readonly name: string;
  /** The MIG profile; undefined for whole GPUs. */
  readonly profile?: string;
  /** A class that has the devices of the profile and no others; undefined for that of all MIG devices. */
  readonly profileClass?: string;
  readonly count?: number;
  /** The memory that it takes of a device which others take memory of too. */
  readonly memoryMib?: number;
  /** MIG profiles of which the first that is free will do; in the order in which they are tried. */
  readonly anyOf?: string[];
}

/** `spec` of a ResourceClaim in resource.k8s.io/v1beta2 and v1. */
export function claimSpec(
  requests: ClaimRequest[],
  options: { readonly sameBoard?: boolean; readonly config?: OpaqueConfig[] } = {},
): Fields {
  return {
    devices: {
      requests: requests.map(requestFields),
      ...(options.sameBoard
        && {
          constraints: [{ requests: requests.map(({ name }) => name), matchAttribute: 'gpu.nvidia.com/parentUUID' }],
        }),
      ...(options.config !== undefined && options.config.length > 0 && { config: options.config }),
    },
  };
}

function requestFields({ name, profile, profileClass, count, memoryMib, anyOf }: ClaimRequest): Fields {
  if (anyOf === undefined) {
    const capacity = memoryMib === undefined ? {} : { capacity: { requests: { memory: quantityOf(memoryMib) } } };
    return {
      name,
      exactly: {
        ...(profileClass === undefined ? deviceFields(profile) : { deviceClassName: profileClass }),
        ...(count !== undefined && count > 1 && { count }),
        ...capacity,
      },
    };
  }
  return { name, firstAvailable: anyOf.map((each, index) => ({ name: `choice-${index + 1}`, ...deviceFields(each) })) };
}

/**
 * As Kubernetes writes it back, so that what is stored is what was applied (apimachinery pkg/api/resource: the largest
 * suffix without a rest).
 */
function quantityOf(mib: number): string {
  return mib % 1024 === 0 ? `${mib / 1024}Gi` : `${mib}Mi`;
}

/** What the driver calls the classes of whole GPUs and of MIG devices. */
export const DRIVER_CLASS = { gpu: 'gpu.nvidia.com', mig: 'mig.nvidia.com' };

/**
 * By the classes that the driver brings. The class is looked at before the selectors, so every device that is left has
 * a profile.
 */
function deviceFields(profile: string | undefined): Fields {
  return profile === undefined
    ? { deviceClassName: DRIVER_CLASS.gpu }
    : { deviceClassName: DRIVER_CLASS.mig, selectors: [{ cel: { expression: hasProfile(profile) } }] };
}
