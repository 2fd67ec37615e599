import { afterEach, beforeEach, expect, it } from 'vitest';
import { Contact, ContactPage } from '../../server/contract/contact.ts';
import { AgentPage } from './agent-page.ts';
import { Bed } from './bed.ts';

let bed: Bed;

beforeEach(async () => {
  bed = await Bed.start();
});

afterEach(() => bed.stop());

it("an agent keeps contacts of one's own, leaders the team's, and nobody another's", async () => {
  const [agent, other, leader] = [await bed.login('1001'), await bed.login('1002'), await bed.login('1000')];
  const book = await bed.send('GET', '/contacts', { token: other });
  const demo = ContactPage.parse(book.body).items.map(({ name }) => name);
  const own = Contact.parse(
    (await bed.send('POST', '/contacts', { token: agent, body: { name: 'Garage', number: '138 0000 0002' } }))
      .body,
  );
  expect(own).toMatchObject({ shared: false, name: 'Garage', version: 1 });
  const shared = { name: 'Lawyer', number: '13800000003', shared: true };
  expect((await bed.send('POST', '/contacts', { token: agent, body: shared })).body.code).toBe('forbidden');
  const team = Contact.parse((await bed.send('POST', '/contacts', { token: leader, body: shared })).body);
  const list = async (token: string, query = '') =>
    ContactPage.parse((await bed.send('GET', `/contacts${query}`, { token })).body)
      .items.map(({ name }) => name)
      // The demo's team has a book before.
      .filter((name) => !demo.includes(name));
  expect((await list(agent)).toSorted()).toEqual(['Garage', 'Lawyer']);
  expect(await list(other)).toEqual(['Lawyer']);
  expect(await list(agent, '?q=arag')).toEqual(['Garage']);
  const late = { token: agent, body: { note: 'ask for Li', version: 1 } };
  expect(Contact.parse((await bed.send('PATCH', `/contacts/${own.id}`, late)).body)).toMatchObject({
    note: 'ask for Li',
    version: 2,
  });
  expect((await bed.send('PATCH', `/contacts/${own.id}`, late)).body).toMatchObject({
    code: 'version-conflict',
    current: { version: 2 },
  });
  expect((await bed.send('PATCH', `/contacts/${own.id}`, { ...late, token: other })).body.code).toBe(
    'not-found',
  );
  expect((await bed.send('DELETE', `/contacts/${team.id}?version=1`, { token: agent })).body.code).toBe(
    'forbidden',
  );
  expect((await bed.send('DELETE', `/contacts/${own.id}?version=2`, { token: agent })).status).toBe(204);
  expect(await list(agent)).toEqual(['Lawyer']);
});

it('a contact is asked aside as a number is', async () => {
  const page = await AgentPage.open(bed, '1001');
  await page.command('POST', '/agent/sign-in', {});
  await page.until(() => page.agent?.state === 'idle');
  bed.switch.trunk.callIn('13800138001', '400100');
  await page.until(() => page.calls.size > 0);
  const { id } = page.only;
  await page.call(id, 'answer');
  const token = await bed.login('1001');
  const body = { name: 'Garage', number: '13800000002' };
  const contact = Contact.parse((await bed.send('POST', '/contacts', { token, body })).body);
  await page.command('POST', `/calls/${id}/consult`, { target: { contact: contact.id } });
  await page.until(() => page.only.parties.some(({ role }) => role === 'consulted'));
  expect(page.only.parties.find(({ role }) => role === 'consulted')?.number).toBe('13800000002');
  await page.command('POST', `/calls/${id}/retrieve`);
  const refused = await page.refused(`/calls/${id}/consult`, { target: { contact: 'contact_none' } });
  expect(refused.body.code).toBe('not-found');
  page.close();
});
