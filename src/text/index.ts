export { inShort, listed, messageInShort } from './in-short';
export { nearestName } from './nearest-name';
export { isPlaceholder, isWholePlaceholder, mayBecome, standsForNumber } from './placeholder';
export { counted } from './plural';
export { jsonText, parsedVisible, printed, shown, visible, withoutCommands } from './printable';
export { isSlipOf } from './typo';
export { wrapped } from './wrap';
