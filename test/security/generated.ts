import * as fs from 'fs';
import * as path from 'path';
import { App, Chart, Testing } from 'cdk8s';
import { ClusterPolicy, GpuNodes, NodeLabelForm } from '../../src/allocation';
import { Gpu, GpuLayout } from '../../src/hardware';
import { NimModel } from '../../src/models';
import { NimStorage } from '../../src/nim';
import { GpuOperator } from '../../src/operator';
import { NimVoicePipeline } from '../../src/pipelines';
import { MigPartitionedGpu, MpsSharedGpu } from '../../src/pools';
import { NimOperatorVersion } from '../../src/releases';
import { NimCaller } from '../../src/workloads';
import { RELEASES } from '../cluster';
import { llm, maximalChart } from '../nim/maximal';

/** A manifest, and where it comes from. */
export interface Generated { readonly from: string; readonly manifest: any }

const examples = path.join(__dirname, '..', '..', 'examples');

function manifestsOf(from: string, chart: Chart): Generated[] {
  return (Testing.synth(chart) as any[]).map(manifest => ({ from, manifest }));
}

function ofExamples(): Generated[] {
  const names = fs.readdirSync(examples).filter(name => fs.existsSync(path.join(examples, name, 'chart.ts')));
  return names.flatMap(name => Object.entries(jest.requireActual(path.join(examples, name, 'chart.ts')) as Record<string, new (app: App, id: string) => Chart>)
    .flatMap(([, Example]) => manifestsOf(name, new Example(new App(), 'chart'))));
}

function ofMaximalCharts(): Generated[] {
  return NimOperatorVersion.all().flatMap(release => {
    const chart = Testing.chart();
    maximalChart(chart, release);
    return manifestsOf(`maximal ${release}`, chart);
  });
}

/** Callers of every kind, nodes of every kind, every form of the policy that is an object. */
function ofPipelines(): Generated[] {
  return [ClusterPolicy.full(), ClusterPolicy.partial()].flatMap((clusterPolicy, index) => {
    const chart = new Chart(new App(), 'pipeline', { namespace: 'voice' });
    const operator = new GpuOperator(chart, 'gpu-operator', { ...RELEASES, clusterPolicy });
    const pool = new MigPartitionedGpu(chart, 'mig', {
      operator, gpu: Gpu.A100_SXM4_80GB, nodes: GpuNodes.named(['a', 'b'], { gpusPerNode: 4 }), nodeLabels: NodeLabelForm.NODE_OBJECTS, layout: GpuLayout.of({ '3g.40gb': 2 }),
    });
    if (index === 0) { new MpsSharedGpu(chart, 'mps', { operator, nodes: GpuNodes.withBoard({ gpusPerNode: 1 }), gpu: Gpu.L40S, replicas: 2 }); }
    new NimVoicePipeline(chart, 'voice', {
      asr: { name: 'asr', model: NimModel.PARAKEET_1_1B_CTC_EN_US, slice: pool.slice('3g.40gb'), expose: { service: { metricsPort: 8002 } } },
      tts: { name: 'tts', model: NimModel.MAGPIE_TTS_MULTILINGUAL, slice: pool.slice('3g.40gb'), storage: NimStorage.hostPath('/var/models') },
      llm: {
        name: 'llm',
        model: llm,
        slice: pool.slice('3g.40gb'),
        acceptUncertainMemory: 'measured',
        userId: 0,
        overrides: { multiNode: { parallelism: { tensor: 1, pipeline: 2 } } },
      },
      callers: [
        NimCaller.pods({ app: 'agent' }), NimCaller.podsOfNamespace('load', { role: 'tester' }), NimCaller.namespace('batch'), NimCaller.namespacesLabeled({ team: 'voice' }),
        NimCaller.addresses('10.0.0.0/16'), NimCaller.addresses('fd00::/8'),
      ],
      monitor: NimCaller.podsOfNamespace('monitoring', { app: 'prometheus' }),
    });
    return manifestsOf(`pipeline ${clusterPolicy}`, chart);
  });
}

/** What every example writes, what every release of the maximal chart writes, and pipelines with all that they can have. */
export function everythingGenerated(): Generated[] {
  return [...ofExamples(), ...ofMaximalCharts(), ...ofPipelines()];
}

