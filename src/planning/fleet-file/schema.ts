/** The part of JSON Schema that a fleet file needs. */
export interface Schema {
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean';
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minLength?: number;
  readonly anyOf?: readonly Schema[];
}

const positive = (description: string): Schema => ({ type: 'number', exclusiveMinimum: 0, description });
const whole = (description: string, minimum: number): Schema => ({
  type: 'integer',
  minimum,
  maximum: 1e7,
  description,
});
const name = (description: string): Schema => ({ type: 'string', minLength: 1, description });

const LAYOUT: Schema = {
  description: 'how one GPU is cut: 3g.40gb=1,4g.40gb=1, or whole; or a map from profile to count',
  anyOf: [{ type: 'string', minLength: 1 }, { type: 'object', additionalProperties: { type: 'integer', minimum: 1 } }],
};

const GPUS: Schema = {
  type: 'object',
  required: ['gpu'],
  additionalProperties: false,
  description: 'boards of one type',
  properties: {
    gpu: name('product label of the board (nvidia.com/gpu.product), such as NVIDIA-A100-SXM4-80GB'),
    count: whole('how many there are; without it as many as are needed', 0),
    costPerHour: positive('what one board costs an hour; for all types or for none. Without it a plan '
      + 'uses as few boards as it can'),
    gpusPerNode: whole('how many of them each node has (1)', 1),
    nodes: {
      type: 'array',
      items: name('name of a node'),
      description: 'names of the nodes, in the order in which they are filled',
    },
    current: {
      type: 'array',
      description: 'nodes that are cut already; they keep their layouts unless changing them pays',
      items: {
        type: 'object',
        required: ['name', 'layouts'],
        additionalProperties: false,
        properties: {
          name: name('name of the node'),
          layouts: {
            type: 'array',
            minItems: 1,
            items: LAYOUT,
            description: 'a layout for each GPU, in the order of the NVML index',
          },
        },
      },
    },
    touchCost: {
      type: 'number',
      minimum: 0,
      description: 'what it costs to drain a node of current and cut it anew (1)',
    },
  },
};

const SERVING: Schema = {
  type: 'object',
  description: 'how the model is served, as cdk8s-gpu fit takes it',
  additionalProperties: false,
  properties: {
    selector: name('profile of a NIM, as in NIM_TAGS_SELECTOR'),
    engine: name('vllm, trtllm, sglang, triton or llama.cpp (vllm)'),
    precision: name('how weights are stored; without it as published'),
    kvCache: name('how keys and values are stored; without it as published'),
    contextLength: whole('longest request in tokens, answer included', 1),
    concurrency: whole('requests of that length at once (1)', 1),
    maxNumSeqs: whole('most sequences in a batch', 1),
    maxNumBatchedTokens: whole('most tokens in a batch', 1),
    fraction: { type: 'number', exclusiveMinimum: 0, maximum: 1, description: 'memory fraction of the engine' },
    eager: { type: 'boolean', description: 'without CUDA graphs (false)' },
    weightBytes: { type: 'integer', minimum: 1, description: 'bytes of the checkpoint' },
    loraSlots: whole('slots for LoRA adapters (0)', 0),
    loraRank: whole('highest rank of an adapter (16)', 1),
  },
};

const WORKLOAD: Schema = {
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  description: 'models that are to run. What one replica needs stands in exactly one of memoryMib, model, '
    + 'profiles, options and measured',
  properties: {
    name: name('what it is called'),
    replicas: whole('how many replicas; of a workload with options, the least (1)', 0),
    memoryMib: positive('MiB that one replica needs, as nvidia-smi prints them'),
    model: name('a NIM by image name, or a model id on Hugging Face; a slice will do where it '
      + 'fits also in the worst case'),
    serving: SERVING,
    profiles: {
      type: 'array',
      minItems: 1,
      items: name('a MIG profile'),
      description: 'MIG profiles of which any will do: 3g.40gb; 3g for the plain one of each board; whole',
    },
    demand: positive('what all replicas do together, in any unit a second; needs options'),
    options: {
      type: 'array',
      minItems: 1,
      description: 'ways to run one replica that were measured',
      items: {
        type: 'object',
        required: ['profile', 'throughput'],
        additionalProperties: false,
        properties: {
          profile: name('a MIG profile, or whole'),
          throughput: positive('what one replica does there, in the unit of demand'),
          gpu: name('product label of the board on which it was measured; without it every board that has the profile'),
        },
      },
    },
    measured: {
      type: 'object',
      required: ['report', 'stage'],
      additionalProperties: false,
      description: 'options out of what a benchmark measured here; demand is in turns a second then',
      properties: {
        report: name('what cdk8s-gpu bench report --format json wrote, or the results themselves; a path '
          + 'from the folder of this file'),
        stage: {
          type: 'string',
          enum: ['asr', 'llm', 'tts'],
          description: 'which stage of the benchmark the workload is',
        },
      },
    },
    isolation: {
      type: 'string',
      enum: ['dedicated', 'hardware', 'any'],
      description: 'what keeps replicas and neighbours apart (hardware)',
    },
    spread: {
      type: 'string',
      enum: ['none', 'boards', 'nodes'],
      description: 'how far apart its replicas stand (none)',
    },
    headroom: {
      type: 'number',
      minimum: 0,
      maximum: 10,
      description: 'memory that stays free beside what it needs, as a fraction (0)',
    },
  },
};

/** The JSON Schema of a fleet file. */
export const FLEET_SCHEMA: Schema & { readonly $schema: string; readonly title: string } = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Fleet file of cdk8s-gpu plan',
  type: 'object',
  required: ['gpus', 'workloads'],
  additionalProperties: false,
  properties: {
    gpus: { type: 'array', minItems: 1, items: GPUS },
    workloads: { type: 'array', minItems: 1, items: WORKLOAD },
  },
};
