import { Path } from './fields';


/** Where each kind has its pod templates. */
export const TEMPLATES: Record<string, Path[]> = {
  Pod: [['spec']],
  Deployment: [['spec', 'template', 'spec']],
  StatefulSet: [['spec', 'template', 'spec']],
  ReplicaSet: [['spec', 'template', 'spec']],
  DaemonSet: [['spec', 'template', 'spec']],
  Job: [['spec', 'template', 'spec']],
  CronJob: [['spec', 'jobTemplate', 'spec', 'template', 'spec']],
  LeaderWorkerSet: [['spec', 'leaderWorkerTemplate', 'leaderTemplate', 'spec'], ['spec', 'leaderWorkerTemplate', 'workerTemplate', 'spec']],
  RayCluster: [['spec', 'headGroupSpec', 'template', 'spec']],
  InferenceService: [['spec', 'predictor']],
};
