import { NimModel } from '../../models';
import { ANY, checkWhole, FLAG, mapOf, struct } from '../../props';

/** A probe of a NIM. */
export interface NimProbe {
  /**
   * Whether there is one.
   * @default true
   */
  readonly enabled?: boolean;
  /**
   * The probe, as in Kubernetes. It replaces the operator's own completely, so it carries its handler, such as
   * `httpGet: { path: '/v1/health/ready', port: 'api' }`, and all its times in seconds.
   * @default - the operator's own: `/v1/health/live` or `/v1/health/ready` on the HTTP port
   */
  readonly probe?: Record<string, any>;
}

/** When a NIM counts as started, ready and alive. */
export interface NimProbeSettings {
  /**
   * How long the first start may take, in seconds: the image loads a model of many GB and builds engines. Not with a
   * `startupProbe` of one's own.
   * @default - 3630 for speech, the operator's own (about 1230) for everything else
   */
  readonly startupSeconds?: number;
  /**
   * The start-up probe.
   * @default - from `startupSeconds`
   */
  readonly startupProbe?: NimProbe;
  /**
   * The readiness probe.
   * @default - the operator's own: from 15 s on, every 10 s
   */
  readonly readinessProbe?: NimProbe;
  /**
   * The liveness probe.
   * @default - the operator's own: from 15 s on, every 10 s, three failures
   */
  readonly livenessProbe?: NimProbe;
}

/** Readiness path of every NIM. */
export const READY_PATH = '/v1/health/ready';

/**
 * Seconds between start-up probes, and before the first (k8s-nim-operator api/apps/v1alpha1 default start-up probe).
 */
const PROBE_PERIOD_SECONDS = 10;
const PROBE_DELAY_SECONDS = 30;

/**
 * NVIDIA's voice blueprint waits 2400 s for recognition and 3000 s for synthesis; an hour leaves room for a slow disk.
 */
const SPEECH_STARTUP_SECONDS = 3630;

const HANDLERS = ['httpGet', 'grpc', 'tcpSocket', 'exec'];

/** The probes of a NIMService. */
export function toProbes(place: string, model: NimModel, settings: NimProbeSettings): Record<string, unknown> {
  const { startupSeconds, startupProbe, readinessProbe, livenessProbe } = settings;
  checkWhole(place, 'startupSeconds', startupSeconds, 1);
  if (startupSeconds !== undefined && startupProbe !== undefined) {
    throw new Error(`${place}: startupSeconds and startupProbe both say how long the start may take; give one of them`);
  }
  const seconds = startupSeconds ?? (model.isSpeech ? SPEECH_STARTUP_SECONDS : undefined);
  const startup = startupProbe ?? (seconds === undefined ? undefined : { probe: startupWithin(seconds) });
  const probes = { startupProbe: startup, readinessProbe, livenessProbe };
  return Object.fromEntries(Object.entries(probes)
    .flatMap(([name, probe]) => probe === undefined ? [] : [[name, toProbe(`${place}: ${name}`, probe)]]));
}

function toProbe(place: string, { enabled, probe }: NimProbe): Record<string, unknown> {
  if (probe !== undefined && !HANDLERS.some(handler => probe[handler] !== undefined && probe[handler] !== null)) {
    throw new Error(`${place} replaces the operator's own probe completely and has no handler, which `
      + 'Kubernetes refuses [NIM-056]; '
      + `add httpGet: {path: ${READY_PATH}, port: api}`);
  }
  return { enabled: enabled ?? true, ...(probe !== undefined && { probe }) };
}

/** A custom probe replaces the operator's own completely, so it carries its handler and all its times. */
function startupWithin(seconds: number): Record<string, unknown> {
  return {
    httpGet: { path: READY_PATH, port: 'api' },
    initialDelaySeconds: PROBE_DELAY_SECONDS,
    periodSeconds: PROBE_PERIOD_SECONDS,
    timeoutSeconds: PROBE_PERIOD_SECONDS,
    failureThreshold: Math.max(1, Math.ceil((seconds - PROBE_DELAY_SECONDS) / PROBE_PERIOD_SECONDS)),
  };
}
export const PROBE = struct<NimProbe>({ enabled: FLAG, probe: mapOf(ANY) });
