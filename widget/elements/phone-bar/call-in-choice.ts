import { html, type TemplateResult } from 'lit';
import Book from 'lucide/dist/esm/icons/book-user.mjs';
import Phone from 'lucide/dist/esm/icons/phone.mjs';
import Star from 'lucide/dist/esm/icons/star.mjs';
import Users from 'lucide/dist/esm/icons/users.mjs';
import type { Texts } from '../../i18n/localizer.ts';
import { icon } from '../../icons/icon.ts';
import '../../parts/running-clock.ts';
import type { Choice, ReasonAgainst } from './call-targets.ts';

type PanelTexts = Texts<'parties'>;

/** Mark, name, and how it is with somebody who can be called in. */
export function choiceRow(choice: Choice, reason: ReasonAgainst | null, text: PanelTexts): TemplateResult {
  return html`${mark(choice)}
    <span class="who ellipsis">${who(choice)}</span>
    <span class="how">${how(choice, reason, text)}</span>`;
}

function mark(choice: Choice): unknown {
  if (choice.kind === 'agent') return html`<span class="dot"></span>`;
  if (choice.kind === 'group') return icon(Users);
  // A star: of the agent's own.
  return icon(choice.kind === 'number' ? Phone : choice.contact.shared ? Book : Star);
}

function who(choice: Choice): unknown {
  if (choice.kind === 'number') return html`<bdi>${choice.number}</bdi>`;
  if (choice.kind === 'contact') return choice.contact.name;
  const { number, name } = choice.kind === 'agent' ? choice.agent : choice.group;
  return html`<span class="num">${number}</span> ${name}`;
}

function how(choice: Choice, reason: ReasonAgainst | null, text: PanelTexts): unknown {
  if (reason === 'in-call') return text.t('reason.alreadyIn');
  if (reason === 'not-linked') return text.t('parties.notLinked');
  switch (choice.kind) {
    case 'number':
      return text.t('parties.outside');
    case 'contact':
      return html`<bdi>${choice.contact.number}</bdi>`;
    case 'group':
      return '';
    case 'agent':
      return html`<b>${text.t(`state.${choice.agent.state}`)}</b>
        <telebar-running-clock .since=${choice.agent.since}></telebar-running-clock>`;
    default:
      return choice satisfies never;
  }
}
