import { defaultCache } from './default-cache.ts';
import { type AnyFunction, wrap, wrapMethod, type Wrapped, type WrapOptions } from './wrap.ts';
import { DEFAULT_NAMESPACE, DEFAULT_TENANT } from '../options.ts';

/** Wraps a function, or a method as a decorator. */
export interface LlmCache {
  <F extends AnyFunction>(fn: F): Wrapped<F>;
  <F extends AnyFunction>(method: F, context: ClassMethodDecoratorContext): F;
}

const names = new Map<string, unknown>();

/**
 * The one-line default: `const ask = llmCache({ ttl: '1h' })(async function ask(prompt: string) { ... })`, or `@llmCache({ ttl: '1h' })`
 * before a method. Uses the cache of the process, `sqlite:.reprise/cache.db`.
 */
export function llmCache(options: WrapOptions<never[]> = {}): LlmCache {
  const owner = () => ({ core: defaultCache().core, binding: { tenant: DEFAULT_TENANT, namespace: DEFAULT_NAMESPACE, names } });
  const wrapAny = (fn: AnyFunction, context?: ClassMethodDecoratorContext) => {
    if (context) return wrapMethod(owner, fn, options as WrapOptions<readonly unknown[]>);
    const { core, binding } = owner();
    return wrap(core, binding, fn, options as WrapOptions<readonly unknown[]>);
  };
  return wrapAny as LlmCache;
}
