import { fileURLToPath } from 'node:url';
import { type Client, startClient } from '../processes.ts';
import type { Order, Report } from './order.ts';

/** The client of the LangCache suite. */
export type Load = Client<Order, Report>;
export const startLoad = (): Load => startClient(fileURLToPath(new URL('./load.ts', import.meta.url)));
