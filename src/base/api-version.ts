/** The level of etcd's API that is served; Maintenance.Status and `--version` say it. */
export const etcdApiVersion = '3.7.1'
