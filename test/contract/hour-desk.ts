/** The desk in the scripted hour: two agents who are given threads, give them on, put them aside, and write down what they know. */
import { ack, type Cast, message, nak, refused, say, settle, thread, theVisitor } from './hour-cast.ts';
import { type Stage, visitor } from './stage.ts';

const HOUR_MS = 3_600_000;
const FUTURE = Number.MAX_SAFE_INTEGER;
const entry = (what: string, fields: object = {}) => ({ type: 'changed', set: [{ kind: 'entry', what, ...fields }] });

export async function theDesk(stage: Stage, cast: Cast): Promise<void> {
  const { ada, grace, owner, cookie } = cast;
  const both = [ada, grace];
  const idOf = async (who: string, of: string): Promise<string> => (await stage.ask(who, 'GET', 'desk/me', { cookie: of })).body.agent.id;
  const [adas, graces] = [await idOf('Ada', owner), await idOf('Grace', cookie)];
  await stage.ask('Grace', 'PUT', 'desk/canned', { cookie, body: { canned: [{ id: 'k1', name: 'hello', body: 'Hello {visitor}, this is {agent}.' }] } });
  await stage.ask('Ada', 'GET', 'desk/canned', { cookie: owner });
  await stage.ask('Grace', 'POST', `desk/agents/${adas}/slots`, { cookie, body: { slots: 1 } });
  await stage.ask('Ada', 'POST', `desk/agents/${graces}/slots`, { cookie: owner, body: { slots: 2 } });
  for (const each of both) await each.hears({ type: 'changed', set: [{ kind: 'agent', id: graces, slots: 2 }] });
  await grace.say({ type: 'status', id: 'd1', status: 'available' }).hears({ type: 'changed', set: [{ kind: 'agent', status: 'available' }] }, ack('d1'));
  await ada.hears({ type: 'changed', set: [{ kind: 'agent', status: 'available' }] });

  // Grace has the fewest, so it is hers.
  const cleo = await stage.visitor('Cleo', visitor('cleo', '198.51.100.11'), { lang: 'fr' });
  await cleo.say(say('c1', 'cleo.1', 'Vendez-vous en gros du thé fumé ?')).hears(message('c1'), ack('c1'));
  for (const each of both) await each.hears({ type: 'presence', here: true }, { type: 'changed', set: [{ id: 'c1' }, { kind: 'thread', state: 'assigned', agent: graces }] });
  await grace.say({ type: 'look', thread: 'cleo.1' });
  await ada.hears({ type: 'look', agent: graces, thread: 'cleo.1' });
  const note = { type: 'note', id: 'd2', thread: 'cleo.1', body: '@Ada do we still have the smoked one?', mentions: [adas, 'nobody'] };
  await grace.say(note).hears(entry('note', { id: 'd2', mentions: [adas] }), ack('d2'));
  await grace.say(note).hears(ack('d2'));
  await ada.hears(entry('note'));
  await ada.say({ ...note, body: 'We do.' }).hears(nak('d2', 'conflict'));

  await grace.say({ type: 'transfer', id: 'd3', thread: 'cleo.1', to: 'nobody' }).hears(nak('d3', 'not_found'));
  await grace.say({ type: 'transfer', id: 'd4', thread: 'cleo.1', to: adas, note: 'She asks about wholesale.' })
    .hears(thread('cleo.1', { state: 'assigned', agent: adas, mark: 'transferred' }), ack('d4'));
  await ada.hears(entry('assigned', { reason: 'transferred', text: 'She asks about wholesale.' }));
  await cleo.hears(thread('cleo.1', { agent: { id: adas, name: 'Ada L.' } }));
  grace.say({ type: 'look' });
  await ada.hears({ type: 'look', agent: graces });
  await ada.say(say('d5', 'cleo.1', 'We do, from ten kilos on.')).hears(message('d5'), ack('d5'));
  for (const each of [cleo, grace]) await each.hears(message('d5'));

  // Put aside, twice: she writes, and a colleague has been waiting for it.
  const aside = { type: 'snooze', thread: 'cleo.1', until: Date.now() + HOUR_MS, keep: true };
  await ada.say({ ...aside, id: 'd6', seq: 3, until: 1 }).hears(nak('d6', 'stale'));
  await ada.say({ ...aside, id: 'd7', seq: 0 }).hears(nak('d7', 'stale'));
  await ada.say({ ...aside, id: 'd8', seq: 3, until: FUTURE }).hears(nak('d8', 'bad_frame'));
  await ada.say({ type: 'wake', id: 'd9', thread: 'cleo.1' }).hears(nak('d9', 'stale'));
  await ada.say({ ...aside, id: 'd10', seq: 3 }).hears(thread('cleo.1', { state: 'snoozed', snooze: { keep: true } }), ack('d10'));
  await grace.hears(entry('snoozed'));
  await cleo.say(say('c2', 'cleo.1', 'Dix kilos, alors.')).hears(message('c2'), ack('c2'));
  for (const each of both) await each.hears({ type: 'changed', set: [{ id: 'c2' }, { kind: 'entry', what: 'woken', reason: 'visitor' }, { kind: 'thread', state: 'assigned', agent: adas, mark: 'returned' }] });
  await ada.say({ ...aside, id: 'd11', seq: 4, keep: false }).hears(thread('cleo.1', { state: 'snoozed', snooze: { keep: false } }), ack('d11'));
  await grace.say({ type: 'wake', id: 'd12', thread: 'cleo.1' }).hears(thread('cleo.1', { state: 'assigned', agent: graces }), ack('d12'));
  await ada.hears(entry('woken', { reason: 'agent', by: graces }));
  await grace.say({ type: 'transfer', id: 'd13', thread: 'cleo.1' }).hears(entry('assigned', { reason: 'routed', to: adas }), ack('d13'));
  await ada.hears(entry('assigned', { reason: 'released' }));

  await ada.say({ type: 'tag', id: 'd14', thread: 'cleo.1', tags: ['tea', 'wholesale', 'tea'] }).hears(thread('cleo.1', { tags: ['tea', 'wholesale'] }), ack('d14'));
  await grace.hears(thread('cleo.1', { tags: ['tea', 'wholesale'] }));
  await grace.say({ type: 'search', text: 'fume the', before: FUTURE, n: 20 }).hears({ type: 'found', hits: [{ thread: 'cleo.1', by: 'visitor', seq: 1 }] });
  await grace.say({ type: 'search', text: 'whole', before: FUTURE, n: 20 }).hears({ type: 'found', hits: [{ thread: 'cleo.1', by: 'note', name: 'Grace' }] });
  await grace.say({ type: 'search', text: 'organic', before: FUTURE, n: 1 }).hears({ type: 'found', more: true });
  await grace.say({ type: 'search', text: 'NEAR("', before: FUTURE, n: 20 }).hears({ type: 'found', hits: [] });
  await grace.say({ type: 'search', text: '', before: FUTURE, n: 20 }).hears(refused('bad_frame'));
  await grace.say({ type: 'list', box: 'all', before: FUTURE, n: 2 }).hears({ type: 'listed', box: 'all', more: true });

  await ada.say({ type: 'end', id: 'd15', thread: 'cleo.1', seq: 4 }).hears(thread('cleo.1', { state: 'ended' }), ack('d15'));
  await cleo.hears(thread('cleo.1', { ended: true, survey: { episode: 1 } }));
  const rate = { type: 'rate', thread: 'cleo.1', episode: 1, score: 2 };
  await cleo.say({ ...rate, id: 'r1' }).hears(thread('cleo.1', { survey: { score: 2 } }), ack('r1'));
  await cleo.say({ ...rate, id: 'r2', score: 5, text: 'Merci !' }).hears(thread('cleo.1', { survey: { score: 5, text: 'Merci !' } }), ack('r2'));
  await cleo.say({ ...rate, id: 'r3', episode: 2 }).hears(nak('r3', 'stale'));
  await grace.hears(entry('ended'));
  for (const each of both) await each.hears(entry('rated', { score: 2 }), entry('rated', { score: 5 }));
  await cleo.say({ type: 'track', id: 'o1', name: 'order', data: { id: '1043', amount: 12_900, currency: 'EUR' } }).hears(ack('o1'));
  for (const each of both) await each.hears(entry('ordered', { amount: 12_900 }));
  await grace.say({ type: 'reopen', id: 'd16', thread: 'cleo.1' }).hears(thread('cleo.1', { state: 'assigned', agent: graces, episode: 1 }), ack('d16'));
  await ada.hears(entry('reopened', { by: graces }));
  await cleo.hears(thread('cleo.1', { ended: false, episode: 1 }));
  await ada.say({ type: 'pull', thread: 'cleo.1', before: 99, n: 50 }).hears({ type: 'page', entries: [{ what: 'note' }, { what: 'ordered' }] });

  const dora = await stage.visitor('Dora', visitor('dora', '198.51.100.12'));
  await dora.say(say('x1', 'dora.1', 'Buy my watches.')).hears(message('x1'), ack('x1'));
  const { set } = await ada.hears({ type: 'changed', set: [{ id: 'x1' }] });
  const { who } = set.find(({ kind }: { kind: string }) => kind === 'thread');
  await grace.hears(message('x1'));
  await ada.say({ type: 'block', id: 'd17', visitor: who, on: true }).hears(theVisitor, ack('d17'));
  await dora.say(say('x2', 'dora.1', 'Buy them now.')).hears(nak('x2', 'blocked'));
  await ada.say({ type: 'block', id: 'd18', visitor: who, on: false }).hears(theVisitor, ack('d18'));
  await dora.say(say('x2', 'dora.1', 'Buy them now.')).hears(message('x2'), ack('x2'));
  for (const each of both) await each.hears(message('x2'));

  await grace.say({ type: 'status', id: 'd19', status: 'away' }).hears({ type: 'changed', set: [{ kind: 'agent', status: 'away' }] }, ack('d19'));
  cast.others = [cleo, dora];
  // The others have been told nothing, and may not ask too often (rule R3).
  await settle(cast.others, both);
}
