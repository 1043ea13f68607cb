/**
 * Which part of a model's layers a checkpoint keeps in 16 bit: of what mixes tokens, and of the networks that are no
 * routed experts.
 */
export interface IgnoredShare {
  readonly mixers: number;
  readonly networks: number;
}

const MIXER = /self_attn|linear_attn|\.attn|attention|mixer/;
const NETWORK = /mlp|feed_forward|shared_expert/;
/** Routers are 16 bit in every format. */
const ROUTER = /\.gate$|router/;

/**
 * Reads the modules that a checkpoint names as not quantised: full names, names with `*`, and regular expressions after
 * `re:`. A name with the number of a layer is of that layer, one without is of all.
 * @param layers how many layers the model has
 */
export function ignoredShare(modules: readonly string[], layers: number): IgnoredShare {
  const [mixers, networks] = [new Set<number>(), new Set<number>()];
  for (const name of modules) {
    if (ROUTER.test(name)) { continue; }
    const index = /layers(?:\\)?\.(\d{1,5})(?!\d)/.exec(name)?.[1];
    const affected = index === undefined ? undefined : [Number(index)];
    const whole = index !== undefined && /layers(?:\\)?\.\d+\.?\*?$/.test(name);
    if (whole || MIXER.test(name)) { add(mixers, affected, layers); }
    if (whole || NETWORK.test(name)) { add(networks, affected, layers); }
  }
  return { mixers: mixers.size / layers, networks: networks.size / layers };
}

function add(set: Set<number>, indices: readonly number[] | undefined, layers: number): void {
  if (indices !== undefined) {
    for (const index of indices.filter(each => each < layers)) { set.add(index); }
    return;
  }
  for (let index = 0; index < layers; index++) { set.add(index); }
}
