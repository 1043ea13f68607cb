export { featuresOf, GpuOperatorVersion } from './gpu-operator';
export { NIM_OPERATOR_ANNOTATION, NimOperatorVersion } from './nim-operator';
export { NIM_SERVICE_SINCE } from './nim-service-fields';
