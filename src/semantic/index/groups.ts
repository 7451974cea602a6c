import { type BlockLink, NO_BLOCK } from './layout.ts';
import { ShardedMap } from './sharded-map.ts';

/** The vectors of one scope with the same earlier turns: a chain of blocks, of which all but the first are full. */
export interface Group {
  readonly scope: string;
  readonly turns: string | undefined;
  first: BlockLink;
  /** Slots in use of the first block. */
  inFirst: number;
  count: number;
  /** The next group of the scope. */
  next: Group | undefined;
  previous: Group | undefined;
}

interface Scope {
  first: Group | undefined;
  groups: number;
  /** Only of a scope with many groups. */
  byTurns: Map<string | undefined, Group> | undefined;
}

/** Up to here the groups of a scope are looked through one by one. */
const FEW = 8;

/** Which groups there are, by scope and turns. */
export interface Groups {
  readonly size: number;
  get(scope: string, turns: string | undefined): Group | undefined;
  /** The first of a scope's groups, which lead on to the others. */
  firstOf(scope: string): Group | undefined;
  add(scope: string, turns: string | undefined): Group;
  remove(group: Group): void;
}

export function createGroups(): Groups {
  const scopes = new ShardedMap<Scope>();
  let size = 0;

  return {
    get size() { return size; },
    get(name, turns) {
      const scope = scopes.get(name);
      if (scope?.byTurns) return scope.byTurns.get(turns);
      let group = scope?.first;
      while (group && group.turns !== turns) group = group.next;
      return group;
    },
    firstOf: (name) => scopes.get(name)?.first,
    add(name, turns) {
      let scope = scopes.get(name);
      if (!scope) scopes.set(name, (scope = { first: undefined, groups: 0, byTurns: undefined }));
      const group: Group = { scope: name, turns, first: NO_BLOCK, inFirst: 0, count: 0, next: scope.first, previous: undefined };
      if (scope.first) scope.first.previous = group;
      scope.first = group;
      scope.groups++;
      size++;
      if (scope.byTurns) scope.byTurns.set(turns, group);
      else if (scope.groups > FEW) scope.byTurns = mapOf(group);
      return group;
    },
    remove(group) {
      const scope = scopes.get(group.scope)!;
      if (group.previous) group.previous.next = group.next;
      else scope.first = group.next;
      if (group.next) group.next.previous = group.previous;
      scope.byTurns?.delete(group.turns);
      scope.groups--;
      size--;
      if (scope.groups === 0) scopes.delete(group.scope);
    },
  };
}

function mapOf(first: Group): Map<string | undefined, Group> {
  const map = new Map<string | undefined, Group>();
  for (let group: Group | undefined = first; group; group = group.next) map.set(group.turns, group);
  return map;
}
