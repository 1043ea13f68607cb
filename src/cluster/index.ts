export * from './cluster-model';
export * from './document';
export * from './read-manifests';
export * from './workload';
