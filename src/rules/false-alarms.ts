/**
 * When a working cluster could have what a rule calls an error: the answers that several rules share. What else holds
 * for all rules: a value that a template has yet to fill in is not judged.
 */
export const REFUSED = {
  byApi: 'no cluster can hold it: the API server refuses the object',
  byWebhook: 'where the operator\'s webhook is off, a cluster can hold the object, and the operator cannot carry it '
    + 'out. In a service of a pipeline that is switched off it is a note',
  byOperator: 'a cluster can hold the object, and what it asks for never comes to be: the operator fails at it each '
    + 'time. In a service of a pipeline that is switched off it is a note',
  byDropping: 'the cluster works, without what the field asks for: the API server drops it in silence. It is an error '
    + 'because what was written is not there; in a service of a pipeline that is switched off it is a note',
  byMigParted: 'the cluster works as long as no node reads the file: mig-manager parses all of it before it looks for a '
    + 'config. It is an error all the same, since a file is there to be read',
  byDevicePlugin: 'the cluster works as long as no node selects the config: the plugin exits on each that does. It is '
    + 'an error all the same, since a config is there to be selected',
  byChart: 'no release of the chart can have it: the chart fails to render',
  byDriverStart: 'no driver runs with it: it exits when it starts',
  byPrepare: 'a cluster can hold the claim, and no pod with it starts: the driver refuses it when it prepares the '
    + 'devices. Parameters of another driver or API are not judged',
} as const;
