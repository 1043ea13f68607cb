export * from './acknowledgement';
export * from './all-rules';
export * from './rule';
export * from './run-rules';
