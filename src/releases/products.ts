import { DEVICE_PLUGIN } from './device-plugin';
import { DRA_DRIVER } from './dra-driver';
import { GPU_OPERATOR } from './gpu-operator';
import { KUBERNETES } from './kubernetes';
import { KUEUE } from './kueue';
import { MIG_MANAGER } from './mig-manager';
import { NIM_OPERATOR } from './nim-operator';
import { Product, ReleaseTable } from './release-table';

/** The table of every product. */
export const RELEASE_TABLES: Readonly<Record<Product, ReleaseTable>> = {
  'gpu-operator': GPU_OPERATOR,
  'device-plugin': DEVICE_PLUGIN,
  'mig-manager': MIG_MANAGER,
  'nim-operator': NIM_OPERATOR,
  'dra-driver': DRA_DRIVER,
  'kubernetes': KUBERNETES,
  'kueue': KUEUE,
};

/**
 * Releases that somebody named; what is left out is read from the manifests, else taken to be later than every known
 * one.
 */
export interface Versions {
  readonly gpuOperator?: string;
  readonly nimOperator?: string;
  readonly kubernetes?: string;
  /** Of the NVIDIA DRA driver. */
  readonly draDriver?: string;
  readonly kueue?: string;
}

/** The products whose release a config of lint, or one of the cdk8s CLI, may name, by its key there. */
export const NAMED_PRODUCTS = {
  gpuOperator: 'gpu-operator',
  nimOperator: 'nim-operator',
  kubernetes: 'kubernetes',
  draDriver: 'dra-driver',
} as const;
