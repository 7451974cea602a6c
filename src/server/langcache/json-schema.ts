import type * as v from 'valibot';
import type { JsonObject } from '../../base/json.ts';

/** A valibot schema or action, as far as it is read here. */
interface Part {
  readonly kind: string;
  readonly type: string;
  readonly pipe?: readonly Part[];
  readonly entries?: Readonly<Record<string, Part>>;
  readonly wrapped?: Part;
  readonly item?: Part;
  readonly key?: Part;
  readonly value?: Part;
  readonly options?: readonly (string | number | Part)[];
  readonly requirement?: unknown;
}

/** What a schema checks, as JSON Schema 2020-12, which OpenAPI 3.1 takes. What JSON Schema cannot say, such as checks by functions, is left out. */
export const jsonSchemaOf = (schema: v.GenericSchema): JsonObject => convert(schema as unknown as Part);

function convert(part: Part): JsonObject {
  if (!part.pipe) return shapeOf(part);
  const isArray = part.pipe.some(({ type }) => type === 'array');
  return Object.assign({}, ...part.pipe.map((each) => (each.kind === 'schema' ? convert(each) : limitOf(each, isArray)))) as JsonObject;
}

function shapeOf(part: Part): JsonObject {
  switch (part.type) {
    case 'string':
    case 'number':
    case 'boolean':
      return { type: part.type };
    case 'array':
      return { type: 'array', items: convert(part.item!) };
    case 'object':
    case 'strict_object':
      return objectOf(part);
    case 'record':
      return { type: 'object', ...namesOf(part.key!), additionalProperties: convert(part.value!) };
    case 'picklist':
      return { enum: part.options as readonly string[] };
    case 'optional':
      return convert(part.wrapped!);
    case 'nullable':
      return { anyOf: [convert(part.wrapped!), { type: 'null' }] };
    case 'custom':
      return {};
    default:
      throw new TypeError(`A schema of the type ${part.type} has no JSON Schema.`);
  }
}

function objectOf({ entries = {}, type }: Part): JsonObject {
  const members = Object.entries(entries);
  const required = members.filter(([, member]) => member.type !== 'optional').map(([name]) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(members.map(([name, member]) => [name, convert(member)])),
    ...(required.length > 0 && { required }),
    ...(type === 'strict_object' && { additionalProperties: false }),
  };
}

function namesOf(key: Part): JsonObject {
  const { type: _, ...limits } = convert(key);
  return Object.keys(limits).length > 0 ? { propertyNames: limits } : {};
}

function limitOf({ type, requirement }: Part, isArray: boolean): JsonObject {
  const limit = requirement as number;
  // Infinity is no limit, and no JSON.
  const known = (name: string): JsonObject => (Number.isFinite(limit) ? { [name]: limit } : {});
  switch (type) {
    case 'min_length':
      return known(isArray ? 'minItems' : 'minLength');
    case 'max_length':
      return known(isArray ? 'maxItems' : 'maxLength');
    case 'min_value':
      return known('minimum');
    case 'max_value':
      return known('maximum');
    case 'max_entries':
      return known('maxProperties');
    case 'integer':
      return { type: 'integer' };
    case 'regex':
      return { pattern: (requirement as RegExp).source };
    default:
      return {};
  }
}
