/** Exchanges a method of a class for another one; returns what undoes it. */
export function patch<Method>(
  prototype: object,
  name: string,
  exchange: (original: Method) => Method,
): () => void {
  const property = Object.getOwnPropertyDescriptor(prototype, name)
  if (property === undefined) throw new Error(`nothing is called ${name} there any more`)
  const replaced = exchange(property.value as Method)
  Object.defineProperty(prototype, name, { ...property, value: replaced })
  return () => void Object.defineProperty(prototype, name, property)
}

/** Plants several changes; undone in the opposite order. */
export function together(...plants: readonly (() => () => void)[]): () => void {
  const undo = plants.map((plant) => plant())
  return () => {
    for (const each of undo.reverse()) each()
  }
}
