// Values files as people write them, and with things that they get wrong. Same seed, same files.
'use strict';
const { stringify } = require('yaml');
const { Generator } = require('../generator');

class RandomValues extends Generator {
  /** Adds a field in some of the cases. */
  maybe(target, key, share, make) { if (this.chance(share)) { target[key] = make(); } }

  strategy() { return this.pick(['none', 'single', 'mixed', 'mixed', '', null, 'mixd']); }

  env() {
    return this.pick([[], [{ name: 'WITH_REBOOT', value: 'true' }], [{ name: 'MIG_STRATEGY', value: 'none' }], [{ name: 'CUDA_MPS_PIPE_DIRECTORY', value: '/mnt' }, { name: 'A', value: '' }]]);
  }

  profile() { return this.pick(['1g.10gb', '2g.20gb', '3g.40gb', '7g.80gb', '1g.10gb+me', '1g.10gb.me', '1g.5gb', '9g.90gb']); }

  layout() {
    const entry = { 'devices': this.pick(['all', [0], [0, 1], [1], 'some']), 'mig-enabled': this.chance(0.8) };
    if (entry['mig-enabled'] || this.chance(0.2)) { entry['mig-devices'] = Object.fromEntries(Array.from({ length: 1 + this.below(2) }, () => [this.profile(), 1 + this.below(8)])); }
    this.maybe(entry, 'device-filter', 0.2, () => this.pick(['0x20B210DE', ['0x233010DE', '0x233110DE'], '20B2']));
    return entry;
  }

  migFile() {
    const configs = this.chance(0.7) ? { 'all-disabled': [{ 'devices': 'all', 'mig-enabled': false }] } : {};
    for (let index = this.below(3); index >= 0; index--) { configs[`layout-${index}`] = Array.from({ length: 1 + this.below(2) }, () => this.layout()); }
    return stringify({ 'version': this.chance(0.95) ? 'v1' : 'v2', 'mig-configs': configs });
  }

  config(names, defaults, files) {
    const config = {};
    this.maybe(config, 'create', 0.6, () => this.chance(0.8) || this.pick([false, 'false', '', null]));
    this.maybe(config, 'name', 0.8, () => this.pick(names));
    this.maybe(config, 'default', 0.6, () => this.pick(defaults));
    this.maybe(config, 'data', 0.7, files);
    return config;
  }

  tolerations() { return this.pick([[], [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }], [{ key: 'team', operator: 'Equal', value: 'search', effect: 'NoSchedule' }]]); }

  values() {
    // one of the two sections is what a values file of this chart is known by
    const values = this.chance(0.5) ? { migManager: {} } : { devicePlugin: {} };
    this.maybe(values, 'mig', 0.6, () => this.chance(0.9) ? { strategy: this.strategy() } : {});
    this.maybe(values, 'migManager', 0.7, () => {
      const section = {};
      this.maybe(section, 'enabled', 0.3, () => this.chance(0.7));
      this.maybe(section, 'env', 0.3, () => this.env());
      this.maybe(section, 'config', 0.8, () => this.config(['layouts', 'default-mig-parted-config', '', null], ['all-disabled', '', null, 'layout-0'], () => (
        this.chance(0.9) ? { [this.chance(0.9) ? 'config.yaml' : 'layouts.yaml']: this.migFile() } : {})));
      return section;
    });
    this.maybe(values, 'devicePlugin', 0.7, () => {
      const section = {};
      this.maybe(section, 'enabled', 0.2, () => this.chance(0.7));
      this.maybe(section, 'env', 0.3, () => this.env());
      this.maybe(section, 'args', 0.1, () => ['--mig-strategy=mixed']);
      this.maybe(section, 'config', 0.8, () => this.config(['sharing', '', null], ['any', '', null, 'none-such'], () => (
        this.chance(0.9) ? Object.fromEntries(['any', 'other'].slice(0, 1 + this.below(2)).map(key => [key, this.devicePluginConfig()])) : {})));
      this.maybe(section, 'mps', 0.1, () => ({ root: '/mnt/mps' }));
      return section;
    });
    this.maybe(values, 'gfd', 0.2, () => ({ enabled: this.chance(0.5), env: this.env() }));
    this.maybe(values, 'daemonsets', 0.3, () => ({ tolerations: this.tolerations(), labels: this.pick([{}, { team: 'search' }]) }));
    this.maybe(values, 'sandboxWorkloads', 0.2, () => ({ enabled: this.chance(0.5), defaultWorkload: this.pick(['container', 'vm-passthrough', 'vm-vgpu', '']) }));
    this.maybe(values, 'nfd', 0.2, () => ({ enabled: this.chance(0.5) }));
    return values;
  }
}

module.exports = { RandomValues };
