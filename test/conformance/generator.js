// Cases for the differential test: valid ones, and valid ones with one thing broken. Same seed, same cases.
'use strict';

/** mulberry32: a small generator of numbers in [0, 1), so that a run can be repeated. */
function numbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6D2B79F5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

class Generator {
  constructor(seed) { this.next = numbers(seed); }
  below(limit) { return Math.floor(this.next() * limit); }
  pick(list) { return list[this.below(list.length)]; }
  chance(share) { return this.next() < share; }

  profile() {
    const slices = () => this.pick(['1', '2', '3', '4', '6', '7', '8', '5', '0', '9', '12', '01']);
    const gigabytes = this.pick(['5', '6', '10', '12', '18', '20', '24', '40', '47', '80', '141', '0', '005', '1000']);
    const attribute = () => this.pick(['me', 'gfx', 'me.all', 'ME', 'a1', '1a', '.me', 'me.', '', ' me', 'm-e', 'me,', 'é']);
    let text = `${this.chance(0.3) ? `${slices()}c.` : ''}${slices()}g.${gigabytes}gb`;
    if (this.chance(0.5)) {
      text += this.pick(['+', '-', '.']) + Array.from({ length: 1 + this.below(3) }, attribute).join(',');
    }
    return this.chance(0.4) ? this.broken(text) : text;
  }

  broken(text) {
    const place = this.below(text.length + 1);
    const letter = this.pick(['0', '1', 'g', 'c', 'b', '.', '+', '-', ',', ' ', 'G', '\t', '/', '٣', '_']);
    switch (this.below(4)) {
      case 0: return text.slice(0, place) + letter + text.slice(place);
      case 1: return text.slice(0, place) + text.slice(place + 1);
      case 2: return text.slice(0, place) + letter + text.slice(place + 1);
      default: return text.slice(0, place) + text.slice(this.below(text.length + 1));
    }
  }

  /** What a label, a path or a name may hold. */
  unquoted() {
    if (this.chance(0.2)) {
      return this.pick(['', '~', 'null', 'Null', 'nUll', 'y', 'yes', 'yEs', 'No', 'ON', 'off', 'true', 'tRUE', '.inf', 'inf', '-.INF', '.nan', 'nan', '1e999', '1e-999', '2024-01-01',
        '0x', '0b12', '08', '0o17', '1:30', 'a: b', 'a:', 'a #b', '#a', '-', '- a', '? a', '@a', '`a', '%a', '*a', '&a', '|', ' a', 'a ', '0xffffffffffffffff', '99999999999999999999']);
    }
    const letters = this.pick(['0123456789', '01', '0123456789.eE+-_', '0xXbBoO1f_-+.', 'yesnotruofal', 'nulNUL~', '.infaINFN+-', 'ab-_.:/ #']);
    return Array.from({ length: 1 + this.below(7) }, () => letters[this.below(letters.length)]).join('');
  }

  /** A small document of scalars, lists and maps, as people write them, some of them broken. */
  yaml() {
    const scalar = () => (this.chance(0.7) ? this.unquoted() : this.pick(['"a"', "'b'", '"1"', '!!str 1', '!!int 2', '[a, 1]', '{a: 1}', '&x 1', '*x', '|-\n    text\n    more', '>\n    a\n    b']));
    const lines = Array.from({ length: 1 + this.below(4) }, (_, index) => `${this.chance(0.85) ? `k${index}` : this.unquoted()}: ${scalar()}`);
    if (this.chance(0.3)) { lines.push('list:', ...Array.from({ length: 1 + this.below(3) }, () => `- ${scalar()}`)); }
    if (this.chance(0.3)) { lines.push('map:', `  inner: ${scalar()}`, `  inner: ${scalar()}`); }
    const text = `${lines.join('\n')}\n`;
    return this.chance(0.2) ? this.broken(text) : text;
  }

  flags() {
    const flags = {};
    const boolean = () => this.pick([true, false, null, 'true', 1, {}]);
    const text = () => this.pick(['', '/run/nvidia', 7, true, null, {}, ['x']]);
    for (const name of ['failOnInitError', 'gdsEnabled', 'useNodeFeatureAPI']) { if (this.chance(0.2)) { flags[name] = boolean(); } }
    for (const name of ['mpsRoot', 'nvidiaDriverRoot', 'MPSROOT']) { if (this.chance(0.2)) { flags[name] = text(); } }
    if (this.chance(0.3)) { flags.plugin = this.pick([null, 'x', { passDeviceSpecs: boolean() }, { deviceListStrategy: this.pick(['envvar', ['envvar', 'cdi-cri'], [1], 1, null, [null]]) }]); }
    if (this.chance(0.3)) {
      flags.gfd = this.pick([null, [], { oneshot: boolean() }, { sleepInterval: this.pick(['60s', '1h30m', 'infinite', '1.5s', '60', 60, '', '-1s', '0', 'x', null, true, {}, '1d', '.5s', '1.s']) }]);
    }
    return flags;
  }

  devicePluginConfig() {
    const resource = () => {
      const made = {
        name: this.pick(['nvidia.com/gpu', 'gpu', 'nvidia.com/mig-1g.10gb', 'mig-3g.40gb', 'nvidia.com/mig-1g.10gb.me', 'nvidia.com/mig-1g.10gb+me',
          'nvidia.com/GPU', '', 'nvidia.com/', 'amd.com/gpu', 'a b', `nvidia.com/${'g'.repeat(60)}`, `nvidia.com/${'g'.repeat(40)}`, 7, null]),
        replicas: this.pick([2, 3, 4, 10, 48, 49, 1, 0, -1, '4', 2.5, null, true]),
      };
      if (this.chance(0.5)) { Object.assign(made, { name: 'nvidia.com/gpu', replicas: 4 }); }
      if (this.chance(0.1)) { delete made[this.pick(['name', 'replicas'])]; }
      if (this.chance(0.1)) { made.devices = this.pick(['all', 'some', 2, 0, -1, [0, 1], ['0:1'], ['x'], null, ['0', 1], ['GPU-x'], ['GPU-8a6bf7d6-93d1-4bd8-a8d7-5d7d1a2b3c4d'], [-1], [], {}]); }
      if (this.chance(0.1)) { made.rename = this.pick(['gpu.shared', 'nvidia.com/gpu', '+', '', 3]); }
      if (this.chance(0.05)) { made.replica = 4; }
      return made;
    };
    const block = () => {
      const made = { resources: this.chance(0.1) ? this.pick([[], null, {}, 'gpu']) : Array.from({ length: 1 + this.below(2) }, resource) };
      if (this.chance(0.3)) { made.renameByDefault = this.pick([true, false, 'yes', null]); }
      if (this.chance(0.3)) { made.failRequestsGreaterThanOne = this.pick([true, false, 1]); }
      if (this.chance(0.05)) { delete made.resources; }
      return made;
    };
    const config = {};
    if (this.chance(0.8)) { config.version = this.chance(0.85) ? 'v1' : this.pick(['v2', '', 1, null, 'V1']); }
    if (this.chance(0.3)) { config.flags = this.chance(0.9) ? { migStrategy: this.pick(['none', 'single', 'mixed', 'all', 3]) } : this.pick([null, 'x', []]); }
    if (this.chance(0.2)) { config.flags = this.flags(); }
    if (this.chance(0.05)) { config.resources = this.pick([null, 'x', {}, { gpus: null }, { gpus: [] }, { gpus: [{ pattern: '*', name: 'gpu' }] }, { gpus: [{ name: 'gpu' }] }, { mig: [7] }]); }
    if (this.chance(0.8)) {
      config.sharing = {};
      if (this.chance(0.7)) { config.sharing.timeSlicing = this.chance(0.95) ? block() : this.pick([null, [], 'x']); }
      if (this.chance(0.3)) { config.sharing.mps = this.chance(0.9) ? block() : null; }
    }
    if (this.chance(0.1)) { config.imex = { channelIDs: this.pick([[], [0], [1], [0, 1], null, 0]) }; }
    if (this.chance(0.05)) { config.imex = this.pick([null, 'x', [], { required: true }, { required: 'true' }, { required: null }]); }
    if (this.chance(0.1)) { config.sharring = {}; }
    return JSON.stringify(config);
  }
}

module.exports = { Generator };
