/**
 * Where the pods of an arm really run, out of what DCGM Exporter says: each of its samples carries the board's UUID and model, the
 * MIG profile and instance, and the pod that the kubelet gave the device to. No right on the Kubernetes API is needed.
 * Under time-slicing and MPS the exporter names one of the tenants only, unless `KUBERNETES_VIRTUAL_GPUS=true` is set for it
 * (NVIDIA/dcgm-exporter `--kubernetes-virtual-gpus`).
 */

/** A sample that every exporter has: memory in use (NVIDIA/dcgm-exporter etc/default-counters.csv). */
const METRIC = 'DCGM_FI_DEV_FB_USED';

/** @typedef {{pod: string, namespace: string, node: string, uuid: string, product: string, profile?: string, instance?: string}} Device */

/**
 * The devices that pods have.
 * @param {{exporters?: string[], prometheus?: string}} sources
 * @returns {Promise<Device[]>}
 */
export async function devicesOfPods({ exporters = [], prometheus }) {
  const devices = [];
  for (const url of exporters) { devices.push(...labelsInText(await get(url)).map(deviceOf)); }
  if (prometheus !== undefined) {
    const { data } = JSON.parse(await get(`${prometheus}/api/v1/query?query=${METRIC}`));
    devices.push(...data.result.map(({ metric }) => deviceOf(metric)));
  }
  return devices.filter(({ pod, uuid }) => pod !== undefined && uuid !== undefined);
}

async function get(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(10000) });
  if (!response.ok) { throw new Error(`${url} answers ${response.status}`); }
  return response.text();
}

/** The labels of each sample of the metric in Prometheus' text format. @param {string} text */
export function labelsInText(text) {
  return text.split('\n').filter(line => line.startsWith(`${METRIC}{`)).map(line => Object.fromEntries(
    [...line.matchAll(/([A-Za-z_][A-Za-z0-9_]*)="((?:[^"\\]|\\.)*)"/g)].map(([, name, value]) => [name, value.replace(/\\(.)/g, '$1')])));
}

/** Prometheus keeps the exporter's own labels as `exported_*` unless told `honorLabels`. */
function deviceOf(labels) {
  const { exported_pod: pod = labels.pod, exported_namespace: namespace = labels.namespace } = labels;
  return {
    pod, namespace,
    node: labels.Hostname ?? labels.hostname,
    uuid: labels.UUID,
    product: labels.modelName,
    profile: labels.GPU_I_PROFILE || undefined,
    instance: labels.GPU_I_ID || undefined,
  };
}

/**
 * What is not as declared.
 * @param {{stages: {stage: string, namespace?: string, podPattern: string, pods: number, product?: string, profile?: string}[], together: string[][], apart: string[][]}} declared
 * @param {Device[]} devices
 * @returns {{found: (Device & {stage: string})[], problems: string[]}}
 */
export function comparePlacement({ stages, together, apart }, devices) {
  const problems = [];
  const found = stages.flatMap(({ stage, namespace, podPattern }) => devices
    .filter(device => new RegExp(podPattern).test(device.pod) && (namespace === undefined || namespace === device.namespace))
    .map(device => ({ stage, ...device })));
  const of = stage => found.filter(each => each.stage === stage);
  for (const { stage, podPattern, pods, product, profile } of stages) {
    const names = new Set(of(stage).map(({ pod }) => pod));
    if (names.size < pods) {
      problems.push(`${stage}: ${names.size} of ${pods} pods like ${podPattern} have a GPU in what DCGM Exporter says; ` +
        'if they run, set KUBERNETES_VIRTUAL_GPUS=true for the exporter, or it names one tenant of a shared GPU only');
    }
    for (const device of of(stage)) {
      if (product !== undefined && productOf(device.product) !== product) { problems.push(`${stage}: ${device.pod} runs on ${device.product}, declared is ${product}`); }
      if (profile !== device.profile) {
        problems.push(`${stage}: ${device.pod} runs on ${device.profile ?? 'a GPU without MIG'} (${device.uuid}), declared is ${profile ?? 'a GPU without MIG'}`);
      }
    }
  }
  const boards = stage => new Set(of(stage).map(({ uuid }) => uuid));
  for (const group of together) {
    const all = new Set(group.flatMap(stage => [...boards(stage)]));
    if (all.size > 1) { problems.push(`${group.join(' and ')} are to share one board, and run on ${[...all].join(', ')}`); }
  }
  for (const [one, other] of apart) {
    const shared = [...boards(one)].filter(uuid => boards(other).has(uuid));
    if (shared.length > 0) { problems.push(`${one} and ${other} are to be on boards of their own, and share ${shared.join(', ')}`); }
  }
  return { found, problems };
}

/** `NVIDIA A100-SXM4-80GB` as GPU Feature Discovery writes it into the label nvidia.com/gpu.product. */
const productOf = model => String(model).replaceAll(' ', '-');
