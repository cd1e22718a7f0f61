import type { CancelSignal } from '../../../src/base/cancel-signal.js'
import type { SnapshotRequest } from '../../../src/node/transport.js'
import { BrokenConnection, type End, type Way } from './way.js'

/** One snapshot on its way: pulled piece by piece by the receiver; it breaks off when either end is gone. */
export class SnapshotWay {
  private over = false
  private readonly iterator: AsyncIterator<Buffer>
  private resolve: () => void = () => {}
  private reject: (error: unknown) => void = () => {}
  private failNext: ((error: Error) => void) | undefined
  private readonly forget: (() => void)[] = []

  constructor(
    private readonly network: Way,
    private readonly sender: End,
    private readonly receiver: End,
    private readonly request: SnapshotRequest,
    pieces: AsyncIterable<Buffer>,
    private readonly signal: CancelSignal,
  ) {
    this.iterator = pieces[Symbol.asyncIterator]()
  }

  carry(): Promise<void> {
    const breakOff = () => this.breakOff()
    this.forget.push(this.sender.onEnd(breakOff), this.receiver.onEnd(breakOff))
    this.signal.addEventListener('abort', breakOff)
    const arrived = new Promise<void>((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
    this.there(() => {
      this.receiver.take((receiver) => {
        receiver.receiveSnapshot(this.request, this.pieces()).then(
          () => this.back(() => this.end(this.resolve)),
          (error: unknown) => this.back(() => this.end(() => this.reject(error))),
        )
      })
    })
    return arrived
  }

  private pieces(): AsyncIterable<Buffer> {
    return {
      [Symbol.asyncIterator]: () => ({ next: () => this.next(), return: () => this.stop() }),
    }
  }

  private next(): Promise<IteratorResult<Buffer>> {
    return new Promise((resolve, reject) => {
      if (this.over) return reject(new BrokenConnection())
      this.failNext = reject
      const give = (result: IteratorResult<Buffer>) => {
        if (this.network.chance(this.network.conditions.broken)) return this.breakOff()
        this.there(() => {
          this.failNext = undefined
          this.receiver.process.run(() => resolve(result))
        })
      }
      this.back(() => {
        this.sender.process.run(() => void this.iterator.next().then(give, () => this.breakOff()))
      })
    })
  }

  /** The receiver wants no more pieces; its answer follows by itself. */
  private async stop(): Promise<IteratorResult<Buffer>> {
    this.sender.process.run(() => void this.iterator.return?.())
    return { done: true, value: undefined }
  }

  private there(arrive: () => void): void {
    this.travel(this.request.from, this.request.to, arrive)
  }

  private back(arrive: () => void): void {
    this.travel(this.request.to, this.request.from, arrive)
  }

  private travel(from: bigint, to: bigint, arrive: () => void): void {
    const goOn = () => {
      if (!this.over) arrive()
    }
    this.network.afterWay(from, to, goOn, () => this.breakOff())
  }

  private breakOff(): void {
    const { failNext } = this
    this.failNext = undefined
    this.receiver.process.run(() => failNext?.(new BrokenConnection()))
    this.end(() => {
      void this.iterator.return?.()
      this.reject(new BrokenConnection())
    })
  }

  private end(finish: () => void): void {
    if (this.over) return
    this.over = true
    for (const forget of this.forget) forget()
    this.sender.process.run(finish)
  }
}
