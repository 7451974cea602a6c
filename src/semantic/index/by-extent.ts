/** A long list that grows in pieces, so that no addition copies what is there. */
export class ByExtent<Value> {
  readonly #extents: (Value | undefined)[][] = [];
  readonly #length: number;

  /** `length`: how many values stand in a piece. */
  constructor(length: number) {
    this.#length = length;
  }

  get(at: number): Value | undefined {
    return this.#extents[Math.floor(at / this.#length)]?.[at % this.#length];
  }

  set(at: number, value: Value | undefined): void {
    const extent = Math.floor(at / this.#length);
    while (this.#extents.length <= extent) this.#extents.push(Array.from<Value | undefined>({ length: this.#length }));
    this.#extents[extent]![at % this.#length] = value;
  }
}
