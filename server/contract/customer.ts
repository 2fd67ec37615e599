import * as z from 'zod/mini';
import { Id, PageQuery, Timestamp, boundedRecord, lineOfText, numberText, pageOf, freeText } from './wire.ts';

const PhoneNumber = numberText(2);

/** Values of the team's own fields by key; null is empty. Checked against the team's field definitions. */
export const FieldValues = boundedRecord(
  z.string().check(z.maxLength(64)),
  z.union([freeText(4000), z.number(), z.boolean(), z.null()]),
  100,
);
/** As they are kept: who reads them judges nothing. */
const KeptValues = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

export const CustomerInput = z.object({
  /** May be empty when there is a number: it is then what the customer is shown by. */
  name: lineOfText(200),
  numbers: z.array(PhoneNumber).check(z.maxLength(20)),
  company: z.optional(lineOfText(200)),
  email: z.optional(lineOfText(200)),
  address: z.optional(freeText(500)),
  note: z.optional(freeText(4000)),
  fields: z.optional(FieldValues),
});
export type CustomerInput = z.infer<typeof CustomerInput>;

/** PATCH /customers/:id; `version` is the one that was read, so that two editors do not overwrite each other. */
export const CustomerPatch = z.extend(z.partial(CustomerInput), { version: z.number() });
export type CustomerPatch = z.infer<typeof CustomerPatch>;

export const Customer = z.object({
  id: Id,
  name: z.string(),
  numbers: z.array(z.string()),
  company: z.string(),
  email: z.string(),
  address: z.string(),
  note: z.string(),
  fields: KeptValues,
  version: z.number(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type Customer = z.infer<typeof Customer>;

/** GET /customers?number=…: all matches of a number; ?q=…: name, company or number begins with it. */
export const CustomerQuery = z.extend(PageQuery, {
  number: z.optional(z.string().check(z.maxLength(64))),
  q: z.optional(lineOfText(100)),
});
export type CustomerQuery = z.infer<typeof CustomerQuery>;
export const CustomerPage = pageOf(Customer);

/** PUT /calls/:id/customer */
export const LinkCustomerRequest = z.object({ customerId: z.nullable(Id) });
