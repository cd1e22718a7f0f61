import { DynamicTable } from './dynamic-table.js'
import { fieldBytes, type HeaderField } from './header-field.js'
import { staticNames, staticTable } from './static-table.js'

/** What the dynamic table holds under one name, each as the number of its insertion. */
interface HeldName {
  newest: number
  readonly values: Map<string, number>
}

/** Static and dynamic table as an encoder sees them: from a field to its index, without a scan. */
export class SearchableTable {
  readonly #table: DynamicTable
  readonly #names = new Map<string, HeldName>()
  #insertions = 0

  constructor(maxBytes: number) {
    this.#table = new DynamicTable(maxBytes, (field) => this.#forget(field))
  }

  get maxBytes(): number {
    return this.#table.maxBytes
  }

  /** The index of the very field, or 0. */
  indexOf({ name, value }: HeaderField): number {
    const known = staticNames.get(name)?.values.get(value)
    if (known !== undefined) return known
    const held = this.#names.get(name)?.values.get(value)
    return held === undefined ? 0 : this.#indexOfInsertion(held)
  }

  /** The index of a field with the name, or 0. */
  indexOfName(name: string): number {
    const known = staticNames.get(name)
    if (known !== undefined) return known.index
    const held = this.#names.get(name)
    return held === undefined ? 0 : this.#indexOfInsertion(held.newest)
  }

  /** Whether inserting it would leave it in the table. */
  fits(field: HeaderField): boolean {
    return fieldBytes(field) <= this.#table.maxBytes
  }

  /** The field {@link fits} and is not held yet. */
  insert({ name, value }: HeaderField): void {
    this.#table.insert({ name, value })
    const insertion = this.#insertions++
    const held = this.#names.get(name)
    if (held === undefined) {
      this.#names.set(name, { newest: insertion, values: new Map([[value, insertion]]) })
    } else {
      held.newest = insertion
      held.values.set(value, insertion)
    }
  }

  resize(maxBytes: number): void {
    this.#table.resize(maxBytes)
  }

  #indexOfInsertion(insertion: number): number {
    return staticTable.length + this.#insertions - insertion
  }

  /** No field is held twice and the oldest goes first, so a name's newest is its last to go. */
  #forget({ name, value }: HeaderField): void {
    const held = this.#names.get(name)
    held?.values.delete(value)
    if (held?.values.size === 0) this.#names.delete(name)
  }
}
