import * as z from 'zod/mini';
import { Id, LocalizedText, atMost, lineOfText, listQuery, pageOf } from './wire.ts';

// Addresses that agents open during a call, with what is known of it filled in.

const Label = z.object({ en: lineOfText(100, 1), 'zh-CN': lineOfText(100, 1) });

/** What a template may name in braces; `data.…` is a key of the call's data. */
export const LINK_PLACES = [
  'customer.id',
  'customer.name',
  'customer.number',
  'call.id',
  'call.direction',
  'call.did',
  'call.group',
  'agent.id',
  'agent.number',
  'agent.name',
] as const;
export type LinkPlace = (typeof LINK_PLACES)[number];

const Groups = z.array(Id).check(z.maxLength(200));
/** `https://crm.example/c?number={customer.number}`: the host stands fast, and each place is one that there is. */
const Template = z
  .string()
  .check(atMost(2_000), z.trim(), z.refine(isLinkTemplate, 'Not a web address of known places'));

export const LinkSetUp = z.object({
  id: Id,
  label: LocalizedText,
  url: z.string(),
  /** Whose members and leaders have it; empty: everybody. */
  groupIds: z.array(Id),
  position: z.number(),
  version: z.number(),
});
export type LinkSetUp = z.infer<typeof LinkSetUp>;

/** GET /set-up/work-links */
export const LinkListQuery = listQuery('position', 'label');
export type LinkListQuery = z.infer<typeof LinkListQuery>;
export const LinkPage = pageOf(LinkSetUp);

/** POST /set-up/work-links */
export const LinkSetUpInput = z.object({
  label: Label,
  url: Template,
  groupIds: z.optional(Groups),
  position: z.number().check(z.int(), z.minimum(0), z.maximum(10_000)),
});
export type LinkSetUpInput = z.infer<typeof LinkSetUpInput>;

/** PATCH /set-up/work-links/:id */
export const LinkSetUpPatch = z.partial(LinkSetUpInput);
export type LinkSetUpPatch = z.infer<typeof LinkSetUpPatch>;

/** GET /work-links: those of the agent who asks, in their order. */
export const WorkLinks = z.array(z.object({ id: Id, label: LocalizedText, url: z.string() }));
export type WorkLinks = z.infer<typeof WorkLinks>;

/** Whether it leads to one web address, whatever is filled in. */
export function isLinkTemplate(template: string): boolean {
  if (
    !/^https?:\/\/[^\s/?#{}\\@]+([/?#]|$)/i.test(template) ||
    !URL.canParse(template.replaceAll(/[{}]/g, ''))
  )
    return false;
  const rest = template.replaceAll(/\{([\w.-]+)\}/g, (whole, place: string) => (isPlace(place) ? '' : whole));
  return !/[{}]/.test(rest);
}

function isPlace(place: string): boolean {
  return LINK_PLACES.some((known) => known === place) || /^data\.[\w.-]{1,64}$/.test(place);
}
