import * as z from 'zod/mini';
import { POP_DIRECTIONS, POP_MODES } from '../vocabulary/pop-apps.ts';
import { Id, atMost, lineOfText, listQuery, pageOf } from './wire.ts';

// What pops for which calls, where a team says it and not the page.

const Direction = z.enum(POP_DIRECTIONS);
const Did = z.string().check(atMost(32), z.regex(/^\+?\d{2,31}$/));
/** As `data-screen-pop-url`: `{number} {name} {customerId} {callId} {did} {group} {direction}` are filled in. */
const Template = z
  .string()
  .check(atMost(2_000), z.trim(), z.refine(isPopTemplate, 'Not a web address of known places'));

export const BindingSetUp = z.object({
  id: Id,
  name: z.string(),
  /** Which calls; empty: all of these kinds. */
  directions: z.array(Direction),
  /** Numbers that the caller has dialled; empty: any, or none. */
  dids: z.array(z.string()),
  /** Groups of the call; empty: any, or none. */
  groupIds: z.array(Id),
  /** false: as soon as it rings, or is dialled. */
  onAnswer: z.boolean(),
  mode: z.enum(POP_MODES),
  /** Of mode `url`, otherwise ''. */
  url: z.string(),
  /** The first that fits counts; lower is asked first. */
  position: z.number(),
  version: z.number(),
});
export type BindingSetUp = z.infer<typeof BindingSetUp>;

/** GET /set-up/app-bindings */
export const BindingListQuery = listQuery('position', 'name');
export type BindingListQuery = z.infer<typeof BindingListQuery>;
export const BindingPage = pageOf(BindingSetUp);

/** POST /set-up/app-bindings */
export const BindingSetUpInput = z.object({
  name: lineOfText(100, 1),
  directions: z.optional(z.array(Direction).check(z.maxLength(POP_DIRECTIONS.length))),
  dids: z.optional(z.array(Did).check(z.maxLength(200))),
  groupIds: z.optional(z.array(Id).check(z.maxLength(200))),
  onAnswer: z.optional(z.boolean()),
  mode: z.enum(POP_MODES),
  url: z.optional(z.union([z.literal(''), Template])),
  position: z.number().check(z.int(), z.minimum(0), z.maximum(10_000)),
});
export type BindingSetUpInput = z.infer<typeof BindingSetUpInput>;

/** PATCH /set-up/app-bindings/:id */
export const BindingSetUpPatch = z.partial(BindingSetUpInput);
export type BindingSetUpPatch = z.infer<typeof BindingSetUpPatch>;

const PLACES: readonly string[] = ['number', 'name', 'customerId', 'callId', 'did', 'group', 'direction'];

/** Whether it leads to one web address, whatever is filled in. */
export function isPopTemplate(template: string): boolean {
  if (!/^https?:\/\/[^\s/?#{}\\@]+([/?#]|$)/i.test(template)) return false;
  if (!URL.canParse(template.replaceAll(/[{}]/g, ''))) return false;
  return !/[{}]/.test(
    template.replaceAll(/\{(\w+)\}/g, (whole, place: string) => (PLACES.includes(place) ? '' : whole)),
  );
}
