import { EVIDENCE } from './evidence';
import { smallestProfile } from './gates';
import { GpuStrategyQuestion } from './strategy-question';
import { GpuStrategyScore } from './strategy-scores';
import { ModelFootprint } from '../../fit';
import { GpuSliceKind } from '../../hardware';
import { BoardFacts } from '../formulation/slots';

const { WHOLE, MIG, MPS, TIME_SLICED } = GpuSliceKind;

/**
 * What speaks for and against each strategy; what is not known says nothing. Of strategies that were measured here,
 * others' figures of load say nothing more.
 */
export function scoresOf(
  question: GpuStrategyQuestion,
  need: ModelFootprint,
  measured: readonly GpuSliceKind[],
): GpuStrategyScore[] {
  const ofLoad = [...byOccupancy(question), ...byLoad(question)].filter(({ strategy }) => !measured.includes(strategy));
  return [...byBoard(question, need), ...byEnvironment(question), ...ofLoad, ...byChange(question)];
}

function score(strategy: GpuSliceKind, points: number, reason: string, evidence: string): GpuStrategyScore {
  return { strategy, points, reason, evidence };
}

function byBoard({ gpu, tenants }: GpuStrategyQuestion, need: ModelFootprint): GpuStrategyScore[] {
  const profile = gpu.migCapable ? smallestProfile(gpu, need) : undefined;
  const fills = gpu.migCapable && (profile === undefined || BoardFacts.of(gpu).fillsBoard(profile));
  return [
    ...(fills ? [score(WHOLE, 2, `one model fills ${gpu}`, EVIDENCE.catalogue)] : []),
    tenants > 1
      ? score(WHOLE, -2, `${tenants} tenants take ${tenants} boards`, EVIDENCE.catalogue)
      : score(WHOLE, 2, 'there is one tenant', EVIDENCE.catalogue),
  ];
}

function byEnvironment({ environment }: GpuStrategyQuestion): GpuStrategyScore[] {
  switch (environment) {
    case 'production': return [
      score(MIG, 2, 'production: faults stay in their slice', EVIDENCE.migGuide),
      score(TIME_SLICED, -1, 'production: tenants share faults and memory', EVIDENCE.devicePlugin),
      score(MPS, -1, 'production: a fatal fault of one tenant ends all', EVIDENCE.mpsFaults),
    ];
    case 'development': return [score(TIME_SLICED, 1, 'development: nothing has to be cut', EVIDENCE.article)];
    default: return [];
  }
}

function byOccupancy({ busyTenants, tenants }: GpuStrategyQuestion): GpuStrategyScore[] {
  if (busyTenants === undefined || tenants === 1) { return []; }
  const busy = `${busyTenants} of ${tenants} busy at once`;
  if (busyTenants / tenants <= 3 / 7) {
    return [
      score(MIG, -1, `${busy}: slices of the others lie idle`, EVIDENCE.nos),
      score(TIME_SLICED, 1, `${busy}: who works gets most of the board`, EVIDENCE.quigley),
      score(MPS, 1, `${busy}: who works may borrow`, EVIDENCE.nos),
    ];
  }
  return [
    score(MIG, 1, `${busy}: slices are in use`, EVIDENCE.nos),
    score(MPS, 1, `${busy}: kernels run side by side`, EVIDENCE.nos),
    score(TIME_SLICED, -1, `${busy}: turns become long`, EVIDENCE.nos),
  ];
}

function byLoad({ bandwidthBound, tailLatencyTarget, burstsOverlap }: GpuStrategyQuestion): GpuStrategyScore[] {
  return [
    ...(bandwidthBound === true ? [
      score(MIG, 1, 'bound by memory bandwidth: each slice has its own', EVIDENCE.contention),
      score(MPS, -1, 'bound by memory bandwidth: tenants contend for it', EVIDENCE.contention),
    ] : []),
    ...(tailLatencyTarget === true ? [
      score(MIG, 1, 'a target for the slowest requests: slices do not slow each other', EVIDENCE.convo),
      score(WHOLE, 1, 'a target for the slowest requests: there is nobody to wait for', EVIDENCE.predictable),
      score(
        TIME_SLICED,
        -1,
        'a target for the slowest requests: a turn of a neighbour comes in between',
        EVIDENCE.measured,
      ),
    ] : []),
    ...(burstsOverlap === undefined ? [] : burstsOverlap
      ? [score(MIG, 1, 'all peak at once: a share of its own is there when it is needed', EVIDENCE.bursts)]
      : [
        score(TIME_SLICED, 1, 'they peak at different times', EVIDENCE.bursts),
        score(MPS, 1, 'they peak at different times', EVIDENCE.bursts),
      ]),
  ];
}

function byChange({ reconfiguredOften }: GpuStrategyQuestion): GpuStrategyScore[] {
  return reconfiguredOften === true ? [
    score(MIG, -1, 'the split changes often: the GPU has to be empty each time', EVIDENCE.reconfigure),
    score(TIME_SLICED, 1, 'the split changes often: running pods go on', EVIDENCE.reconfigure),
    score(MPS, 1, 'the split changes often: running pods go on', EVIDENCE.reconfigure),
  ] : [];
}
