export { findSecrets, secretsOf } from './find-secrets';
export { hideSecrets, hideSecretsOf, hideSecretsOfSource } from './hide-secrets';
export { refuseSecrets } from './refuse-secrets';
export { mayHoldSecret } from './secret-shapes';
