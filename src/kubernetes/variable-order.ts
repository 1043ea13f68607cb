/** `$(NAME)` takes the value of another variable; `$$(NAME)` is that text (k8s.io/api core/v1 `EnvVar.value`). */
const REFERENCE = /\$\$|\$\(([^$()]+)\)/g;

/**
 * The variables of a map as a list is made of them, whatever the order of the map, which in Java and Go is none: by
 * name, and each behind those it refers to, because only variables defined before are put in
 * (kubernetes/kubernetes@v1.34.2 pkg/kubelet/kubelet_pods.go `makeEnvironmentVariables`).
 */
export function inOrderOfUse(variables: Readonly<Record<string, string>> = {}): Record<string, string> {
  const ordered = new Map<string, string>();
  const begun = new Set<string>(); // two that refer to each other stay as they come
  const add = (name: string) => {
    if (begun.has(name) || !Object.hasOwn(variables, name)) { return; }
    begun.add(name);
    [...String(variables[name]).matchAll(REFERENCE)].map(([, other]) => other).sort().forEach(add);
    ordered.set(name, variables[name]);
  };
  Object.keys(variables).sort().forEach(add);
  return Object.fromEntries(ordered);
}
