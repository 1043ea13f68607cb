import { Chart } from 'cdk8s';
import {
  Gpu, GpuLayout, GpuNodes, GpuOperator, GpuOperatorVersion, MigPartitionedGpu, NimModel, NimRagPipeline, NimStorage,
} from 'cdk8s-gpu';
import { Construct } from 'constructs';

/** Why a slice is trusted although no figure of the model's memory is published. */
const AS_NVIDIA_DOES = 'NVIDIA places it on such a slice of this board: '
  + 'NVIDIA-AI-Blueprints/rag deploy/helm/mig-slicing';
const PROFILE_UNKNOWN = 'which profile it picks on an H100 is not documented; measure it when it first '
  + 'runs, and give footprint';

/** NVIDIA's own placement of its RAG blueprint on five H100s of one node. */
export class FiveBoards extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'rag' });

    const operator = new GpuOperator(this, 'gpu-operator', { releases: { gpuOperator: GpuOperatorVersion.V26_7 } });
    const node = new MigPartitionedGpu(this, 'h100', {
      operator,
      gpu: Gpu.H100_SXM5_80GB,
      nodes: GpuNodes.named(['gpu-node-1'], { gpusPerNode: 5 }),
      layouts: [
        GpuLayout.whole(),
        GpuLayout.whole(),
        GpuLayout.of({ '3g.40gb': 1, '1g.10gb': 4 }),
        GpuLayout.whole(),
        GpuLayout.of({ '3g.40gb': 1, '1g.20gb': 2 }),
      ],
    });
    const small = (name: string, model: NimModel) => ({
      name,
      model,
      slice: node.slice('1g.10gb'),
      acceptUncertainMemory: AS_NVIDIA_DOES,
    });

    new NimRagPipeline(this, 'rag', {
      llm: {
        name: 'llm',
        model: NimModel.NEMOTRON_3_SUPER_120B_A12B,
        slice: node.wholeGpu(),
        serving: { tensorParallel: 2 },
        storage: NimStorage.newPvc({ size: '300Gi' }), // 120 billion parameters, at most 2 bytes each
        startupSeconds: 7200, // and they come over the network first
        acceptUncertainMemory: 'its documentation asks for 160 GB over two GPUs, and these two have that',
      },
      embedding: {
        name: 'embedding',
        model: NimModel.LLAMA_NEMOTRON_EMBED_VL_1B,
        slice: node.wholeGpu(),
        acceptUncertainMemory: AS_NVIDIA_DOES,
      },
      reranker: {
        name: 'reranker',
        model: NimModel.LLAMA_3_2_NV_RERANKQA_1B_V2,
        slice: node.slice('1g.20gb'),
        acceptUncertainMemory: AS_NVIDIA_DOES,
      },
      ingestion: {
        'ocr': {
          name: 'ocr',
          model: NimModel.NEMOTRON_OCR,
          slice: node.slice('3g.40gb'),
          acceptUncertainMemory: AS_NVIDIA_DOES,
        },
        'page-elements': small('page-elements', NimModel.NEMOTRON_PAGE_ELEMENTS),
        'graphic-elements': small('graphic-elements', NimModel.NEMOTRON_GRAPHIC_ELEMENTS),
        'table-structure': small('table-structure', NimModel.NEMOTRON_TABLE_STRUCTURE),
      },
    });
  }
}

/** A small RAG on a single H100: an 8B language model and the three models around it. */
export class OneBoard extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'rag' });

    const operator = new GpuOperator(this, 'gpu-operator', { releases: { gpuOperator: GpuOperatorVersion.V26_7 } });
    const board = new MigPartitionedGpu(this, 'h100', {
      operator,
      gpu: Gpu.H100_SXM5_80GB,
      nodes: GpuNodes.named(['gpu-node-1'], { gpusPerNode: 1 }),
      layout: GpuLayout.of({ '3g.40gb': 1, '1g.20gb': 1, '1g.10gb': 2 }),
    });

    new NimRagPipeline(this, 'rag', {
      llm: {
        name: 'llm',
        model: NimModel.LLAMA_3_1_8B_INSTRUCT,
        imageTag: '1.13.1', // earlier releases refuse MIG
        slice: board.slice('3g.40gb'),
        serving: { contextLength: 16384, concurrency: 8 },
      },
      // the profile of the table takes 3.6 GB, TensorRT's took 25 GiB on an A100
      embedding: {
        name: 'embedding',
        model: NimModel.LLAMA_3_2_NV_EMBEDQA_1B_V2,
        slice: board.slice('1g.20gb'),
        acceptUncertainMemory: PROFILE_UNKNOWN,
      },
      reranker: {
        name: 'reranker',
        model: NimModel.LLAMA_3_2_NV_RERANKQA_1B_V2,
        slice: board.slice('1g.10gb'),
        acceptUncertainMemory: PROFILE_UNKNOWN,
      },
      guardrails: {
        'jailbreak-detect': {
          name: 'jailbreak-detect',
          model: NimModel.NEMOGUARD_JAILBREAK_DETECT,
          slice: board.slice('1g.10gb'),
          acceptUncertainMemory: 'no figure is published; measure it when it first runs, and give footprint',
        },
      },
    });
  }
}
