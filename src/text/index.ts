export { nearestName } from './nearest-name';
export { counted } from './plural';
export { shown } from './printable';
export { isSlipOf } from './typo';
export { wrapped } from './wrap';
