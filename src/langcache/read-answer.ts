import * as v from 'valibot';
import { BY_STATUS, LangCacheDefaultError, ResponseValidationError } from './errors.ts';
import type { TransportResponse } from './transport.ts';
import { type AnswerOf, errorDocument, type Operation, type OperationName, OPERATIONS } from './wire.ts';

/** What the service answered, or the error that it says. */
export function readAnswer<Name extends OperationName>(name: Name, answer: TransportResponse): AnswerOf<Name> {
  const { status, answer: schema } = OPERATIONS[name] as Operation<AnswerOf<Name>>;
  if (answer.status === status && schema === undefined) return undefined as AnswerOf<Name>;
  const json = /^application\/(?:problem\+)?json\s*(?:;|$)/i.test(answer.headers.get('content-type') ?? '');
  const Refusal = BY_STATUS[answer.status];
  if (!json || (answer.status !== status && !Refusal)) throw new LangCacheDefaultError(answer);
  if (answer.status === status) return read(schema!, answer);
  throw new Refusal!(read(errorDocument, answer), answer);
}

function read<Output>(schema: v.GenericSchema<unknown, Output>, answer: TransportResponse): Output {
  let value: unknown = answer.body;
  try {
    value = JSON.parse(answer.body);
    return v.parse(schema, value);
  } catch (error) {
    throw new ResponseValidationError(answer, value, error);
  }
}
