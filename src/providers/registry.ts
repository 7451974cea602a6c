import { anthropicMessages } from './anthropic-messages.ts';
import type { Format } from './format.ts';
import { openAiChat } from './openai-chat.ts';
import { openAiEmbeddings } from './openai-embeddings.ts';
import { openAiResponses } from './openai-responses.ts';
import { valueFormat } from './value.ts';

/** Every wire format that is known, and the end of the paths it is spoken on. */
const FORMATS: readonly { readonly format: Format; readonly path: RegExp }[] = [
  { format: openAiChat, path: /\/chat\/completions$/ },
  { format: openAiResponses, path: /\/responses$/ },
  { format: openAiEmbeddings, path: /\/embeddings$/ },
  // Not `/threads/{id}/messages`, which is another API.
  { format: anthropicMessages, path: /(?<!\/threads\/[^/]+)\/messages$/ },
];

/** The wire format that is spoken on a path by POST, whatever comes before it; `undefined` for every other path. */
export function formatOfPath(path: string): Format | undefined {
  return FORMATS.find((known) => known.path.test(path))?.format;
}

const BY_NAME = new Map([valueFormat, ...FORMATS.map(({ format }) => format)].map((format) => [format.name, format]));

/** The format that an entry was recorded in, or `undefined` for one of a newer version. */
export const formatByName = (name: string): Format | undefined => BY_NAME.get(name);
