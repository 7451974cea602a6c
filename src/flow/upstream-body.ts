import { isObject, type JsonObject, parseObject, toBytes, toText } from '../base/json.ts';
import type { Format } from '../providers/format.ts';

/**
 * The body that the provider is sent: the caller's own, with what the format wants asked on its behalf. Members that are added are
 * put into the text as it came, so that nothing in it is read and written anew (integers beyond 2^53 would change).
 */
export function upstreamBody(body: Uint8Array | JsonObject, format: Format, untouched: boolean): Uint8Array {
  const raw = body instanceof Uint8Array ? body : undefined;
  const plain = () => raw ?? toBytes(JSON.stringify(body));
  if (untouched) return plain();
  const asked = raw ? parseObject(raw) : body;
  if (!isObject(asked)) return plain();
  const wanted = format.upstreamBody(asked);
  if (wanted === asked) return plain();
  if (!raw) return toBytes(JSON.stringify(wanted));

  const names = Object.keys(wanted);
  const added = names.filter((name) => !Object.hasOwn(asked, name));
  const onlyAdded = names.every((name) => added.includes(name) || wanted[name] === asked[name]) && names.length === Object.keys(asked).length + added.length;
  if (!onlyAdded) return toBytes(JSON.stringify(wanted));
  const text = toText(raw);
  const open = text.indexOf('{') + 1;
  const members = added.map((name) => `${JSON.stringify(name)}:${JSON.stringify(wanted[name])}`).join(',');
  const comma = Object.keys(asked).length > 0 ? ',' : '';
  return toBytes(`${text.slice(0, open)}${members}${comma}${text.slice(open)}`);
}
