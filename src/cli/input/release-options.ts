import type { Argv } from 'yargs';
import { DRA_DRIVER, GPU_OPERATOR, KUBERNETES, NIM_OPERATOR, RELEASE_TABLES } from '../../releases';
import { shown } from '../../text';
import { UsageError } from '../shell/terminal';

/** What the options say of releases, as yargs names them. */
export interface ReleaseArguments {
  gpuOperator?: string;
  nimOperator?: string;
  kubernetes?: string;
  draDriver?: string;
}

const RELEASES = ['gpu-operator', 'nim-operator', 'kubernetes', 'dra-driver'] as const;

/** Adds an option for the release of each product, and refuses what is no release. */
export function withReleases<T>(yargs: Argv<T>): Argv<T> {
  const asTheManifestsSay = 'default: as the manifests say, else the newest';
  const describe: Record<typeof RELEASES[number], string> = {
    'gpu-operator': `release of the GPU Operator, such as ${GPU_OPERATOR.newest} (${asTheManifestsSay})`,
    'nim-operator': `release of the NIM Operator, such as ${NIM_OPERATOR.newest} (${asTheManifestsSay})`,
    'kubernetes': `version of Kubernetes, such as ${KUBERNETES.milestones.claims.begins} (default: as Node `
      + 'objects say, else unknown)',
    'dra-driver': `release of the NVIDIA DRA driver, such as ${DRA_DRIVER.newest} (default: unknown)`,
  };
  return RELEASES.reduce<Argv<T>>(
    (parser, name) => parser.option(name, { type: 'string', describe: describe[name] }) as Argv<T>,
    yargs,
  )
    .string([...RELEASES])
    .check((argv: Record<string, unknown>) => {
      RELEASES.forEach(name => refuseNoRelease(name, argv[name]));
      return true;
    });
}

function refuseNoRelease(product: typeof RELEASES[number], written: unknown): void {
  if (written === undefined) { return; }
  try {
    RELEASE_TABLES[product].of(shown(written));
  } catch (error) {
    throw new UsageError(`--${product}: ${(error as Error).message}`);
  }
}
