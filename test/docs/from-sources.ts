// For `node --import`: the doors of the package are taken from the sources, so that examples run against what is there now, unbuilt.
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

const root = new URL('../../', import.meta.url);
const { exports } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { exports: Record<string, string | { default: string }> };

const doors = new Map(
  Object.entries(exports).flatMap(([door, target]) =>
    typeof target === 'string' ? [] : [[`reprise${door.slice(1)}`, new URL(target.default.replace('./dist/', 'src/').replace(/\.js$/, '.ts'), root).href]],
  ),
);

registerHooks({
  resolve(specifier, context, next) {
    const url = doors.get(specifier);
    return url === undefined ? next(specifier, context) : { url, shortCircuit: true };
  },
});
