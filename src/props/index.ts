export { checkName, checkNamespace, checkPort, checkQuantity, checkText, checkWhole, given } from './prop-checks';
export {
  ANY, checkProps, checkShape, FLAG, listOf, made, mapOf, needed, NUMBER, oneOf, struct, TEXT, textLike,
} from './prop-type';
export type { PropShape, Shape } from './prop-type';
