import type { Message, ReadState } from './types.js'

/** What waits to be handed out with the next Ready. */
export class Outbox {
  #messages: Message[] = []
  #messagesAfterPersist: Message[] = []
  #readStates: ReadState[] = []

  get isEmpty(): boolean {
    return (
      this.#messages.length === 0 &&
      this.#messagesAfterPersist.length === 0 &&
      this.#readStates.length === 0
    )
  }

  /**
   * Answers promise what a crash must not take back. A vote request does as well: a candidate that forgot
   * its term would ask again in it, with a shorter log, and could be elected by an answer to its first try.
   * A leader's appends and all heartbeats promise nothing of its own disk.
   */
  send(message: Message): void {
    switch (message.type) {
      case 'vote-request':
      case 'vote-response':
      case 'append-response':
        this.#messagesAfterPersist.push(message)
        return
      default:
        this.#messages.push(message)
    }
  }

  confirmRead(state: ReadState): void {
    this.#readStates.push(state)
  }

  takeMessages(): Message[] {
    const messages = this.#messages
    this.#messages = []
    return messages
  }

  takeMessagesAfterPersist(): Message[] {
    const messages = this.#messagesAfterPersist
    this.#messagesAfterPersist = []
    return messages
  }

  takeReadStates(): ReadState[] {
    const states = this.#readStates
    this.#readStates = []
    return states
  }
}
