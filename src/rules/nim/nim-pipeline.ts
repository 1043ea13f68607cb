import { at, isFields, listOf, textOf } from '../../kubernetes';
import { shown } from '../../text';
import { Rule } from '../rule';
import { canNameService, isSet, specRule } from './nim-rule';

/** Rules about NIMPipeline and NIMBuild. */
export const NIM_PIPELINE_RULES: Rule[] = [
  specRule('NIM-170', 'NIMPipeline', function* ({ services }) {
    for (const [index, service] of listOf(services).entries()) {
      if (isFields(service) && !isSet(service.enabled)) {
        yield {
          path: ['services', index],
          message: `${nameOf(service, index)} has no enabled, which means disabled: its NIMService is not made, and deleted where it exists`,
          fix: 'write enabled: true',
        };
      }
    }
  }),
  specRule('NIM-171', 'NIMPipeline', function* ({ services }) {
    for (const [index, service] of listOf(services).entries()) {
      const name = at(service, 'name');
      const can = canNameService(String(name ?? ''));
      if (can !== true) {
        const severity = can === 'perhaps' ? 'warning' as const : undefined;
        yield { severity, path: ['services', index, ...(isSet(name) ? ['name'] : [])], message: `services[${index}] ${isSet(name) ? `has the name "${shown(name)}", which cannot be one of a Service` : 'has no name'}`, fix: 'write a name of lower-case letters, digits and "-", a letter first' };
      }
    }
  }),
  specRule('NIM-172', 'NIMPipeline', function* ({ services }) {
    const names = listOf(services).map(service => textOf(at(service, 'name')));
    for (const [index, name] of names.entries()) {
      if (name !== undefined && names.indexOf(name) < index) {
        yield { path: ['services', index, 'name'], message: `${name} is in the pipeline twice; both write the same NIMService`, fix: 'give each a name of its own' };
      }
    }
  }),
  {
    id: 'NIM-173',
    *check(model) {
      const owners = new Map<string, string>();
      for (const { document, name, inPipeline } of model.nimServices) {
        if (!inPipeline) { owners.set(`${document.namespace ?? ''}/${name}`, `NIMService ${name}`); }
      }
      for (const { document, path, name, inPipeline } of model.nimServices) {
        if (!inPipeline || name === '') { continue; }
        const key = `${document.namespace ?? ''}/${name}`;
        const owner = owners.get(key);
        if (owner === undefined) {
          owners.set(key, `NIMPipeline ${document.name}`);
        } else if (owner !== `NIMPipeline ${document.name}`) {
          yield {
            document,
            path: [...path.slice(0, -1), 'name'],
            message: `${name} is ${owner.startsWith('NIMService') ? `also ${owner}` : `also a service of ${owner}`} in the same namespace, and the pipeline does not touch what is not its own`,
            fix: 'use another name',
          };
        }
      }
    },
  },
  specRule('NIM-175', 'NIMPipeline', function* ({ services }) {
    for (const [index, service] of listOf(services).entries()) {
      for (const [number, dependency] of listOf(at(service, 'dependencies')).entries()) {
        const missing = ['name', 'port', 'envName', 'envValue'].filter(key => !isSet(at(dependency, key)));
        if (missing.length > 0) {
          yield {
            path: ['services', index, 'dependencies', number],
            message: `the dependency of ${nameOf(service, index)} has no ${missing.join(', ')}; only envName and envValue together reach the pod`,
            fix: 'write name, port, envName and envValue',
          };
        }
      }
    }
  }),
  specRule('NIM-180', 'NIMBuild', function* (spec) {
    for (const path of [['nimCache', 'name'], ['image', 'repository'], ['image', 'tag']].filter(each => !isSet(at(spec, ...each)) || at(spec, ...each) === '')) {
      yield { path, message: `${path.join('.')} is missing`, fix: `write ${path.join('.')}` };
    }
  }),
];

function nameOf(service: unknown, index: number): string {
  return textOf(at(service, 'name')) ?? `services[${index}]`;
}
