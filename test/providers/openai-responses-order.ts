import type { JsonObject } from '../../src/base/json.ts';

/**
 * Walks the events of a stream and throws at the first one that may not stand where it stands: numbers grow by one from 0, what is
 * done was added and what was added is done, pieces join to the finished text, nothing comes before the beginning or after the end.
 */
export function checkOrder(events: readonly JsonObject[]): void {
  const open = new Map<string, { pieces: string | undefined }>();
  const closed = new Set<string>();
  let items = 0;

  for (const [at, event] of events.entries()) {
    const type = String(event.type);
    const fail = (why: string): never => {
      throw new Error(`event ${at} (${type}): ${why}`);
    };
    if (event.sequence_number !== at) fail(`its number is ${String(event.sequence_number)}`);
    if ((at === 0) !== (type === 'response.created')) fail('created is the first event, and only that');
    if ((at === 1) !== (type === 'response.in_progress')) fail('in_progress is the second event, and only that');
    if ((at === events.length - 1) !== ['response.completed', 'response.incomplete', 'response.failed'].includes(type)) fail('the last event ends the stream, and only that');
    if (event.response) {
      if (at === events.length - 1 && open.size > 0) fail(`still open: ${[...open.keys()].join()}`);
      continue;
    }

    const item = `item ${String(event.output_index)}`;
    if (type === 'response.output_item.added') {
      if (event.output_index !== items++) fail('items come in their order');
      open.set(item, { pieces: undefined });
      continue;
    }
    if (!open.has(item)) fail('its item is not open');
    if (type === 'response.output_item.done') {
      if ([...open.keys()].some((key) => key.startsWith(`${item} `))) fail('a part of it is open');
      open.delete(item);
      continue;
    }

    const index = event.content_index ?? event.summary_index ?? event.command_index;
    const part = index === undefined ? item : `${item} ${event.summary_index === undefined ? 'part' : 'summary'} ${String(index)}`;
    if (type.endsWith('part.added') || type === 'response.shell_call_command.added') {
      if (open.has(part) || closed.has(part)) fail('it was added before');
      open.set(part, { pieces: undefined });
      continue;
    }
    const state = open.get(part) ?? fail('its part is not open');
    if (type.endsWith('part.done')) {
      if (state.pieces !== undefined) fail('its text is not done');
      open.delete(part);
      closed.add(part);
    } else if (type.endsWith('.delta')) {
      if (typeof event.delta !== 'string' || /^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/.test(event.delta)) fail('its piece is no text');
      state.pieces = (state.pieces ?? '') + String(event.delta);
    } else if (type.endsWith('.done')) {
      const text = event.text ?? event.refusal ?? event.arguments ?? event.input ?? event.command;
      if ((state.pieces ?? '') !== text) fail('its pieces do not join to its text');
      state.pieces = undefined;
      if (type === 'response.shell_call_command.done') open.delete(part);
    }
  }
}
