import type { Argv, CommandModule } from 'yargs';
import { KvCacheType, LlmArchitecture, nearWords, NimMemoryFigure, NimModel } from '../../models';
import { counted, jsonText } from '../../text';
import { Terminal, UsageError } from '../shell/terminal';

interface ModelsArguments { name?: string; format?: string }

/** `cdk8s-gpu models [name]`: the models of the catalogue, or all that is known of one. */
export function modelsCommand(terminal: Terminal): CommandModule<object, ModelsArguments> {
  return {
    command: 'models [name]',
    describe: 'List the NIMs and language models of the catalogue, or show one of them',
    builder: (yargs: Argv) => yargs
      .positional('name', { type: 'string', describe: 'a NIM or a model id, or a part of either' })
      .option('format', { choices: ['text', 'json'], default: 'text', describe: 'for people or for scripts' })
      .example('$0 models', 'what can be named in fit --model')
      .example('$0 models qwen3', 'those with qwen3 in their name')
      .example('$0 models magpie-tts-multilingual', 'its selectors, and what each takes') as Argv<ModelsArguments>,
    handler: ({ name, format }) => {
      const [nims, llms] = [NimModel.all(), LlmArchitecture.all()];
      const wanted = name?.toLowerCase();
      const named = ({ id }: { id: string }) => wanted === undefined || id.toLowerCase().includes(wanted);
      const exact = [...nims, ...llms].filter(({ id }) => id.toLowerCase() === wanted);
      const found = exact.length > 0 ? exact : [...nims.filter(named), ...llms.filter(named)];
      if (found.length === 0) {
        throw new UsageError(`no model "${name}" in the `
          + `catalogue${nearWords(name!, [...nims, ...llms].map(({ id }) => id))}`);
      }
      if (format === 'json') { terminal.out(jsonText(found.map(toJson))); return; }
      if (found.length === 1) { terminal.out(described(found[0])); return; }
      found.forEach(each => { terminal.out(line(each)); });
    },
  };
}

function line(model: NimModel | LlmArchitecture): string {
  if (model instanceof NimModel) {
    return `${model.id.padEnd(52)} NIM ${model.kind.padEnd(10)} ${memoryRange(model)}`.trimEnd();
  }
  const size = model.parameters === undefined ? 'size unknown' : `${(model.parameters / 1e9).toFixed(1)} G parameters`;
  return `${model.id.padEnd(52)} ${size}${model.maxPositions === undefined ? '' : `, ${model.maxPositions} tokens`}`;
}

function memoryRange({ memoryFigures }: NimModel): string {
  if (memoryFigures.length === 0) { return 'no memory figure'; }
  const all = memoryFigures.map(({ memoryMib }) => memoryMib);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const range = least === most ? String(least) : `${least} to ${most}`;
  return `${range} MiB in ${counted(memoryFigures.length, 'figure')}`;
}

function described(model: NimModel | LlmArchitecture): string {
  return model instanceof NimModel ? describedNim(model) : describedLlm(model);
}

function describedNim(model: NimModel): string {
  const facts = [
    `image        ${model.image ?? 'unknown'}`,
    ...(model.architecture === undefined ? [] : [`model        ${model.architecture.id}`]),
    ...model.memoryFigures.map(figureLine),
    ...model.selectorsWithoutFigure.map(selector => `no figure    ${selector}`),
  ];
  return [`${model.id} (${model.kind})`, ...facts.map(each => `  ${each}`)].join('\n');
}

function figureLine({ selector, memoryMib, meaning, architecture, evidence, source }: NimMemoryFigure): string {
  const where = architecture === undefined ? '' : ` on ${architecture}`;
  return `${meaning.padEnd(12)} ${String(memoryMib).padStart(6)} MiB  ${selector ?? 'no selector'}${where} `
    + `(${evidence}: ${source})`;
}

function describedLlm(model: LlmArchitecture): string {
  const shown: [string, string | number | undefined][] = [
    ['parameters', model.parameters], ['context', model.maxPositions], ['vocabulary', model.vocabSize],
    ['hidden size', model.hiddenSize],
    ['weights', model.nativePrecision],
    ['KV cache', model.isComplete ? `${model.kvBytesPerToken(KvCacheType.BF16)} bytes a token in 16 bit` : undefined],
    ['layers', model._caches.map(({ kind, layers }) => `${layers} ${kind}`).join(', ')],
  ];
  return [model.id, ...shown.map(([name, value]) => `  ${name.padEnd(12)} ${value ?? 'unknown'}`)].join('\n');
}

function toJson(model: NimModel | LlmArchitecture): Record<string, unknown> {
  if (model instanceof NimModel) {
    return {
      id: model.id,
      type: 'nim',
      kind: model.kind,
      image: model.image ?? null,
      model: model.architecture?.id ?? null,
      memory: model.memoryFigures,
    };
  }
  return {
    id: model.id,
    type: 'llm',
    parameters: model.parameters ?? null,
    contextTokens: model.maxPositions ?? null,
    precision: model.nativePrecision,
    kvBytesPerToken: model.isComplete ? model.kvBytesPerToken(KvCacheType.BF16) : null,
  };
}
