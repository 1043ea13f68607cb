import { FitVerdict, GpuFit, GpuMemory, ModelFootprint } from '../../fit';
import { Gpu, GpuSliceKind } from '../../hardware';
import { GpuPlanIsolation } from '../fleet';
import { EVIDENCE } from './evidence';
import { GpuStrategyQuestion } from './strategy-question';
import { GpuStrategyGate } from './strategy-scores';
import { BoardFacts } from '../formulation/slots';

/**
 * Which strategies are possible: board, isolation, memory, how many, and what the device plugin or DRA can express. In
 * order of isolation.
 */
export function gatesOf(question: GpuStrategyQuestion, need: ModelFootprint): GpuStrategyGate[] {
  const gate = (strategy: GpuSliceKind, [passed, reason, evidence]: Answer): GpuStrategyGate => ({
    strategy,
    passed,
    reason,
    evidence,
  });
  return [
    gate(GpuSliceKind.WHOLE, whole(question, need)),
    gate(GpuSliceKind.MIG, mig(question, need)),
    gate(GpuSliceKind.MPS, mps(question, need)),
    gate(GpuSliceKind.TIME_SLICED, timeSliced(question, need)),
  ];
}

type Answer = [passed: boolean, reason: string, evidence: string];

function whole({ gpu }: GpuStrategyQuestion, need: ModelFootprint): Answer {
  return fits(need, GpuMemory.wholeGpu(gpu))
    ? [true, `one fits ${gpu}, a board each`, EVIDENCE.catalogue]
    : [false, `not even one fits ${gpu}`, EVIDENCE.catalogue];
}

function mig({ gpu, tenants, isolation }: GpuStrategyQuestion, need: ModelFootprint): Answer {
  if (!gpu.migCapable) { return [false, `${gpu} cannot do MIG`, EVIDENCE.migGuide]; }
  if (isolation === GpuPlanIsolation.DEDICATED) {
    return [false, 'dedicated asks for a board each', EVIDENCE.migGuide];
  }
  const profile = smallestProfile(gpu, need);
  if (profile === undefined) { return [false, `it fits no slice of ${gpu}`, EVIDENCE.catalogue]; }
  const most = mostOf(gpu, need);
  if (tenants > most) {
    return [
      false,
      `${most} slices that hold it stand on ${gpu}, and ${tenants} tenants are asked for`,
      EVIDENCE.migGuide,
    ];
  }
  return [true, `${profile} holds it, and ${most} such slices stand on a board`, EVIDENCE.catalogue];
}

function mps(question: GpuStrategyQuestion, need: ModelFootprint): Answer {
  const { gpu, tenants, dra } = question;
  if (!gpu.supportsMps) { return [false, `${gpu} cannot be shared through MPS`, EVIDENCE.mpsClients]; }
  const isolation = whyNotShared(question);
  if (isolation !== undefined) { return isolation; }
  if (tenants > gpu.maxMpsReplicas) {
    return [
      false,
      `MPS takes ${gpu.maxMpsReplicas} clients on ${gpu}, and ${tenants} tenants are asked for`,
      EVIDENCE.mpsClients,
    ];
  }
  if (!fits(need, GpuMemory.mpsShare(gpu, tenants))) {
    return [false, `it does not fit one of ${tenants} MPS shares of ${gpu}`, EVIDENCE.catalogue];
  }
  if (dra === true) { return [true, 'the alpha gate MPSSupport has to be on', EVIDENCE.dra]; }
  return [true, `each may take one of ${tenants} parts of memory and threads`, EVIDENCE.devicePlugin];
}

function timeSliced(question: GpuStrategyQuestion, need: ModelFootprint): Answer {
  const { gpu, tenants } = question;
  const isolation = whyNotShared(question);
  if (isolation !== undefined) { return isolation; }
  if (!fits(need, GpuMemory.timeSliced(gpu, tenants))) {
    return [false, `${tenants} of them do not fit the memory of ${gpu} together`, EVIDENCE.catalogue];
  }
  return [
    true,
    'all fit together; nothing but the settings of the engines limits what each takes',
    EVIDENCE.devicePlugin,
  ];
}

function whyNotShared({ isolation, unsharedGpusOnNode, dra }: GpuStrategyQuestion): Answer | undefined {
  if (isolation === GpuPlanIsolation.DEDICATED) {
    return [false, 'dedicated asks for a board each', EVIDENCE.devicePlugin];
  }
  if (isolation === GpuPlanIsolation.HARDWARE) {
    return [false, 'a fault of one tenant ends the others', EVIDENCE.mpsFaults];
  }
  if (unsharedGpusOnNode === true && dra !== true) {
    return [
      false,
      'the device plugin shares every GPU of a node, and others have to stay whole; DRA or a node of its own can do it',
      EVIDENCE.devicePlugin,
    ];
  }
  return undefined;
}

function fits(need: ModelFootprint, memory: GpuMemory): boolean {
  return GpuFit.check(need, memory).verdict === FitVerdict.FITS;
}

/** The smallest plain profile that holds it. */
export function smallestProfile(gpu: Gpu, need: ModelFootprint): string | undefined {
  return fitting(gpu, need)[0];
}

function fitting(gpu: Gpu, need: ModelFootprint): string[] {
  return BoardFacts.of(gpu).plain
    .filter(({ name }) => fits(need, GpuMemory.migSlice(gpu, name)))
    .map(({ name }) => name);
}

/** The most slices that hold it on one board, of any profiles. */
function mostOf(gpu: Gpu, need: ModelFootprint): number {
  const profiles = fitting(gpu, need);
  return Math.max(...BoardFacts.of(gpu).maximal.map(layout =>
    profiles.reduce((sum, name) => sum + (layout[name] ?? 0), 0)));
}
