import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { checkProps, needed, TEXT } from '../props';
import { acknowledge, CHECKED_RULES } from '../rules';
import { AppChecks } from './app-checks';
import { GpuFinding, GpuFindingSeverity } from './gpu-finding';

/** Releases that the manifests do not say. */
export interface GpuCheckReleases {
  /**
   * Kubernetes, such as `1.34`.
   * @default - unknown: rules that need it say nothing
   */
  readonly kubernetes?: string;
  /**
   * The NIM Operator, such as `3.0.2`.
   * @default - as the constructs say, else the newest that this library knows
   */
  readonly nimOperator?: string;
  /**
   * The NVIDIA DRA driver, such as `0.5`.
   * @default - unknown
   */
  readonly draDriver?: string;
}

/**
 * The rules of `cdk8s-gpu lint` over the manifests of an app, before they are written.
 *
 * An app with any construct of this library is checked by itself: an error stops synthesis, warnings are printed on
 * standard error. This class is for tests, for apps without such a construct, and for accepting what is meant.
 *
 * @example
 * const checks = GpuChecks.of(chart);
 * checks.errors;    // [] when all is well
 * GpuChecks.acknowledge(operator, 'MIG-027', 'the third GPU stays whole on purpose');
 */
export class GpuChecks {
  /**
   * Checks all manifests of the app that a construct is in, as they are now.
   *
   * An app with one GpuOperator is taken to be for one cluster; with several, each cluster is checked by itself.
   * @param scope any construct of the app
   * @throws when an object cannot be rendered
   */
  public static of(scope: IConstruct): GpuChecks {
    const { findings, failures } = AppChecks.of(scope).run();
    if (failures.length > 0) { throw new Error(failures.join('\n')); }
    return new GpuChecks(findings);
  }

  /**
   * Has the app checked at every synthesis, also one without a construct of this library.
   * @param scope any construct of the app
   * @param releases what the manifests do not say
   */
  public static enable(scope: IConstruct, releases: GpuCheckReleases = {}): void {
    const checks = AppChecks.of(scope);
    checks.releases = { ...checks.releases, ...releases };
  }

  /**
   * Accepts what a rule finds in the objects under a construct. The reason stands in them as an annotation, where
   * `cdk8s-gpu lint` reads it too, and in every report.
   * @param construct that writes the objects; call this when it is complete, after the pools of a GpuOperator are made
   * @param rule id of the rule
   * @param reason why it is all right
   * @throws when the rule is unknown, the reason empty, or there is no object
   */
  public static acknowledge(construct: IConstruct, rule: string, reason: string): void {
    const place = construct.node.path;
    checkProps(place, { rule, reason }, { rule: needed(TEXT), reason: needed(TEXT) });
    if (!CHECKED_RULES.some(each => each.id === rule)) {
      throw new Error(`${place}: there is no rule "${rule}"; cdk8s-gpu rules lists them`);
    }
    if (!/\S/.test(reason) || reason.includes(';')) {
      throw new Error(`${place}: the reason to accept ${rule} must say something, without a `
        + `semicolon, got "${reason}"`);
    }
    const objects = construct.node.findAll().filter(each => ApiObject.isApiObject(each)) as ApiObject[];
    if (objects.length === 0) {
      throw new Error(`${place}: ${rule} cannot be accepted here: the construct writes no object, or not yet`);
    }
    for (const { metadata } of objects) {
      const { annotations } = metadata.toJson() as { annotations?: Record<string, string> };
      const { key, value } = acknowledge(annotations ?? {}, rule, reason);
      metadata.addAnnotation(key, value);
    }
  }

  private constructor(private readonly all: GpuFinding[]) {}

  /** Everything that the rules found, also what was accepted. */
  public get findings(): GpuFinding[] {
    return [...this.all];
  }

  /** What stops synthesis. */
  public get errors(): GpuFinding[] {
    return this.open(GpuFindingSeverity.ERROR);
  }

  /** What is printed at synthesis. */
  public get warnings(): GpuFinding[] {
    return this.open(GpuFindingSeverity.WARNING);
  }

  private open(severity: GpuFindingSeverity): GpuFinding[] {
    return this.all.filter(finding => finding.severity === severity && finding.acknowledged === undefined);
  }
}
