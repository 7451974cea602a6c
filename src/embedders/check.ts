import { OptionError } from '../base/errors.ts';

/** Checks of options that embedders have in common. They throw an `OptionError` that names the option. */

export function checkName(value: unknown, option: string): void {
  if (typeof value !== 'string' || value.trim() === '') throw new OptionError(option, 'a text that is not empty', value);
}

export function checkCount(value: number | undefined, option: string): void {
  if (value !== undefined && !(Number.isSafeInteger(value) && value >= 1)) throw new OptionError(option, 'a whole number from 1 up', value);
}

/** The address of a service, without a slash at its end. One with credentials or a query is refused, and not shown. */
export function baseOf(url: string, option: string): string {
  const parsed = URL.parse(url);
  const secret = parsed && (parsed.username !== '' || parsed.password !== '' || parsed.search !== '' || parsed.hash !== '');
  if (!parsed || secret || !/^https?:$/.test(parsed.protocol)) {
    throw new OptionError(option, 'an http or https address without credentials and query', secret ? 'one with them' : url);
  }
  return parsed.href.replace(/\/+$/, '');
}
