import * as fs from 'fs';
import * as path from 'path';
import { ClusterModel, isProblem, ReadProblem, readManifests } from '../cluster';
import { Finding, runRules } from '../rules';

/** What cdk8s-cli hands to a validation (cdk8s-cli lib/plugins/validation.d.ts), as far as it is used here. */
interface ValidationContext {
  readonly manifests: readonly string[];
  readonly report: {
    addViolation(violation: {
      readonly ruleName: string;
      readonly recommendation: string;
      readonly fix: string;
      readonly violatingResources: readonly { readonly resourceName: string; readonly locations: readonly string[]; readonly manifestPath: string }[];
    }): void;
    submit(status: 'success' | 'failure'): void;
  };
  readonly logger: { log(message: string): void };
}

/** Properties under `properties:` in `cdk8s.yaml`. */
interface GpuValidationProperties {
  /** Release of the GPU Operator, such as `26.7`. */
  readonly gpuOperator?: string;
}

/**
 * Runs the rules of `cdk8s-gpu lint` after `cdk8s synth`. Errors fail the synth, warnings are logged. In `cdk8s.yaml`:
 *
 *     validations:
 *       - package: ./node_modules/cdk8s-gpu/lib/cli/validation-plugin.js
 *         class: GpuValidation
 *         version: 0.0.0
 */
export class GpuValidation {
  constructor(private readonly properties: GpuValidationProperties = {}) {}

  public async validate(context: ValidationContext): Promise<void> {
    const model = new ClusterModel({ gpuOperator: this.properties?.gpuOperator });
    const problems: ReadProblem[] = [];
    for (const manifest of context.manifests) {
      for (const read of readManifests(fs.readFileSync(manifest, 'utf8'), manifest)) {
        if (isProblem(read)) { problems.push(read); } else { model.add(read); }
      }
    }
    const findings = runRules(model).filter(finding => finding.acknowledged === undefined);
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
    for (const finding of findings.filter(({ severity }) => severity === 'warning')) {
      context.logger.log(`${path.basename(finding.file)}:${finding.line ?? 1}: ${finding.message}. ${finding.fix} [${finding.rule}]`);
    }
    context.report.submit(errors.length + problems.length === 0 ? 'success' : 'failure');
  }
}

function placeOf({ path: where, line }: Finding): string {
  return line === undefined ? where : `${where} (line ${line})`;
}
