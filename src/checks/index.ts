export * from './gpu-checks';
export * from './gpu-finding';
