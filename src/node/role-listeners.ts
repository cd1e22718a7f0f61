import type { Role } from '../raft/index.js'

export type RoleListener = (role: Role, term: number) => void

/** Who wants to hear of this member's role. */
export class RoleListeners {
  private readonly listeners = new Set<RoleListener>()
  private role: Role = 'follower'

  get current(): Role {
    return this.role
  }

  /** Calls `listener` with every new role. Returns what ends it. */
  add(listener: RoleListener): () => void {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  change(role: Role, term: number): void {
    if (this.role === role) return
    this.role = role
    for (const listener of this.listeners) listener(role, term)
  }

  clear(): void {
    this.listeners.clear()
  }
}
