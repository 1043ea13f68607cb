export { findSecrets, secretsOf } from './find-secrets';
export { refuseSecrets } from './refuse-secrets';
export { hideSecrets, mayHoldSecret } from './secret-shapes';
