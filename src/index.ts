export * from './hardware';
export * from './models';
export * from './fit';
export * from './checks';
export * from './operator';
export * from './sharing';
export * from './nim';
