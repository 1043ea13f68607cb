import {
  headPods, jobSetPods, knativePods, kserveReplicas, leaderWorkerSetPods, noPods, onePod, parallelism, Pods, rayWorkers,
  replicas, replicasAbove, replicasBeside, replicasOfClique, replicasOfTask, withoutNumber,
} from './pod-count';
import { textOf } from '../fields';

/** A place of a kind where pods are described. */
export interface PodPlace {
  /** From the root of the object to the pod spec; `*` stands for every item of a list or every key of a map. */
  readonly spec: string;
  /** Below the pod spec, where containers stand if not in `containers` and `initContainers`. */
  readonly containers?: readonly string[];
  /** What the controller calls a container that has no name of its own. */
  readonly unnamed?: string;
  /** From the root, where the object says node selection for pods that say none of their own. */
  readonly defaults?: string;
  /** The most pods of it at one time. */
  readonly pods: Pods;
  /** How many pods a job of it runs side by side, where there is room; undefined for what is no job. */
  readonly parallel?: Pods;
  /**
   * Whether these pods stand beside the ones that compute, such as a launcher: they get a GPU only when their container
   * is named.
   */
  readonly beside?: boolean;
  /** Why a GPU cannot be written into it, where pods cannot be described completely. */
  readonly readOnly?: string;
  /** How many steps above the pod spec the object says resources for the first of its containers, which has none. */
  readonly resourcesAbove?: number;
}

/** A kind whose objects describe pods. */
export interface PodKind {
  /** Of the API; undefined where any group may have the kind. */
  readonly group?: string;
  readonly places: readonly PodPlace[];
  /** Whether its objects are of no namespace, and their pods of any. */
  readonly isClusterScoped?: boolean;
}

const TEMPLATE = 'spec.template.spec';

/** JobSet: api/jobset/v1alpha2 jobset_types.go. */
const JOB_SET = 'replicatedJobs.*.template.spec.template.spec';

const workload = (pods: Pods): PodKind[] => [{ places: [{ spec: TEMPLATE, pods }] }];

/** KubeRay: ray-operator/apis/ray/v1 raycluster_types.go. */
const rayPlaces = (cluster: string): PodPlace[] => [
  { spec: `${cluster}.workerGroupSpecs.*.template.spec`, pods: rayWorkers },
  { spec: `${cluster}.headGroupSpec.template.spec`, pods: headPods, beside: true },
];

/** Jobs that run their replicas together, by role (training-operator pkg/apis/kubeflow.org/v1). */
const trainingJob = (specs: string, roles: readonly string[], besides: readonly string[] = []): PodKind[] => [{
  group: 'kubeflow.org',
  places: [
    ...roles,
    ...besides,
  ].map(role => ({
    spec: `spec.${specs}.${role}.${TEMPLATE.slice('spec.'.length)}`,
    pods: withoutNumber,
    parallel: replicasBeside(`spec.${specs}.${role}`),
    beside: besides.includes(role),
  })),
}];

/** KServe pkg/apis/serving/v1beta1 predictor.go: a serving framework is a container of its own kind. */
const PREDICTOR = [
  'model', 'sklearn', 'xgboost', 'tensorflow', 'pytorch', 'triton', 'onnx', 'huggingface', 'pmml', 'lightgbm', 'paddle',
];

/** argo-workflows pkg/apis/workflow/v1alpha1 workflow_types.go, Template. */
const argoPlaces = (workflow: string, pods: Pods): PodPlace[] => [{
  spec: `${workflow}.templates.*`,
  containers: ['container', 'script', 'containerSet.containers.*', 'initContainers.*', 'sidecars.*'],
  unnamed: 'main',
  defaults: workflow,
  pods,
}];

/** KServe pkg/apis/serving/v1alpha1 servingruntime_types.go, ServingRuntimePodSpec. */
const RUNTIME: PodKind = {
  group: 'serving.kserve.io',
  places: [{ spec: 'spec', pods: noPods }, { spec: 'spec.workerSpec', pods: noPods }],
};

/**
 * KServe pkg/apis/serving/v1alpha1 llm_inference_service_types.go: `template` and `worker` are pod specs, not pod
 * templates.
 */
const llmPlaces = (pods: (workload: string) => Pods): PodPlace[] => [
  ...['spec', 'spec.prefill'].flatMap(place =>
    [
      'template', 'worker',
    ].map(key => ({ spec: `${place}.${key}`, pods: key === 'worker' ? withoutNumber : pods(place) }))),
  { spec: 'spec.router.scheduler.template', pods: withoutNumber, beside: true },
];

/** Tekton: tektoncd/pipeline@03a28834 pkg/apis/pipeline/v1 task_types.go, container_types.go. */
const TEKTON = 'a step of Tekton names its resources in another field; write them there by hand';

const tektonPlaces = (task: string, pods: Pods, defaults?: string): PodPlace[] => [{
  spec: task,
  containers: ['steps.*', 'sidecars.*'],
  unnamed: 'step',
  defaults,
  pods,
  readOnly: TEKTON,
}];

/**
 * Objects that an AppWrapper holds whole, which wait until there is room for all (project-codeflare/appwrapper@019a3d39
 * api/v1beta2 appwrapper_types.go; v1beta1 of multi-cluster-app-dispatcher).
 */
const WRAPPED = ['spec.components.*.template', 'spec.resources.GenericItems.*.generictemplate'];

const WRAPPER = 'an AppWrapper holds an object whole; attach the slice to that object before it is wrapped';

const PODS_OF_WRAPPED = [
  'spec', TEMPLATE, 'spec.pytorchReplicaSpecs.*.template.spec', 'spec.mpiReplicaSpecs.*.template.spec',
  'spec.headGroupSpec.template.spec', 'spec.workerGroupSpecs.*.template.spec', `spec.${JOB_SET}`,
  'spec.rayClusterSpec.headGroupSpec.template.spec', 'spec.rayClusterSpec.workerGroupSpecs.*.template.spec',
];

/**
 * Dynamo: ai-dynamo/dynamo@015d780b deploy/operator/api/v1alpha1 common.go ExtraPodSpec, ResourceItem;
 * api/v1beta1 dynamographdeployment_types.go.
 */
const dynamoPlaces = (component: string, podSpec: string): PodPlace[] => [
  {
    spec: `${component}.extraPodSpec`,
    containers: ['mainContainer', 'containers.*', 'initContainers.*'],
    unnamed: 'main',
    pods: replicasAbove(1),
    resourcesAbove: 1,
    readOnly: 'a component of Dynamo says its GPUs beside its pod: resources.limits.gpu',
  },
  { spec: podSpec, unnamed: 'main', pods: replicasAbove(2) },
];

const TRAIN_JOB = 'a TrainJob selects its nodes through its runtime; attach the slice to the TrainingRuntime';

/**
 * Where each kind has its pods: the one table for reading them, counting them, and writing a GPU slice into them.
 * A kind that stands here twice is of two groups.
 */
export const POD_KINDS: Readonly<Record<string, readonly PodKind[]>> = {
  Pod: [{ places: [{ spec: 'spec', pods: onePod }] }],
  PodTemplate: [{ places: [{ spec: 'template.spec', pods: noPods }] }],
  Deployment: workload(replicas),
  StatefulSet: workload(replicas),
  ReplicaSet: workload(replicas),
  ReplicationController: workload(replicas),
  DeploymentConfig: workload(replicas),
  Rollout: workload(replicas),
  CloneSet: workload(replicas),
  DaemonSet: workload(withoutNumber),
  Job: [
    {
      group: 'batch.volcano.sh',
      places: [{ spec: 'spec.tasks.*.template.spec', pods: withoutNumber, parallel: replicasOfTask }],
    },
    { places: [{ spec: TEMPLATE, pods: withoutNumber, parallel: parallelism('spec') }] },
  ],
  CronJob: [{
    places: [{
      spec: 'spec.jobTemplate.spec.template.spec', pods: withoutNumber, parallel: parallelism('spec.jobTemplate.spec'),
    }],
  }],
  JobSet: [{ places: [{ spec: `spec.${JOB_SET}`, pods: withoutNumber, parallel: jobSetPods }] }],
  LeaderWorkerSet: [{
    places: [
      'leaderTemplate', 'workerTemplate',
    ].map(key => ({ spec: `spec.leaderWorkerTemplate.${key}.spec`, pods: leaderWorkerSetPods })),
  }],
  RayCluster: [{ places: rayPlaces('spec') }],
  RayService: [{ places: rayPlaces('spec.rayClusterConfig') }],
  RayJob: [{
    places: [
      ...rayPlaces('spec.rayClusterSpec').map(place => ({ ...place, pods: withoutNumber })),
      { spec: 'spec.submitterPodTemplate.spec', pods: withoutNumber, beside: true },
    ],
  }],
  InferenceService: [{
    places: [
      {
        spec: 'spec.predictor',
        containers: ['containers.*', 'initContainers.*', ...PREDICTOR],
        unnamed: 'kserve-container',
        pods: kserveReplicas,
      },
      { spec: 'spec.predictor.workerSpec', pods: withoutNumber },
      { spec: 'spec.transformer', pods: kserveReplicas, beside: true },
      { spec: 'spec.explainer', pods: kserveReplicas, beside: true },
    ],
  }],
  LLMInferenceService: [{ places: llmPlaces(replicasBeside) }],
  LLMInferenceServiceConfig: [{ places: llmPlaces(() => noPods) }],
  ServingRuntime: [RUNTIME],
  ClusterServingRuntime: [{ ...RUNTIME, isClusterScoped: true }],
  PyTorchJob: trainingJob('pytorchReplicaSpecs', ['Master', 'Worker']),
  TFJob: trainingJob('tfReplicaSpecs', ['Chief', 'Master', 'Worker', 'Evaluator'], ['PS']),
  MPIJob: trainingJob('mpiReplicaSpecs', ['Worker'], ['Launcher']),
  XGBoostJob: trainingJob('xgbReplicaSpecs', ['Master', 'Worker']),
  PaddleJob: trainingJob('paddleReplicaSpecs', ['Master', 'Worker']),
  JAXJob: trainingJob('jaxReplicaSpecs', ['Worker']),
  MXJob: trainingJob('mxReplicaSpecs', ['Worker'], ['Scheduler', 'Server']),
  // trainer pkg/apis/trainer/v1alpha1 trainjob_types.go, trainingruntime_types.go
  TrainJob: [{
    group: 'trainer.kubeflow.org',
    places: [{ spec: 'spec', containers: ['trainer'], unnamed: 'node', pods: withoutNumber, readOnly: TRAIN_JOB }],
  }],
  TrainingRuntime: [{
    group: 'trainer.kubeflow.org',
    places: [{ spec: `spec.template.spec.${JOB_SET}`, pods: noPods }],
  }],
  ClusterTrainingRuntime: [{
    group: 'trainer.kubeflow.org',
    isClusterScoped: true,
    places: [{ spec: `spec.template.spec.${JOB_SET}`, pods: noPods }],
  }],
  Notebook: [{ group: 'kubeflow.org', places: [{ spec: TEMPLATE, pods: onePod }] }],
  Workflow: [{ group: 'argoproj.io', places: argoPlaces('spec', withoutNumber) }],
  WorkflowTemplate: [{ group: 'argoproj.io', places: argoPlaces('spec', noPods) }],
  ClusterWorkflowTemplate: [{ group: 'argoproj.io', isClusterScoped: true, places: argoPlaces('spec', noPods) }],
  CronWorkflow: [{ group: 'argoproj.io', places: argoPlaces('spec.workflowSpec', withoutNumber) }],
  Service: [{ group: 'serving.knative.dev', places: [{ spec: TEMPLATE, pods: knativePods }] }],
  Configuration: [{ group: 'serving.knative.dev', places: [{ spec: TEMPLATE, pods: knativePods }] }],
  // kedacore/keda@0597498d apis/keda/v1alpha1 scaledjob_types.go
  ScaledJob: [{ group: 'keda.sh', places: [{ spec: 'spec.jobTargetRef.template.spec', pods: withoutNumber }] }],
  AppWrapper: [{
    group: 'workload.codeflare.dev',
    places: WRAPPED.flatMap(object => PODS_OF_WRAPPED.map(spec => (
      { spec: `${object}.${spec}`, pods: withoutNumber, readOnly: WRAPPER }))),
  }],
  Task: [{ group: 'tekton.dev', places: tektonPlaces('spec', noPods) }],
  TaskRun: [{ group: 'tekton.dev', places: tektonPlaces('spec.taskSpec', withoutNumber, 'spec.podTemplate') }],
  Pipeline: [{ group: 'tekton.dev', places: tektonPlaces('spec.tasks.*.taskSpec', noPods) }],
  PipelineRun: [{
    group: 'tekton.dev',
    places: tektonPlaces('spec.pipelineSpec.tasks.*.taskSpec', withoutNumber, 'spec.taskRunTemplate.podTemplate'),
  }],
  DynamoGraphDeployment: [{
    group: 'nvidia.com', places: dynamoPlaces('spec.services.*', 'spec.components.*.podTemplate.spec'),
  }],
  DynamoComponentDeployment: [{ group: 'nvidia.com', places: dynamoPlaces('spec', 'spec.podTemplate.spec') }],
  // kaito-project/kaito@0228438b api/v1beta1 workspace_types.go: it makes nodes for its pods
  Workspace: [{
    group: 'kaito.sh',
    places: ['inference', 'tuning'].map(use => ({ spec: `${use}.template.spec`, pods: withoutNumber })),
  }],
  // ai-dynamo/grove@1bf619bb operator/api/core/v1alpha1 podclique.go
  PodCliqueSet: [{
    group: 'grove.io', places: [{ spec: 'spec.template.cliques.*.spec.podSpec', pods: replicasOfClique }],
  }],
  SeldonDeployment: [{
    group: 'machinelearning.seldon.io',
    places: [{ spec: 'spec.predictors.*.componentSpecs.*.spec', pods: withoutNumber }],
  }],
};

/** What is known of an object's kind; undefined where its pods, if it has any, show by their shape alone. */
export function podKindOf({
  kind,
  apiVersion,
}: { readonly kind?: unknown; readonly apiVersion?: unknown }): PodKind | undefined {
  if (typeof kind !== 'string' || !Object.hasOwn(POD_KINDS, kind)) { return undefined; }
  const [group, version] = (textOf(apiVersion) ?? '').split('/');
  return POD_KINDS[kind].find(each => each.group === undefined || (version !== undefined && each.group === group));
}
