/**
 * A glob as a test: `*` is any run of characters, `?` any one, `[abc]` and `[a-c]` one of them, `[^abc]` none of them. Letter case
 * counts. The same rules as SQLite's GLOB, so that every store agrees.
 */
export function globTest(glob: string): (text: string) => boolean {
  const source = glob.replace(/\[(\^?)(\]?[^\]]*)\]|[\s\S]/gu, (piece, not?: string, set?: string) => {
    if (set !== undefined && set !== '') return `[${not ?? ''}${set.replace(/[\\\]^]/g, '\\$&')}]`;
    if (piece === '*') return '[\\s\\S]*';
    if (piece === '?') return '[\\s\\S]';
    return piece.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  });
  const pattern = new RegExp(`^(?:${source})$`, 'u');
  return (text) => pattern.test(text);
}
