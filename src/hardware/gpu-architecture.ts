/** Chip generations, in the spelling of the node label `nvidia.com/gpu.family`. */
export enum GpuArchitecture {
  /** Volta, compute capability 7.0. */
  VOLTA = 'volta',
  /** Turing, compute capability 7.5. */
  TURING = 'turing',
  /** Ampere, compute capability 8.x. */
  AMPERE = 'ampere',
  /** Ada Lovelace, compute capability 8.9. */
  ADA_LOVELACE = 'ada-lovelace',
  /** Hopper and Grace Hopper, compute capability 9.0. */
  HOPPER = 'hopper',
  /** Blackwell, compute capability 10.x and 12.x. */
  BLACKWELL = 'blackwell',
}
