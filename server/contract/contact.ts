import * as z from 'zod/mini';
import { DialString, Id, PageQuery, freeText, lineOfText, pageOf } from './wire.ts';

/** Somebody whom agents call or call in: of the team's phone book, or among an agent's own. */
export const Contact = z.object({
  id: Id,
  /** Of the team's phone book, where leaders write; false: one's own. */
  shared: z.boolean(),
  name: z.string(),
  number: z.string(),
  note: z.string(),
  version: z.number(),
});
export type Contact = z.infer<typeof Contact>;

const Fields = {
  name: lineOfText(100, 1),
  number: DialString,
  note: z.optional(freeText(1000)),
};

/** POST /contacts. `shared` absent: one's own. */
export const ContactInput = z.object({ ...Fields, shared: z.optional(z.boolean()) });
export type ContactInput = z.infer<typeof ContactInput>;

/** PATCH /contacts/:id. `version`: the one that was read. */
export const ContactPatch = z.extend(z.partial(z.object(Fields)), {
  version: z.number().check(z.int(), z.positive()),
});
export type ContactPatch = z.infer<typeof ContactPatch>;

/** A version in a query: of what is to be deleted. */
export const VersionQuery = z.object({ version: z.coerce.number().check(z.int(), z.positive()) });

/** GET /contacts: the team's and one's own, the newest first; `q`: part of the name or of the number. */
export const ContactQuery = z.extend(PageQuery, { q: z.optional(lineOfText(100)) });
export type ContactQuery = z.infer<typeof ContactQuery>;
export const ContactPage = pageOf(Contact);
