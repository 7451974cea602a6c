import * as v from 'valibot';
import { expect, it } from 'vitest';
import { HOSTED_LIMITS, requestSchemas } from '../../../src/langcache/wire.ts';
import { jsonSchemaOf } from '../../../src/server/langcache/json-schema.ts';

it('says the limits of a schema, those of pipes in pipes, too', () => {
  const schema = v.object({
    name: v.pipe(v.pipe(v.string(), v.minLength(1), v.maxLength(9)), v.regex(/^a/)),
    many: v.optional(v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(0))), v.maxLength(3))),
    none: v.nullable(v.boolean()),
  });

  expect(jsonSchemaOf(schema)).toEqual({
    type: 'object',
    properties: {
      name: { type: 'string', minLength: 1, maxLength: 9, pattern: '^a' },
      many: { type: 'array', maxItems: 3, items: { type: 'integer', minimum: 0 } },
      none: { anyOf: [{ type: 'boolean' }, { type: 'null' }] },
    },
    required: ['name', 'none'],
  });
});

it('says the limits of attributes', () => {
  const { properties } = jsonSchemaOf(requestSchemas(HOSTED_LIMITS).set) as { properties: { attributes: object } };

  expect(properties.attributes).toEqual({
    type: 'object',
    maxProperties: 5,
    propertyNames: { pattern: '^[a-zA-Z0-9_-]{1,32}$' },
    additionalProperties: { type: 'string', minLength: 1, maxLength: 500, pattern: '^[^,]*$' },
  });
});
