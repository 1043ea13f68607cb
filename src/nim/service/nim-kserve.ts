/** What runs the pods of a NIM. */
export enum NimInferencePlatform {
  /** A Deployment that the NIM Operator makes. */
  STANDALONE = 'standalone',
  /** A KServe InferenceService. */
  KSERVE = 'kserve',
}

/** How KServe deploys. */
export enum NimKServeMode {
  /** A plain Deployment. Older KServe calls it `RawDeployment`. */
  STANDARD = 'Standard',
  /** Knative, with scaling by requests; the operator then takes no autoscaling, router or metrics. */
  KNATIVE = 'Knative',
}

/**
 * Annotations that tell the mode. Early releases read a key of their own, take its absence for serverless, and know the
 * old names (k8s-nim-operator internal/controller/platform/kserve, NIM-091).
 */
export function kserveAnnotations(mode: NimKServeMode | undefined, readsOldKey: boolean): Record<string, string> {
  if (mode === undefined) { return {}; }
  if (!readsOldKey) { return { 'serving.kserve.io/deploymentMode': mode }; }
  const old = mode === NimKServeMode.STANDARD ? 'RawDeployment' : 'Serverless';
  return { 'serving.kserve.io/deploymentMode': old, 'serving.kserve.org/deploymentMode': old };
}
