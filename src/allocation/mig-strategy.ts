/**
 * How the device plugin advertises MIG devices (`ClusterPolicy.spec.mig.strategy`, `flags.migStrategy`).
 *
 * Source: k8s-device-plugin internal/rm/device_map.go.
 */
export enum MigStrategy {
  /** MIG is ignored: a GPU in MIG mode is handed out whole as `nvidia.com/gpu`. */
  NONE = 'none',
  /** Every GPU of a node is cut into one identical profile; each slice is an `nvidia.com/gpu`. */
  SINGLE = 'single',
  /** Each profile is a resource of its own, such as `nvidia.com/mig-3g.40gb`; whole GPUs stay `nvidia.com/gpu`. */
  MIXED = 'mixed',
}
