import { GpuMemory } from './gpu-memory';
import { FitVerdict } from './report/fit-report';

/** What is not certain about a memory; nothing where a lower bound of it suffices. */
export function memoryNotes(memory: GpuMemory, verdict: FitVerdict): string[] {
  return memory.isKnown || verdict === FitVerdict.FITS
    ? []
    : [`the memory of ${memory} is not known; ${memory.limitMib} MiB is a lower bound`];
}
