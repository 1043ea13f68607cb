import { boardNamedBy, ClusterModel, isProblem, readManifests } from '../../src/cluster';
import { CLOUD_BOARDS } from '../../src/cluster/model/machine-boards';
import { Gpu } from '../../src/hardware';
import { runRules } from '../../src/rules';

/** What a pod with one container serves. */
function modelOf(container: string): string | undefined {
  const [read] = readManifests(`apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: c\n    image: nvidia/x\n${container.replace(/^/gm, '    ')}\n`, 'a.yaml');
  if (isProblem(read)) { throw new Error(read.message); }
  const cluster = new ClusterModel();
  cluster.add(read);
  return cluster.workloads[0].containers[0].model;
}

const env = 'env: [{name: MODEL_ID, value: org/name}, {name: EMPTY, value: ""}, {name: SECRET, valueFrom: {secretKeyRef: {name: s, key: k}}}]';

describe('the model that a container serves is known', () => {
  test.each([
    ['an option', 'args: [--model, org/name]'],
    ['an option with a sign', 'args: [--model=org/name]'],
    ['SGLang', 'command: [python3, -m, sglang.launch_server, --model-path, org/name]'],
    ['TGI', 'args: [--model-id, org/name, --num-shard, "2"]'],
    ['KServe', 'args: [--model_name=llm, --model_id=org/name]'],
    ['llama.cpp', 'args: [-hf, org/name]'],
    ['vllm serve', 'command: [vllm, serve, org/name, --port, "80"]'],
    ['vllm serve by its path', 'command: [/usr/bin/vllm, serve]\nargs: [org/name]'],
    ['lmdeploy', 'command: [lmdeploy, serve, api_server, org/name]'],
    ['trtllm-serve', 'command: [trtllm-serve, org/name]'],
    ['a variable in an option', `args: [--model=$(MODEL_ID)]\n${env}`],
    ['a variable alone', env],
    ['a NIM for any model', 'env: [{name: NIM_MODEL_NAME, value: "hf://org/name"}]'],
    ['a shell', 'command: [sh, -c]\nargs: ["vllm serve org/name --max-model-len 8192"]'],
    ['a shell by its path, with options', 'command: [/bin/bash, -lc, "exec vllm serve org/name"]'],
    ['a script of several lines', 'command: [sh, -c]\nargs:\n- |\n  set -e\n  pip install x && \\\n    echo "done"\n  vllm serve \\\n    "org/name" \\\n    --port 8000'],
    ['a script with a variable', `command: [sh, -c, 'vllm serve $MODEL_ID --port 80']\n${env}`],
    ['a script with a variable in braces and quotes', `command: [sh, -c, 'vllm serve "\${MODEL_ID}"']\n${env}`],
    ['a script that makes the cache first', 'command: [sh, -c, "mkdir -p /cache; python -m vllm.entrypoints.openai.api_server --model org/name"]'],
  ])('by %s', (_, container) => {
    expect(modelOf(container)).toBe('org/name');
  });

  test.each([
    ['nothing says it', 'args: [--port, "80"]'],
    ['an option has no value', 'args: [--model]'],
    ['a script cannot be read', 'command: [sh, -c, "echo ${"]'],
    ['-c is an option of another program', 'command: [nginx, -c, "serve org/name"]'],
  ])('and not where %s', (_, container) => {
    expect(modelOf(container)).toBeUndefined();
  });

  test('a variable whose value is not in the manifest stays a placeholder', () => {
    expect(modelOf(`command: [sh, -c, 'vllm serve $SECRET']\n${env}`)).toBe('${SECRET}');
    expect(modelOf('args: [--model=$(UNKNOWN)]')).toBe('$(UNKNOWN)');
    expect(modelOf(`args: ['--model=$$(MODEL_ID)']\n${env}`)).toBe('$(MODEL_ID)');
  });
});

test('the model in KServe storage is known', () => {
  const model = new ClusterModel();
  for (const read of readManifests('apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: s}\nspec: {predictor: {model: {modelFormat: {name: huggingface}, storageUri: "hf://org/name", resources: {limits: {nvidia.com/gpu: 1}}}}}\n', 'a.yaml')) {
    if (!isProblem(read)) { model.add(read); }
  }
  expect(model.workloads[0].containers[0].model).toBe('org/name');
});

describe('the board that node labels name', () => {
  test.each([
    [{ 'nvidia.com/gpu.product': 'NVIDIA-L4' }, 'NVIDIA-L4'],
    [{ 'cloud.google.com/gke-accelerator': 'nvidia-tesla-t4' }, 'Tesla-T4'],
    [{ 'cloud.google.com/gke-accelerator': 'nvidia-h100-mega-80gb' }, 'NVIDIA-H100-80GB-HBM3'],
    [{ 'karpenter.k8s.aws/instance-gpu-name': 'l40s' }, 'NVIDIA-L40S'],
    [{ 'karpenter.k8s.aws/instance-gpu-name': 'a100' }, undefined],
    [{ 'karpenter.k8s.aws/instance-gpu-name': 'a100', 'karpenter.k8s.aws/instance-gpu-memory': '81920' }, 'NVIDIA-A100-SXM4-80GB'],
    [{ 'node.kubernetes.io/instance-type': 'g5.xlarge' }, 'NVIDIA-A10G'],
    [{ 'node.kubernetes.io/instance-type': 'p5.48xlarge' }, 'NVIDIA-H100-80GB-HBM3'],
    [{ 'node.kubernetes.io/instance-type': 'p5en.48xlarge' }, 'NVIDIA-H200'],
    [{ 'node.kubernetes.io/instance-type': 'Standard_NC24ads_A100_v4' }, 'NVIDIA-A100-80GB-PCIe'],
    [{ 'node.kubernetes.io/instance-type': 'g5g.xlarge' }, undefined],
    [{ 'node.kubernetes.io/instance-type': 'm5.large' }, undefined],
    [{ 'cloud.google.com/gke-accelerator': 'toString' }, undefined],
    [{ 'nvidia.com/gpu.product': 'Unheard-Of', 'node.kubernetes.io/instance-type': 'g5.xlarge' }, undefined],
  ])('%j', (labels, board) => {
    expect(boardNamedBy(labels as Record<string, string>)?.productLabel).toBe(board);
  });

  test('is in the catalogue, whichever cloud says it', () => {
    expect(CLOUD_BOARDS.filter(board => Gpu.findByProductLabel(board) === undefined)).toEqual([]);
  });
});

test.each([
  ['in a shell', 'nvidia.com/gpu.product: NVIDIA-L4', 'command: [/bin/sh, -c]\nargs: ["vllm serve Qwen/Qwen2.5-32B-Instruct --max-model-len 8192"]'],
  ['by a variable', 'nvidia.com/gpu.product: NVIDIA-L4', 'args: [--model=$(MODEL_ID)]\nenv: [{name: MODEL_ID, value: Qwen/Qwen2.5-32B-Instruct}]'],
  ['on a machine of a cloud', 'cloud.google.com/gke-accelerator: nvidia-l4', 'args: [--model, Qwen/Qwen2.5-32B-Instruct]'],
])('a model that does not fit is found %s', (_, selector, container) => {
  const model = new ClusterModel();
  const text = `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  nodeSelector: {${selector}}\n  containers:\n  - name: c\n    image: vllm/vllm-openai:v0.10.2\n    resources: {limits: {nvidia.com/gpu: 1}}\n${container.replace(/^/gm, '    ')}\n`;
  for (const read of readManifests(text, 'a.yaml')) { if (!isProblem(read)) { model.add(read); } }
  expect(runRules(model).map(({ rule }) => rule)).toContain('MEM-001');
});
