import type { Argv, CommandModule } from 'yargs';
import { Gpu } from '../../hardware';
import { jsonText } from '../../text';
import { Terminal, UsageError } from '../shell/terminal';

interface GpusArguments { name?: string; mig?: boolean; minMemoryGib?: number; format?: string }

/** `cdk8s-gpu gpus`: the boards of the catalogue. */
export function gpusCommand(terminal: Terminal): CommandModule<object, GpusArguments> {
  return {
    command: 'gpus [name]',
    describe: 'List the boards of the catalogue, their MIG profiles and real memory',
    builder: (yargs: Argv) => yargs
      .positional('name', { type: 'string', describe: 'a part of the product label, the id or the architecture' })
      .option('mig', { type: 'boolean', describe: 'those with MIG; --no-mig: those without' })
      .option('min-memory-gib', { type: 'number', describe: 'those with so many GiB or more' })
      .option('format', { choices: ['text', 'json'], default: 'text', describe: 'for people or for scripts' })
      .example('$0 gpus', 'boards with their PCI ids, profiles and memory')
      .example('$0 gpus blackwell --mig --min-memory-gib 90', 'those of one generation, cut by MIG, from 90 GiB')
      .example('$0 gpus --format json', 'with every figure: slices, placements, engines; unknown ones are null') as Argv<GpusArguments>,
    handler: args => {
      const found = Gpu.all().filter(gpu => isWanted(gpu, args));
      if (found.length === 0) { throw new UsageError('no board is so; cdk8s-gpu gpus lists all'); }
      if (args.format === 'json') {
        terminal.out(jsonText(found.map(toJson)));
        return;
      }
      for (const gpu of found) {
        const memory = gpu.totalMib === undefined ? 'memory unknown' : `${gpu.totalMib} MiB`;
        terminal.out(`${(gpu.productLabel ?? gpu.name).padEnd(58)} ${gpu.pciDeviceIds.join(',').padEnd(22)} ${memory}`);
        for (const profile of gpu.profiles) {
          terminal.out(`  ${profile.name.padEnd(16)} ${String(profile.memoryMib ?? 'unknown').padStart(8)} MiB  up `
            + `to ${profile.maxInstances}`);
        }
      }
    },
  };
}

function isWanted(gpu: Gpu, { name, mig, minMemoryGib }: GpusArguments): boolean {
  const names = [gpu.id, gpu.name, gpu.architecture, ...gpu.productLabels].map(each => each.toLowerCase());
  return (name === undefined || names.some(each => each.includes(name.toLowerCase())))
    && (mig === undefined || gpu.migCapable === mig)
    && (minMemoryGib === undefined || (gpu.totalMib ?? 0) >= minMemoryGib * 1024);
}

function toJson(gpu: Gpu): Record<string, unknown> {
  return {
    product: gpu.productLabel ?? null,
    name: gpu.name,
    pciDeviceIds: gpu.pciDeviceIds,
    architecture: gpu.architecture,
    computeCapability: gpu.computeCapability ?? null,
    memoryMiB: gpu.totalMib ?? null,
    usableMiB: gpu.usableMib ?? null,
    computeSlices: gpu.computeSlices ?? null,
    memorySlices: gpu.memorySlices ?? null,
    mig: gpu.migCapable,
    profiles: gpu.profiles.map(profile => ({
      name: profile.name,
      id: profile.giProfileId ?? null,
      computeSlices: profile.computeSlices,
      memorySlices: profile.memorySlices,
      memoryMiB: profile.memoryMib ?? null,
      multiprocessors: profile.multiprocessors ?? null,
      maxInstances: profile.maxInstances,
      placements: profile.placements ?? null,
      copyEngines: profile.engines.copyEngines ?? null,
      decoders: profile.engines.decoders ?? null,
      encoders: profile.engines.encoders ?? null,
      jpegEngines: profile.engines.jpegEngines ?? null,
      ofaEngines: profile.engines.ofaEngines ?? null,
      resourceName: profile.resourceName,
    })),
  };
}
