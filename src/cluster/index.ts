export * from './claims';
export * from './cluster-model';
export * from './document';
export * from './dra-driver';
export * from './nim-service';
export * from './read-manifests';
export * from './release';
export * from './workload';
