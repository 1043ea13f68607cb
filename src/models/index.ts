export { bytesPerToken, growsWithTokens, stateBytes } from './caches';
export type { CacheRow } from './catalogue/cache-row';
export { LlmArchitecture } from './llm-architecture';
export { nearWords } from './near-names';
export { ARCHITECTURE_OF_NIM } from './nim-architectures';
export { NimKind, NimMemoryMeaning, NimModel } from './nim-model';
export type { NimMemoryFigure, NimModelOptions } from './nim-model';
export { tagIsBefore } from './nim-tag';
export { bitsPerWeight, KvCacheType, Precision } from './precision';
