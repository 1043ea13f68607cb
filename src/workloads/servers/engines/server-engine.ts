import { ModelFootprint } from '../../../fit';
import { SecretKey } from '../model-server-props';

/** A volume of a server's container. */
export interface ServerVolume {
  readonly name: string;
  readonly mountPath: string;
  /** As in `volumes` of a pod. */
  readonly volume: Record<string, unknown>;
  readonly subPath?: string;
  readonly readOnly?: boolean;
}

/** A claim that is made for a server. */
export interface ServerClaim {
  readonly name: string;
  readonly annotations?: Record<string, string>;
  readonly spec: Record<string, unknown>;
}

/** What an engine makes of its props: all that its pods and its Service need. */
export interface ServerEngine {
  readonly image: string;
  readonly command: string[];
  readonly args: string[];
  readonly env: Record<string, string>;
  readonly secretEnv: Record<string, SecretKey>;
  readonly ports: ServerPorts;
  readonly readyPath: string;
  readonly livePath: string;
  /** Seconds after which an answer to a probe counts as none. */
  readonly probeTimeoutSeconds: number;
  /** Seconds that the first start may take. */
  readonly startupSeconds: number;
  /** The gauge of waiting requests. */
  readonly queueMetric: string;
  /** Slices, or whole GPUs, that each pod takes. */
  readonly devices: number;
  readonly volumes: ServerVolume[];
  readonly claims: ServerClaim[];
  /** By which the rules count as the construct did. */
  readonly annotations: Record<string, string>;
  readonly footprint?: ModelFootprint;
  readonly decisions: string[];
}

/** Ports of the container and of the Service. */
export interface ServerPorts {
  readonly http: number;
  readonly grpc?: number;
  /** Left out where the metrics are on the HTTP port. */
  readonly metrics?: number;
}

/** Name of the port that has the metrics. */
export function metricsPortName({ metrics }: ServerPorts): string {
  return metrics === undefined ? 'http' : 'metrics';
}

/**
 * The tag of a release, and a check that it is one.
 * @throws when it is no release
 */
export function releaseTag(place: string, version: string, example: string): string {
  const text = version.replace(/^v/, '');
  if (!/^\d+\.\d[-.\w]*$/.test(text) || text.length > 100) {
    throw new Error(`${place}: version "${version}" is no release; give its numbers as the tag of the image has `
      + `them, such as ${example}`);
  }
  return text;
}

/**
 * An image of one's own.
 * @throws when it names neither tag nor digest
 */
export function checkImage(place: string, image: string | undefined): void {
  if (image === undefined) { return; }
  if (/\s/.test(image) || !/(?::[\w][\w.-]*|@sha256:[0-9a-f]{64})$/.test(image)) {
    throw new Error(`${place}: image "${image}" has neither a tag nor a digest, so another release could come at any `
      + 'start; write it as in registry.example.com/vllm-openai:v0.19.1');
  }
}
