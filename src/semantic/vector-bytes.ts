/** A vector as an entry keeps it: numbers of four bytes, the low byte first. */
export function bytesOf(vector: Float32Array): Uint8Array {
  const bytes = new Uint8Array(vector.length * 4);
  const view = new DataView(bytes.buffer);
  vector.forEach((value, at) => view.setFloat32(at * 4, value, true));
  return bytes;
}

/** The vector that was kept so; `undefined` for bytes that are none. */
export function vectorIn(bytes: Uint8Array): Float32Array | undefined {
  if (bytes.length === 0 || bytes.length % 4 !== 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const vector = Float32Array.from({ length: bytes.length / 4 }, (_, at) => view.getFloat32(at * 4, true));
  return vector.every(Number.isFinite) && vector.some((value) => value !== 0) ? vector : undefined;
}
