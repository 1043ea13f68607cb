import { GpuContainer, Workload } from '../../cluster';
import { at, listOf, Path, plainText } from '../../kubernetes';
import { shown } from '../../text';
import { REFUSED } from '../false-alarms';
import { ofPods } from '../of-pods';
import { defineRule, Rule } from '../rule';

/** Fields of a container that the API takes as strings alone, with the words that a person writes without quotes. */
function* textFieldsOf(
  { document }: Workload,
  { path }: GpuContainer,
): Generator<{ path: Path; value: unknown; what: string }> {
  const container = at(document.value, ...path);
  for (const [index, variable] of listOf(at(container, 'env')).entries()) {
    yield { path: ['env', index, 'name'], value: at(variable, 'name'), what: 'the name of a variable' };
    yield {
      path: ['env', index, 'value'],
      value: at(variable, 'value'),
      what: `the variable ${plainText(at(variable, 'name'))}`,
    };
  }
  for (const field of ['command', 'args']) {
    for (const [index, value] of listOf(at(container, field)).entries()) {
      yield { path: [field, index], value, what: `an item of ${field}` };
    }
  }
}

/** Rules about what a container is told. */
export const CONTAINER_TEXT_RULES: Rule[] = [
  defineRule({
    id: 'POD-023',
    name: 'container-text-type',
    area: 'pods',
    severity: 'error',
    lintSeverity: 'error',
    falseAlarm: REFUSED.byApi,
    sentence: 'names and values of variables and items of command and args are strings',
    why: 'the API server refuses the object: a number or a boolean cannot be read into a string. YAML reads 8, true, '
      + 'yes and 0.9 so, unless they stand in quotes',
    evidence: 'kubernetes/kubernetes@7fc9c57d staging/src/k8s.io/api/core/v1/types.go EnvVar.Value, '
      + 'Container.Command, Container.Args',
    check: ofPods(function* (model) {
      for (const workload of model.distinctWorkloads) {
        const { document, containers } = workload;
        // of NIMs SCH-002 tells; what a chart makes of its values may put quotes around them
        if (document.kind.startsWith('NIM') || document.annotations['cdk8s-gpu/form'] === 'partial') { continue; }
        for (const container of containers) {
          for (const { path, value, what } of textFieldsOf(workload, container)) {
            if (typeof value !== 'number' && typeof value !== 'boolean') { continue; }
            yield {
              document,
              path: [...container.path, ...path],
              message: `container ${container.name}: ${what} is the ${typeof value} ${shown(value)}, and the API `
                + 'server takes strings alone',
              fix: `write "${shown(value)}" in quotes`,
            };
          }
        }
      }
    }),
  }),
];
