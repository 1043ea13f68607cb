/** How the labels that choose a node's configuration reach the node. */
export enum NodeLabelForm {
  /**
   * A NodeFeatureRule: NFD writes the labels, also on a node that is replaced or added later. Deleting or renaming the
   * rule removes them, whereupon an operator with `migManager.config.default: all-disabled` would tear MIG down, so
   * that default is then set to empty (NFD-003).
   */
  NODE_FEATURE_RULE = 'node-feature-rule',
  /**
   * Partial Node objects for `kubectl apply --server-side`. They stay until somebody removes them; a node that is
   * deleted and made anew comes back without.
   */
  NODE_OBJECTS = 'node-objects',
  /** Not written: `pool.nodeLabels` hands them out, for a cloud node pool or for `kubectl label`. */
  HANDED_OUT = 'handed-out',
}
