/** A cache that empties itself when it is full, so that it stays small and a lookup costs no more than a map's. */
export class BoundedMap<K, V> extends Map<K, V> {
  readonly #limit: number

  constructor(limit: number) {
    super()
    this.#limit = limit
  }

  override set(key: K, value: V): this {
    if (this.size >= this.#limit) this.clear()
    return super.set(key, value)
  }
}
