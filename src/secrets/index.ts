export * from './find-secrets';
export * from './refuse-secrets';
export { hideSecrets, mayHoldSecret } from './secret-shapes';
