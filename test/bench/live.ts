/**
 * `npm run bench:live`: a live team of 1,000 agents and 50 groups, each agent in five. Growth is a ratio in one run, so that it
 * holds on any machine.
 *
 * - the core alone: `live-core.ts`
 * - what pages are told: `live-topics.ts`
 */
import { figuresOfCore } from './live-core.ts';
import { figuresOfTopics } from './live-topics.ts';
import { report } from './report.ts';

await report('live', [...figuresOfCore(), ...(await figuresOfTopics())]);
