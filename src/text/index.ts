export { nearestName } from './nearest-name';
export { counted } from './plural';
export { shown, visible } from './printable';
export { isSlipOf } from './typo';
export { wrapped } from './wrap';
