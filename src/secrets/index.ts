export * from './find-secrets';
export * from './refuse-secrets';
export { hideSecrets } from './secret-shapes';
