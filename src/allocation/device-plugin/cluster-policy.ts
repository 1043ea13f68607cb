import { refuseSecrets } from '../../secrets';

/** The forms of the settings, as the annotation `cdk8s-gpu/form` says them. */
export enum ClusterPolicyForm {
  PARTIAL = 'partial',
  FULL = 'full',
  MERGE_PATCH = 'merge-patch',
  HELM_VALUES = 'helm-values',
  NONE = 'none',
}

/** What Helm values can say about the ClusterPolicy. */
export interface ClusterPolicyHelmOptions {
  /**
   * Let mig-manager reboot a node that cannot change MIG mode by resetting its GPUs, as on virtual machines of some
   * clouds.
   * @default false
   */
  readonly rebootForMigMode?: boolean;
}

/** What a merge patch can say about the ClusterPolicy. */
export interface ClusterPolicyPatchOptions extends ClusterPolicyHelmOptions {
  /**
   * Host folder of the MPS daemon, where the default `/run/nvidia/mps` will not do. Not for Helm values: the chart has
   * a value for it, and no template reads that (MPS-005).
   * @default - the operator's own default
   */
  readonly mpsRoot?: string;
  /**
   * Further fields of the ClusterPolicy's `spec`, merged last, such as images or driver settings.
   * @default - none
   */
  readonly overrides?: Record<string, any>;
}

/** What a ClusterPolicy among the manifests can say. */
export interface ClusterPolicyOptions extends ClusterPolicyPatchOptions {
  /**
   * The name of the object: Helm calls it `cluster-policy`, the OLM sample `gpu-cluster-policy`.
   * @default 'cluster-policy'
   */
  readonly name?: string;
}

/**
 * How the settings reach the ClusterPolicy. Which way fits depends on who owns the object.
 *
 * | way | in the manifests | beside a release of Helm | can unset a field |
 * |---|---|---|---|
 * | `partial` | a partial object | its next upgrade with Helm 4 stops at a conflict | no |
 * | `full` | the whole object | no | yes |
 * | `mergePatch` | nothing | yes | yes |
 * | `helmValues` | nothing | yes | yes |
 * | `unmanaged` | nothing | yes | nothing is said |
 */
export class ClusterPolicy {
  /**
   * A partial object in the manifests, for `kubectl apply --server-side --force-conflicts`. The ClusterPolicy must
   * exist already.
   * @param options what else it says
   */
  public static partial(options: ClusterPolicyOptions = {}): ClusterPolicy {
    return new ClusterPolicy(ClusterPolicyForm.PARTIAL, options);
  }

  /**
   * The full object in the manifests, with every section that the CRD requires. Images are left to the operator, which
   * has them when OLM installed it; beside a Helm-installed operator pass them in `overrides` (CP-002).
   * @param options what else it says
   */
  public static full(options: ClusterPolicyOptions = {}): ClusterPolicy {
    return new ClusterPolicy(ClusterPolicyForm.FULL, options);
  }

  /**
   * Nothing in the manifests; `operator.renderMergePatch()` for `kubectl patch --type merge`, the one way that can
   * unset on a live object.
   * @param options what else it says
   */
  public static mergePatch(options: ClusterPolicyPatchOptions = {}): ClusterPolicy {
    return new ClusterPolicy(ClusterPolicyForm.MERGE_PATCH, options);
  }

  /**
   * Nothing in the manifests; `operator.renderHelmValues()` for `helm upgrade -f`, where the chart owns the
   * ClusterPolicy.
   * @param options what else they say
   */
  public static helmValues(options: ClusterPolicyHelmOptions = {}): ClusterPolicy {
    return new ClusterPolicy(ClusterPolicyForm.HELM_VALUES, options);
  }

  /** Nothing at all: somebody else sets the ClusterPolicy. */
  public static unmanaged(): ClusterPolicy {
    return new ClusterPolicy(ClusterPolicyForm.NONE, {});
  }

  /** @internal */
  public readonly _form: ClusterPolicyForm;
  /** @internal */
  public readonly _options: ClusterPolicyOptions;

  private constructor(form: ClusterPolicyForm, options: ClusterPolicyOptions) {
    refuseSecrets('ClusterPolicy', options);
    this._form = form;
    this._options = options;
  }
}
