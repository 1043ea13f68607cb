export { nearestName } from './nearest-name';
export { isPlaceholder, isWholePlaceholder, mayBecome, standsForNumber } from './placeholder';
export { counted } from './plural';
export { jsonText, parsedVisible, shown, visible } from './printable';
export { isSlipOf } from './typo';
export { wrapped } from './wrap';
