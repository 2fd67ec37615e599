/**
 * `npm run bench:storm`: whether telephony goes on in bad weather, on the built server with the embedded switch.
 *
 * - a flood of strangers: `storm-flood.ts`
 * - a stall of the server for ten seconds: `storm-stall.ts`, with `CALLS` (20)
 *
 * `SECONDS` (10) of each storm, `REST` (60) seconds until memory is looked at again.
 */
import { figuresOfFlood } from './storm-flood.ts';
import { report } from './report.ts';
import { figuresOfStall } from './storm-stall.ts';

await report('storm', [...(await figuresOfFlood()), ...(await figuresOfStall())]);
