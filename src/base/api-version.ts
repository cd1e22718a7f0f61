/** The level of etcd's API that is served; Maintenance.Status and `--version` say it. */
export const etcdApiVersion = '3.7.1'

/** The version of etcd's stored format that goes with that level, for Maintenance.Status. */
export const etcdStorageVersion = '3.7.0'
