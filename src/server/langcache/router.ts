/** A path with `{placeholders}` for whole segments, as OpenAPI writes it. */
export interface Templated {
  readonly method: string;
  readonly path: string;
}

export interface Routed<Route> {
  readonly route: Route;
  /** What stands in the place of each placeholder, decoded. */
  readonly params: Readonly<Record<string, string>>;
}

/** Finds the route of a request. Paths without placeholders come before those with them. A segment that cannot be decoded fits none. */
export function makeRouter<Route extends Templated>(routes: readonly Route[]): (method: string, path: string) => Routed<Route> | undefined {
  const table = routes
    .map((route) => ({ route, segments: route.path.split('/') }))
    .toSorted((a, b) => placeholdersIn(a.segments) - placeholdersIn(b.segments));
  const byShape = Map.groupBy(table, ({ route, segments }) => `${route.method} ${segments.length}`);

  return (method, path) => {
    const given = path.split('/');
    for (const { route, segments } of byShape.get(`${method} ${given.length}`) ?? []) {
      const params = paramsOf(segments, given);
      if (params) return { route, params };
    }
    return undefined;
  };
}

const isPlaceholder = (segment: string): boolean => segment.startsWith('{');
const placeholdersIn = (segments: readonly string[]): number => segments.filter(isPlaceholder).length;

function paramsOf(segments: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [at, segment] of segments.entries()) {
    const text = given[at]!;
    if (!isPlaceholder(segment)) {
      if (segment !== text) return undefined;
    } else {
      const value = decoded(text);
      if (!value) return undefined;
      params[segment.slice(1, -1)] = value;
    }
  }
  return params;
}

function decoded(text: string): string | undefined {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
