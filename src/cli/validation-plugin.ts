import * as path from 'path';
import { ClusterModel, isProblem, readManifests, ReadProblem } from '../cluster';
import { NAMED_PRODUCTS, RELEASE_TABLES, Versions } from '../releases';
import { Finding, runRules } from '../rules';
import { shown } from '../text';
import { readFile } from './input/read-file';

/** What cdk8s-cli hands to a validation (cdk8s-cli lib/plugins/validation.d.ts), as far as it is used here. */
interface ValidationContext {
  readonly manifests: readonly string[];
  readonly report: {
    addViolation(violation: {
      readonly ruleName: string;
      readonly recommendation: string;
      readonly fix: string;
      readonly violatingResources: readonly {
        readonly resourceName: string;
        readonly locations: readonly string[];
        readonly manifestPath: string;
      }[];
    }): void;
    submit(status: 'success' | 'failure'): void;
  };
  readonly logger: { log(message: string): void };
}

/** Properties under `properties:` in `cdk8s.yaml`. */
interface GpuValidationProperties {
  /** Release of the GPU Operator, such as `26.7`. */
  readonly gpuOperator?: string;
  /** Release of the NIM Operator, such as `3.0.2`. */
  readonly nimOperator?: string;
  /** Version of Kubernetes, such as `1.34`. */
  readonly kubernetes?: string;
  /** Release of the NVIDIA DRA driver, such as `0.5`. */
  readonly draDriver?: string;
}

/**
 * Runs the rules of `cdk8s-gpu lint` after `cdk8s synth`. Errors fail the synth, warnings are logged. In `cdk8s.yaml`:
 *
 *     validations:
 *       - package: ./node_modules/cdk8s-gpu/lib/cli/validation-plugin.js
 *         class: GpuValidation
 *         version: 0.1.0
 */
export class GpuValidation {
  constructor(private readonly properties: GpuValidationProperties = {}) {}

  public async validate(context: ValidationContext): Promise<void> {
    const model = new ClusterModel(releasesIn(this.properties));
    const problems: ReadProblem[] = [];
    for (const manifest of context.manifests) {
      for (const read of readManifests(readFile(manifest), manifest)) {
        if (isProblem(read)) { problems.push(read); } else { model.add(read); }
      }
    }
    const all = runRules(model);
    const findings = all.filter(finding => finding.acknowledged === undefined);
    const errors = findings.filter(finding => finding.severity === 'error');
    for (const { file, line, message } of problems) {
      context.report.addViolation({
        ruleName: 'unreadable',
        recommendation: message,
        fix: 'write YAML that can be read',
        violatingResources: [{ resourceName: 'unknown', locations: [`line ${line}`], manifestPath: file }],
      });
    }
    for (const finding of errors) {
      context.report.addViolation({
        ruleName: finding.rule,
        recommendation: finding.message,
        fix: finding.fix,
        violatingResources: [{ resourceName: finding.name, locations: [placeOf(finding)], manifestPath: finding.file }],
      });
    }
    for (const { file, line, severity, message, fix, rule, acknowledged } of all) {
      const place = `${path.basename(file)}:${line ?? 1}`;
      if (acknowledged !== undefined) {
        context.logger.log(`${place}: accepted, ${acknowledged}: ${message} [${rule}]`);
      }
      if (acknowledged === undefined && severity === 'warning') {
        context.logger.log(`${place}: ${message}. ${fix} [${rule}]`);
      }
    }
    context.report.submit(errors.length + problems.length === 0 ? 'success' : 'failure');
  }
}

/** A release that somebody wrote without quotes is a number: 26.7 is still known by it, 26.10 is not. */
function releasesIn(properties: GpuValidationProperties = {}): Versions {
  return Object.fromEntries(Object.entries(NAMED_PRODUCTS).flatMap(([name, product]) => {
    const written: unknown = properties?.[name as keyof typeof NAMED_PRODUCTS];
    if (written === undefined || written === null) { return []; }
    const { newest } = RELEASE_TABLES[product];
    try {
      return [[name, RELEASE_TABLES[product].of(shown(written))]];
    } catch (error) {
      throw new Error(`cdk8s.yaml: ${name}: ${(error as Error).message}; write it in quotes, as in "${newest}"`);
    }
  }));
}

function placeOf({ path: where, line }: Finding): string {
  return line === undefined ? where : `${where} (line ${line})`;
}
