/**
 * As many levels are read. Kubernetes and its YAML parser take 10,000 (sigs.k8s.io/json scanner.go, go.yaml.in/yaml/v2
 * scannerc.go); nobody writes them.
 */
export const MOST_LEVELS = 250;

export const TOO_DEEP = `it is nested deeper than ${MOST_LEVELS} levels`;

/** Why a text cannot be read, and from which of its characters on. */
export class UnreadableYaml extends Error {
  constructor(message: string, public readonly offset = 0) { super(message); }
}
