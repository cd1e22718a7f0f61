export type { PeerLimits, PeerNetworkOptions, PeerUrls } from './options.js'
export { PeerNetwork } from './peer-network.js'
