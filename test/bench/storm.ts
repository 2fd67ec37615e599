/**
 * `npm run bench:storm`: whether telephony goes on in bad weather, on the built server with the embedded switch.
 *
 * - a flood of strangers: `storm-flood.ts`
 *
 * `SECONDS` (10) of each storm, `REST` (60) seconds until memory is looked at again.
 */
import { figuresOfFlood } from './storm-flood.ts';
import { report } from './report.ts';

await report('storm', [...(await figuresOfFlood())]);
