import { Construct } from 'constructs';
import { BenchmarkArm } from './benchmark-arm';
import { BenchmarkStrategy } from './benchmark-strategy';
import { GpuNodes } from '../../allocation';
import { Gpu, GpuLayout } from '../../hardware';
import { NimServiceSettings } from '../../nim';
import { GpuOperator } from '../../operator';
import { NimVoicePipeline } from '../../pipelines';
import { DedicatedGpu, GpuSlice, MigPartitionedGpu, MpsSharedGpu, TimeSlicedGpu } from '../../pools';
import { checkShape, listOf, made, needed, NUMBER, oneOf, Shape, struct, TEXT } from '../../props';
import { NimOperatorVersion } from '../../releases';
import { refuseSecrets } from '../../secrets';
import { NimCaller } from '../../workloads';

/** One arm and the nodes that are its own. */
export interface VoiceBenchmarkArm {
  /** How its stages are put on boards; not `OTHER`. */
  readonly strategy: BenchmarkStrategy;
  /**
   * Its nodes, with `gpusPerNode`. Nodes of two arms must not be the same: a node is cut or shared in one way at a
   * time.
   */
  readonly nodes: GpuNodes;
  /**
   * Nodes for the language model, whole boards. MPS shares every board of a node, so it needs them.
   * @default - the boards of `nodes` that recognition and synthesis do not take
   */
  readonly llmNodes?: GpuNodes;
  /**
   * The MIG profile of recognition and of synthesis, for MIG and REINVEST.
   * @default - the board's plain profile of three compute slices, such as `3g.40gb`
   */
  readonly profile?: string;
}

/** The stages, the same in every arm, and what each arm runs on. */
export interface VoiceBenchmarkArmsProps {
  /** The operator of the cluster. */
  readonly operator: GpuOperator;
  /** The board, the same in every arm. */
  readonly gpu: Gpu;
  /** The arms. */
  readonly arms: VoiceBenchmarkArm[];
  /** Recognition. */
  readonly asr: NimServiceSettings;
  /** The language model. */
  readonly llm: NimServiceSettings;
  /** Synthesis. */
  readonly tts: NimServiceSettings;
  /**
   * The release of the NIM Operator.
   * @default - the newest that this library knows
   */
  readonly nimOperator?: NimOperatorVersion;
  /**
   * Who may call the stages. Name the benchmark's pods too:
   * `NimCaller.pods({ 'app.kubernetes.io/name': 'voice-benchmark' })`.
   * @default - everyone in the cluster
   */
  readonly callers?: NimCaller[];
  /**
   * What a board costs an hour, in any currency.
   * @default - no cost is told
   */
  readonly pricePerGpuHour?: number;
}

const NODES = made('nodes such as GpuNodes.named([...], { gpusPerNode: 3 })', 'byBoard');
/** A stage says itself what is wrong with it. */
const STAGE = needed(made('the settings of a NIM, such as { model: NimModel.PARAKEET_1_1B_CTC_EN_US }', 'model'));

const ARM: Shape<VoiceBenchmarkArm> = {
  strategy: needed(oneOf(BenchmarkStrategy)),
  nodes: needed(NODES),
  llmNodes: NODES,
  profile: TEXT,
};

const ARMS: Shape<VoiceBenchmarkArmsProps> = {
  operator: needed(made('the GpuOperator of the cluster', '_register')),
  gpu: needed(made('a board such as Gpu.A100_SXM4_80GB, or Gpu.of(...)', 'productLabels')),
  arms: needed(listOf(struct(ARM))),
  asr: STAGE,
  llm: STAGE,
  tts: STAGE,
  nimOperator: made('a release such as NimOperatorVersion.V3_1_2, or NimOperatorVersion.of(...)', 'isAtLeast'),
  callers: listOf(made('a NimCaller, such as NimCaller.pods({ app: \'voice-agent\' })', '_toPeer')),
  pricePerGpuHour: NUMBER,
};

/** Slices for the three stages of an arm. */
interface ArmSlices {
  readonly asr: GpuSlice;
  readonly tts: GpuSlice;
  readonly llm: GpuSlice;
}

/**
 * The arms of a benchmark from one prop: for each strategy a pool and the same pipeline on it.
 *
 * Where the cluster has nodes for one arm only, make an app for each arm, apply one after the other, and give all
 * results to one report: it says that they did not run in random order.
 *
 * @example
 * const compared = new VoiceBenchmarkArms(chart, 'arms', {
 *   operator,
 *   gpu: Gpu.A100_SXM4_80GB,
 *   arms: [
 *     { strategy: BenchmarkStrategy.DEDICATED, nodes: GpuNodes.named(['node-1'], { gpusPerNode: 3 }) },
 *     { strategy: BenchmarkStrategy.MIG, nodes: GpuNodes.named(['node-2'], { gpusPerNode: 3 }) },
 *   ],
 *   asr: { model: NimModel.PARAKEET_1_1B_CTC_EN_US },
 *   llm: { model: NimModel.LLAMA_3_1_8B_INSTRUCT, serving: { contextLength: 16384, concurrency: 16 } },
 *   tts: { model: NimModel.MAGPIE_TTS_MULTILINGUAL },
 * });
 * new VoicePipelineBenchmark(chart, 'benchmark', { arms: compared.arms });
 */
export class VoiceBenchmarkArms extends Construct {
  /** The arms, in the order given, for a `VoicePipelineBenchmark`. */
  public readonly arms: BenchmarkArm[];
  /** The pipelines, in the same order. */
  public readonly pipelines: NimVoicePipeline[];

  /**
   * @param scope where it is
   * @param id its id
   * @param props stages and arms
   * @throws when a strategy cannot be had on the nodes that it is given
   */
  constructor(scope: Construct, id: string, props: VoiceBenchmarkArmsProps) {
    super(scope, id);
    const path = this.node.path;
    const { arms, asr, llm, tts } = { ...props };
    const texts = Array.isArray(arms)
      ? arms.map(arm => ({ strategy: arm?.strategy, profile: arm?.profile }))
      : undefined;
    refuseSecrets(path, { arms: texts, asr, llm, tts }); // before a message repeats a value
    checkShape(path, props, ARMS);
    if (props.arms.length === 0) {
      throw new Error(`${path}: arms is empty; give at least one strategy with its nodes`);
    }
    const repeated = props.arms.find(({ strategy }, index) =>
      props.arms.findIndex(other => other.strategy === strategy) !== index);
    if (repeated !== undefined) {
      throw new Error(`${path}: ${repeated.strategy} is given twice; results could not be told apart`);
    }
    this.pipelines = props.arms.map(arm => this.pipelineOf(props, arm));
    this.arms = props.arms.map(({ strategy }, index) =>
      BenchmarkArm.ofPipeline(this.pipelines[index], {
        name: strategy,
        strategy,
        pricePerGpuHour: props.pricePerGpuHour,
      }));
  }

  private pipelineOf(props: VoiceBenchmarkArmsProps, arm: VoiceBenchmarkArm): NimVoicePipeline {
    const { strategy } = arm;
    const own = new Construct(this, strategy);
    const slices = slicesOf(own, props, arm);
    const stage = (name: 'asr' | 'llm' | 'tts') => ({
      ...props[name],
      name: `${strategy}-${name}`,
      slice: slices[name],
    });
    return new NimVoicePipeline(own, 'voice', {
      asr: stage('asr'),
      tts: stage('tts'),
      llm: { ...stage('llm'), ...(strategy === BenchmarkStrategy.REINVEST && { replicas: 2 }) },
      nimOperator: props.nimOperator,
      callers: props.callers,
    });
  }
}

function slicesOf(scope: Construct, { operator, gpu }: VoiceBenchmarkArmsProps, arm: VoiceBenchmarkArm): ArmSlices {
  const { strategy, nodes, llmNodes } = arm;
  const llm = llmNodes === undefined
    ? undefined
    : new DedicatedGpu(scope, 'llm', { operator, gpu, nodes: llmNodes }).wholeGpu();
  switch (strategy) {
    case BenchmarkStrategy.DEDICATED: {
      const whole = new DedicatedGpu(scope, 'gpus', { operator, gpu, nodes }).wholeGpu();
      return { asr: whole, tts: whole, llm: llm ?? whole };
    }
    case BenchmarkStrategy.MPS: {
      if (llm === undefined) {
        throw new Error(`${scope.node.path}: MPS shares every board of a node [DP-008], so the language model needs `
          + 'nodes of its own; give llmNodes');
      }
      const share = new MpsSharedGpu(scope, 'gpus', { operator, gpu, nodes, replicas: 2 }).share();
      return { asr: share, tts: share, llm };
    }
    case BenchmarkStrategy.TIME_SLICING: {
      if (llm !== undefined) {
        const share = new TimeSlicedGpu(scope, 'gpus', { operator, gpu, nodes, replicas: 2 }).share();
        return { asr: share, tts: share, llm };
      }
      // on one node, time-slicing of one board alone is said through MIG: the first board as one device that is shared
      const pool = new TimeSlicedGpu(scope, 'gpus', {
        operator,
        gpu,
        replicas: 2,
        nodes,
        layouts: firstCut(scope, nodes, { [wholeProfile(scope, gpu)]: 1 }),
      });
      return { asr: pool.share(), tts: pool.share(), llm: pool.wholeGpu() };
    }
    case BenchmarkStrategy.MIG:
    case BenchmarkStrategy.REINVEST: {
      const profile = arm.profile ?? halfProfile(scope, gpu);
      const cut = { [profile]: 2 };
      const layouts = llm === undefined ? firstCut(scope, nodes, cut) : undefined;
      const pool = new MigPartitionedGpu(scope, 'gpus', {
        operator,
        gpu,
        nodes,
        ...(layouts === undefined ? { layout: GpuLayout.of(cut) } : { layouts }),
      });
      return { asr: pool.slice(profile), tts: pool.slice(profile), llm: llm ?? pool.wholeGpu() };
    }
    default:
      throw new Error(`${scope.node.path}: strategy "${strategy}" has no set-up of its own; make its pipeline `
        + 'yourself and give it to BenchmarkArm.ofPipeline');
  }
}

/** The first board of each node cut, the others whole. */
function firstCut(scope: Construct, { gpusPerNode }: GpuNodes, profiles: Record<string, number>): GpuLayout[] {
  if (gpusPerNode === undefined || gpusPerNode < 2) {
    throw new Error(`${scope.node.path}: the first board is for speech and the others for the language model, and `
      + `the nodes have ${gpusPerNode ?? 'an unknown number of'} boards; give nodes with gpusPerNode of 2 or more, or `
      + 'llmNodes');
  }
  return [GpuLayout.of(profiles), ...Array.from({ length: gpusPerNode - 1 }, () => GpuLayout.whole())];
}

function halfProfile(scope: Construct, gpu: Gpu): string {
  const found = gpu.profiles.find(({ name }) => /^3g\.\d+gb$/.test(name));
  if (found === undefined) {
    throw new Error(`${scope.node.path}: ${gpu.name} has no plain profile of three compute slices; give profile`);
  }
  return found.name;
}

function wholeProfile(scope: Construct, gpu: Gpu): string {
  const [found] = gpu.profiles.filter(({ name, computeSlices }) =>
    computeSlices === gpu.computeSlices && /^\dg\.\d+gb$/.test(name));
  if (found === undefined) {
    throw new Error(`${scope.node.path}: ${gpu.name} cannot share one board of a node and leave the `
      + 'others whole; give llmNodes');
  }
  return found.name;
}
