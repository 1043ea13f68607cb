
/** How a slice was made, which decides what it isolates. */

export enum GpuSliceKind {
  /** A whole GPU for one container. */
  WHOLE = 'whole',
  /** A MIG device: memory, compute and faults are isolated by the hardware. */
  MIG = 'mig',
  /** A turn on a GPU that others take turns on too: no memory isolation, one fault domain. */
  TIME_SLICED = 'time-sliced',
  /** A client of an MPS daemon: memory and threads are limited, faults are not isolated. */
  MPS = 'mps',
  /** A MIG device that several containers take turns on: isolated from other MIG devices, not from each other. */
  MIG_TIME_SLICED = 'mig-time-sliced',
}

/** What protects the tenants of a GPU from each other. */
export enum GpuIsolation {
  /** Memory, compute and faults are isolated by the hardware (whole GPU or MIG). */
  HARDWARE = 'hardware',
  /** Limits on memory and threads, but one tenant's fatal fault ends all (MPS). */
  LIMITS = 'limits',
  /** Nothing but good manners: memory is first come, first served, and faults are shared (time-slicing). */
  NONE = 'none',
}
