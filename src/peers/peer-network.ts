import { invariant } from '../base/errors.js'
import type { Transport } from '../node/index.js'
import type { MemberId } from '../raft/index.js'
import type { Route } from '../rpc/method.js'
import { GroupTransport } from './group-transport.js'
import { Inbound } from './inbound.js'
import { type PeerNetworkOptions, type PeerSettings, type PeerUrls, settingsOf } from './options.js'
import { Peer } from './peer.js'
import { addressOf } from './peer-address.js'

/**
 * The ways between this process and its peers: one connection to each, which all groups share (R27).
 * What peers send comes in through a host that serves {@link PeerNetwork.routes}.
 */
export class PeerNetwork {
  readonly #settings: PeerSettings
  readonly #peers = new Map<MemberId, Peer>()
  readonly #groups = new Map<bigint, GroupTransport>()
  readonly #inbound: Inbound
  #closed = false

  /**
   * Begins to connect.
   * @throws MetastoreError `configuration-invalid` for a URL that is none of a peer
   */
  constructor(options: PeerNetworkOptions) {
    this.#settings = settingsOf(options)
    this.#inbound = new Inbound({
      settings: this.#settings,
      isPeer: (id) => this.#peers.has(id),
      receiverOf: (groupId) => this.#groups.get(groupId)?.receiver,
      onHeard: (id) => this.#peers.get(id)?.wake(),
    })
    this.setPeers(options.peers)
  }

  /** What the host of the routes has to allow as one message. */
  get maxReceiveBytes(): number {
    return this.#settings.maxMessageBytes
  }

  /** For a host that peers reach. */
  routes(): Route[] {
    return this.#inbound.routes()
  }

  /** The way for one group. Closing it leaves the connections to the others. */
  transport(groupId: bigint): Transport {
    invariant(!this.#closed && !this.#groups.has(groupId), 'one transport for each group')
    const group = new GroupTransport({
      groupId,
      settings: this.#settings,
      peers: this.#peers,
      onClose: () => {
        this.#groups.delete(groupId)
        this.#inbound.stop((call) => call.groupId === groupId)
      },
    })
    this.#groups.set(groupId, group)
    return group
  }

  /**
   * From here on these are the peers. Those that are no longer among them are neither sent to nor listened to.
   * @throws MetastoreError `configuration-invalid`, and changes nothing
   */
  setPeers(peers: PeerUrls): void {
    const wanted = [...peers]
      .filter(([id]) => id !== this.#settings.memberId)
      .map(([id, urls]) => [id, urls.map(addressOf)] as const)
    if (this.#closed) return
    const ids = new Set(wanted.map(([id]) => id))
    for (const [id, peer] of this.#peers) if (!ids.has(id)) this.#remove(id, peer)
    for (const [id, addresses] of wanted) {
      const known = this.#peers.get(id)
      if (known !== undefined) known.setAddresses(addresses)
      else this.#peers.set(id, new Peer(this.#settings, id, addresses, this.#onConnected))
    }
  }

  /** Whether messages from here reach the member now, as far as can be known. */
  isConnected(id: MemberId): boolean {
    return this.#peers.get(id)?.isConnected ?? false
  }

  /** Gives up all connections and whatever is under way. The host is its owner's to close. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true
    for (const group of [...this.#groups.values()]) await group.close()
    for (const peer of this.#peers.values()) peer.close()
    this.#inbound.close()
  }

  readonly #onConnected = (peer: Peer): void => {
    for (const group of this.#groups.values()) group.receiver?.connected(peer.id)
  }

  #remove(id: MemberId, peer: Peer): void {
    this.#peers.delete(id)
    peer.close()
    this.#inbound.stop(({ from }) => from === id)
  }
}
