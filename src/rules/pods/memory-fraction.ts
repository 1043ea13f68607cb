import { judged, Judged, sharedBy } from './memory';
import { firstArgumentOf, servingOf, setsCacheSize } from './serving-arguments';
import { engineOf, isServing } from './serving-images';
import { ClusterModel } from '../../cluster';
import { FitReport, InferenceEngine } from '../../fit';
import { ofPods } from '../of-pods';
import { defineRule, Rule, RuleFinding } from '../rule';

/** What an engine takes of what it sees when nobody says: by its release. */
function takes({ engineDefaultFraction: fraction, engine }: FitReport): string {
  return fraction === undefined ? 'most' : `${fraction} (${engine})`;
}

/** What the manifests say all of: the model, the board and how it is shared. */
function ofReport({ user, known, share, report }: Judged): RuleFinding | undefined {
  if (report === undefined || !share!.needsFraction || !known!.isLlm || known!.fractionSet) { return undefined; }
  const settings = Object.entries(report.engineSettings)
    .filter(([name]) => /utilization|FRACTION|PERCENT|PASSTHROUGH/.test(name));
  return {
    document: user.workload.document,
    path: user.container.path,
    message: `container ${user.container.name}: its engine sees the whole GPU of ${share!.visibleMib} MiB `
      + `and takes ${takes(report)} of it; its share is ${share!.limitMib} MiB`,
    fix: `set ${settings.map(([name, value]) => `${name}=${value}`).join(' and ')}`,
  };
}

/** The option by which an engine is told, of those that take most of what they see whatever they serve. */
const FRACTION_OPTION: Partial<Record<InferenceEngine, string>> = {
  [InferenceEngine.VLLM]: '--gpu-memory-utilization',
  [InferenceEngine.SGLANG]: '--mem-fraction-static',
};

/** Where the model or the board is not known: that the engine takes more than its share does not depend on them. */
function ofSharing(model: ClusterModel, { user, report }: Judged): RuleFinding | undefined {
  const { workload, container, resource } = user;
  const option = FRACTION_OPTION[engineOf(container)!];
  const isRunning = option !== undefined && isServing(container) && container.model !== undefined;
  // settings in a file may say it
  const isSaid = setsCacheSize(container) || firstArgumentOf(container, '--config') !== undefined;
  if (report !== undefined || !isRunning || isSaid) { return undefined; }
  const shared = sharedBy(model, workload, resource);
  const serving = servingOf(container, 1);
  if (shared === undefined || shared.replicas < 2 || serving === undefined || serving.fraction !== undefined) {
    return undefined;
  }
  return {
    document: workload.document,
    path: container.path,
    message: `container ${container.name}: its engine takes nine tenths or so of the whole device, and `
      + `${shared.replicas} containers share it`,
    fix: `set ${option} below ${Math.floor(1000 / shared.replicas) / 1000}`,
  };
}

/** A rule about engines on shares of a GPU, which see all of it. */
export const MEMORY_FRACTION_RULES: Rule[] = [
  defineRule({
    id: 'MEM-003',
    name: 'memory-fraction-on-share',
    area: 'memory',
    severity: 'error',
    lintSeverity: 'warning',
    sentence: 'on an MPS or time-sliced share the memory fraction of the engine must be set',
    why: 'the engine sees the whole board and takes nine tenths of it or more, far more than its share',
    evidence: 'read on an H200 (docs/facts/measured.md, "MPS memory limit"): under a limit of 8 GiB cudaMemGetInfo '
      + 'says the total of the board; NVIDIA/k8s-device-plugin#764',
    check: ofPods(function* (model) {
      for (const each of judged(model)) {
        const found = ofReport(each) ?? ofSharing(model, each);
        if (found !== undefined) { yield found; }
      }
    }),
  }),
];
