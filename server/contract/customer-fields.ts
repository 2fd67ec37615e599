import * as z from 'zod/mini';
import { FIELD_TYPES } from '../vocabulary/field-types.ts';
import { FieldOption } from './session.ts';
import { Id, LocalizedText, atMost, lineOfText, listQuery, pageOf } from './wire.ts';

// Fields that a team puts on its customer cards beside those that every card has.

const Label = z.object({ en: lineOfText(100, 1), 'zh-CN': lineOfText(100, 1) });

export const FieldSetUp = z.object({
  id: Id,
  /** Under which `Customer.fields` has its values; it stays. */
  key: z.string(),
  label: LocalizedText,
  type: z.enum(FIELD_TYPES),
  required: z.boolean(),
  /** Agents only see it: programs with an API key fill it in. */
  readOnly: z.boolean(),
  options: z.array(FieldOption),
  /** Among the others, lower stands higher up. */
  position: z.number(),
  version: z.number(),
});
export type FieldSetUp = z.infer<typeof FieldSetUp>;

/** GET /set-up/customer-fields */
export const FieldListQuery = listQuery('position', 'label');
export type FieldListQuery = z.infer<typeof FieldListQuery>;
export const FieldPage = pageOf(FieldSetUp);

/** `value`: that of an option which is there already, and may be called otherwise now; absent: a new option. */
const OptionInput = z.extend(Label, { value: z.optional(lineOfText(100, 1)) });

/** POST /set-up/customer-fields */
export const FieldSetUpInput = z.object({
  /** Absent: made of the English label. One that a field had which was removed is not given again. */
  key: z.optional(z.string().check(atMost(40), z.regex(/^[a-z][a-z0-9_]*$/))),
  label: Label,
  type: z.enum(FIELD_TYPES),
  required: z.optional(z.boolean()),
  readOnly: z.optional(z.boolean()),
  /** Of a choice, at least one; of nothing else. */
  options: z.optional(z.array(OptionInput).check(z.maxLength(100))),
  position: z.number().check(z.int(), z.minimum(0), z.maximum(10_000)),
});
export type FieldSetUpInput = z.infer<typeof FieldSetUpInput>;

/** PATCH /set-up/customer-fields/:id. An option that is left out cannot be chosen any more; cards that have it keep it. */
export const FieldSetUpPatch = z.partial(z.omit(FieldSetUpInput, { key: true, type: true }));
export type FieldSetUpPatch = z.infer<typeof FieldSetUpPatch>;
