/**
 * The named configs that the GPU Operator ships (assets/state-mig-manager/0400_configmap.yaml, v26.7.0), as facts: name, then for each entry
 * device filters, devices, whether MIG is on, and counts.
 */
export const SHIPPED_MIG_CONFIGS: [string, [string[] | null, string | number[], boolean, Record<string, number> | null][]][] = [
  ['all-disabled', [
    [null, 'all', false, null],
  ]],
  ['all-enabled', [
    [null, 'all', true, {}],
  ]],
  ['all-1g.5gb', [
    [null, 'all', true, { '1g.5gb': 7 }],
  ]],
  ['all-1g.5gb.me', [
    [null, 'all', true, { '1g.5gb+me': 1 }],
  ]],
  ['all-2g.10gb', [
    [null, 'all', true, { '2g.10gb': 3 }],
  ]],
  ['all-3g.20gb', [
    [null, 'all', true, { '3g.20gb': 2 }],
  ]],
  ['all-4g.20gb', [
    [null, 'all', true, { '4g.20gb': 1 }],
  ]],
  ['all-7g.40gb', [
    [null, 'all', true, { '7g.40gb': 1 }],
  ]],
  ['all-1g.24gb.gfx', [
    [null, 'all', true, { '1g.24gb+gfx': 4 }],
  ]],
  ['all-1g.24gb.me.all', [
    [null, 'all', true, { '1g.24gb+me.all': 1 }],
  ]],
  ['all-1g.24gb-me', [
    [null, 'all', true, { '1g.24gb-me': 4 }],
  ]],
  ['all-2g.48gb', [
    [null, 'all', true, { '2g.48gb': 2 }],
  ]],
  ['all-2g.48gb.gfx', [
    [null, 'all', true, { '2g.48gb+gfx': 2 }],
  ]],
  ['all-2g.48gb.me.all', [
    [null, 'all', true, { '2g.48gb+me.all': 1 }],
  ]],
  ['all-2g.48gb-me', [
    [null, 'all', true, { '2g.48gb-me': 2 }],
  ]],
  ['all-4g.96gb', [
    [null, 'all', true, { '4g.96gb': 1 }],
  ]],
  ['all-4g.96gb.gfx', [
    [null, 'all', true, { '4g.96gb+gfx': 1 }],
  ]],
  ['all-1g.10gb', [
    [['0x233010DE', '0x233110DE', '0x232210DE', '0x20B210DE', '0x20B510DE', '0x20F310DE', '0x20F510DE', '0x232410DE'], 'all', true, { '1g.10gb': 7 }],
    [['0x20B010DE', '0x20B110DE', '0x20F110DE', '0x20F610DE'], 'all', true, { '1g.10gb': 4 }],
  ]],
  ['all-1g.10gb.me', [
    [null, 'all', true, { '1g.10gb+me': 1 }],
  ]],
  ['all-1g.20gb', [
    [null, 'all', true, { '1g.20gb': 4 }],
  ]],
  ['all-1g.23gb', [
    [null, 'all', true, { '1g.23gb': 7 }],
  ]],
  ['all-1g.23gb.me', [
    [null, 'all', true, { '1g.23gb+me': 1 }],
  ]],
  ['all-1g.24gb.me', [
    [null, 'all', true, { '1g.24gb+me': 1 }],
  ]],
  ['all-2g.20gb', [
    [null, 'all', true, { '2g.20gb': 3 }],
  ]],
  ['all-3g.40gb', [
    [null, 'all', true, { '3g.40gb': 2 }],
  ]],
  ['all-4g.40gb', [
    [null, 'all', true, { '4g.40gb': 1 }],
  ]],
  ['all-7g.80gb', [
    [null, 'all', true, { '7g.80gb': 1 }],
  ]],
  ['all-1g.6gb', [
    [null, 'all', true, { '1g.6gb': 4 }],
  ]],
  ['all-1g.6gb.me', [
    [null, 'all', true, { '1g.6gb+me': 1 }],
  ]],
  ['all-2g.12gb', [
    [null, 'all', true, { '2g.12gb': 2 }],
  ]],
  ['all-2g.12gb.me', [
    [null, 'all', true, { '2g.12gb+me': 1 }],
  ]],
  ['all-4g.24gb', [
    [null, 'all', true, { '4g.24gb': 1 }],
  ]],
  ['all-1g.12gb', [
    [null, 'all', true, { '1g.12gb': 7 }],
  ]],
  ['all-1g.12gb.me', [
    [null, 'all', true, { '1g.12gb+me': 1 }],
  ]],
  ['all-1g.24gb', [
    [null, 'all', true, { '1g.24gb': 4 }],
  ]],
  ['all-1g.45gb', [
    [null, 'all', true, { '1g.45gb': 4 }],
  ]],
  ['all-1g.47gb', [
    [null, 'all', true, { '1g.47gb': 4 }],
  ]],
  ['all-2g.24gb', [
    [null, 'all', true, { '2g.24gb': 3 }],
  ]],
  ['all-2g.45gb', [
    [null, 'all', true, { '2g.45gb': 3 }],
  ]],
  ['all-2g.47gb', [
    [null, 'all', true, { '2g.47gb': 3 }],
  ]],
  ['all-3g.47gb', [
    [null, 'all', true, { '3g.47gb': 2 }],
  ]],
  ['all-4g.47gb', [
    [null, 'all', true, { '4g.47gb': 1 }],
  ]],
  ['all-7g.94gb', [
    [null, 'all', true, { '7g.94gb': 1 }],
  ]],
  ['all-3g.48gb', [
    [null, 'all', true, { '3g.48gb': 2 }],
  ]],
  ['all-3g.90gb', [
    [null, 'all', true, { '3g.90gb': 2 }],
  ]],
  ['all-3g.93gb', [
    [null, 'all', true, { '3g.93gb': 2 }],
  ]],
  ['all-3g.95gb', [
    [null, 'all', true, { '3g.95gb': 2 }],
  ]],
  ['all-4g.48gb', [
    [null, 'all', true, { '4g.48gb': 1 }],
  ]],
  ['all-4g.90gb', [
    [null, 'all', true, { '4g.90gb': 1 }],
  ]],
  ['all-4g.93gb', [
    [null, 'all', true, { '4g.93gb': 1 }],
  ]],
  ['all-4g.95gb', [
    [null, 'all', true, { '4g.95gb': 1 }],
  ]],
  ['all-7g.96gb', [
    [null, 'all', true, { '7g.96gb': 1 }],
  ]],
  ['all-7g.180gb', [
    [null, 'all', true, { '7g.180gb': 1 }],
  ]],
  ['all-7g.186gb', [
    [null, 'all', true, { '7g.186gb': 1 }],
  ]],
  ['all-7g.189gb', [
    [null, 'all', true, { '7g.189gb': 1 }],
  ]],
  ['all-balanced', [
    [['0x294110DE'], 'all', true, { '1g.23gb': 2, '2g.47gb': 1, '3g.93gb': 1 }],
    [['0x2BB510DE'], 'all', true, { '1g.24gb': 2, '2g.48gb': 1 }],
    [['0x290110DE'], 'all', true, { '1g.23gb': 2, '2g.45gb': 1, '3g.90gb': 1 }],
    [['0x234810DE'], 'all', true, { '1g.18gb': 2, '2g.36gb': 1, '3g.72gb': 1 }],
    [['0x233510DE', '0x233B10DE'], 'all', true, { '1g.18gb': 2, '2g.35gb': 1, '3g.71gb': 1 }],
    [['0x232110DE', '0x233A10DE'], 'all', true, { '1g.12gb': 2, '2g.24gb': 1, '3g.47gb': 1 }],
    [['0x233010DE', '0x233110DE', '0x232210DE', '0x20B210DE', '0x20B510DE', '0x20F310DE', '0x20F510DE', '0x232410DE'], 'all', true, { '1g.10gb': 2, '2g.20gb': 1, '3g.40gb': 1 }],
    [['0x20B010DE', '0x20B110DE', '0x20F110DE', '0x20F610DE'], 'all', true, { '1g.5gb': 2, '2g.10gb': 1, '3g.20gb': 1 }],
    [['0x20B710DE'], 'all', true, { '1g.6gb': 2, '2g.12gb': 1 }],
    [['0x234210DE', '0x233D10DE', '0x20B610DE', '0x232910DE'], 'all', true, { '1g.12gb': 2, '2g.24gb': 1, '3g.48gb': 1 }],
    [['0x318210DE'], 'all', true, { '1g.34gb': 2, '2g.67gb': 1, '3g.135gb': 1 }],
    [['0x31C210DE'], 'all', true, { '1g.35gb': 2, '2g.70gb': 1, '3g.139gb': 1 }],
  ]],
  ['all-1g.18gb', [
    [null, 'all', true, { '1g.18gb': 7 }],
  ]],
  ['all-1g.18gb.me', [
    [null, 'all', true, { '1g.18gb+me': 1 }],
  ]],
  ['all-1g.35gb', [
    [['0x233510DE'], 'all', true, { '1g.35gb': 4 }],
    [['0x31C210DE'], 'all', true, { '1g.35gb': 7 }],
  ]],
  ['all-2g.35gb', [
    [null, 'all', true, { '2g.35gb': 3 }],
  ]],
  ['all-3g.71gb', [
    [null, 'all', true, { '3g.71gb': 2 }],
  ]],
  ['all-4g.71gb', [
    [null, 'all', true, { '4g.71gb': 1 }],
  ]],
  ['all-7g.141gb', [
    [null, 'all', true, { '7g.141gb': 1 }],
  ]],
  ['all-1g.36gb', [
    [null, 'all', true, { '1g.36gb': 4 }],
  ]],
  ['all-2g.36gb', [
    [null, 'all', true, { '2g.36gb': 3 }],
  ]],
  ['all-3g.72gb', [
    [null, 'all', true, { '3g.72gb': 2 }],
  ]],
  ['all-4g.72gb', [
    [null, 'all', true, { '4g.72gb': 1 }],
  ]],
  ['all-7g.144gb', [
    [null, 'all', true, { '7g.144gb': 1 }],
  ]],
  ['all-1g.34gb', [
    [null, 'all', true, { '1g.34gb': 7 }],
  ]],
  ['all-1g.34gb.me', [
    [null, 'all', true, { '1g.34gb+me': 1 }],
  ]],
  ['all-1g.67gb', [
    [null, 'all', true, { '1g.67gb': 4 }],
  ]],
  ['all-2g.67gb', [
    [null, 'all', true, { '2g.67gb': 3 }],
  ]],
  ['all-3g.135gb', [
    [null, 'all', true, { '3g.135gb': 2 }],
  ]],
  ['all-4g.135gb', [
    [null, 'all', true, { '4g.135gb': 1 }],
  ]],
  ['all-7g.269gb', [
    [null, 'all', true, { '7g.269gb': 1 }],
  ]],
  ['all-1g.35gb.me', [
    [null, 'all', true, { '1g.35gb+me': 1 }],
  ]],
  ['all-1g.70gb', [
    [null, 'all', true, { '1g.70gb': 4 }],
  ]],
  ['all-2g.70gb', [
    [null, 'all', true, { '2g.70gb': 3 }],
  ]],
  ['all-3g.139gb', [
    [null, 'all', true, { '3g.139gb': 2 }],
  ]],
  ['all-4g.139gb', [
    [null, 'all', true, { '4g.139gb': 1 }],
  ]],
  ['all-7g.278gb', [
    [null, 'all', true, { '7g.278gb': 1 }],
  ]],
];
