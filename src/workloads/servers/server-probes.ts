/** What a server answers when it is well, and how long it may take. */
export interface ProbeContext {
  /** Answers 200 when requests are served. */
  readonly readyPath: string;
  /** Answers 200 while the process is well. */
  readonly livePath: string;
  /** Seconds after which an answer counts as none. */
  readonly timeoutSeconds: number;
  /** Seconds that the first start may take. */
  readonly startupSeconds: number;
}

/**
 * As the charts of upstream have them (vllm-project/production-stack@a6c01db helm/values.yaml,
 * triton-inference-server/server deploy/k8s-onprem).
 */
const START = { periodSeconds: 10 };
const READY = { periodSeconds: 5, failureThreshold: 3 };
const LIVE = { periodSeconds: 10, failureThreshold: 3 };

/** Probes on the port `http`. The other two wait until the start-up probe is through. */
export function probesOf({
  readyPath,
  livePath,
  timeoutSeconds,
  startupSeconds,
}: ProbeContext): Record<string, unknown> {
  const probe = (path: string, times: object) => ({ httpGet: { path, port: 'http' }, timeoutSeconds, ...times });
  return {
    startupProbe: probe(readyPath, { ...START, failureThreshold: Math.ceil(startupSeconds / START.periodSeconds) }),
    readinessProbe: probe(readyPath, READY),
    livenessProbe: probe(livePath, LIVE),
  };
}
