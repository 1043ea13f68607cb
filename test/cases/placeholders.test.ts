import * as fc from 'fast-check';
import { Gpu } from '../../src/hardware';
import { findSecrets } from '../../src/secrets';
import { isPlaceholder, isWholePlaceholder, standsForNumber } from '../../src/text';
import { configMap, findingsIn, layouts, pod, podWith, policy, wholePolicy } from '../rules/lint-text';

/** A name as people give it to a value that is filled in later. */
const names = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,11}(?:_[A-Za-z0-9]{1,6}){0,2}$/);

/** Every style that people write one in. */
const STYLES: Readonly<Record<string, (name: string) => string>> = {
  '{{ .Values.x }}': name => `{{ .Values.${name} }}`,
  '{{x}}': name => `{{${name}}}`,
  '{% if x %}': name => `{% if ${name} %}1{% endif %}`,
  '${X}': name => `\${${name}}`,
  '${X:-1}': name => `\${${name}:-1}`,
  '$(X)': name => `$(${name})`,
  '$X': name => `$${name}`,
  '<x>': name => `<${name}>`,
  '<your x>': name => `<your ${name}>`,
  '%x%': name => `%${name}%`,
  '@x@': name => `@${name}@`,
  '__X__': name => `__${name}__`,
  '#{X}#': name => `#{${name}}#`,
  '((x))': name => `((${name}))`,
  'REPLACE_ME': () => 'REPLACE_ME',
  'REPLACE_WITH_X': name => `REPLACE_WITH_${name}`,
  'CHANGEME': () => 'CHANGEME',
  'change-me': () => 'change-me',
  'your-x': name => `your-${name}`,
  'PLACEHOLDER_X': name => `PLACEHOLDER_${name}`,
  'TODO': () => 'TODO',
  'xxx': () => 'xxx',
  '_': () => '_',
};

const each = Object.entries(STYLES);

/** What none of the rules may judge, written as it stands in files. */
function manifestsWith(value: string): string {
  const text = JSON.stringify(value);
  return [
    podWith({ 'nvidia.com/gpu': value }, { 'nvidia.com/gpu.product': value, 'nvidia.com/mig.config': value }),
    pod({ name: 'p', resources: { limits: { 'nvidia.com/gpu': 1 } }, env: [{ name: 'NVIDIA_VISIBLE_DEVICES', value }, { name: 'HF_TOKEN', value }] }).replace('"p"', '"q"'),
    configMap('plugin', { any: `version: v1\nflags: {migStrategy: ${text}}\nsharing: {timeSlicing: {resources: [{name: nvidia.com/gpu, replicas: ${text}}]}}` }),
    layouts(`cut: [{devices: all, mig-enabled: true, mig-devices: {1g.10gb: ${text}}}]`),
    layouts(`other: [{devices: all, mig-enabled: true, mig-devices: {${text}: 1}}]`).replaceAll('layouts', 'more'),
    wholePolicy(`mig: {strategy: ${text}}`, `migManager: {enabled: ${text}}`, 'devicePlugin: {config: {name: plugin, default: any}}'),
  ].join('');
}

test.each(each)('%s is one, whatever its name is, and no rule judges it', (_, style) => {
  fc.assert(fc.property(names, name => {
    expect(isPlaceholder(style(name)) && isWholePlaceholder(style(name).replace('1{% endif %}', ''))).toBe(true);
  }));
  fc.assert(fc.property(names, name => {
    expect(findingsIn(manifestsWith(style(name))).map(({ rule, message }) => `${rule} ${message}`)).toEqual([]);
  }), { numRuns: 5 });
});

test.each(each.filter(([name]) => /[^\w-]/.test(name) && name !== '$X'))('%s is one as a part of a text too', (_, style) => {
  fc.assert(fc.property(names, fc.constantFrom('NVIDIA-', 'all-', 'registry.example.com/'), (name, before) => {
    expect(isPlaceholder(before + style(name))).toBe(true);
  }));
});

test.each(['NUM_GPUS', 'GPU_COUNT', 'PLACEHOLDER_GPUS', 'GPUS'])('%s stands for a number', name => {
  expect(standsForNumber(name)).toBe(true);
  expect(findingsIn(podWith({ 'nvidia.com/gpu': name }))).toEqual([]);
  expect(findingsIn(configMap('plugin', { any: `version: v1\nsharing: {timeSlicing: {resources: [{name: nvidia.com/gpu, replicas: ${name}}]}}` }))).toEqual([]);
});

test('the labels of boards, names of resources, images and numbers are none', () => {
  const texts = [
    ...Gpu.all().flatMap(({ productLabel }) => productLabel ?? []), 'nvidia.com/mig-1g.10gb.me', '1g.10gb+me', 'nvcr.io/nim/meta/llama-3.1-8b-instruct:1.8.0', '500m', '0.5', '1e3',
    'vllm/vllm-openai@sha256:0123456789abcdef', 'a__b', '__proto__', '__init__.py', '50%', '100%-50%', 'user@example.com', 'a@b@c.d', 'mixed', 'all-balanced', 'true', '', 'x', 'todo-app', 'replacement', 'changes',
  ];
  expect(texts.filter(isPlaceholder)).toEqual(['__init__.py', 'a@b@c.d']);
});

test.each(['sk-no-key-required', 'no-key', 'not-needed', 'EMPTY', 'changeme', 'CHANGE_ME', 'xxxx', 'YOUR_HF_TOKEN', 'PLACEHOLDER_NGC_API_KEY', '$HF_TOKEN', '<token>', '__TOKEN__'])('%s is no secret', value => {
  expect(findSecrets({ env: [{ name: 'A_API_KEY', value }] })).toEqual([]);
});

test.each(['$ecretP4ss', 'pa%ss%word9', 'x@y@z9k', 'nothing-2-lose'])('%s may be one', value => {
  expect(findSecrets({ env: [{ name: 'A_PASSWORD', value }] })).toHaveLength(1);
});

test('a fault beside a placeholder is told', () => {
  const plugin = configMap('plugin', { any: 'version: v1\nsharing: {timeSlicing: {resources: [{name: nvidia.com/gpu, replicas: "${N}"}, {name: nvidia.com/mig-1g.5gb, replicas: 1}]}}' });
  expect(findingsIn(plugin + policy()).map(({ rule }) => rule)).toEqual(['DP-004']);
  expect(findingsIn(layouts('cut: [{devices: all, mig-enabled: true, mig-devices: {1g.10gb: "${N}", 3g.40gb: -1}}]')).map(({ rule }) => rule)).toContain('MIG-007');
});
