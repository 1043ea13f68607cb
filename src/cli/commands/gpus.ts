import type { Argv, CommandModule } from 'yargs';
import { Gpu } from '../../hardware';
import { Terminal } from '../shell/terminal';

/** `cdk8s-gpu gpus`: the boards of the catalogue. */
export function gpusCommand(terminal: Terminal): CommandModule<object, { format?: string }> {
  return {
    command: 'gpus',
    describe: 'List the boards of the catalogue, their MIG profiles and real memory',
    builder: (yargs: Argv) => yargs
      .option('format', { choices: ['text', 'json'], default: 'text', describe: 'for people or for scripts' })
      .example('$0 gpus', 'boards with their PCI ids, profiles and memory')
      .example('$0 gpus --format json', 'with every figure: slices, placements, engines; unknown ones are null') as Argv<{ format?: string }>,
    handler: args => {
      if (args.format === 'json') {
        terminal.out(JSON.stringify(Gpu.all().map(toJson), null, 2));
        return;
      }
      for (const gpu of Gpu.all()) {
        const memory = gpu.totalMib === undefined ? 'memory unknown' : `${gpu.totalMib} MiB`;
        terminal.out(`${(gpu.productLabel ?? gpu.name).padEnd(58)} ${gpu.pciDeviceIds.join(',').padEnd(22)} ${memory}`);
        for (const profile of gpu.profiles) {
          terminal.out(`  ${profile.name.padEnd(16)} ${String(profile.memoryMib ?? 'unknown').padStart(8)} MiB  up to ${profile.maxInstances}`);
        }
      }
    },
  };
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
