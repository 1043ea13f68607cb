export * from './nim-model';
