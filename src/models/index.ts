export { LlmArchitecture } from './llm-architecture';
export * from './nim-model';
export { KvCacheType, Precision } from './precision';
