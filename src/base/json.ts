/** Any value that JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object. Members may be absent. */
export interface JsonObject {
  readonly [member: string]: Json | undefined;
}

/** True for a JSON object: neither `null` nor an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Text to UTF-8 bytes. */
export const toBytes = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text);

/** UTF-8 bytes to text; malformed bytes become U+FFFD. */
export const toText = (bytes: Uint8Array): string => decoder.decode(bytes);

/** Parses JSON text, or `undefined` when it is none. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Parses UTF-8 JSON that has to be an object, or `undefined` when it is none. */
export function parseObject(bytes: Uint8Array | string): JsonObject | undefined {
  const value = parseJson(typeof bytes === 'string' ? bytes : toText(bytes));
  return isObject(value) ? value : undefined;
}
