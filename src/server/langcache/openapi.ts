import type * as v from 'valibot';
import type { JsonObject } from '../../base/json.ts';
import { errorDocument, HOSTED_LIMITS, type Operation, type OperationName, OPERATIONS, requestSchemas } from '../../langcache/wire.ts';
import { PROBLEMS } from '../../langcache/wire-problems.ts';
import { ADMIN_OPERATIONS, type AdminOperation } from './admin.ts';
import { CACHE_ID } from './caches.ts';
import { jsonSchemaOf } from './json-schema.ts';

/** One operation as pages show it. */
export interface Described {
  readonly id: string;
  readonly group: 'LangCache' | 'Reprise only' | 'Admin';
  readonly summary: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** Of the body, or of the query where the method is GET. */
  readonly request?: JsonObject;
  readonly answer?: JsonObject;
}

const SUMMARIES: Readonly<Record<OperationName, string>> = {
  set: 'Adds an entry',
  search: 'Searches for entries',
  conversationalSearch: 'Searches for entries by a question and the questions before it',
  deleteById: 'Deletes an entry',
  deleteQuery: 'Deletes the entries that have each of these attributes; with none, all',
  flush: 'Deletes all entries',
  deleteByTag: 'Deletes the entries with a tag',
  getEntry: 'One entry as it is kept',
  listEntries: 'A page of the entries, the newest first',
  update: 'Changes an entry; what is left out stays',
  feedback: 'Says whether an entry was the right answer to a prompt',
  setMany: 'Adds several entries',
  searchMany: 'Makes several searches',
  stats: 'Counts of the cache',
};

/** Every operation, by the schemas that check requests. */
export function describedOperations(): Described[] {
  const requests: Partial<Record<OperationName, v.GenericSchema>> = requestSchemas(HOSTED_LIMITS);
  const ofCaches = (Object.entries(OPERATIONS) as [OperationName, Operation<unknown>][]).map(([id, { method, path, status, answer, own }]): Described => {
    const request = requests[id];
    return {
      id, method, path, status,
      group: own ? 'Reprise only' : 'LangCache',
      summary: SUMMARIES[id],
      ...(request && { request: jsonSchemaOf(request) }),
      ...(answer && { answer: jsonSchemaOf(answer as v.GenericSchema) }),
    };
  });
  const ofAdmin = (ADMIN_OPERATIONS as readonly AdminOperation[]).map(({ name: id, summary, method, path, status, request, answer }): Described => ({
    id, summary, method, path, status,
    group: 'Admin',
    ...(request && { request: jsonSchemaOf(request) }),
    ...(answer && { answer: jsonSchemaOf(answer) }),
  }));
  return [...ofCaches, ...ofAdmin];
}

const ERROR = { $ref: '#/components/schemas/Error' };
const json = (schema: JsonObject): JsonObject => ({ 'application/json': { schema } });
const headers = { 'X-Request-Id': { description: 'Names the request; the server logs the same.', schema: { type: 'string' } } };

/** The service as an OpenAPI 3.1 document. */
export function openApiDocument(version: string): JsonObject {
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const described of describedOperations()) (paths[described.path] ??= {})[described.method.toLowerCase()] = operationOf(described);
  const about = 'A LangCache service: the API of Redis LangCache, what Reprise adds to it, and an API to manage caches. Prompts may be longer where a cache allows it.';
  return {
    openapi: '3.1.0',
    info: { title: 'Reprise LangCache service', version, description: about, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    security: [{ key: [] }],
    paths,
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'A key as `reprise keys create` shows it. Not needed on a loopback address as long as none was made.' } },
      schemas: { Error: { ...jsonSchemaOf(errorDocument as v.GenericSchema), description: 'What went wrong (RFC 9457). The types are those that the SDK of the caller knows.' } },
    },
  };
}

function operationOf({ id, group, summary, method, path, status, request, answer }: Described): JsonObject {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name, in: 'path', required: true, schema: { type: 'string', minLength: 1, ...(name === 'cacheId' && { pattern: CACHE_ID.source }) },
  }));
  const properties = (method === 'GET' ? (request?.properties ?? {}) : {}) as Readonly<Record<string, JsonObject>>;
  const inQuery = Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: false, schema }));
  return {
    operationId: id,
    tags: [group],
    summary,
    parameters: [...inPath, ...inQuery],
    ...(request && method !== 'GET' && { requestBody: { required: true, content: json(request) } }),
    responses: { [status]: { description: 'Done.', headers, ...(answer && { content: json(answer) }) }, ...refusals },
  };
}

/** Each status with which calls are refused. */
const refusals: Readonly<Record<string, JsonObject>> = Object.fromEntries(
  Object.values(PROBLEMS).map(({ status, title }) => [status, { description: title, headers, content: json(ERROR) }]),
);
