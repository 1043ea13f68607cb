import { DRIVER } from './cel';

/**
 * What a claim says to the driver about the devices of a request (kubernetes-sigs/dra-driver-nvidia-gpu
 * api/nvidia.com/resource/v1beta1).
 */
export interface OpaqueConfig {
  readonly requests: string[];
  readonly opaque: { readonly driver: string; readonly parameters: Record<string, unknown> };
}

/** Whole MiB, as the driver rounds to (dra-driver-nvidia-gpu api/nvidia.com/resource/v1beta1/sharing.go). */
export interface MpsLimits {
  readonly activeThreadPercentage: number;
  /** Undefined where the board is not known. */
  readonly memoryMib?: number;
}

/**
 * A GPU whose claim is shared through MPS, each client with the same limits. The driver counts no clients and adds up
 * no limits.
 */
export function mpsConfig(request: string, { activeThreadPercentage, memoryMib }: MpsLimits): OpaqueConfig {
  return {
    requests: [request],
    opaque: {
      driver: DRIVER,
      parameters: {
        apiVersion: 'resource.nvidia.com/v1beta1',
        kind: 'GpuConfig',
        sharing: {
          strategy: 'MPS',
          mpsConfig: {
            defaultActiveThreadPercentage: activeThreadPercentage,
            ...(memoryMib !== undefined && { defaultPinnedDeviceMemoryLimit: `${memoryMib}Mi` }),
          },
        },
      },
    },
  };
}
