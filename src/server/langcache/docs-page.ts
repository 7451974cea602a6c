import { hash } from 'node:crypto';
import type { JsonObject } from '../../base/json.ts';
import { PROBLEMS } from '../../langcache/wire-problems.ts';
import { describedOperations, type Described } from './openapi.ts';

const STYLE = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
code,pre{font:14px/1.45 ui-monospace,monospace}pre{overflow:auto;padding:.75rem;border:1px solid #8886;border-radius:4px}
summary{cursor:pointer;padding:.4rem 0}summary code{margin-right:.75rem}td,th{text-align:left;padding:.15rem 1rem .15rem 0;vertical-align:top}
section>h2{margin-top:2.5rem}details{border-bottom:1px solid #8884}.method{display:inline-block;min-width:4.5rem;font-weight:600}`;

/** Nothing but the style above may be loaded or run. */
export const DOCS_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${hash('sha256', STYLE, 'base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** The document at /openapi.json as a page to read, without scripts. */
export function docsPage(): string {
  const operations = describedOperations();
  const groups = ['LangCache', 'Reprise only', 'Admin'] as const;
  const sections = groups.map((group) => `<section><h2>${group}</h2>${operations.filter((operation) => operation.group === group).map(details).join('')}</section>`).join('');
  const errors = Object.values(PROBLEMS).map(({ status, title, newer, older }) => row([String(status), title, `<code>${newer}</code>`, `<code>${older}</code>`])).join('');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Reprise: LangCache service</title><style>${STYLE}</style></head>
<body><h1>LangCache service</h1><p>For programs: <a href="/openapi.json">/openapi.json</a>. Calls carry <code>Authorization: Bearer KEY</code>; bodies are JSON.</p>${sections}
<section><h2>Errors</h2><table><tr><th>status</th><th>title</th><th>type</th><th>type for SDKs before 0.12</th></tr>${errors}</table></section></body></html>\n`;
}

const row = (cells: readonly string[]): string => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;

function details({ id, method, path, summary, status, request, answer }: Described): string {
  const parts = [request && schema(method === 'GET' ? 'Query' : 'Body', request), answer ? schema(`Answer (${status})`, answer) : `<p>Answer: ${status}, empty.</p>`];
  return `<details id="${id}"><summary><code><span class="method">${method}</span>${escaped(path)}</code>${escaped(summary)}</summary>${parts.filter(Boolean).join('')}</details>`;
}

const schema = (title: string, value: JsonObject): string => `<p>${title}</p><pre>${escaped(JSON.stringify(value, null, 2))}</pre>`;
const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.codePointAt(0)};`);
