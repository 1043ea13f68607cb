export * from './nim-cache';
export * from './nim-service';
export { NimStorage } from './nim-storage';
export type { NimPvcOptions } from './nim-storage';
export * from './nim-voice-pipeline';
